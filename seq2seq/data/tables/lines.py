"""Strict lines: UTF-8, ended by LF or CR LF, and by nothing else that any program takes for the end of a line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import BinaryIO

from seq2seq.data.tables.problems import CHARACTER, NUL, BadRows, describe_character
from seq2seq.errors import DataError
from seq2seq.files.not_utf8 import describe_encoding
from seq2seq.files.opening import is_plain, open_text
from seq2seq.files.unpack import DamagedError

BLOCK = 1 << 20
"""Bytes read at a time, up to the end of a line."""
FORBIDDEN = re.compile("[\0\v\f\r\x1c-\x1e\x85\u2028\u2029\ud800-\udfff]")
"""Characters that no sentence holds: line ends of all kinds, NUL, and halves of surrogate pairs (from JSON escapes)."""
_BOM = b"\xef\xbb\xbf"
_FORBIDDEN_BYTES = tuple(character.encode() for character in "\0\v\f\r\x1c\x1d\x1e\x85\u2028\u2029")


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines of a file, in order."""

    first: int
    """Number of the first line, from 1."""
    lines: list[str]
    """The lines, without their ends."""
    bad: frozenset[int]
    """Numbers of the lines that were reported as bad; what stands in ``lines`` for them is only a rough reading."""


@dataclass(frozen=True, slots=True)
class Span:
    """Some of the blocks of a plain file: UTF-8, not compressed."""

    start: int
    """The first byte."""
    stop: int
    """The byte after the last."""
    first: int
    """Number of the first line, from 1."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Where the blocks of a plain file begin, and where the last one ends."""

    bytes: list[int]
    lines: list[int]
    """Numbers of the lines, from 1."""

    def spans(self, size: int) -> list[Span]:
        """The file in spans of ``size`` bytes or a block more."""
        chosen = [0]
        for edge, at in enumerate(self.bytes):
            if at - self.bytes[chosen[-1]] >= size or (edge == len(self.bytes) - 1 > chosen[-1]):
                chosen.append(edge)
        return [Span(self.bytes[start], self.bytes[stop], self.lines[start]) for start, stop in pairwise(chosen)]

    def spans_at(self, lines: list[int]) -> list[Span]:
        """The file in spans that begin at some lines, which are edges."""
        chosen = [*map(self.lines.index, lines), len(self.bytes) - 1]
        return [Span(self.bytes[start], self.bytes[stop], self.lines[start]) for start, stop in pairwise(chosen)]


def block_edges(path: Path, *, lines: int | None = None) -> Edges:
    """The edges of the blocks of a plain file; ``lines`` as in :func:`read_blocks`.

    Raises:
        DataError: the file cannot be read.
    """
    at, number, ended = [0], [1], True
    try:
        with open_text(path) as file:
            for data in _raw_blocks(file, lines):
                ended = data.endswith(b"\n")
                at.append(at[-1] + len(data))
                number.append(number[-1] + data.count(b"\n") + (not ended))
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}.", code="data.unreadable") from error
    return Edges(at, number)


def cut_lines(path: Path, size: int) -> list[Span] | None:
    """Parts of a file whose rows are lines, of about so many bytes; None: it has to be read as a whole."""
    return block_edges(path).spans(size) if is_plain(path) else None


def read_blocks(
    path: Path, bad: BadRows, *, as_it_is: bool = False, lines: int | None = None, span: Span | None = None
) -> Iterator[Block]:
    """The lines of a file, a block at a time.

    Args:
        path: a text file in UTF-8, or in UTF-16 with a byte order mark; compressed or not.
        bad: gets the lines that are not clean text.
        as_it_is: whether characters that no line may hold stay in it; otherwise they become spaces.
        lines: of a block (``None``: about 1 MB).
        span: the part of the file to read, between edges of blocks (``None``: all).

    Raises:
        DataError: the file cannot be read, is damaged, or is no text at all.
    """
    first = 1 if span is None else span.first
    with open_text(path) as file:
        try:
            for data in _raw_blocks(file, lines, span):
                block = _block(path, first, data, bad, as_it_is=as_it_is)
                yield block
                first += len(block.lines)
        except DamagedError as error:
            raise DataError(
                f"{path}: {error.what}, after line {first - 1:,}: {error.detail}.", code="data.damaged"
            ) from error
        except OSError as error:
            raise DataError(
                f"{path}: cannot be read, after line {first - 1:,}: {error.strerror or error}.", code="data.unreadable"
            ) from error


def _raw_blocks(file: BinaryIO, lines: int | None, span: Span | None = None) -> Iterator[bytes]:
    """The bytes of each block."""
    left = None
    if span is not None:
        file.seek(span.start)
        left = span.stop - span.start
    while left != 0:
        data = file.read(BLOCK) if lines is None else b"".join(islice(file, lines))
        if not data:
            return
        if lines is None:
            data += file.readline()
        if left is not None:
            left -= len(data)
        yield data


def _block(path: Path, first: int, data: bytes, bad: BadRows, *, as_it_is: bool) -> Block:
    """Lines of ``data``: all at once if they are clean, else one by one."""
    if first == 1:
        data = data.removeprefix(_BOM)
    data = data.replace(b"\r\n", b"\n").removesuffix(b"\n")
    if not any(character in data for character in _FORBIDDEN_BYTES):
        try:
            return Block(first, data.decode().split("\n"), frozenset())
        except UnicodeDecodeError:
            pass
    lines = []
    numbers = set()
    for number, line in enumerate(data.split(b"\n"), first):
        text, problem = _line(line)
        if problem is not None:
            kind, what = problem
            bad.refuse(path, number, kind, what)
            if kind not in bad.repaired:
                numbers.add(number)
        lines.append(line.decode(errors="replace") if as_it_is else text)
    return Block(first, lines, frozenset(numbers))


def _line(line: bytes) -> tuple[str, tuple[str, str] | None]:
    """Text of a line, and kind and description of what is wrong with it."""
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        return FORBIDDEN.sub(" ", line.decode(errors="replace")), describe_encoding(line, error)
    forbidden = FORBIDDEN.search(text)
    if forbidden is None:
        return text, None
    return FORBIDDEN.sub(" ", text), describe_forbidden(forbidden)


def describe_forbidden(found: re.Match[str], where: str = "") -> tuple[str, str]:
    """Kind and description of a forbidden character; ``where`` names the field, if not the line."""
    kind = NUL if found[0] == "\0" else CHARACTER
    return kind, f"{describe_character(found[0])} at character {found.start() + 1}{where}"
