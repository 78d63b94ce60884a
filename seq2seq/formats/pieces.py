"""Segments from the pieces of a file's text: split at paragraphs, trimmed, with their codes in pairs."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from seq2seq.formats.segment import Code, Content, Part, join_text

_WORD: Final = re.compile(r"[^\W\d_]")
SENTENCE_END: Final = re.compile(r"""[.!?:;…。！？：；।॥؟۔]["'”’»)\]）」』]*\s*\Z""")
_TAIL: Final = 16
"""Characters at the end of a text in which the end of a sentence is looked for."""
LINE_END: Final = re.compile(r"\r\n|\r|\n")
BULLET: Final = re.compile(r"(?:[-*+•◦▪‣–—]|\d{1,3}[.)]|[A-Za-z]\))[ \t]+")
"""The beginning of an item of a list in plain text."""
TAB: Final = "tab"
"""The name of codes that separate columns: segments end at them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text or a code, and the place in the file from which it was read."""

    value: str | Code
    start: int
    end: int
    loose: bool = False
    """Whether it is a code that is left outside of a segment at whose end it stands, such as a comment."""
    rewritten: bool = False
    """Whether it is a closing code that is written otherwise if the words change, as that of a link named by them."""

    @property
    def blank(self) -> bool:
        """Whether it is white space, or a code that separates words."""
        return self.value.breaks if isinstance(self.value, Code) else not self.value or self.value.isspace()


class Lines:
    """Lines of a text by position; line ends are of any kind."""

    def __init__(self, text: str) -> None:
        self.starts: list[int] = [0, *(found.end() for found in LINE_END.finditer(text))]
        """Position at which each line begins."""

    def number(self, position: int) -> int:
        """The line of a position, from 1."""
        return bisect_right(self.starts, position)


def has_words(content: Content) -> bool:
    """Whether a letter is in it, outside of its codes."""
    return any(isinstance(part, str) and _WORD.search(part) for part in content)


def one_line(text: str) -> str:
    """Text without line ends or white space at its ends."""
    return LINE_END.sub(" ", text.strip())


def content_of(pieces: Iterable[Piece]) -> Content:
    """The content that pieces make."""
    return join_text(piece.value for piece in pieces)


def text_pieces(text: str, start: int, end: int, read: Callable[[str], str]) -> Iterator[Piece]:
    """Pieces for a stretch of text, with white space at its ends apart; ``read`` resolves the escapes of the format."""
    raw = text[start:end]
    first = start + len(raw) - len(raw.lstrip())
    last = max(first, end - len(raw) + len(raw.rstrip()))
    for begin, stop in ((start, first), (first, last), (last, end)):
        if begin < stop:
            yield Piece(read(text[begin:stop]), begin, stop)


def split_pieces(
    text: str,
    start: int,
    end: int,
    pattern: re.Pattern[str],
    value: Callable[[re.Match[str]], str | Code],
    read: Callable[[str], str],
) -> Iterator[Piece]:
    """Pieces for a stretch of text, and one for each match of a pattern in it; ``read`` as in :func:`text_pieces`."""
    for found in pattern.finditer(text, start, end):
        yield from text_pieces(text, start, found.start(), read)
        yield Piece(value(found), *found.span())
        start = found.end()
    yield from text_pieces(text, start, end, read)


def line_break(found: re.Match[str]) -> Code:
    """The code of a line end."""
    return Code(found[0], breaks=True)


def groups_of(pieces: Sequence[Piece], standalone: Collection[str] = ()) -> Iterator[list[Piece]]:
    """The pieces of each segment: split at paragraphs, trimmed, with paired codes. Those without words are left out.

    White space, breaks, loose codes, and pairs around all of a segment are trimmed; they stay where they are. Where a
    paragraph would hold one half of a pair between its words, so that moving it could break the file, there is one
    segment.

    Args:
        pieces: what may be one segment, in the order of the file; codes have the names of their elements.
        standalone: names of elements whose words are segments by themselves where no other words stand beside them:
            links in a row make a menu, not a sentence.
    """
    partners = _partners(pieces)
    ranges = [_trimmed(pieces, partners, first, last) for first, last in _paragraphs(pieces)]
    if any(not first <= partners.get(place, first) < last for first, last in ranges for place in range(first, last)):
        ranges = [_trimmed(pieces, partners, 0, len(pieces))]
    for first, last in ranges:
        for begin, stop in _menu(pieces, partners, first, last, standalone) or [(first, last)]:
            begin, stop = _trimmed(pieces, partners, begin, stop)
            group = [_part(pieces, partners, place, range(begin, stop)) for place in range(begin, stop)]
            if has_words(tuple(piece.value for piece in group)):
                yield group


