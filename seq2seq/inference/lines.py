"""Lines of text from a file or a pipe, in windows: as many as fit when they are there, what has come when they are not.

A line ends with a line feed, and nothing else: U+2028, form feeds and the like are part of the text. What is
compressed, or in UTF-16 with a byte order mark, is read as the text that it holds.
"""

import os
import select
from collections.abc import Iterator
from io import UnsupportedOperation
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from seq2seq import log
from seq2seq.errors import DataError
from seq2seq.formats.decode import DamagedError, Decoder
from seq2seq.formats.pipes import open_raw
from seq2seq.formats.problems import REMEDIES, describe_encoding
from seq2seq.formats.text_kinds import text_kind

WINDOW_LINES = 2048
WINDOW_BYTES = 1 << 22
_BLOCK = 1 << 16
_LOOKED_AT = 200
"""Lines by which it is known whether a text consists of sentences."""
_BOM = b"\xef\xbb\xbf"


def read_windows(
    stream: BinaryIO, name: str, *, size: int = WINDOW_LINES, patience: float = 0.05
) -> Iterator[list[str]]:
    """Read text in windows of lines, without their ends.

    A window is full (``size`` lines, or 4 MiB) as long as input is there. When none comes for ``patience`` seconds,
    the lines that have come are a window: someone at a terminal, or a program that waits for the answer, gets it.

    Args:
        stream: opened for bytes.
        name: for error messages.
        size: most lines of a window.
        patience: seconds without input after which a window ends early.

    Raises:
        DataError: a line is not valid UTF-8, with file and line; or this is no text at all, or damaged.
    """
    number = 0
    watch = _Watch(name)
    try:
        for window in _windows(_decoded(stream, name, patience), size):
            if number == 0:
                window[0] = window[0].removeprefix(_BOM)
            lines = [_text(line, f"{name}:{number + index}") for index, line in enumerate(window, start=1)]
            watch.look_at(lines)
            yield lines
            number += len(window)
    except DamagedError as error:
        raise DataError(f"{name}: {error.what}, after line {number:,}: {error.detail}.") from error


class _Watch:
    """Looks at the first lines of a text, and says so once if they are no sentences but a table, a catalogue or markup.

    Args:
        name: what the text is called.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lines: list[str] | None = []

    def look_at(self, lines: list[str]) -> None:
        """Look at the next lines."""
        if self._lines is None:
            return
        self._lines += lines[: _LOOKED_AT - len(self._lines)]
        kind = text_kind(self._lines, self._name)
        if kind is not None:
            log.warn(kind.for_sentences(self._name, self._lines))
        if kind is not None or len(self._lines) >= _LOOKED_AT:
            self._lines = None


def _text(line: bytes, where: str) -> str:
    try:
        return line.removesuffix(b"\r").decode()
    except UnicodeDecodeError as error:
        kind, what = describe_encoding(line, error)
        raise DataError(f"{where}: {what}.\n  {REMEDIES[kind]}") from error


def _decoded(stream: BinaryIO, name: str, patience: float) -> Iterator[bytes | None]:
    """The text of a stream in UTF-8, as it comes; ``None`` for a pause."""
    decoder = Decoder(name)
    for block in _blocks(stream, patience):
        if block is None:
            yield None
        elif text := decoder.feed(block):
            yield text
    if text := decoder.finish():
        yield text


def _windows(blocks: Iterator[bytes | None], size: int) -> Iterator[list[bytes]]:
    lines: list[bytes] = []
    held = 0
    for line in _lines(blocks):
        if line is not None:
            lines.append(line)
            held += len(line)
        if lines and (line is None or len(lines) == size or held >= WINDOW_BYTES):
            yield lines
            lines, held = [], 0
    if lines:
        yield lines


def _lines(blocks: Iterator[bytes | None]) -> Iterator[bytes | None]:
    """Lines without their line feeds; ``None`` for a pause."""
    rest: list[bytes] = []
    for block in blocks:
        if block is None:
            yield None
            continue
        *ended, last = block.split(b"\n")
        if ended:
            yield b"".join([*rest, ended[0]])
            yield from ended[1:]
            rest = []
        if last:
            rest.append(last)
    if rest:
        yield b"".join(rest)


def _blocks(stream: BinaryIO, patience: float) -> Iterator[bytes | None]:
    """Bytes as they come; ``None`` whenever none have come for ``patience`` seconds, once a pause."""
    try:
        descriptor = stream.fileno()
    except (UnsupportedOperation, AttributeError):  # text held in memory
        while block := stream.read(_BLOCK):
            yield block
        return
    while True:
        if not select.select([descriptor], [], [], patience)[0]:
            yield None
            select.select([descriptor], [], [])
        block = os.read(descriptor, _BLOCK)
        if not block:
            return
        yield block


def read_lines(file: Path) -> list[str]:
    """The lines of a text file; raises as :func:`read_windows` does."""
    with open_raw(file) as stream:
        return list(chain.from_iterable(read_windows(stream, str(file))))
