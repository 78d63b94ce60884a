"""Strings files of Apple's systems: ``"key" = "value";``."""

import re
from typing import Final

from seq2seq.errors import DataError
from seq2seq.files.encoded_text import decode_text
from seq2seq.formats.escapes import string_groups, string_pieces
from seq2seq.formats.pieces import Lines
from seq2seq.formats.splice import Slot, SplicedDocument, slot_of, speller

_ENTRY: Final = re.compile(
    r"\s*+(?:/\*.*?(?:\*/|\Z)|//[^\r\n]*"
    r"|(?:\"(?:[^\"\\]|\\.)*+\"|[\w.$/-]++)(?:\s*=\s*\"(?P<value>(?:[^\"\\]|\\.)*+)\")?\s*;)",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\[uU][0-9a-fA-F]{4}|\\(?:\r\n|.)|\r\n|[\r\n\t]", re.DOTALL)
_SHOWN: Final = 60
"""Characters of a damaged entry that a message shows."""
_NAMED: Final = {"n": "\n", "r": "\r", "t": "\t"}


def read_strings(data: bytes, where: str) -> SplicedDocument:
    """A strings file: the paragraphs of the values are segments. Keys and comments stay.

    Raises:
        DataError: it is no text, or holds something else than entries and comments.
    """
    text = decode_text(data, where)
    lines = Lines(text.text)
    slots: list[Slot] = []
    end = 0
    while entry := _ENTRY.match(text.text, end):  # a search would try every character of what is no entry
        end = entry.end()
        if entry["value"]:
            for pieces in string_pieces(text.text, *entry.span("value"), escape=_ESCAPE, read=_read):
                slots += [slot_of(group, lines, speller(_escape)) for group in string_groups(pieces)]
    _require_space(text.text[end:], end, lines, where)
    return SplicedDocument(text, slots)


def _require_space(text: str, start: int, lines: Lines, where: str) -> None:
    """Refuse what stands between entries, from a position on, unless it is white space."""
    if rest := text.strip():
        line = lines.number(start + text.index(rest[0]))
        raise DataError(
            f"{where}:{line}: neither a comment nor an entry: {rest.splitlines()[0][:_SHOWN]!r}.\n"
            '  An entry is "key" = "value"; with a backslash before each quote within.',
            code="data.damaged",
        )


def _read(escape: str) -> str:
    if escape[0] != "\\":
        return "\t" if escape == "\t" else "\n"
    if escape[1] in "uU" and len(escape) > 2:
        return chr(int(escape[2:], 16))
    return _NAMED.get(escape[1], escape[1:])


def _escape(words: str) -> str:
    for character, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        words = words.replace(character, escaped)
    return words
