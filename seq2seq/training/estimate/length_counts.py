"""How many examples have which length: all that is asked of the lengths of a split, in little memory."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

_CHUNK: Final = 2**20
"""Rows that are counted at a time."""


@dataclass(frozen=True, slots=True)
class LengthCounts:
    """Examples and their tokens, by the length of their longest side."""

    rows: NDArray[np.int64]
    """(longest + 1,) examples of each length."""
    tokens: NDArray[np.int64]
    """(longest + 1,) tokens of all sides of these examples."""

    @classmethod
    def of(cls, lengths: NDArray[np.int32]) -> Self:
        """Count the examples with ``lengths`` (N, sides)."""
        rows = np.zeros(int(lengths.max(initial=0)) + 1, dtype=np.int64)
        tokens = np.zeros_like(rows)
        for start in range(0, len(lengths), _CHUNK):
            part = lengths[start : start + _CHUNK]
            longest = part.max(axis=1)
            rows += np.bincount(longest, minlength=len(rows))
            tokens += np.bincount(longest, part.sum(axis=1), len(rows)).astype(np.int64)  # exact below 2 ** 53
        return cls(rows, tokens)

    def quantile(self, share: float) -> int:
        """The smallest length that a share of the examples does not exceed."""
        return int(np.searchsorted(np.cumsum(self.rows), share * self.rows.sum()))
