"""Locks between processes: files that the system holds for a process, and releases when the process ends."""

import fcntl
import os
from pathlib import Path


def acquire(path: Path, *, shared: bool = False, wait: bool = False) -> int | None:
    """Lock a file, which is created if it is missing.

    The holder of an exclusive lock may delete the file. Whoever opened it before that would then lock a file that has
    no name any more, while others lock the new file of that name; so the file is compared with its name at the end.

    Args:
        path: the file.
        shared: other shared locks are allowed, exclusive ones are not.
        wait: until the lock is free.

    Returns:
        The descriptor that holds the lock, for :func:`release`; None: another process holds it.

    Raises:
        OSError: the file cannot be created or locked.
    """
    how = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, how)
            if _is_at(descriptor, path):
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            return None
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def release(descriptor: int) -> None:
    """Release a lock."""
    os.close(descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether an open file is the one that has this name now."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
