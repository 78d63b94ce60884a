"""Tokens that an output has as often as its source: symbols that stand for text which is copied.

A token with a budget may be written as often as the budget says, and no output ends before its budget is spent. Where
the model would rather end, or just enough room is left, only tokens with a budget may follow.

Letters: R rows, W proposals per row, M tokens with a budget, V vocabulary.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from seq2seq.search.stepper import IntArray
from seq2seq.special import EOS

NOTHING = -1  # fills rows that forbid less than others; no token has this id


class Budgets:
    """The budgets of the live rows of a search.

    Args:
        budgets: of each row: how often each token occurs in the output. All rows have the same tokens.
        vocabulary: token ids in the target vocabulary.
    """

    def __init__(self, budgets: Sequence[Mapping[int, int]], vocabulary: int) -> None:
        tokens = sorted(budgets[0])
        self._free = len(tokens)
        self._columns = np.full(vocabulary, self._free, dtype=np.int64)
        """(V,) the column of each token; the last is that of the tokens without a budget."""
        self._columns[tokens] = np.arange(self._free)
        unlimited = np.iinfo(np.int64).max // 2
        self._left = np.array([[*(budget[token] for token in tokens), unlimited] for budget in budgets], dtype=np.int64)
        """(R, M + 1) how often each token is still to be written."""

    def total(self) -> IntArray:
        """(R,) tokens that are still to be written."""
        total: IntArray = self._left[:, : self._free].sum(axis=1)
        return total

    def repeatable(self, forbidden: IntArray) -> IntArray:
        """The forbidden tokens (R, F) without those that have a budget, which no other rule limits."""
        budgeted = (forbidden != NOTHING) & (self._columns[forbidden] < self._free)
        return np.where(budgeted, NOTHING, forbidden)

    def mask(self, log_probs: npt.NDArray[np.float64], tokens: IntArray, room: IntArray, rows: IntArray) -> IntArray:
        """Make impossible, in place, what the budgets do not allow.

        Args:
            log_probs: (R, W) of a proposal, -inf where other rules forbid the token.
            tokens: (R, W) its tokens.
            room: (R,) tokens that each row may still write.
            rows: (R,) the live rows that they are.

        Returns:
            (R,) how many different tokens may follow: those that are left, where others must not; else V.
        """
        left, columns = self._left[rows], self._columns[tokens]
        log_probs[np.take_along_axis(left, columns, axis=1) <= 0] = -np.inf
        outstanding = (left[:, : self._free] > 0).sum(axis=1)
        ends = np.take_along_axis(tokens, log_probs.argmax(axis=1)[:, None], axis=1)[:, 0] == EOS
        only = (outstanding > 0) & (ends | (left[:, : self._free].sum(axis=1) >= room))
        log_probs[(outstanding > 0)[:, None] & (tokens == EOS)] = -np.inf
        log_probs[only[:, None] & (columns == self._free)] = -np.inf
        return np.where(only, outstanding, len(self._columns))

    def advance(self, parents: npt.NDArray[Any], tokens: IntArray | None = None) -> None:
        """Continue rows ``parents`` (any selection, in any order), by one token each if ``tokens`` are given."""
        self._left = self._left[parents]
        if tokens is not None:
            self._left[np.arange(len(tokens)), self._columns[tokens]] -= 1
