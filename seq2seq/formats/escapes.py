"""Strings of programs: text in which a backslash begins an escape."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from seq2seq.formats.pieces import Piece, groups_of, text_pieces
from seq2seq.formats.segment import Code

_BREAKS: Final = frozenset("\n\r\f\v")
_VALUE: Final = re.compile(r"#[0-9a-fA-F]{3,8}|true|false|null")
"""Strings that are values for programs: colours, and what other formats have as values of their own."""
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def string_pieces(
    text: str, start: int, end: int, *, escape: re.Pattern[str], read: Callable[[str], str | Code]
) -> Iterator[list[Piece]]:
    """The pieces of a string, in lists: a tab ends one, since it separates columns.

    Escaped line breaks are codes that separate words; so are characters that stand for none by themselves.

    Args:
        text: the text of the file.
        start: where the string begins, after its quote.
        end: where it ends.
        escape: matches one escape.
        read: the characters that an escape stands for, which may be none; or a code.
    """
    pieces: list[Piece] = []
    for found in escape.finditer(text, start, end):
        pieces += text_pieces(text, start, found.start(), str)
        start = found.end()
        value = read(found[0])
        if value == "\t":
            yield pieces
            pieces = []
            continue
        if isinstance(value, str) and (value in _BREAKS or _SURROGATES.search(value)):
            value = Code(found[0], breaks=value in _BREAKS)
        pieces.append(Piece(value, *found.span()))
    pieces += text_pieces(text, start, end, str)
    yield pieces


def string_groups(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """The pieces of each segment of a string, as :func:`seq2seq.formats.pieces.groups_of`; none of a value of code."""
    for group in groups_of(pieces):
        value = group[0].value
        if len(group) > 1 or isinstance(value, Code) or not _VALUE.fullmatch(value):
            yield group


def utf16_escapes(text: str) -> str:
    r"""Characters as ``\uXXXX``; those beyond the first plane as two of these."""
    data = text.encode("utf-16-be")
    return "".join(f"\\u{data[at] << 8 | data[at + 1]:04x}" for at in range(0, len(data), 2))