def _paragraphs(pieces: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """Ranges between empty lines, tabs, and line breaks where a sentence ends or an item of a list begins."""
    first, before, breaks = 0, "", 0
    for place, piece in enumerate(pieces):
        if piece.blank:
            breaks += isinstance(piece.value, Code) and 1 + (piece.value.name == TAB)
        elif isinstance(piece.value, str):
            if before and breaks and (breaks > 1 or SENTENCE_END.search(before) or BULLET.match(piece.value)):
                yield first, place
                first, before = place, ""
            before, breaks = (before + piece.value)[-_TAIL:], 0
    yield first, len(pieces)


def _partners(pieces: Sequence[Piece]) -> dict[int, int]:
    """Which codes are pairs: places of the opening ones by closing ones, and the other way round.

    Of codes that cross, as in ``<b><i></b></i>``, the pair that is closed first is one.
    """
    partners: dict[int, int] = {}
    opened: list[tuple[str, int]] = []
    names: Counter[str] = Counter()
    for place, piece in enumerate(pieces):
        code = piece.value
        if isinstance(code, str) or code.part is Part.WHOLE:
            continue
        if code.part is Part.OPEN:
            opened.append((code.name, place))
            names[code.name] += 1
        while code.part is Part.CLOSE and names[code.name]:
            name, partner = opened.pop()
            names[name] -= 1
            if name == code.name:
                partners[place], partners[partner] = partner, place
                break
    return partners


def _trimmed(pieces: Sequence[Piece], partners: dict[int, int], first: int, last: int) -> tuple[int, int]:
    """The range without white space, breaks, codes without a partner in it, and pairs around it, at its ends."""

    def drops(place: int) -> bool:
        piece = pieces[place]
        half = isinstance(piece.value, Code) and piece.value.part is not Part.WHOLE
        return piece.blank or piece.loose or (half and not first <= partners.get(place, -1) < last)

    while first < last:
        if drops(first):
            first += 1
        elif drops(last - 1):
            last -= 1
        elif partners.get(first) == last - 1 and not pieces[last - 1].rewritten:
            first, last = first + 1, last - 1
        else:
            break
    return first, last


def _menu(
    pieces: Sequence[Piece], partners: dict[int, int], first: int, last: int, standalone: Collection[str]
) -> list[tuple[int, int]]:
    """Ranges of the elements that stand alone, two at least; none, if words stand beside them."""
    ranges = []
    place = first
    while place < last:
        piece, partner = pieces[place], partners.get(place)
        value = piece.value
        if isinstance(value, Code) and partner is not None and value.name in standalone:
            with_tags = pieces[partner].rewritten
            ranges.append((place + (not with_tags), partner + with_tags))
            place = partner
        elif has_words((value,)) or (
            isinstance(value, Code) and value.part is Part.WHOLE and not (value.breaks or piece.loose)
        ):
            return []
        place += 1
    return ranges if len(ranges) > 1 else []


def _part(pieces: Sequence[Piece], partners: dict[int, int], place: int, within: range) -> Piece:
    """A piece whose code has a name for its pair, or is whole if it has no partner within the segment."""
    piece = pieces[place]
    if isinstance(piece.value, str) or piece.value.part is Part.WHOLE:
        return piece
    partner = partners.get(place)
    if partner is None or not within.start <= partner < within.stop:
        return replace(piece, value=replace(piece.value, part=Part.WHOLE))
    return replace(piece, value=replace(piece.value, name=f"{piece.value.name}-{min(place, partner)}"))
