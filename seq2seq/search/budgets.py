"""Tokens that an output has as often as its source: symbols that stand for text which is copied.

A token with a budget may be written as often as the budget says, and no output ends before its budget is spent. Once
the model would rather end, or just enough room is left, only tokens with a budget follow (and spaces between them, if
there is room). Some tokens are pairs, as brackets are: each closes the last that is open, so that pairs are always
nested.

Letters: R rows, W proposals per row, M tokens with a budget, V vocabulary, D most brackets that an output opens.
"""

from collections.abc import Mapping, Sequence

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
        pairs: the opening token of each closing one. Every row has equally many of both.
        space: the token of a space.
    """

    def __init__(
        self,
        budgets: Sequence[Mapping[int, int]],
        vocabulary: int,
        pairs: Mapping[int, int] | None = None,
        space: int | None = None,
    ) -> None:
        tokens = sorted(budgets[0])
        self._free = len(tokens)
        """Column of all tokens without a budget."""
        self._columns = np.full(vocabulary, self._free, dtype=np.int64)
        """(V,) the column of each token."""
        self._columns[tokens] = np.arange(self._free)
        unlimited = np.iinfo(np.int64).max // 2
        self._left = np.array([[*(budget[token] for token in tokens), unlimited] for budget in budgets], dtype=np.int64)
        """(R, M + 1) how often each token is still to be written."""
        self._opening = np.full(self._free + 1, NOTHING, dtype=np.int64)
        """(M + 1,) the column of the token that each closes."""
        for closing, opening in (pairs or {}).items():
            self._opening[self._columns[closing]] = self._columns[opening]
        self._opens = np.isin(np.arange(self._free + 1), self._opening)
        """(M + 1,) whether a token opens a pair."""
        opens = int(self._left[:, self._opens].sum(axis=1).max(initial=0))
        self._open = np.full((len(budgets), opens + 1), NOTHING)
        """(R, D + 1) columns of the tokens that are open, after one that none closes."""
        self._depth = np.zeros(len(budgets), dtype=np.int64)
        """(R,) number of open tokens."""
        self._space = NOTHING if space is None else space
        self._last = np.full(len(budgets), NOTHING)
        """(R,) the tokens written last."""
        self.appended = np.zeros(len(budgets), dtype=np.bool_)
        """(R,) whether the rest of its budget was, or is being, written where the model would not have written it."""

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
            (R,) the number of tokens that may follow: those with a budget, where others must not; else V.
        """
        columns, left = self._columns[tokens], self._left[rows]
        last = self._open[rows, self._depth[rows]][:, None]
        may_follow = (left > 0) & ((self._opening == NOTHING) | (self._opening == last))
        log_probs[~np.take_along_axis(may_follow, columns, axis=1)] = -np.inf
        total = left[:, : self._free].sum(axis=1)
        best = log_probs.argmax(axis=1)[:, None]
        ends = np.take_along_axis(tokens, best, axis=1)[:, 0] == EOS
        ends &= np.take_along_axis(log_probs, best, axis=1)[:, 0] > -np.inf
        self.appended[rows] |= (total > 0) & (ends | (total >= room))
        only = (total > 0) & self.appended[rows]
        spaced = (total < room) & (self._last[rows] != self._space)
        log_probs[(total > 0)[:, None] & (tokens == EOS)] = -np.inf
        other = (columns == self._free) & ~(spaced[:, None] & (tokens == self._space))
        log_probs[only[:, None] & other] = -np.inf
        allowed = may_follow[:, : self._free].sum(axis=1) + (spaced & (self._space != NOTHING))
        return np.where(only, allowed, len(self._columns))

    def advance(self, parents: IntArray, tokens: IntArray | None = None) -> None:
        """Continue rows ``parents`` (any selection, in any order), by one token each if ``tokens`` are given."""
        self._left, self._open, self._depth = self._left[parents], self._open[parents], self._depth[parents]
        self.appended = self.appended[parents]
        self._last = self._last[parents] if tokens is None else tokens
        if tokens is None:
            return
        rows, columns = np.arange(len(tokens)), self._columns[tokens]
        self._left[rows, columns] -= 1
        opened, closed = self._opens[columns], self._opening[columns] != NOTHING
        # Rows that are impossible may have written anything.
        self._depth = np.clip(self._depth + opened - closed, 0, self._open.shape[1] - 1)
        self._open[rows[opened], self._depth[opened]] = columns[opened]
