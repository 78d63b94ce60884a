"""Plain text, each line of which is a paragraph."""

import re
from typing import Final

from seq2seq.files.encoded_text import EncodedText, decode_text
from seq2seq.formats.pieces import BULLET, Lines, Piece, has_words, one_line
from seq2seq.formats.splice import Slot, SplicedDocument, slot_of, speller

_LINE: Final = re.compile(rf"[^\S\r\n]*(?:{BULLET.pattern})?(?P<words>[^\s](?:[^\r\n]*[^\s])?)")


def read_plain(data: bytes, where: str) -> SplicedDocument:
    """Plain text: the words of each line are a segment. Indentation and the marks of lists are no part of it.

    Raises:
        DataError: it is no text.
    """
    return parse_plain(decode_text(data, where))


def parse_plain(text: EncodedText) -> SplicedDocument:
    """:func:`read_plain`, of text that has been decoded."""
    lines = Lines(text.text)
    slots: list[Slot] = []
    for start, end in zip(lines.starts, [*lines.starts[1:], len(text.text)], strict=True):
        line = _LINE.match(text.text, start, end)
        if line is not None and has_words((line["words"],)):
            slots.append(slot_of([Piece(line["words"], *line.span("words"))], lines, speller(one_line)))
    return SplicedDocument(text, slots)
