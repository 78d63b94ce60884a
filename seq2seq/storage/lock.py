"""Locks between processes: files that the system holds for a process, and releases when the process ends."""

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_PATIENCE: Final = 0.5
"""Seconds that pass before a process says that it waits."""

_NO_LOCKS: Final = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)
"""What some file systems of networks answer."""


@contextmanager
def locked(path: Path, *, on_wait: Callable[[], None] | None = None, optional: bool = False) -> Iterator[None]:
    """Hold the lock of a file, which is created if it is missing.

    The holder may delete the file. A process that opened it before that would then lock a file that has no name any
    more, while others lock the new file of that name; so the file is compared with its name at the end.

    Args:
        path: the file.
        on_wait: wait until the lock is free, and call this first if that takes long.
        optional: go on without a lock on a file system that has none.

    Raises:
        BlockingIOError: another process holds the lock, and ``on_wait`` is None.
        OSError: the file cannot be created or locked.
    """
    try:
        descriptor = _acquire(path)
    except OSError as error:
        if optional and error.errno in _NO_LOCKS:
            yield
            return
        if not isinstance(error, BlockingIOError):
            raise
        if on_wait is None:
            raise
        time.sleep(_PATIENCE)
        try:
            descriptor = _acquire(path)
        except BlockingIOError:
            on_wait()
            descriptor = _acquire(path, wait=True)
    try:
        yield
    finally:
        os.close(descriptor)


def _acquire(path: Path, *, wait: bool = False) -> int:
    """The descriptor that holds the lock until it is closed."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            if _is_at(descriptor, path):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether an open file is the one that has this name now."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
