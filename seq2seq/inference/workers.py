"""Batches computed in parallel, one thread per batch.

ONNX Runtime and torch release Python's lock, so threads suffice to keep all cores busy; unlike processes, they share
one copy of the weights and start at once. Each batch is computed by one core: with matrices of this size, that is
faster than all cores on one product.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from math import ceil
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_in_parallel(work: Callable[[Item], Result], items: Sequence[Item], workers: int) -> Iterator[Result]:
    """The results of ``work`` for every item, in order, ``workers`` at a time.

    After an error, no further item is started, and running ones are waited for.
    """
    if min(len(items), workers) <= 1:
        yield from map(work, items)
        return
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
