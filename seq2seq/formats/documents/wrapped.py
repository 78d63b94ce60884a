"""Plain text whose paragraphs are wrapped into lines, as in mails and read-me files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low
from typing import Final

from seq2seq.files.encoded_text import decode_text
from seq2seq.formats.pieces import BULLET, SENTENCE_END, Lines, Piece, has_words
from seq2seq.formats.segment import Content
from seq2seq.formats.splice import Slot, SplicedDocument, slot_of
from seq2seq.formats.wrapping import cells, is_wide, wrap

_LINE: Final = re.compile(
    rf"(?P<quote>(?:[ \t]*>)*)(?P<indent>[^\S\r\n]*)(?P<bullet>{BULLET.pattern})?(?P<words>[^\s](?:[^\r\n]*[^\s])?)?"
)
_COLUMNS: Final = re.compile(r"\S(?:\t| {3,})\S")
_HYPHEN: Final = re.compile(r"[^\W\d_]-[^\W\d_]\Z")
"""A hyphen at the end of a line, and the first letter of the next."""
_NEVER: Final = 1 << 20
"""Width of lines that are not wrapped, in columns."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is not empty."""

    start: int
    """Place of its words."""
    end: int
    quote: str
    indent: str
    bullet: str
    words: str

    @property
    def column(self) -> int:
        """Column at which its words begin."""
        return len(self.indent) + len(self.bullet)

    @property
    def width(self) -> int:
        return cells((self.quote + self.indent + self.bullet + self.words,))

    @property
    def alone(self) -> bool:
        """Whether it is no line of prose: a rule, or the row of a table."""
        return not has_words((self.words,)) or _COLUMNS.search(self.words) is not None


def read_wrapped(data: bytes, where: str) -> SplicedDocument:
    """Plain text: lines are joined to paragraphs, and wrapped again as wide as they were.

    Paragraphs end at empty lines, at marks of lists, where the indentation or the marks of quoted text (``>``) change,
    and at the end of a sentence if the next word would have fitted into its line.

    Raises:
        DataError: it is no text.
    """
    text = decode_text(data, where)
    lines = Lines(text.text)
    blocks = list(_blocks(text.text, lines))
    widths = [max(line.width for line in block) for block in blocks if len(block) > 1]
    width = median_low(widths) if widths else _NEVER
    line_end = "\r\n" if "\r\n" in text.text else "\n"
    slots = [
        _slot(paragraph, lines, width, line_end)
        for block in blocks
        for paragraph in _paragraphs(block, width)
        if any(has_words((line.words,)) for line in paragraph)
    ]
    return SplicedDocument(text, slots)


def _blocks(text: str, lines: Lines) -> Iterator[list[_Line]]:
    """Lines between empty ones."""
    block: list[_Line] = []
    for start, end in pairwise([*lines.starts, len(text)]):
        found = _LINE.match(text, start, end)
        if found is not None and found["words"]:
            place = found.span("words")
            block.append(_Line(*place, found["quote"], found["indent"], found["bullet"] or "", found["words"]))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _paragraphs(block: list[_Line], width: int) -> Iterator[list[_Line]]:
    paragraph = block[:1]
    for line in block[1:]:
        if not _continues(paragraph, line, width):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    yield paragraph


def _continues(paragraph: list[_Line], line: _Line, width: int) -> bool:
    """Whether a line belongs to the paragraph before it."""
    first, last = paragraph[0], paragraph[-1]
    if line.bullet or line.quote != first.quote or line.alone or last.alone:
        return False
    full = last.width + 1 + cells((line.words.split()[0],)) > width
    if not full and SENTENCE_END.search(last.words):
        return False
    if len(paragraph) > 1:
        return line.column == last.column
    return line.column == first.column or full


def _slot(paragraph: list[_Line], lines: Lines, usual: int, line_end: str) -> Slot:
    first, last = paragraph[0], paragraph[-1]
    widest = max(line.width for line in paragraph)
    width = widest if len(paragraph) > 2 else max(widest, usual)
    rest = paragraph[1] if len(paragraph) > 1 else None
    margin = rest.quote + rest.indent if rest else first.quote + first.indent + " " * len(first.bullet)
    room = width - cells((max(first.quote + first.indent + first.bullet, margin, key=len),))

    def spell(content: Content) -> str:
        return (line_end + margin).join("".join(map(str, line)) for line in wrap(content, max(1, room)))

    return slot_of([Piece(_join(paragraph), first.start, last.end)], lines, spell)


def _join(paragraph: list[_Line]) -> str:
    """The words of lines, with spaces between them where their script has spaces."""
    parts = [paragraph[0].words]
    for line in paragraph[1:]:
        before, after = parts[-1], line.words
        if before.endswith("\u00ad"):
            parts[-1] = before[:-1]
        elif not (is_wide(before[-1]) and is_wide(after[0])) and not _HYPHEN.search(before + after[0]):
            parts.append(" ")
        parts.append(after)
    return "".join(parts)
