"""Time of a processor: unlike a clock's, it is the same on a busy machine.

Of this thread alone: others that run in a test's process are not its matter. Without the collection of garbage, which
takes as long as all that earlier tests have left there.
"""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Assert that the block takes this thread at most so much time of a processor."""
    with measured() as taken:
        yield
    assert taken[0] < seconds


@contextmanager
def measured() -> Iterator[list[float]]:
    """Seconds that the block takes this thread, in a list once it has ended."""
    taken: list[float] = []
    collects = gc.isenabled()
    gc.disable()
    start = time.thread_time()
    try:
        yield taken
    finally:
        taken.append(time.thread_time() - start)
        if collects:
            gc.enable()
