"""Strict lines: UTF-8, ended by LF or CR LF, and by nothing else that any program takes for the end of a line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from seq2seq.data.tables.problems import CHARACTER, NUL, BadRows, describe_character, describe_encoding
from seq2seq.errors import DataError
from seq2seq.files.opening import open_text
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


def read_blocks(path: Path, bad: BadRows, *, as_it_is: bool = False) -> Iterator[Block]:
    """The lines of a file, a block at a time.

    Args:
        path: a text file in UTF-8, or in UTF-16 with a byte order mark; compressed or not.
        bad: gets the lines that are not clean text.
        as_it_is: whether characters that no line may hold stay in it; otherwise they become spaces.

    Raises:
        DataError: the file cannot be read, is damaged, or is no text at all.
    """
    first = 1
    with open_text(path) as file:
        try:
            while data := file.read(BLOCK):
                data += file.readline()
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
