"""The optimisers that a recipe can name, and an optimiser step that the device may skip."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from seq2seq.config.training import OptimizerConfig


def build_optimizer(parameters: Iterable[nn.Parameter], config: OptimizerConfig) -> torch.optim.Optimizer:
    """Build the optimiser of a recipe, in torch's fused form: one kernel over all parameters."""
    if config.name == "sgd":
        return torch.optim.SGD(
            parameters, lr=config.learning_rate, momentum=config.momentum, weight_decay=config.weight_decay, fused=True
        )
    kind = torch.optim.Adam if config.name == "adam" else torch.optim.AdamW
    return kind(
        parameters,
        lr=config.learning_rate,
        betas=config.betas,
        eps=config.epsilon,
        weight_decay=config.weight_decay,
        fused=True,
    )


def step_where(finite: Tensor, optimizer: torch.optim.Optimizer) -> None:
    """Take a step if ``finite``, else change neither weights nor moments, without waiting for the answer.

    Torch's fused kernels check ``found_inf`` themselves; it exists for scaled gradients
    (:class:`torch.amp.GradScaler`).

    Args:
        finite: () bool, on the device of the weights.
        optimizer: of :func:`build_optimizer`, not wrapped.
    """
    for group in optimizer.param_groups:
        if group.get("momentum"):
            for parameter in group["params"]:
                # A first step that is skipped would leave torch's own buffer uninitialised.
                if parameter.grad is not None and not optimizer.state[parameter]:
                    optimizer.state[parameter]["momentum_buffer"] = torch.zeros_like(parameter)
    optimizer.found_inf = (~finite).float()  # type: ignore[attr-defined]
    optimizer.step()
    del optimizer.found_inf  # type: ignore[attr-defined]
