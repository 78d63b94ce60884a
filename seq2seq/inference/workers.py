"""Batches computed in parallel, one thread per batch.

ONNX Runtime and torch release Python's lock, so threads suffice to keep all cores busy; unlike processes, they share
one copy of the weights and start at once. Each batch is computed by one core: with matrices of this size, that is
faster than all cores on one product.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from math import ceil
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

BATCH_TOKENS = 8192
"""Upper bound on sentences x longest source of a batch, so that long lines need no more memory than many short ones."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_in_parallel(work: Callable[[Item], Result], items: Sequence[Item], workers: int) -> Iterator[Result]:
    """The results of ``work`` for every item, in order, ``workers`` at a time.

    After an error, no further item is started, and running ones are waited for.
    """
    if min(len(items), workers) <= 1:
        yield from map(work, items)
        return
    from concurrent.futures import ThreadPoolExecutor

    rest = iter(items)
    pool = ThreadPoolExecutor(workers, thread_name_prefix="seq2seq-worker")
    try:
        # As many items wait as there are workers, so that no worker waits.
        started: deque[Future[Result]] = deque(pool.submit(work, item) for item in islice(rest, 2 * workers))
        while started:
            result = started.popleft().result()
            started.extend(pool.submit(work, item) for item in islice(rest, 1))
            yield result
    finally:
        pool.shutdown(cancel_futures=True)


def batch_size(items: int, size: int, workers: int) -> int:
    """The largest batch size up to ``size`` with which every worker gets a batch."""
    return max(1, min(size, ceil(items / workers)))


def length_batches(lengths: Sequence[tuple[int, int]], size: int) -> Iterator[list[int]]:
    """Batches of rows of similar length, longest first, so that a lack of memory shows at once.

    Args:
        lengths: rows with their numbers of tokens.
        size: most rows of a batch; fewer if they are long (see ``BATCH_TOKENS``).
    """
    batch: list[int] = []
    longest = 0
    for row, length in sorted(lengths, key=lambda pair: (-pair[1], pair[0])):
        if batch and (len(batch) == size or (len(batch) + 1) * longest > BATCH_TOKENS):
            yield batch
            batch = []
        if not batch:
            longest = length
        batch.append(row)
    if batch:
        yield batch


def map_by_length(
    work: Callable[[list[int]], Iterable[Result]],
    lengths: Sequence[tuple[int, int]],
    size: int,
    workers: int,
    advance: Callable[[int], None] | None = None,
) -> Iterator[tuple[int, Result]]:
    """Every row, with its result of ``work``, which is given up to ``size`` rows of similar length at a time.

    ``lengths`` are rows with their numbers of tokens; ``advance`` is called with the number of rows that are finished.
    """
    batches = list(length_batches(lengths, batch_size(len(lengths), size, workers)))
    for rows, results in zip(batches, map_in_parallel(work, batches, workers), strict=True):
        yield from zip(rows, results, strict=True)
        if advance:
            advance(len(rows))
