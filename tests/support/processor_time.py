"""Limits on the time of a processor: unlike a clock's, they hold on a busy machine."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Assert that the block takes this process at most so much time of a processor."""
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds
