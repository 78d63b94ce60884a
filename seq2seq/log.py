"""Messages for people: on standard error, never on standard output.

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
from seq2seq.wording import plural

if TYPE_CHECKING:
    from rich.console import Console

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_COMMANDS: Final = ("seq2seq ", "pip install ", "python ", "mkdir ")
_files: "list[Appender]" = []
_shows_codes: list[bool] = [False]


@cache
def console() -> "Console":
    """The one rich console, on standard error."""
    from rich.console import Console  # 50 ms, which --help need not spend

    class Ours(Console):
        def on_broken_pipe(self) -> None:
            raise

    return Ours(stderr=True, highlight=False)


def visible(text: str) -> str:
    r"""Text with control characters escaped (``\u001b``), except tabs and line ends.

    Text of a model, a corpus or a file name must not control the terminal that shows it. JSON stays JSON.
    """
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def on_terminal() -> bool:
    """Whether progress bars can be shown: standard error is a terminal that can move its cursor."""
    return console().is_terminal and not console().is_dumb_terminal


def say(message: str, *, style: str | None = None) -> None:
    """Print a line (or several) for people.

    Args:
        message: plain text; square brackets are not markup, and control characters are escaped.
        style: rich style on a terminal, such as `bold` or `yellow`.
    """
    message = visible(message)
    try:
        shown = fitted(message, console().width) if console().is_terminal else message
        console().print(shown, style=style, markup=False, emoji=False, soft_wrap=True)
    except OSError as error:  # standard error on a full disk, a closed terminal: no reason to end the work
        if isinstance(error, BrokenPipeError) and not _files:
            raise  # nothing reads the output any more
    write_to_files(message)


def fitted(message: str, width: int) -> str:
    """Text wrapped to a terminal's width in columns between words, with continuation lines indented.

    Commands are not wrapped, so that they can be copied; nor are words that are too long, such as paths.
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
    """Print nothing meanwhile: for processes other than the main one."""
    before, console().quiet = console().quiet, mute or console().quiet
    try:
        yield
    finally:
        console().quiet = before


def warn_skipped(rows: int, name: str) -> None:
    """Warn of malformed rows that were skipped, if any were."""
    if rows:
        warn(f"{plural(rows, 'malformed row')} of {name} left out", code="data.rows-skipped")


def warn(message: str, *, code: str) -> None:
    """Print a warning.

    Args:
        message: for people.
        code: a stable name of the kind of fault, such as ``data.rows-skipped``; printed within :func:`codes`.
    """
    say(f"{labelled('warning', code)}: {message}", style="yellow")


def labelled(severity: str, code: str) -> str:
    """``warning``; within :func:`codes` and if there is one, ``warning [data.rows-skipped]``."""
    return f"{severity} [{code}]" if code and _shows_codes[-1] else severity


@contextmanager
def codes(*, show: bool) -> Iterator[None]:
    """Print the codes of warnings and errors meanwhile, or do not."""
    _shows_codes.append(show)
    try:
        yield
    finally:
        _shows_codes.pop()


def write_to_files(message: str) -> None:
    """Write a line to the files of :func:`to_file` only."""
    for file in _files:
        file.add(message)


@contextmanager
def to_file(path: Path) -> Iterator[None]:
    """Also append all messages to a file meanwhile, as plain lines; and the error that ends the work."""
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
    """A file to which lines are appended. A full disk does not end the work: lines wait until they can be written.

    Lines are UTF-8, and written one by one, so that a killed process loses none; they are never torn, since bytes
    that a disk has not accepted follow later.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None
        self._waiting = b""
        self._warned = self._writing = False
        self._write()

    def add(self, line: str) -> None:
        """Write a line."""
        self._waiting += f"{line}\n".encode(errors="backslashreplace")
        self._write()

    def close(self) -> None:
        """Write the buffered lines; warn if that fails."""
        self._write()
        if self._waiting:
            lost = self._waiting.count(b"\n")
            warn(
                f"{self._path}: lost {plural(lost, 'line')} at its end, which could not be written.",
                code="log.lines-lost",
            )
        if self._file is not None:
            with suppress(OSError):
                self._file.close()

    def _write(self) -> None:
        if self._writing:  # a signal handler, or a warning of ours, adds a line meanwhile: it is written below
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
        warned, self._warned = self._warned, failed is not None
        if failed is not None and not warned:
            warn(
                f"{self._path}: cannot be written ({reason_of(failed)}). The work continues; missing lines are "
                "written as soon as possible: free some space.",
                code="log.not-writable",
            )
