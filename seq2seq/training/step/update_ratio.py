"""How far an optimiser step moves the weights: the norm of the update over the norm of the weights, by part.

Measured on a few steps only, from the weights before and after, so that whatever the optimiser, the clipping and the
constraints do is included. A rule of thumb calls about 1e-3 healthy (Karpathy, notes of the course CS231n, "Neural
networks part 3").
"""

from collections.abc import Iterable
from typing import Final

import torch
from torch import Tensor, nn

ALL: Final = "all"
"""Name of the ratio over all weights."""
_PARTS: Final = {
    "source_embedding": "embedding",
    "target_embedding": "embedding",
    "embedding": "embedding",
    "encoder": "encoder",
    "pooling": "encoder",
    "bridge": "decoder",
    "decoder": "decoder",
    "projection": "projection",
    "head": "projection",
}
"""Part of the model that each of its modules belongs to."""


def part_of(name: str) -> str:
    """Part of a parameter, by its name in the model: embedding, encoder, decoder, attention, projection or other.

    A projection tied to an embedding belongs to the embedding.
    """
    modules = name.split(".")
    return "attention" if "attention" in modules else _PARTS.get(modules[0], "other")


class UpdateMeter:
    """Measures updates of the parameters that are trained.

    Args:
        parameters: by their names in the objective; those that need no gradient are left out.
    """

    def __init__(self, parameters: Iterable[tuple[str, nn.Parameter]]) -> None:
        named = [
            (part_of(name.removeprefix("model.")), parameter)
            for name, parameter in parameters
            if parameter.requires_grad
        ]
        self._parameters: list[Tensor] = [parameter for _, parameter in named]
        self._parts = [part for part, _ in named]

    def snapshot(self) -> list[Tensor]:
        """The weights now, for :meth:`measure`."""
        return [parameter.detach().clone() for parameter in self._parameters]

    @torch.no_grad()
    def measure(self, before: list[Tensor]) -> Tensor:
        """(2, P) norms of the update since a snapshot, which is overwritten, and of the weights then; not awaited."""
        weights = torch.stack(torch._foreach_norm(before))
        torch._foreach_sub_(before, self._parameters)
        return torch.stack([torch.stack(torch._foreach_norm(before)), weights])

    def ratios(self, norms: Tensor) -> dict[str, float]:
        """The ratio of each part, and that of all weights, from the norms of :meth:`measure`."""
        updates, weights = norms.double().square().cpu()
        found = {}
        for part in (ALL, *sorted(set(self._parts))):
            chosen = torch.tensor([part in (ALL, one) for one in self._parts])
            size = float(weights[chosen].sum())
            if size > 0:
                found[part] = (float(updates[chosen].sum()) / size) ** 0.5
        return found
