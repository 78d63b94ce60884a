"""The content of a block of Markdown: its words, and codes for its markup, with their places in the file."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from string import punctuation
from typing import Final

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token as InlineToken

from seq2seq.formats.documents.html import elements
from seq2seq.formats.documents.html.reader import tag_code
from seq2seq.formats.documents.html.tokens import Kind, Token, tokenise
from seq2seq.formats.documents.markdown.parser import FOOTNOTE, parse_inline
from seq2seq.formats.entities import unescape
from seq2seq.formats.pieces import Piece, text_pieces
from seq2seq.formats.segment import Code, Part
from seq2seq.formats.wrapping import is_wide

_PREFIX: Final = re.compile(rf"{FOOTNOTE}:[ \t]*|\[[ xX]\][ \t]+|\[![A-Za-z]+\][-+]?|:[ \t]+")
"""Beginnings of blocks: a footnote, a task, an alert, a definition."""
_LABEL_ENDS: Final = ("]", "][]")


@dataclass(frozen=True, slots=True)
class Source:
    """The content of a block, and where it comes from."""

    text: str
    """The text of the file."""
    content: str
    places: Sequence[int]
    """Place in the file of each character of the content."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Place of a part of the content that is not empty."""
        last = self.places[end - 1]
        escaped = self.content[end - 1] == "|" and self.text[last] == "\\"
        return self.places[start], last + 1 + escaped

    def part(self, start: int, end: int) -> "Source":
        """A part of the content."""
        return Source(self.text, self.content[start:end], self.places[start:end])


@dataclass(frozen=True, slots=True)
class Image:
    """The description of an image."""

    description: Source
    label: str
    """The label of the link's definition, if the description is the label; else empty."""
    collapsed: bool
    """Whether empty brackets follow it."""


@dataclass(slots=True)
class Inline:
    """What a block consists of."""

    pieces: list[Piece] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    tails: list[Source] = field(default_factory=list)
    """The targets of links and images, from the closing bracket on."""
    tags: list[Token] = field(default_factory=list)
    """Tags of HTML."""


def read_inline(source: Source, references: dict[str, object]) -> Inline:
    """The pieces of a block; ``references`` are definitions of links, by label."""
    return _Reader(source, references).read()


