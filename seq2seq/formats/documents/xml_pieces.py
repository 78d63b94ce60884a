"""Pieces and segments of XML in which text and elements are mixed, such that what is written is well-formed again."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from enum import Enum
from typing import Final

from seq2seq.formats.pieces import TAB, Piece, groups_of
from seq2seq.formats.segment import Code, Part
from seq2seq.formats.xml_tree import COMMENT, Element

_SPACE: Final = " \t\r\n"
_SPACES: Final = re.compile(r"[ \t\r\n]+")
_ILLEGAL: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold (XML 1.0, section 2.2)."""


class Role(Enum):
    """The part that an element has in the text around it."""

    PAIR = "pair"
    """Its tags are codes, its content is text."""
    WHOLE = "whole"
    """It is a code with all that is in it."""
    BREAK = "break"
    """As a whole one; it separates words."""
    TAB = "tab"
    """As one that separates words; it separates columns, too: a segment ends at it."""
    TRANSPARENT = "transparent"
    """Its content is text. Its tags, which are codes without data, vanish where a translation is written."""


def escape(text: str) -> str:
    """Text as XML spells it between tags."""
    text = _ILLEGAL.sub("\ufffd", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def escape_attribute(text: str) -> str:
    """Text as XML spells it in an attribute between double quotes."""
    return escape(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def mixed_pieces(
    element: Element, text: str, role: Callable[[Element], Role | str | Code], *, collapse: bool = False
) -> Iterator[Piece]:
    """The pieces of an element's content.

    Args:
        element: of a unit.
        text: the file.
        role: of an element within it; a string: the characters for which it stands; a code: half of a pair of empty
            elements. Only halves with the same parent may have the same name.
        collapse: whether white space in a row stands for one space.
    """
    texts: list[str] = []
    position = element.body

    def flush(end: int) -> Iterator[Piece]:
        if texts:
            yield from _text_pieces("".join(texts), text, position, end, collapse)
            texts.clear()

    for child in element.children:
        if isinstance(child, str):
            texts.append(child)
            continue
        yield from flush(child.start)
        position = child.end
        part = Role.WHOLE if child.name == COMMENT else role(child)
        if isinstance(part, str | Code):
            yield Piece(part, child.start, child.end)
        elif child.children and part in (Role.PAIR, Role.TRANSPARENT):
            start, end = text[child.start : child.body], text[child.tail : child.end]
            name = child.name.rpartition(":")[2]
            if part is Role.TRANSPARENT:
                start = end = ""
            yield Piece(Code(start, Part.OPEN, name), child.start, child.body)
            yield from mixed_pieces(child, text, role, collapse=collapse)
            yield Piece(Code(end, Part.CLOSE, name), child.tail, child.end)
        elif part is not Role.TRANSPARENT:
            name = TAB if part is Role.TAB else ""
            code = Code(text[child.start : child.end], name=name, breaks=part in (Role.BREAK, Role.TAB))
            yield Piece(code, child.start, child.end)
    yield from flush(element.tail)


def _text_pieces(words: str, text: str, start: int, end: int, collapse: bool) -> Iterator[Piece]:
    """Pieces for a stretch of text, with white space at its ends apart, so that it can be trimmed."""
    raw = text[start:end]
    core = raw.strip(_SPACE)
    before = raw[: len(raw) - len(raw.lstrip(_SPACE))] if core else ""
    after = raw[len(raw.rstrip(_SPACE)) :] if core else ""
    first = len(before.replace("\r\n", "\n"))  # the parser reports line ends as one character
    last = len(words) - len(after.replace("\r\n", "\n"))
    places = (start, start + len(before), end - len(after), end)
    for value, begin, stop in zip((words[:first], words[first:last], words[last:]), places, places[1:], strict=False):
        if value:
            yield Piece(_SPACES.sub(" ", value) if collapse else value, begin, stop)


def visible(group: Sequence[Piece]) -> list[Piece]:
    """The pieces of a segment, without the tags of transparent elements."""
    return [piece for piece in group if isinstance(piece.value, str) or piece.value.data]


def groups_without_codes(pieces: Sequence[Piece], standalone: Collection[str]) -> list[list[Piece]]:
    """The pieces of each segment, as :func:`seq2seq.formats.pieces.groups_of`, without any codes at its ends."""
    return [_without_outer_codes(group) for group in groups_of(pieces, standalone)]


def _whole(piece: Piece) -> bool:
    return isinstance(piece.value, Code) and piece.value.part is Part.WHOLE


def _without_outer_codes(group: list[Piece]) -> list[Piece]:
    """The group without whole codes, white space and surrounding pairs at its ends; there are words in it."""
    first, last = 0, len(group)
    while True:
        head, tail = group[first], group[last - 1]
        if _whole(head) or head.blank:
            first += 1
        elif _whole(tail) or tail.blank:
            last -= 1
        elif (
            isinstance(head.value, Code)
            and isinstance(tail.value, Code)
            and (head.value.name, head.value.part, tail.value.part) == (tail.value.name, Part.OPEN, Part.CLOSE)
        ):
            first, last = first + 1, last - 1
        else:
            return group[first:last]
