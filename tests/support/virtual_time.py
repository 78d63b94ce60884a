"""An event loop whose clock jumps to the next timer, so that no test waits."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from support import own_loop

T = TypeVar("T")


class _Selector(selectors.SelectSelector):
    """Never waits: the time that it would wait passes at once."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0)
        if not events:
            if timeout is None:
                raise AssertionError("nothing is ready, and no timer is set: the test would hang")
            self.now += max(timeout, 0)
        return events


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """The loop; it must not use threads."""

    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, in virtual time."""
    return own_loop.run(work, loop_factory=VirtualTimeLoop)
