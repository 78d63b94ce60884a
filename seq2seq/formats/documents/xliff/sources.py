"""Segments of sources: their inline elements as codes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from seq2seq.formats.bilingual.inline import is_break
from seq2seq.formats.documents.xml_pieces import Role, escape, mixed_pieces
from seq2seq.formats.pieces import Piece, groups_of
from seq2seq.formats.segment import Code, Part
from seq2seq.formats.splice import Slot, slot_of, speller
from seq2seq.formats.xml_tree import Element

_SPELL: Final = speller(escape)
_HALVES: Final[Mapping[str, tuple[str, Part, tuple[str, ...]]]] = {
    "bx": ("x", Part.OPEN, ("rid", "id")),
    "ex": ("x", Part.CLOSE, ("rid", "id")),
    "bpt": ("pt", Part.OPEN, ("rid", "id")),
    "ept": ("pt", Part.CLOSE, ("rid", "id")),
    "sc": ("c", Part.OPEN, ("id",)),
    "ec": ("c", Part.CLOSE, ("startRef",)),
    "sm": ("m", Part.OPEN, ("id",)),
    "em": ("m", Part.CLOSE, ("startRef",)),
}
"""Elements that begin or end something, and the attributes one of which both halves have in common."""


_TRANSLATE: Final = re.compile(r"""\A<(?:[\w.-]+:)?sm\s[^>]*?\btranslate\s*=\s*["'](yes|no)""")
"""Whether the words after a mark are translated, if it says so."""


def source_slots(source: Element, text: str) -> list[Slot]:
    """The slots of a source, or of a segment within it."""
    collapse = source.inherited("space") != "preserve"
    pieces = mixed_pieces(source, text, lambda element: _role(element, text), collapse=collapse)
    return [slot_of(group, source.line, _SPELL) for group in groups_of(list(_without_protected(pieces, text)))]


def _without_protected(pieces: Iterable[Piece], text: str) -> Iterator[Piece]:
    """Pieces; the words between ``sm`` with ``translate="no"`` and its ``em`` are codes (2.1, section 4.7.4)."""
    opened: list[tuple[str, bool, int]] = []
    ended: dict[str, int] = {}
    for place, piece in enumerate(pieces):
        value = piece.value
        if isinstance(value, str):
            while opened and opened[-1][2] < ended.get(opened[-1][0], -1):
                opened.pop()
            protected = bool(opened) and opened[-1][1] and not value.isspace()
            yield replace(piece, value=Code(text[piece.start : piece.end])) if protected else piece
            continue
        if value.part is Part.OPEN and (stated := _TRANSLATE.search(value.data)):
            opened.append((value.name, stated[1] == "no", place))
        elif value.part is Part.CLOSE:
            ended[value.name] = place
        yield piece


def _role(element: Element, text: str) -> Role | Code:
    """The part of an inline element in the text around it (XLIFF 1.2, section 2.4; 2.1, section 4.7)."""
    attributes = element.attributes
    if element.name in ("g", "pc", "mrk"):
        opaque = attributes.get("translate") == "no" or attributes.get("mtype") == "protected"
        return Role.WHOLE if opaque else Role.PAIR
    if element.name in _HALVES:
        kind, part, references = _HALVES[element.name]
        reference = next((attributes[name] for name in references if name in attributes), "")
        # Halves with different parents are no pair: moving them could end an element outside of its parent.
        name = f"{kind}{reference} {element.parent.start if element.parent else 0}"
        return Code(text[element.start : element.end], part, name)
    return Role.BREAK if is_break(attributes) else Role.WHOLE
