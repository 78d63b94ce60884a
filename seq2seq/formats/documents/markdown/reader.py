"""Markdown, of which headings, paragraphs, list items, cells of tables, descriptions and titles are translated."""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from markdown_it.token import Token

from seq2seq.files.encoded_text import EncodedText, decode_text
from seq2seq.formats.documents.html.reader import Spellings, attribute_slots, html_slots
from seq2seq.formats.documents.markdown.escaping import escape
from seq2seq.formats.documents.markdown.inline import Image, Source, read_inline
from seq2seq.formats.documents.markdown.parser import FORMULA, create_parser
from seq2seq.formats.documents.markdown.titles import title_of_link, title_slots, titles_of_definitions
from seq2seq.formats.pieces import LINE_END, Lines, Piece, groups_of
from seq2seq.formats.segment import Code, Content, Part
from seq2seq.formats.splice import Slot, SplicedDocument, slot_of

_FRONT_MATTER: Final = re.compile(r"(---|\+\+\+)[ \t]*\r?\n(?:[^\n]*+\n)*?\1[ \t]*(?:\r?\n|\Z)")
_FORMULA: Final = re.compile(FORMULA)
_STANDALONE: Final = frozenset(["link", "a"])
_ASTERISKS: Final = {"_": "*", "__": "**"}
_TAGS: Final = {"*": "<{}em>", "_": "<{}em>", "**": "<{}strong>", "__": "<{}strong>", "~~": "<{}s>"}
_OPENING_TOKENS: Final = ("em_open", "strong_open", "s_open")
_OPENING_TAGS: Final = ("<em>", "<strong>", "<s>")


def read_markdown(data: bytes, where: str) -> SplicedDocument:
    """CommonMark with tables: the words of each block are a segment, the description of each image, and each title.

    Front matter, code, targets of links, formulas, and marks of common extensions stay. Blocks of HTML are read as
    HTML. A translated paragraph is one line.

    Raises:
        DataError: it is no text.
    """
    text = decode_text(data, where)
    slots = _Reader(text).read()
    return SplicedDocument(text, sorted(slots, key=lambda slot: (slot.start, -slot.end)))


