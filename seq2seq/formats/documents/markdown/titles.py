"""Titles of links, of images, and of definitions of links (CommonMark 0.31.2, sections 4.7 and 6.3)."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from markdown_it.common.utils import unescapeAll
from markdown_it.helpers import parseLinkDestination, parseLinkTitle

from seq2seq.formats.documents.markdown.inline import Source
from seq2seq.formats.pieces import LINE_END, Lines, Piece, groups_of, text_pieces
from seq2seq.formats.splice import Slot, slot_of, speller

_BREAK: Final = re.compile(r"(?<![ \t])[ \t]*\r?\n[ \t]*")
_SPACE: Final = re.compile(r"[ \t\n]*")
_QUOTES: Final = {'"': '"', "'": "'", ")": "("}
"""Marks that begin a title, by those that end it."""
_SPECIAL: Final = r"\\(?=[!-/:-@\[-`{-~]|\Z)|&(?=#?\w+;)"


def title_of_link(tail: Source) -> Source | None:
    """The title of a link, its quotation marks included.

    Args:
        tail: what follows the words of the link, from the closing bracket on.
    """
    content = tail.content
    if not content.startswith("]("):
        return None
    place = _after_space(content, 2)
    destination = parseLinkDestination(content, place, len(content))
    end = destination.pos if destination.ok else place
    place = _after_space(content, end)
    title = parseLinkTitle(content, place, len(content))
    return tail.part(place, title.pos) if title.ok and place > end else None


def titles_of_definitions(text: str, place: Callable[[int], int], environment: Mapping[str, Any]) -> Iterator[Source]:
    """The titles of all definitions of links, their quotation marks included; lines that have a place count from 0."""
    definitions = [*environment.get("references", {}).values(), *environment.get("duplicate_refs", [])]
    for definition in definitions:
        start, stop = map(place, definition["map"])
        raw = text[start:stop].rstrip()
        opening = _QUOTES.get(raw[-1:])
        if not definition["title"] or opening is None:
            continue
        for found in re.finditer(rf"(?<=\s){re.escape(opening)}", raw):
            title = parseLinkTitle(raw, found.start(), len(raw))
            if title.ok and title.pos == len(raw) and title.str.split() == definition["title"].split():
                yield Source(text, raw[found.start() :], range(start + found.start(), start + len(raw)))
                break


def title_slots(title: Source, lines: Lines, *, cell: bool) -> Iterator[Slot]:
    """The slot of a title with its quotation marks, if it has words; ``cell``: it stands in a table."""
    mark = title.content[-1]
    special = re.compile(rf"{_SPECIAL}|[{re.escape(mark + _QUOTES[mark])}]")

    def escape(words: str) -> str:
        escaped = special.sub(r"\\\g<0>", LINE_END.sub(" ", words))
        return escaped.replace("|", "\\|") if cell else escaped

    for group in groups_of(list(_pieces(title, cell=cell))):
        yield slot_of(group, lines, speller(escape))


def _pieces(title: Source, *, cell: bool) -> Iterator[Piece]:
    def words(start: int, end: int) -> Iterator[Piece]:
        if start < end:
            yield from text_pieces(title.text, *title.span(start, end), read)

    def read(raw: str) -> str:
        return str(unescapeAll(raw.replace("\\|", "|") if cell else raw))

    start, end = 1, len(title.content) - 1
    for line_end in _BREAK.finditer(title.content, start, end):
        yield from words(start, line_end.start())
        yield Piece(" ", title.places[line_end.start()], title.places[line_end.end()])
        start = line_end.end()
    yield from words(start, end)


def _after_space(content: str, place: int) -> int:
    space = _SPACE.match(content, place)
    return space.end() if space else place
