"""Files and pipes, opened for their bytes. The content of a pipe is copied, since data are read more than once."""

import io
import stat
import tempfile
from functools import cache
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from seq2seq.errors import DataError

_BLOCK: Final = 1 << 20
"""Bytes read at a time."""


def open_raw(path: Path) -> io.BufferedReader:
    """Open a file for its bytes as they are; the content of a pipe is copied, so that it can be read again.

    Raises:
        DataError: it cannot be read.
    """
    try:
        file = (_copy(path) if is_pipe(path) else path).open("rb")
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}.", code="data.unreadable") from error
    _opened[str(path)] = file
    return file


_opened: "WeakValueDictionary[str, io.BufferedReader]" = WeakValueDictionary()
"""Files that were opened last, by their paths."""


def position(path: Path) -> int:
    """Bytes that have been read of the file that was opened last at a path; 0 if there is none."""
    file = _opened.get(str(path))
    return 0 if file is None or file.closed else file.tell()


def is_pipe(path: Path) -> bool:
    """Whether a path is a pipe, such as the shell's `<(command)`: there is no file to come back to later."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def is_buffered(path: Path) -> bool:
    """Whether a path is a pipe that this process has read to its end."""
    return is_pipe(path) and _number(path) in _copies


_copies: dict[tuple[int, int], Path] = {}


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """The folder of the copies while this process runs."""
    return tempfile.TemporaryDirectory(prefix="seq2seq-pipe-")


def _number(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _copy(path: Path) -> Path:
    """A copy of the content of a pipe, which is made once."""
    number = _number(path)
    if number not in _copies:
        copy = Path(_folder().name) / str(len(_copies))
        with path.open("rb") as pipe, copy.open("wb") as file:
            while block := pipe.read(_BLOCK):
                file.write(block)
        _copies[number] = copy
    return _copies[number]
