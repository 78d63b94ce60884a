"""Which rows an epoch reads, in which order: windows of shuffled rows, of which one at a time is in memory.

A split of few rows is one window. A larger one is cut into blocks of ``BLOCK`` rows; the blocks of an epoch are
shuffled and dealt into windows of about ``WINDOW`` rows, and the rows of a window are shuffled. So an epoch takes a few
bytes per block, and the rows of a window stand in a few hundred places of the files.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from seq2seq.data.batching.mixture import Mixture

BLOCK: Final = 4096
"""Rows, one after the other in the files, that are in the same window."""
WINDOW: Final = 2**21
"""Rows of a window: numbers, lengths and sort keys of so many need about 100 MB."""
_IN_TURN: Final = 0x01D
"""Keeps the order of rows that are taken in turn apart from other random choices with the same seed."""
_BLOCKS: Final = 0xB10C
"""Keeps the order of blocks in an epoch apart from others."""
_ROUND: Final = 0x2041
"""Keeps the order of blocks that are taken in turn apart from others."""

Rows = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Window:
    """Rows of an epoch that are shuffled together."""

    key: tuple[int, ...]
    """Seed of their random order."""
    rows: Callable[[], Rows]
    """Reads their numbers, not shuffled yet."""


class RowOrder:
    """The rows of every epoch: a function of the seed and the epoch's number.

    Args:
        lengths: (N, 2) tokens of each source and target, EOS included.
        most: tokens of both sides together above which a row is left out.
        seed: decides the order.
        mixture: how many rows of each part an epoch takes; None: all.
    """

    def __init__(self, lengths: NDArray[np.int32], most: int, *, seed: int, mixture: Mixture | None = None) -> None:
        self._lengths, self._most, self._seed, self._mixture = lengths, most, seed, mixture
        self._type = np.int32 if len(lengths) < 2**31 else np.int64
        firsts = [*(mixture.firsts if mixture else (0,)), len(lengths)]
        starts = [np.arange(first, stop, BLOCK) for first, stop in pairwise(firsts)]
        self._edges: NDArray[np.int64] = np.concatenate([*starts, [len(lengths)]])
        """(blocks + 1,) where blocks begin, as rows; no block has rows of two parts."""
        self._parts: list[int] = np.cumsum([0, *map(len, starts)]).tolist()
        """(parts + 1,) where parts begin, as blocks."""
        self._counts: NDArray[np.int64] = np.zeros(len(self._edges) - 1, dtype=np.int64)
        """(blocks,) rows of each that are not left out."""
        self.tokens = 0
        """Tokens of all rows that are not left out."""
        left_out: list[NDArray[np.int64]] = []
        for block, (start, stop) in enumerate(pairwise(self._edges.tolist())):
            sizes = lengths[start:stop].sum(axis=1, dtype=np.int64)
            fits = sizes <= most
            self._counts[block] = np.count_nonzero(fits)
            self.tokens += int(sizes[fits].sum())
            left_out.append(start + np.flatnonzero(~fits))
        self.left_out: NDArray[np.int64] = np.concatenate([*left_out, np.empty(0, np.int64)])
        """Rows that are in no epoch."""

    def __len__(self) -> int:
        """Rows that are not left out."""
        return int(self._counts.sum())

    def windows(self, epoch: int) -> list[Window]:
        """The windows of an epoch, without their rows."""
        if round(len(self) / WINDOW) <= 1:
            return [Window((self._seed, epoch), partial(self._all, epoch))]
        pieces = np.concatenate(list(self._pieces(epoch)))
        pieces = np.random.default_rng((_BLOCKS, self._seed, epoch)).permutation(pieces)
        ends = np.cumsum(pieces[:, 2] - pieces[:, 1])
        count = max(1, round(int(ends[-1]) / WINDOW))
        cuts = np.searchsorted(ends, ends[-1] * np.arange(1, count) // count, side="right")
        return [
            Window((self._seed, epoch, number), partial(self._read, dealt))
            for number, dealt in enumerate(np.split(pieces, cuts))
        ]

    def _used(self, start: int, stop: int) -> Rows:
        """The rows of some blocks that are not left out."""
        first, last = int(self._edges[start]), int(self._edges[stop])
        fits = self._lengths[first:last].sum(axis=1, dtype=np.int64) <= self._most
        return cast(Rows, (first + np.flatnonzero(fits)).astype(self._type))

    def _shares(self) -> Iterator[tuple[int, int, int | None]]:
        """Where the blocks of each part begin and end, and how many rows of it an epoch takes in turn; None: all."""
        sizes = [int(self._counts[start:stop].sum()) for start, stop in pairwise(self._parts)]
        counts = sizes if self._mixture is None else self._mixture.counts(sizes)
        replayed = len(sizes) - 1 if self._mixture and self._mixture.replay is not None else None
        for number, ((start, stop), size, count) in enumerate(zip(pairwise(self._parts), sizes, counts, strict=True)):
            yield start, stop, None if count == size and number != replayed else count

    def _all(self, epoch: int) -> Rows:
        """The rows of an epoch, those of one part after the other."""
        last = len(self._parts) - 2 if self._mixture and self._mixture.replay is not None else None
        return cast(
            Rows,
            np.concatenate(
                [
                    self._used(start, stop)
                    if count is None
                    else self._in_turn(self._used(start, stop), count, epoch, () if number == last else (number,))
                    for number, (start, stop, count) in enumerate(self._shares())
                ]
            ),
        )

    def _in_turn(self, rows: Rows, count: int, epoch: int, part: tuple[int, ...]) -> Rows:
        """The rows of a part in an epoch, from one long shuffled row, so that all come before one comes again."""
        if not count:
            return rows[:0]
        first, at = divmod(epoch * count, len(rows))
        rounds = range(first, first + 1 + (at + count) // len(rows))
        shuffled = [np.random.default_rng((_IN_TURN, self._seed, *part, number)).permutation(rows) for number in rounds]
        return cast(Rows, np.concatenate(shuffled)[at : at + count])

    def _pieces(self, epoch: int) -> Iterator[NDArray[np.int64]]:
        """(P, 4) pieces of an epoch, for each part: a block, and from where to where its rows of a round are taken."""
        for start, stop, count in self._shares():
            blocks = np.arange(start, stop)
            if count is None:
                zeros = np.zeros_like(blocks)
                yield np.stack([blocks, zeros, self._counts[start:stop], zeros], axis=1)
            elif count:
                yield from self._in_turn_pieces(blocks, count, epoch)

    def _in_turn_pieces(self, blocks: NDArray[np.int64], count: int, epoch: int) -> Iterator[NDArray[np.int64]]:
        """As :meth:`_in_turn`, where the long row is one of shuffled blocks, and the rows of each are shuffled."""
        size = int(self._counts[blocks].sum())
        first, at = divmod(epoch * count, size)
        for number in range(first, first + 1 + (at + count) // size):
            rng = np.random.default_rng((_ROUND, self._seed, int(blocks[0]), number))
            shuffled = rng.permutation(blocks)
            begins = (number - first) * size + np.cumsum(self._counts[shuffled]) - self._counts[shuffled]
            low = np.clip(at - begins, 0, self._counts[shuffled])
            high = np.clip(at + count - begins, 0, self._counts[shuffled])
            pieces = np.stack([shuffled, low, high, np.full_like(low, number)], axis=1)
            yield pieces[low < high]

    def _read(self, pieces: NDArray[np.int64]) -> Rows:
        """The rows of some pieces."""
        found = []
        for block, low, high, number in pieces.tolist():
            rows = self._used(block, block + 1)
            if high - low < len(rows):
                rng = np.random.default_rng((_IN_TURN, self._seed, number, block))
                rows = rng.permutation(rows)[low:high]
            found.append(rows)
        return cast(Rows, np.concatenate(found))
