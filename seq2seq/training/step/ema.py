"""An exponential moving average of the weights, better than the last weights (Polyak and Juditsky 1992)."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class EMA:
    """Averages the parameters of a module over steps.

    Args:
        module: whose parameters are averaged.
        decay: weight of the past at every step; smaller at first, so that the initial weights are soon forgotten.
    """

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.decay = decay
        self.steps = 0
        self._live = dict(module.named_parameters())
        self.weights: dict[str, Tensor] = {name: parameter.detach().clone() for name, parameter in self._live.items()}

    @torch.no_grad()
    def update(self, where: Tensor | None = None) -> None:
        """Include the parameters as they are now.

        Args:
            where: () bool on their device: change nothing if it is False, without waiting for the answer. The step is
                counted all the same, until the caller, who learns the answer later, corrects the count.
        """
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        average, live = list(self.weights.values()), [p.data for p in self._live.values()]
        if where is None:
            torch._foreach_lerp_(average, live, 1 - decay)
        else:
            for past, now in zip(average, live, strict=True):
                past.lerp_(now, where.to(past.dtype) * (1 - decay))

    @contextmanager
    def swapped_in(self) -> Iterator[None]:
        """Swap the averaged weights into the module while the block runs."""
        self._exchange()
        try:
            yield
        finally:
            self._exchange()

    @torch.no_grad()
    def _exchange(self) -> None:
        """Swap values, not storage: a GPU's recurrent kernel reads all weights of a layer from one buffer."""
        for name, parameter in self._live.items():
            average = self.weights[name]
            live = parameter.clone()
            parameter.copy_(average)
            average.copy_(live)
