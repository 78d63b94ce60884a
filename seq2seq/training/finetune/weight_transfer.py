"""Weights for a model from one that has other vocabularies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from seq2seq.special import NAMES

TokenOrigins = Sequence[Sequence[int]]
"""For every token, the tokens of the older vocabulary that it stands for; none for what is new."""

_SOURCE = ("source_embedding.weight", "embedding.weight")
_TARGET = ("target_embedding.weight", "projection.weight", "projection.bias")
_LABELS = ("head.weight", "head.bias")
"""Parameters with a row for each token; in the last, for each label."""


@dataclass(frozen=True)
class WeightTransfer:
    """Which tokens of an older model those of a newer one stand for."""

    source: TokenOrigins
    target: TokenOrigins

    def row_origins(self, name: str) -> TokenOrigins | None:
        """For each row of a parameter, the older rows that it is the mean of; None: it has no rows for tokens."""
        if name in _SOURCE:
            return self.source
        if name in _TARGET:
            return self.target
        if name in _LABELS:  # no label is PAD, UNK, BOS or EOS
            return [[token - len(NAMES) for token in tokens] for tokens in self.target[len(NAMES) :]]
        return None

    def transfer(self, name: str, older: Tensor, fresh: Tensor) -> Tensor:
        """A tensor in the shape of ``fresh``, from that of the older model.

        Rows that stand for several are their mean; rows that stand for nothing are those of ``fresh``.
        """
        rows = self.row_origins(name)
        if rows is None:
            return older
        taken = fresh.clone()
        one = [(row, tokens[0]) for row, tokens in enumerate(rows) if len(tokens) == 1]
        if one:
            to, of = torch.tensor(one).unbind(1)
            taken[to] = older[of]
        for row, tokens in enumerate(rows):
            if len(tokens) > 1:
                taken[row] = older[torch.tensor(tokens)].mean(dim=0)
        return taken

    def unchanged_rows(self, name: str) -> Tensor | None:
        """(rows,) which rows of a parameter stand for one older row, and no other; None: all, as they are."""
        rows = self.row_origins(name)
        if rows is None:
            return None
        found: set[int] = set()
        kept = torch.zeros(len(rows), dtype=torch.bool)
        for row, tokens in enumerate(rows):
            if len(tokens) == 1 and tokens[0] not in found:
                found.add(tokens[0])
                kept[row] = True
        return None if kept.all() else kept


def transfer_weights(
    fresh: Mapping[str, Tensor], older: Mapping[str, Tensor], transfer: WeightTransfer
) -> dict[str, Tensor]:
    """What stands under each name of an older model, as a newer one needs it.

    Args:
        fresh: the newer model's tensors by name.
        older: the older one's.
        transfer: which tokens stand for which.
    """
    return {name: transfer.transfer(name, tensor, fresh[name]) for name, tensor in older.items() if name in fresh}
