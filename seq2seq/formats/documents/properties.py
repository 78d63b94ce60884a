r"""Properties files of Java: ``key=value``, with escapes and continued lines (java.util.Properties.load)."""

import re
from typing import Final

from seq2seq.errors import DataError
from seq2seq.files.encoded_text import EncodedText, decode_text
from seq2seq.formats.escapes import string_groups, string_pieces, utf16_escapes
from seq2seq.formats.pieces import Lines
from seq2seq.formats.segment import Code
from seq2seq.formats.splice import Slot, SplicedDocument, slot_of, speller

_ENTRY: Final = re.compile(
    r"[ \t\f]*(?:"
    r"[#!][^\r\n]*"
    r"|(?P<key>(?:[^\\\s:=]|\\(?:\r\n|.))++)"
    r"(?:[ \t\f]|\\(?:\r\n|\r|\n))*+[:=]?(?:[ \t\f]|\\(?:\r\n|\r|\n))*+"
    r"(?P<value>(?:[^\\\r\n]|\\(?:\r\n|.))*+)"
    r"|[^\r\n]*"
    r")\\?(?:\r\n|\r|\n|\Z)",
    re.DOTALL,
)
_UNICODE: Final = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}"
_ESCAPE: Final = re.compile(rf"{_UNICODE}|\\(?:\r\n|\r|\n)[ \t\f]*|\\.|\t", re.DOTALL)
_ESCAPE_IN_MESSAGE: Final = re.compile(rf"{_ESCAPE.pattern}|''|'[^'{{}}]*[{{}}][^']*'", re.DOTALL)
_MESSAGE: Final = re.compile(r"\{\d+[,}]")
"""An argument of java.text.MessageFormat: in such values, an apostrophe is written twice, or quotes what is literal."""
_NAMED: Final = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}


def read_properties(data: bytes, where: str) -> SplicedDocument:
    r"""Properties, in UTF-8 or Latin-1: the paragraphs of the values are segments. Keys and comments stay.

    Where the file is pure ASCII, other letters are written as ``\uXXXX``, as older versions of Java need it.

    Raises:
        DataError: it is no text.
    """
    try:
        text = decode_text(data, where)
    except DataError as error:
        if error.code != "data.wrong-encoding":
            raise
        text = EncodedText(where, data.decode("latin-1"), "latin-1")
    lines = Lines(text.text)
    slots: list[Slot] = []
    place = 0
    while place < len(text.text):
        entry = _ENTRY.match(text.text, place)
        assert entry is not None
        place = entry.end()
        if entry["value"]:
            slots += _slots(text.text, entry, lines)
    return SplicedDocument(text, slots, substitute=utf16_escapes)


def _slots(text: str, entry: re.Match[str], lines: Lines) -> list[Slot]:
    """The slots of a value."""
    message = _MESSAGE.search(entry["value"]) is not None
    only_ascii = text.isascii()

    def escape(words: str) -> str:
        words = words.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
        if words.startswith(("=", ":")):
            words = f"\\{words}"  # else it may separate key and value
        if message:
            words = words.replace("'", "''")
        if only_ascii:
            words = "".join(one if one.isascii() else utf16_escapes(one) for one in words)
        return words

    stretches = string_pieces(text, *entry.span("value"), escape=_ESCAPE_IN_MESSAGE if message else _ESCAPE, read=_read)
    return [slot_of(group, lines, speller(escape)) for pieces in stretches for group in string_groups(pieces)]


def _read(escape: str) -> str | Code:
    if escape == "\t":
        return escape
    if escape[0] == "'":
        return "'" if escape == "''" else Code(escape)
    if escape[1] == "u" and len(escape) > 2:
        return b"".join(bytes.fromhex(part) for part in escape.split("\\u")[1:]).decode("utf-16-be", "surrogatepass")
    return "" if escape[1] in "\r\n" else _NAMED.get(escape[1], escape[1])
