"""What the program says to people: on standard error, never on standard output.

On a terminal through rich (colours unless NO_COLOR is set, progress bars); elsewhere as plain lines.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from seq2seq.errors import Seq2SeqError, reason_of

if TYPE_CHECKING:
    from rich.console import Console

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_COMMANDS: Final = ("seq2seq ", "pip install ", "python ")
_files: "list[Appender]" = []


@cache
def console() -> "Console":
    """The one rich console, on standard error."""
    from rich.console import Console  # 50 ms, which --help need not spend

    class Ours(Console):
        def on_broken_pipe(self) -> None:
            raise

    return Ours(stderr=True, highlight=False)


def visible(text: str) -> str:
    r"""Text with its control characters spelt out (``\u001b``), but for tabs and ends of lines.

    What a model, a corpus or a file's name says must not steer the terminal that shows it. JSON stays JSON.
    """
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def on_terminal() -> bool:
    """Whether bars can be drawn: standard error is a terminal that can move its cursor."""
    return console().is_terminal and not console().is_dumb_terminal


def say(message: str, *, style: str | None = None) -> None:
    """Print a line (or several) for people.

    Args:
        message: plain text; square brackets are not markup, and control characters are spelt out.
        style: rich style on a terminal, such as `bold` or `yellow`.
    """
    message = visible(message)
    try:
        shown = fitted(message, console().width) if console().is_terminal else message
        console().print(shown, style=style, markup=False, emoji=False, soft_wrap=True)
    except OSError as error:  # standard error on a full disk, a terminal that is gone: no reason to end any work
        if isinstance(error, BrokenPipeError) and not _files:
            raise  # but where nobody hears of it any more
    write_to_files(message)


def fitted(message: str, width: int) -> str:
    """Text whose lines fit a terminal, broken between words; what follows a break is indented.

    A line that is a command stays whole, so that it can be copied; so does a word that is too long, such as a path.

    Args:
        message: lines.
        width: of the terminal, in columns.
    """
    return "\n".join(line for whole in message.split("\n") for line in _broken(whole, width))


def _broken(line: str, width: int) -> Iterator[str]:
    from rich.cells import cell_len

    if cell_len(line) <= width or line.lstrip().startswith(_COMMANDS):
        yield line
        return
    begin, *words = re.findall(r"\s*\S+", line)
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    for word in words:
        if cell_len(begin + word) <= width:
            begin += word
        else:
            yield begin
            begin = indent + word.lstrip()
    yield begin


@contextmanager
def muted(*, mute: bool = True) -> Iterator[None]:
    """Say nothing meanwhile: for processes beside the one that speaks for all."""
    before, console().quiet = console().quiet, mute or console().quiet
    try:
        yield
    finally:
        console().quiet = before


def warn_skipped(rows: int, name: str) -> None:
    """Say that malformed rows were left out, if any were."""
    if rows:
        warn(f"{rows:,} malformed {'row' if rows == 1 else 'rows'} of {name} left out")


def warn(message: str, *, code: str = "") -> None:
    """Print what the user should know but need not stop for.

    Args:
        message: for people.
        code: a stable name of the kind of fault (``data.rows-skipped``), for a program that replaces this function.
    """
    del code  # people read the message
    say(f"warning: {message}", style="yellow")


def write_to_files(message: str) -> None:
    """Put a line into the files of :func:`to_file` alone."""
    for file in _files:
        file.add(message)


@contextmanager
def to_file(path: Path) -> Iterator[None]:
    """Append everything said meanwhile to a file as well, as plain lines; and what ended it, if it is one of ours."""
    file = Appender(path)
    _files.append(file)
    try:
        yield
    except (Seq2SeqError, OSError, MemoryError) as error:
        file.add(visible(f"error: {error}"))
        raise
    finally:
        _files.remove(file)
        file.close()


class Appender:
    """A file that lines are added to. A disk that is full ends no work: the lines wait, and follow when they can.

    Lines are in UTF-8 and reach the system one by one, so that a process that is killed has lost none; and they are
    never torn, since what a disk did not take follows byte for byte.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None
        self._waiting = b""
        self._told = self._writing = False
        self._write()

    def add(self, line: str) -> None:
        """Write a line."""
        self._waiting += f"{line}\n".encode(errors="backslashreplace")
        self._write()

    def close(self) -> None:
        """Write what waits, if it can be; say so, if it cannot."""
        self._write()
        if self._waiting:
            lost = self._waiting.count(b"\n")
            warn(f"{self._path}: its last {lost:,} line(s) are lost; they could not be written to the end.")
        if self._file is not None:
            with suppress(OSError):
                self._file.close()

    def _write(self) -> None:
        if self._writing:  # a signal's handler, or a warning of ours, says something meanwhile: it is written below
            return
        self._writing = True
        failed: OSError | None = None
        try:
            if self._file is None:
                self._file = self._path.open("ab", buffering=0)
            while self._waiting:
                written = self._file.write(self._waiting)
                self._waiting = self._waiting[written:]
        except OSError as error:
            failed = error
        finally:
            self._writing = False
        told, self._told = self._told, failed is not None
        if failed is not None and not told:
            warn(
                f"{self._path}: cannot be written ({reason_of(failed)}). Work goes on; what is missing in the file is "
                "added as soon as it can be: free some space."
            )
