"""Batches of examples: a token budget, similar lengths together, another order in every epoch.

An epoch is a pure function of (seed, epoch), so that a position in training is a few integers. The examples of a window
(all, if they are few: :mod:`seq2seq.data.batching.order`) are shuffled and cut into pools of about ``POOL`` batches. A
pool is sorted by source length, then target length, so that a batch holds similar lengths; equal lengths stay in
shuffled order. The sort runs like a snake (target lengths up, then down, as the source length grows; source lengths up
in one pool, down in the next), so that neighbours on the line along which batches are cut are always alike, and no pool
ends in a batch of leftovers. Then the batches are shuffled.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from math import ceil
from typing import overload

import numpy as np
from numpy.typing import NDArray

from seq2seq import log
from seq2seq.config.training import BatchConfig
from seq2seq.data.batching.mixture import Mixture
from seq2seq.data.batching.order import RowOrder, Rows, Window
from seq2seq.errors import NoExamples
from seq2seq.wording import listed, plural

POOL = 150
"""Batches to a pool: enough for 90 % of tokens that are not padding, few enough to mix lengths over an epoch."""
SHOWN = 5
"""Examples beyond the budget that the warning names."""
_SORTED = 2**20
"""Rows whose pools are sorted in one go."""
_BITS = 20
"""Bits of a length in a sort key."""


class TokenBudgetSampler:
    """Cuts a split into batches whose padded size, rows x (longest source + longest target), is within a budget.

    Args:
        lengths: (N, 2) tokens of each source and target, EOS included.
        config: ``max_tokens`` is the budget, ``max_rows`` an upper bound on rows.
        seed: with the epoch, decides the batches.
        rank: which of the ``ranks`` processes this is.
        ranks: processes that share an epoch: each gets the same number of batches, and no example twice.
        where: names an example (``file:line``) in the warning about examples that alone exceed the budget.
        mixture: how many rows of each part an epoch takes; None: all.

    Raises:
        NoExamples: none fits the budget, or there are fewer examples than processes.
    """

    def __init__(
        self,
        lengths: NDArray[np.int32],
        config: BatchConfig,
        *,
        seed: int,
        rank: int = 0,
        ranks: int = 1,
        where: Callable[[int], str] | None = None,
        mixture: Mixture | None = None,
    ) -> None:
        self.config = config
        self.mixture = mixture
        self.seed = seed
        self.rank = rank
        self.ranks = ranks
        self._lengths = lengths
        self._order = RowOrder(lengths, config.max_tokens, seed=seed, mixture=mixture)
        self.left_out: NDArray[np.int64] = self._order.left_out
        """Rows that exceed the budget alone, and are in no batch."""
        if len(self.left_out) and rank == 0:
            self._report(where)
        count = len(self._order)
        if count < ranks:
            raise self._too_few(count)
        rows_a_batch = max(1.0, config.max_tokens * count / self._order.tokens) if count else 1.0
        if config.max_rows is not None:
            rows_a_batch = min(rows_a_batch, float(config.max_rows))
        self._pool = max(1, round(POOL * rows_a_batch))

    def epoch(self, epoch: int) -> "Epoch":
        """The batches of this process, in order: arrays of row numbers."""
        return Epoch(self._order.windows(epoch), self._batches, self.rank, self.ranks)

    def _batches(self, window: Window) -> list[Rows]:
        """The batches of a window, of all processes."""
        rng = np.random.default_rng(window.key)
        order = self._snake(rng.permutation(window.rows()))
        edges = self._cut(order)
        batches = [order[start:stop] for start, stop in pairwise(edges)]
        return [batches[index] for index in rng.permutation(len(batches))]

    def _snake(self, rows: Rows) -> Rows:
        """Sort every pool by (source length, target length), every other run backwards."""
        ceiling = (1 << _BITS) - 1
        ordered = np.empty_like(rows)
        some = self._pool * ceil(_SORTED / self._pool)
        for start in range(0, len(rows), some):  # keys of all rows at once would be most of an epoch's memory
            part = rows[start : start + some]
            source = np.minimum(self._lengths[part, 0], ceiling).astype(np.int64)
            target = np.minimum(self._lengths[part, 1], ceiling).astype(np.int64)
            pool = np.arange(start, start + len(part)) // self._pool
            # Source lengths fall in odd pools, target lengths fall where the source length is odd.
            run = np.where(pool % 2 == 1, ceiling - source, source)
            within = np.where(source % 2 == 1, ceiling - target, target)
            key = (pool << (2 * _BITS)) | (run << _BITS) | within
            ordered[start : start + len(part)] = part[np.argsort(key, kind="stable")]
        return ordered

    def _cut(self, order: Rows) -> list[int]:
        """Edges of the longest batches within the budget, from first to last along ``order``."""
        source = self._lengths[order, 0]
        target = self._lengths[order, 1]
        count = len(order)
        budget = self.config.max_tokens
        edges = [0]
        start = 0
        ahead = 64  # rows looked at, at first
        while start < count:
            size = min(ahead, count - start)
            padded = np.maximum.accumulate(source[start : start + size]).astype(np.int64)
            padded += np.maximum.accumulate(target[start : start + size])
            padded *= np.arange(1, size + 1)
            rows = int(np.searchsorted(padded, budget, side="right"))
            if rows == size and start + size < count and (self.config.max_rows is None or rows < self.config.max_rows):
                ahead *= 2
                continue
            if self.config.max_rows is not None:
                rows = min(rows, self.config.max_rows)
            ahead = max(64, 2 * rows)
            start += rows
            edges.append(start)
        return edges

    def _too_few(self, count: int) -> NoExamples:
        """The error where not every process has an example that fits."""
        sizes = self._lengths.sum(axis=1, dtype=np.int64)
        shortest = f" The shortest has {plural(int(sizes.min()), 'token')}." if len(sizes) else ""
        if len(sizes) < self.ranks:
            remedy = f"There are fewer examples than processes: train with {len(sizes)} at most, or give more data."
        else:
            needed = int(np.partition(sizes, self.ranks - 1)[self.ranks - 1])
            remedy = f"Raise it: --set training.batch.max_tokens={max(4096, needed)}"
        return NoExamples(
            f"{count} of {len(sizes):,} examples fit training.batch.max_tokens = {self.config.max_tokens}"
            f"{f', for {self.ranks} processes' if self.ranks > 1 else ''}.{shortest}\n  {remedy}",
            code="data.nothing-fits-batch",
        )

    def _report(self, where: Callable[[int], str] | None) -> None:
        """Warn about the examples that no batch can hold."""

        def describe(row: int) -> str:
            return f"{where(row) if where else f'row {row}'} ({plural(int(self._lengths[row].sum()), 'token')})"

        rows = listed(self.left_out.tolist(), SHOWN, quote=describe)
        log.warn(
            f"left out {len(self.left_out):,} of {len(self._lengths):,} examples, with more tokens than "
            f"training.batch.max_tokens = {self.config.max_tokens}: {rows}. "
            "Raise training.batch.max_tokens, or lower data.filters.max_length.",
            code="data.examples-left-out",
        )


class Epoch(Sequence[NDArray[np.int64]]):
    """The batches of one process in an epoch, as arrays of row numbers, cut window by window when they are read.

    All processes together take every batch in turn. The largest batches of the last window are halved until all
    processes get the same number. Those that are left over at the end are halved before any other, so that all steps
    learn from the same examples as those of one process that accumulates ``ranks`` batches. Only where batches of one
    row are all there is, fewer than ``ranks`` of them wait for another epoch.

    Args:
        windows: of the epoch.
        cut: cuts a window into batches.
        rank: which of the ``ranks`` processes this is.
        ranks: processes.
    """

    def __init__(self, windows: Sequence[Window], cut: Callable[[Window], list[Rows]], rank: int, ranks: int) -> None:
        self._windows, self._cut, self._rank, self._ranks = windows, cut, rank, ranks
        # Threads may ask at the same time: both then write the same.
        self._before = {0: 0}
        """Batches of all processes before each window, as far as they have been counted."""
        self._last: tuple[int, list[Rows]] = (-1, [])
        """The window that was cut last, and its batches."""

    def __len__(self) -> int:
        """Batches of this process; the first call cuts all windows."""
        return self._count(len(self._windows)) // self._ranks

    def __iter__(self) -> Iterator[NDArray[np.int64]]:
        return self.start(0)

    @overload
    def __getitem__(self, index: int) -> NDArray[np.int64]: ...
    @overload
    def __getitem__(self, index: slice) -> list[NDArray[np.int64]]: ...
    def __getitem__(self, index: int | slice) -> NDArray[np.int64] | list[NDArray[np.int64]]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        try:
            return next(self.start(range(len(self))[index]))
        except IndexError:
            raise IndexError(f"batch {index} of {len(self)}") from None

    def start(self, number: int) -> Iterator[NDArray[np.int64]]:
        """The batches from one on."""
        for window in range(len(self._windows)):
            before, after = self._count(window), self._count(window + 1)
            if number < self._own(after):
                batches = self._batches(window)
                first = max(number, self._own(before)) * self._ranks + self._rank - before
                for index in range(first, after - before, self._ranks):
                    yield batches[index].astype(np.int64)

    def _own(self, count: int) -> int:
        """How many of the first ``count`` batches are this process's."""
        return (count - self._rank + self._ranks - 1) // self._ranks

    def _count(self, window: int) -> int:
        """Batches of all processes before a window."""
        if window not in self._before:
            for number in range(window):
                if number + 1 not in self._before:
                    self._before[number + 1] = self._before[number] + len(self._batches(number))
        return self._before[window]

    def _batches(self, window: int) -> list[Rows]:
        """The batches of a window, of all processes."""
        cut = self._last
        if cut[0] != window:
            batches = self._cut(self._windows[window])
            if window == len(self._windows) - 1:
                batches = self._even(batches, self._count(window))
            cut = self._last = window, batches
        return cut[1]

    def _even(self, batches: list[Rows], before: int) -> list[Rows]:
        """Halve batches of the last window, after ``before`` others, until all processes get the same number."""
        left_over = (before + len(batches)) // self._ranks * self._ranks - before
        wanted = ceil((before + len(batches)) / self._ranks) * self._ranks - before
        while len(batches) < wanted:
            largest = max(
                range(len(batches)),
                key=lambda index: (len(batches[index]) > 1 and index >= left_over, len(batches[index])),
            )
            if len(batches[largest]) == 1:
                break
            middle = len(batches[largest]) // 2
            batches.append(batches[largest][middle:])
            batches[largest] = batches[largest][:middle]
        return batches[: (before + len(batches)) // self._ranks * self._ranks - before]
