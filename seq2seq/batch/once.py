"""What a process has opened: each thing once, by whichever thread asks first."""

import os
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar, cast

Opened = TypeVar("Opened")
_opened: dict[Hashable, object] = {}
_lock = Lock()
_inherited: list[dict[Hashable, object]] = []
"""What the processes that this one was forked from had opened. Their threads are not here, so that it can neither be
used nor be destroyed: destructors would wait for them."""


def once(key: Hashable, open_it: Callable[[], Opened]) -> Opened:
    """What ``open_it`` returned in this process for a key; it is kept for as long as the process runs."""
    with _lock:
        if key not in _opened:
            _opened[key] = open_it()
        return cast(Opened, _opened[key])


def _begin_anew() -> None:
    """In a forked process: with nothing opened, and a lock that no thread of another process holds."""
    global _opened, _lock
    _inherited.append(_opened)
    _opened, _lock = {}, Lock()


os.register_at_fork(after_in_child=_begin_anew)