class _Reader:
    def __init__(self, source: Source, references: dict[str, object]) -> None:
        self._source = source
        self._references = references
        self._inline = Inline()
        self._atoms: list[Piece] = []
        """What is no literal text, by its place in the content; a code without data is spelled as in the file."""
        self._marks: list[tuple[int, InlineToken]] = []

    def read(self) -> Inline:
        content = self._source.content
        parse_inline(content, self._references, self._record)
        self._emphasis()
        self._prefix()
        place = 0
        for atom in _merged(sorted(self._atoms, key=lambda atom: atom.start)):
            self._text(place, atom.start)
            start, end = self._source.span(atom.start, atom.end)
            value = atom.value
            if isinstance(value, Code) and not value.data:
                value = replace(value, data=self._source.text[start:end])
            self._inline.pieces.append(replace(atom, value=value, start=start, end=end))
            place = atom.end
        self._text(place, len(content))
        return self._inline

    def _text(self, start: int, end: int) -> None:
        """Literal text, in which no line ends."""
        if start < end:
            first, last = self._source.span(start, end)
            self._inline.pieces += text_pieces(self._source.text, first, last, lambda raw: raw.replace("\\|", "|"))

    def _prefix(self) -> None:
        """What stands before the words of a block."""
        prefix = _PREFIX.match(self._source.content)
        if prefix is not None:
            end = prefix.end()
            self._atoms = [atom for atom in self._atoms if atom.start >= end]
            self._atoms.append(Piece(Code("", breaks=True), 0, end))

    def _record(self, rule: str, state: StateInline, start: int) -> None:
        """A rule that has matched a part of the content."""
        content, end = self._source.content, state.pos
        match rule:
            case "newline":
                self._line_end(start, end, hard=state.tokens[-1].type == "hardbreak")
            case "escape" if content[start + 1] == "\n":
                self._line_end(start, end, hard=True)
            case "escape" if content[start + 1] in punctuation:
                self._atoms.append(Piece(content[start + 1], start, end))
            case "escape":
                pass
            case "entity":
                self._atoms.append(Piece(unescape(content[start:end]), start, end))
            case "emphasis":
                self._marks += zip(range(start, end), state.tokens[start - end :], strict=True)
            case "strikethrough":
                count = (end - start) // 2
                self._marks += zip(range(end - 2 * count, end, 2), state.tokens[-count:], strict=True)
            case "link":
                self._link(start, state.md.helpers.parseLinkLabel(state, start, True), end)
            case "image":
                self._image(start, state.md.helpers.parseLinkLabel(state, start + 1, False), end)
            case "html_inline":
                token = next(tokenise(self._source.text, *self._source.span(start, end)))
                self._inline.tags.append(token)
                code = replace(tag_code(self._source.text, token), data="")
                self._atoms.append(Piece(code, start, end, token.kind is Kind.OTHER))
            case "backticks" if not content[start:end].strip("`"):
                pass  # there is no closing one
            case _:
                self._atoms.append(Piece(Code(""), start, end))

    def _line_end(self, start: int, end: int, *, hard: bool) -> None:
        content, places = self._source.content, self._source.places
        first = start
        while first and content[first - 1] in " \t":
            first -= 1
        if hard:
            data = self._source.text[places[first] : places[end]] if end < len(places) else ""
            self._atoms.append(Piece(Code(data, breaks=True), first, end))
        elif _PREFIX.match(content, end) and content[end] == ":":
            self._atoms += [Piece(Code("", breaks=True), first, end), Piece(Code("", breaks=True), end, end + 1)]
        else:
            wide = first > 0 and end < len(content) and is_wide(content[first - 1]) and is_wide(content[end])
            self._atoms.append(Piece("" if wide else " ", first, end))

    def _link(self, start: int, label_end: int, end: int) -> None:
        """Brackets around words, and their target; words that are a label get it behind them."""
        self._atoms.append(Piece(Code("", Part.OPEN, "link"), start, start + 1))
        is_label = self._source.content[label_end:end] in _LABEL_ENDS
        data = f"][{self._source.content[start + 1 : label_end]}]" if is_label else ""
        self._atoms.append(Piece(Code(data, Part.CLOSE, "link"), label_end, end, rewritten=is_label))
        self._inline.tails.append(self._source.part(label_end, end))

    def _image(self, start: int, label_end: int, end: int) -> None:
        self._atoms.append(Piece(Code(""), start, end))
        tail = self._source.content[label_end:end]
        self._inline.tails.append(self._source.part(label_end, end))
        if start + 2 < label_end:
            description = self._source.part(start + 2, label_end)
            label = description.content if tail in _LABEL_ENDS else ""
            self._inline.images.append(Image(description, label, tail == "][]"))

    def _emphasis(self) -> None:
        """Marks that have become pairs."""
        for place, token in self._marks:
            name, _, part = token.type.partition("_")
            if part:
                length = 1 if name == "em" else 2
                start = place - 1 if token.type == "strong_open" else place
                self._atoms.append(Piece(Code("", Part(part), name), start, start + length))


def _merged(atoms: list[Piece]) -> Iterator[Piece]:
    """Atoms in their order; elements of HTML that are not translated are one."""
    ends: dict[int, int] = {}
    closing: dict[str, int] = {}
    for place in range(len(atoms) - 1, -1, -1):
        code = atoms[place].value
        if isinstance(code, Code) and code.part is Part.CLOSE:
            closing[code.name] = place
        elif isinstance(code, Code) and code.name in elements.OPAQUE and code.name in closing:
            ends[place] = closing[code.name]
    place = 0
    while place < len(atoms):
        last = ends.get(place, place)
        yield atoms[place] if last == place else Piece(Code(""), atoms[place].start, atoms[last].end)
        place = last + 1
