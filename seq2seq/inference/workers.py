"""Batches worked on side by side, a thread each.

ONNX Runtime and torch compute outside of Python's lock, so that threads suffice to keep all cores busy; other than
processes, they share one copy of the weights and start at once. Each batch is computed by one core: matrices of this
size gain more from that than from all cores on one product.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from math import ceil
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def side_by_side(work: Callable[[Item], Result], items: Sequence[Item], workers: int) -> Iterator[Result]:
    """What ``work`` makes of every item, in their order, so many at a time.

    An error ends it: nothing is begun any more, and what has begun is waited for.
    """
    if min(len(items), workers) <= 1:
        yield from map(work, items)
        return
    rest = iter(items)
    pool = ThreadPoolExecutor(workers, thread_name_prefix="seq2seq-worker")
    try:
        # One more than there are workers is waiting, so that none of them does.
        begun: deque[Future[Result]] = deque(pool.submit(work, item) for item in islice(rest, 2 * workers))
        while begun:
            result = begun.popleft().result()
            begun.extend(pool.submit(work, item) for item in islice(rest, 1))
            yield result
    finally:
        pool.shutdown(cancel_futures=True)


def share(items: int, size: int, workers: int) -> int:
    """The size of batches, at most ``size``, with which every worker gets one."""
    return max(1, min(size, ceil(items / workers)))
