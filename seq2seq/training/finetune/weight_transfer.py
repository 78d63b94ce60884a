"""Weights for a model from one with other vocabularies."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from seq2seq.special import NAMES

TokenOrigins = Sequence[Sequence[int]]
"""For every token, the tokens of the old vocabulary that it stands for; none for a new token. Empty: there are no
tokens, but vectors, which no row of a parameter stands for."""

_SOURCE = ("source_embedding.weight", "embedding.weight", "tags.weight")
_TARGET = ("target_embedding.weight", "projection.weight", "projection.bias")
_LABELS = ("head.weight", "head.bias")
"""Parameters with one row per token (the last two: per label)."""


@dataclass(frozen=True)
class WeightTransfer:
    """Maps the tokens of a new model to those of an old one."""

    source: TokenOrigins
    target: TokenOrigins

    def row_origins(self, name: str) -> TokenOrigins | None:
        """For each row of a parameter, the old rows that it is the mean of; None: its rows are not tokens."""
        if name in _SOURCE:
            return self.source
        if name in _TARGET:
            return self.target
        if name in _LABELS and self.target:  # no label is PAD, UNK, BOS or EOS
            return [[token - len(NAMES) for token in tokens] for tokens in self.target[len(NAMES) :]]
        return None

    def transfer(self, name: str, old: Tensor, new: Tensor) -> Tensor:
        """A tensor in the shape of ``new``, from that of the old model.

        Rows that stand for several are their mean; rows of new tokens are those of ``new``.
        """
        rows = self.row_origins(name)
        if rows is None:
            return old
        taken = new.clone()
        copied = [(row, tokens[0]) for row, tokens in enumerate(rows) if len(tokens) == 1]
        if copied:
            to, of = torch.tensor(copied).unbind(1)
            taken[to] = old[of]
        for row, tokens in enumerate(rows):
            if len(tokens) > 1:
                taken[row] = old[torch.tensor(tokens)].mean(dim=0)
        return taken

    def unchanged_rows(self, name: str) -> Tensor | None:
        """(rows,) bool: rows that stand for exactly one old row, each for another; None: all rows."""
        rows = self.row_origins(name)
        if rows is None:
            return None
        taken: set[int] = set()
        unchanged = torch.zeros(len(rows), dtype=torch.bool)
        for row, tokens in enumerate(rows):
            if len(tokens) == 1 and tokens[0] not in taken:
                taken.add(tokens[0])
                unchanged[row] = True
        return None if unchanged.all() else unchanged
