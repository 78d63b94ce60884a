"""An exponential moving average of the weights: better than the last ones (Polyak and Juditsky 1992)."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class EMA:
    """Follows the parameters of a module.

    Args:
        module: whose parameters are averaged.
        decay: weight of the past at every step; smaller at first, so that the random start is soon forgotten.
    """

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.decay = decay
        self.steps = 0
        self._live = dict(module.named_parameters())
        self.weights: dict[str, Tensor] = {name: parameter.detach().clone() for name, parameter in self._live.items()}

    @torch.no_grad()
    def update(self, where: Tensor | None = None) -> None:
        """Move towards the parameters as they are now.

        Args:
            where: () bool on their device: stay where it is False, without waiting for the answer. The step is counted
                all the same, until whoever learns it counts it back.
        """
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        kept, live = list(self.weights.values()), [p.data for p in self._live.values()]
        if where is None:
            torch._foreach_lerp_(kept, live, 1 - decay)
        else:
            for one, other in zip(kept, live, strict=True):
                one.lerp_(other, where.to(one.dtype) * (1 - decay))

    @contextmanager
    def swapped_in(self) -> Iterator[None]:
        """Lend the module the average for a while."""
        self._exchange()
        try:
            yield
        finally:
            self._exchange()

    @torch.no_grad()
    def _exchange(self) -> None:
        """Swap values, not storage: a GPU's recurrent kernel reads all weights of a layer from one buffer."""
        for name, parameter in self._live.items():
            kept = self.weights[name]
            live = parameter.clone()
            parameter.copy_(kept)
            kept.copy_(live)
