"""Lines of text from a file or a pipe, in chunks: full ones while input is available, else the lines read so far.

A line ends with a line feed only: U+2028, form feeds and the like are part of the text. Compressed input, and UTF-16
with a byte order mark, is decoded.
"""

import os
import select
from collections.abc import Iterator
from contextlib import suppress
from io import UnsupportedOperation
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from seq2seq import log
from seq2seq.data.tables.text_kinds import text_kind
from seq2seq.errors import DataError
from seq2seq.files.not_utf8 import REMEDIES, describe_encoding
from seq2seq.files.opening import open_text
from seq2seq.files.pipes import open_raw
from seq2seq.files.unpack import DamagedError, Decoder

CHUNK_LINES = 2048
"""Most lines of a chunk."""
CHUNK_BYTES = 1 << 22
"""Most bytes of a chunk, about."""
_BLOCK = 1 << 16
_PATIENCE = 0.05
"""Seconds without input after which a chunk ends early."""
_INSPECTED = 200
"""First lines, from which it is determined whether a text consists of sentences."""
_BOM = b"\xef\xbb\xbf"


def read_chunks(
    stream: BinaryIO,
    name: str,
    *,
    size: int = CHUNK_LINES,
    first: int = 0,
    keep_ends: bool = False,
    decoder: Decoder | None = None,
    documents: bool = True,
    sentences: bool = True,
) -> Iterator[list[str]]:
    """Read text in chunks of lines; errors call it by its name.

    Chunks are full (``size`` lines, or 4 MiB) while input is available. If there is none for a while, the lines read so
    far are a chunk: a person at a terminal, or a waiting program, gets an answer.

    Args:
        stream: opened for bytes.
        name: for error messages.
        size: most lines of a chunk.
        first: lines that were read before, which count for the numbers in errors.
        keep_ends: whether lines keep their ends, and the first one its byte order mark, if it is UTF-8.
        decoder: knows the encoding, once there are lines.
        documents: whether a warning may advise to read the file as a document.
        sentences: whether lines should be sentences, and a text that looks like anything else gets a warning.

    Raises:
        DataError: a line is not valid UTF-8 (names file and line), or the input is no text, or damaged.
    """
    number = first
    inspector = _FormatWarning(name, documents=documents) if sentences else None
    try:
        for chunk in _chunks(_decoded(stream, decoder or Decoder(name)), size):
            if not keep_ends:
                chunk = [line.removesuffix(b"\n").removesuffix(b"\r") for line in chunk]
                if number == 0:
                    chunk[0] = chunk[0].removeprefix(_BOM)
            lines = [_text(line, f"{name}:{number + index}") for index, line in enumerate(chunk, start=1)]
            if inspector is not None:
                inspector.inspect(lines)
            yield lines
            number += len(chunk)
    except DamagedError as error:
        raise DataError(f"{name}: {error.what}, after line {number:,}: {error.detail}.", code="data.damaged") from error


class _FormatWarning:
    """Warns once if the first lines of a text are no sentences but a table, a catalogue or markup."""

    def __init__(self, name: str, *, documents: bool) -> None:
        self._name, self._documents = name, documents
        self._lines: list[str] | None = []

    def inspect(self, lines: list[str]) -> None:
        """Inspect the next lines."""
        if self._lines is None:
            return
        self._lines += lines[: _INSPECTED - len(self._lines)]
        kind = text_kind(self._lines, self._name)
        if kind is not None:
            message = kind.for_sentences(self._name, self._lines, documents=self._documents)
            log.warn(message, code="inference.no-sentences")
        if kind is not None or len(self._lines) >= _INSPECTED:
            self._lines = None


def _text(line: bytes, where: str) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        kind, what = describe_encoding(line, error)
        raise DataError(f"{where}: {what}.\n  {REMEDIES[kind]}", code="data.encoding") from error


def _decoded(stream: BinaryIO, decoder: Decoder) -> Iterator[bytes | None]:
    """The text of a stream in UTF-8, as it arrives; ``None`` for a pause."""
    for block in _blocks(stream):
        if block is None:
            yield None
        elif text := decoder.feed(block):
            yield text
            while decoder.waiting:
                yield decoder.feed(b"")
    if text := decoder.finish():
        yield text


def _chunks(blocks: Iterator[bytes | None], size: int) -> Iterator[list[bytes]]:
    lines: list[bytes] = []
    size_in_bytes = 0
    for line in _lines(blocks):
        if line is not None:
            lines.append(line)
            size_in_bytes += len(line)
        if lines and (line is None or len(lines) == size or size_in_bytes >= CHUNK_BYTES):
            yield lines
            lines, size_in_bytes = [], 0
    if lines:
        yield lines


def _lines(blocks: Iterator[bytes | None]) -> Iterator[bytes | None]:
    """Lines with their line feeds; ``None`` for a pause."""
    rest: list[bytes] = []
    for block in blocks:
        if block is None:
            yield None
            continue
        *ended, last = block.split(b"\n")
        if ended:
            yield b"".join([*rest, ended[0], b"\n"])
            yield from (line + b"\n" for line in ended[1:])
            rest = []
        if last:
            rest.append(last)
    if rest:
        yield b"".join(rest)


def _blocks(stream: BinaryIO) -> Iterator[bytes | None]:
    """Bytes as they arrive; ``None`` once per pause."""
    try:
        descriptor = stream.fileno()
    except (UnsupportedOperation, AttributeError):  # text held in memory
        while block := stream.read(_BLOCK):
            yield block
        return
    while True:
        if not select.select([descriptor], [], [], _PATIENCE)[0]:
            yield None
            select.select([descriptor], [], [])
        block = os.read(descriptor, _BLOCK)
        if not block:
            return
        yield block


def read_lines(file: Path) -> list[str]:
    """The lines of a text file; raises as :func:`read_chunks` does."""
    with open_raw(file) as stream:
        return list(chain.from_iterable(read_chunks(stream, str(file), documents=False)))


def count_lines(file: Path) -> int:
    """Lines of a text file, the last of which may lack its end; of a damaged one, those before the damage."""
    count, last = 0, b"\n"
    with open_text(file) as stream, suppress(DamagedError):
        while block := stream.read(1 << 20):
            count, last = count + block.count(b"\n"), block[-1:]
    return count + (last != b"\n")
