"""Batches of examples: a token budget, similar lengths together, another order in every epoch.

An epoch is a pure function of (seed, epoch), so that a position in training is a few integers. The examples are
shuffled and cut into pools of about ``POOL`` batches. A pool is sorted by source length, then target length, so that a
batch holds similar lengths; equal lengths stay in shuffled order. The sort runs like a snake (target lengths up, then
down, as the source length grows; source lengths up in one pool, down in the next), so that neighbours on the line
along which batches are cut are always alike, and no pool ends in a batch of leftovers. Then the batches are shuffled.
"""

from collections.abc import Callable
from itertools import pairwise
from math import ceil
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from seq2seq import log
from seq2seq.config.training import BatchConfig
from seq2seq.data.batching.mixture import Mixture
from seq2seq.errors import DataError
from seq2seq.wording import listed, plural

POOL = 150
"""Batches to a pool: enough for 90 % of tokens that are not padding, few enough to mix lengths over an epoch."""
SHOWN = 5
"""Examples beyond the budget that the warning names."""
_IN_TURN = 0x01D
"""Keeps the order of rows that are taken in turn apart from other random choices with the same seed."""
_SORTED = 2**20
"""Rows whose pools are sorted in one go."""
_BITS = 20
"""Bits of a length in a sort key."""


Rows = NDArray[np.integer[Any]]


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
        DataError: no example fits the budget, or there are fewer examples than processes.
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
        sizes = lengths.sum(axis=1, dtype=np.int64)
        fits = sizes <= config.max_tokens
        self.left_out: NDArray[np.int64] = np.flatnonzero(~fits)
        """Rows that exceed the budget alone, and are in no batch."""
        self._rows = cast(Rows, np.flatnonzero(fits).astype(np.int32 if len(lengths) < 2**31 else np.int64))
        if len(self.left_out) and rank == 0:
            self._report(sizes, where)
        if len(self._rows) < ranks:
            raise self._too_few(sizes)
        mean = float(sizes[self._rows].mean()) if len(self._rows) else 1.0
        rows_a_batch = max(1.0, config.max_tokens / mean)
        if config.max_rows is not None:
            rows_a_batch = min(rows_a_batch, float(config.max_rows))
        self._pool = max(1, round(POOL * rows_a_batch))

    def epoch(self, epoch: int) -> list[NDArray[np.int64]]:
        """The batches of this process, in order: arrays of row numbers."""
        rng = np.random.default_rng((self.seed, epoch))
        order = self._snake(rng.permutation(self._chosen(epoch)))
        edges = self._cut(order)
        batches = [order[start:stop] for start, stop in pairwise(edges)]
        shuffled = [batches[index] for index in rng.permutation(len(batches))]
        return [batch.astype(np.int64) for batch in self._share(shuffled)]

    def _chosen(self, epoch: int) -> Rows:
        """The rows of an epoch: all, or of each part as many as the mixture says."""
        if self.mixture is None:
            return self._rows
        parts = np.split(self._rows, np.searchsorted(self._rows, self.mixture.firsts[1:]))
        counts = self.mixture.counts([len(part) for part in parts])
        last = len(parts) - 1 if self.mixture.replay is not None else None
        chosen = [
            part if count == len(part) and number != last else self._in_turn(part, count, epoch, number, last)
            for number, (part, count) in enumerate(zip(parts, counts, strict=True))
        ]
        return cast(Rows, np.concatenate(chosen))

    def _in_turn(self, rows: Rows, count: int, epoch: int, part: int, replayed: int | None) -> Rows:
        """The rows of a part in an epoch, from one long shuffled row, so that all come before one comes again."""
        if not count:
            return rows[:0]
        first, at = divmod(epoch * count, len(rows))
        rounds = range(first, first + 1 + (at + count) // len(rows))
        key = (_IN_TURN, self.seed) if part == replayed else (_IN_TURN, self.seed, part)
        shuffled = [np.random.default_rng((*key, number)).permutation(rows) for number in rounds]
        return cast(Rows, np.concatenate(shuffled)[at : at + count])

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

    def _share(self, batches: list[Rows]) -> list[Rows]:
        """Every ``ranks``-th batch, after halving the largest ones until all processes get the same number.

        Those that are left over at the end are halved before any other, so that all steps learn from the same examples
        as those of one process that accumulates ``ranks`` batches. Only where batches of one row are all there is,
        fewer than ``ranks`` of them wait for another epoch.
        """
        if self.ranks == 1:
            return batches
        left_over = len(batches) // self.ranks * self.ranks
        wanted = ceil(len(batches) / self.ranks) * self.ranks
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
        usable = len(batches) // self.ranks * self.ranks
        return batches[self.rank : usable : self.ranks]

    def _too_few(self, sizes: NDArray[np.int64]) -> DataError:
        """The error where not every process has an example that fits."""
        shortest = f" The shortest has {plural(int(sizes.min()), 'token')}." if len(sizes) else ""
        if len(sizes) < self.ranks:
            remedy = f"There are fewer examples than processes: train with {len(sizes)} at most, or give more data."
        else:
            needed = int(np.partition(sizes, self.ranks - 1)[self.ranks - 1])
            remedy = f"Raise it: --set training.batch.max_tokens={max(4096, needed)}"
        return DataError(
            f"{len(self._rows)} of {len(sizes):,} examples fit training.batch.max_tokens = {self.config.max_tokens}"
            f"{f', for {self.ranks} processes' if self.ranks > 1 else ''}.{shortest}\n  {remedy}",
            code="data.nothing-fits-batch",
        )

    def _report(self, sizes: NDArray[np.int64], where: Callable[[int], str] | None) -> None:
        """Warn about the examples that no batch can hold."""

        def describe(row: int) -> str:
            return f"{where(row) if where else f'row {row}'} ({plural(int(sizes[row]), 'token')})"

        rows = listed(self.left_out.tolist(), SHOWN, quote=describe)
        log.warn(
            f"left out {len(self.left_out):,} of {len(sizes):,} examples, with more tokens than "
            f"training.batch.max_tokens = {self.config.max_tokens}: {rows}. "
            "Raise training.batch.max_tokens, or lower data.filters.max_length.",
            code="data.examples-left-out",
        )