class _Reader:
    def __init__(self, text: EncodedText) -> None:
        self._text = text
        self._lines = Lines(text.text)
        self._spellings = Spellings.of(text.text)
        self._slots: list[Slot] = []

    def read(self) -> list[Slot]:
        """The slots of the file, in no order."""
        text = self._text.text
        front = _FRONT_MATTER.match(text)
        if front is not None:
            text = "\n" * (self._lines.number(front.end()) - 1) + text[front.end() :]
        environment: dict[str, dict[str, object]] = {}
        tokens = create_parser().parse(text, environment)
        self._references = environment.get("references", {})
        quotes = 0
        row: list[Token] = []
        for before, token in zip([None, *tokens], tokens, strict=False):
            match token.type:
                case "blockquote_open" | "blockquote_close":
                    quotes += token.nesting
                case "html_block" if not quotes and token.map:
                    self._html(*map(self._place, token.map))
                case "inline" if before is not None and before.type in ("th_open", "td_open"):
                    row.append(token)
                case "inline" if token.map:
                    heading = before is not None and before.type == "heading_open" and before.markup[0] == "#"
                    source = self._source(token.content, token.map[0], heading=heading)
                    self._block(source, heading=heading)
                case "tr_close":
                    for source in self._cells(row):
                        self._block(source, cell=True)
                    row = []
        for title in titles_of_definitions(self._text.text, self._place, environment):
            self._slots += title_slots(title, self._lines, cell=False)
        return self._slots

    def _html(self, start: int, end: int) -> None:
        """Add the slots of a block of HTML, whose first tag makes it one (CommonMark, section 4.6)."""
        start = self._text.text.index("<", start)  # marks of lists may stand before it
        self._slots += html_slots(self._text.text, self._lines, self._spellings, start, end, anchored=True)

    def _place(self, line: int) -> int:
        starts = self._lines.starts
        return starts[line] if line < len(starts) else len(self._text.text)

    def _line(self, line: int) -> tuple[int, int]:
        """Place of a line, counted from 0, without its end."""
        start, end = self._place(line), self._place(line + 1)
        return start, start + len(self._text.text[start:end].rstrip("\r\n"))

    def _source(self, content: str, first: int, *, heading: bool) -> Source | None:
        """The content of a block of lines, whose ends stand at the ends of the lines of the file."""
        places: list[int] = []
        while not self._text.text[slice(*self._line(first))].strip() and self._place(first) < len(self._text.text):
            first += 1  # white space that is no empty line to CommonMark, such as a no-break space
        for number, line in enumerate(content.split("\n")):
            start, end = self._line(first + number)
            words = line.lstrip(" \t")
            text = self._text.text[start:end]
            for shorter in (text, text.rstrip(), text.rstrip().rstrip("#").rstrip() if heading else ""):
                if shorter.replace("\0", "\ufffd").endswith(words):
                    break
            else:
                return None
            begin = start + len(shorter) - len(line)
            places += [max(start, begin + at) for at in range(len(line))]
            places.append(end)  # the line end
        return Source(self._text.text, content, places[: len(content)])

    def _cells(self, row: list[Token]) -> Iterator[Source | None]:
        """The contents of the cells of a row of a table."""
        if not row or not row[0].map:
            return
        start, end = self._line(row[0].map[0])
        raw = list(_split(self._text.text, start, end))
        for skipped in (0, 1):
            cells = [_cell(self._text.text, *span) for span in raw[skipped : skipped + len(row)]]
            # The marks of a list or a quotation may stand before the first.
            if all(cell.content.endswith(token.content) for cell, token in zip(cells, row, strict=False)):
                break
        else:
            return
        for cell, token in zip(cells, row, strict=False):
            first = len(cell.content) - len(token.content)
            yield cell.part(first, len(cell.content))

    def _block(self, source: Source | None, *, heading: bool = False, cell: bool = False) -> None:
        """Add the slots of a block."""
        if source is None or not source.content:
            return
        inline = read_inline(source, self._references)
        self._add(inline.pieces, source.places[0], heading=heading, cell=cell)
        for image in inline.images:
            self._image(image, cell=cell)
        for title in filter(None, map(title_of_link, inline.tails)):
            self._slots += title_slots(title, self._lines, cell=cell)
        for tag in inline.tags:
            self._slots += attribute_slots(self._text.text, self._lines, tag, partial(html.escape, quote=False))

    def _image(self, image: Image, *, cell: bool) -> None:
        source = image.description
        before = len(self._slots)
        self._add(read_inline(source, self._references).pieces, -1, cell=cell)
        if image.label:  # it must stay the label, behind the new description
            added = self._slots[before:]
            del self._slots[before:]
            if len(added) == 1 and added[0].end == source.span(0, len(source.content))[1]:
                self._slots.append(_labelled(added[0], image))

    def _add(self, pieces: list[Piece], block: int, *, heading: bool = False, cell: bool = False) -> None:
        for group in groups_of(pieces, _STANDALONE):
            spell = self._speller(line_start=group[0].start == block and not heading, heading=heading, cell=cell)
            self._slots.append(slot_of(group, self._lines, spell))

    def _speller(self, *, line_start: bool, heading: bool, cell: bool) -> Callable[[Content], str]:
        escaped = partial(escape, labels=self._references, heading=heading, cell=cell)

        def spell(content: Content) -> str:
            begins, parts = line_start, []
            rest = "".join(part if isinstance(part, str) else part.data for part in content if not _is_formula(part))
            formula = _FORMULA.search(LINE_END.sub(" ", rest)) is not None
            for part in content:
                if isinstance(part, Code):
                    parts.append(part.data)
                    begins = part.breaks and "\n" in part.data
                else:
                    words = LINE_END.sub(" ", part)
                    parts.append(escaped(words.lstrip() if begins else words, formula=formula, line_start=begins))
                    begins = False
            return "".join(parts)

        def with_emphasis(content: Content) -> str:
            """Marks of emphasis hold only beside certain characters (CommonMark, section 6.2); tags hold anywhere."""
            expected = sum(_is_emphasis(part, Part.OPEN) for part in content)
            spellings = (spell(_emphasised(content, marks)) for marks in ({}, _ASTERISKS, _TAGS))
            return next((text for text in spellings if self._count_emphasis(text) == expected), spell(content))

        return lambda content: (with_emphasis if any(map(_is_emphasis, content)) else spell)(content)

    def _count_emphasis(self, text: str) -> int:
        """Pairs of marks of emphasis in inline text, and tags that stand for such."""
        tokens: list[Token] = []
        parser = create_parser()
        parser.inline.parse(text, parser, {"references": self._references}, tokens)
        return sum(token.type in _OPENING_TOKENS or token.content in _OPENING_TAGS for token in tokens)


def _is_formula(part: str | Code) -> bool:
    return isinstance(part, Code) and part.data.startswith("$")


def _is_emphasis(part: str | Code, of: Part | None = None) -> bool:
    return (
        isinstance(part, Code) and part.part is not Part.WHOLE and part.part is (of or part.part) and part.data in _TAGS
    )


def _emphasised(content: Content, marks: Mapping[str, str]) -> Content:
    """Content with other marks of emphasis."""
    return tuple(
        replace(part, data=marks.get(part.data, part.data).format("/" * (part.part is Part.CLOSE)))
        if isinstance(part, Code) and _is_emphasis(part)
        else part
        for part in content
    )


def _labelled(slot: Slot, image: Image) -> Slot:
    """The slot of a description that is a label, too."""
    return replace(
        slot, end=slot.end + 2 * image.collapsed, spell=lambda target: f"{slot.spell(target)}][{image.label}"
    )


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Places of what stands between the vertical bars of a line."""
    place = start
    for bar in re.compile(r"(?<!\\)\|").finditer(text, start, end):
        yield place, bar.start()
        place = bar.end()
    yield place, end


def _cell(text: str, start: int, end: int) -> Source:
    """A cell, in which a backslash before a vertical bar is no part of the content."""
    raw = text[start:end]
    start += len(raw) - len(raw.lstrip())
    end -= len(raw) - len(raw.rstrip())
    places, characters = [], []
    place = start
    while place < end:
        places.append(place)
        place += text[place : place + 2] == "\\|"
        characters.append(text[place])
        place += 1
    return Source(text, "".join(characters), places)
