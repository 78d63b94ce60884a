"""Coroutines in a loop of their own."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def run(
    work: Coroutine[Any, Any, Result], *, loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None
) -> Result:
    """The result of a coroutine, in a thread: a test with a browser leaves a loop that runs in the main one."""

    def finish() -> Result:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            return runner.run(work)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(finish).result()
