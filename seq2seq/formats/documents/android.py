"""String resources of Android: ``strings.xml`` (Android, App resources, String resources)."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import partial
from typing import Final

from seq2seq.errors import DataError
from seq2seq.formats.documents.xml_pieces import escape as escape_xml
from seq2seq.formats.entities import unescape
from seq2seq.formats.escapes import string_groups, string_pieces
from seq2seq.formats.pieces import Lines, Piece
from seq2seq.formats.segment import Code, Content, Part
from seq2seq.formats.splice import Slot, SplicedDocument, slot_of
from seq2seq.formats.xml_tree import COMMENT, Element, character_reference, decode_xml, read_units

_NAMESPACES: Final = {"": "", "urn:oasis:names:tc:xliff:document:1.2": "xliff:"}
_ROOT: Final = re.compile(r"<resources[\s>/]")
_TAG: Final = r"(?:<|&lt;)/?[A-Za-z](?:(?!&[lg]t;)[^<>])*(?:>|&gt;)"
"""A tag of HTML in a text, where XML does not read it as one."""
_LITERAL_ESCAPE: Final = re.compile(rf"\\u[0-9a-fA-F]{{4}}|\\(?!\]\]>)[^<]|\s+|{_TAG}|<!\[CDATA\[|\]\]>|\"", re.DOTALL)
_ESCAPE: Final = re.compile(rf"\\&[^;\s]+;|{_LITERAL_ESCAPE.pattern}|&[^;\s]+;", re.DOTALL)
_OPEN, _CLOSE = "<![CDATA[", "]]>"
_SECTION: Final = re.compile(r"<!\[CDATA\[(?P<literal>.*?)\]\]>", re.DOTALL)
_NAMED: Final = {"n": "\n", "t": "\t"}
_HEAD: Final = 10_000
"""Characters in which the root is looked for."""


def read_android(data: bytes, where: str) -> SplicedDocument:
    """String resources: the paragraphs of strings, of items of plurals and of arrays are segments.

    Those with ``translatable="false"`` stay, as does what ``xliff:g`` encloses.

    Raises:
        DataError: it is damaged, or no file of resources.
    """
    text = decode_xml(data, where)
    if not _ROOT.search(text.text[:_HEAD]):
        problem = f"{where}:1: these are no string resources: there is no element 'resources'."
        raise DataError(problem, code="data.not-android")
    lines = Lines(text.text)
    slots: list[Slot] = []
    for unit in read_units(text.text, where, ("string", "item"), _NAMESPACES):
        if unit.inherited("translatable") != "false":
            slots += _Unit(text.text, unit).slots(lines)
    return SplicedDocument(text, slots, substitute=character_reference)


_REFERENCE: Final = re.compile(r"@(?:\+?(?:[\w.]+:)?\w+/[\w.]+|null|empty)|\?(?:[\w.]+:)?(?:\w+/)?[\w.]+", re.ASCII)
"""A reference to another resource, or to an attribute of the theme, in place of a text."""


class _Unit:
    """A string."""

    def __init__(self, text: str, element: Element) -> None:
        self._text = text
        self._element = element
        self._sections: list[int] = []
        """Where sections without markup begin and end, by turns."""
        self._quoted = text[element.body : element.tail].strip().startswith('"')

    def slots(self, lines: Lines) -> Iterator[Slot]:
        """The slots of its paragraphs; none, if it refers to another resource."""
        if _REFERENCE.fullmatch(self._text[self._element.body : self._element.tail].strip()):
            return
        columns: list[list[Piece]] = [[]]
        self._read(self._element, columns)
        for pieces in columns:
            for group in string_groups(pieces):
                yield slot_of(group, lines, partial(self._spell, literal=self._is_literal(group[0].start)))

    def _read(self, element: Element, columns: list[list[Piece]]) -> None:
        """Add the pieces of an element; what follows a tab begins another list."""
        place = element.body
        for child in element.children:
            if isinstance(child, str):
                continue
            self._words(place, child.start, columns)
            place = child.end
            if child.name in ("xliff:g", COMMENT) or child.empty:
                self._add(columns, child.start, child.end, Part.WHOLE)
                continue
            self._add(columns, child.start, child.body, Part.OPEN, child.name)
            self._read(child, columns)
            self._add(columns, child.tail, child.end, Part.CLOSE, child.name)
        self._words(place, element.tail, columns)

    def _add(self, columns: list[list[Piece]], start: int, end: int, part: Part, name: str = "") -> None:
        columns[-1].append(Piece(Code(self._text[start:end], part, name), start, end))

    def _words(self, start: int, end: int, columns: list[list[Piece]]) -> None:
        for section in _SECTION.finditer(self._text, start, end):
            self._escaped(start, section.start(), columns, _ESCAPE)
            self._escaped(*section.span(), columns, _LITERAL_ESCAPE)
            self._sections += section.span("literal")
            start = section.end()
        self._escaped(start, end, columns, _ESCAPE)

    def _escaped(self, start: int, end: int, columns: list[list[Piece]], escape: re.Pattern[str]) -> None:
        for number, pieces in enumerate(string_pieces(self._text, start, end, escape=escape, read=_read)):
            if number:
                columns.append([])
            columns[-1] += pieces

    def _is_literal(self, place: int) -> bool:
        return bisect_right(self._sections, place) % 2 == 1

    def _spell(self, content: Content, *, literal: bool) -> str:
        """Content as it is spelled; ``literal``: whether it begins in a section without markup."""
        parts = []
        for part in content:
            if isinstance(part, Code):
                literal = part.data == _OPEN or (literal and part.data != _CLOSE)
                parts.append(part.data)
            else:
                words = self._escape(part)
                parts.append(words.replace(_CLOSE, "]] >") if literal else escape_xml(words))
        return "".join(parts)

    def _escape(self, words: str) -> str:
        words = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        if not self._quoted:
            words = words.replace("'", "\\'")
        return f"\\{words}" if words.startswith(("@", "?")) else words


def _read(escape: str) -> str | Code:
    if escape.startswith("\\&") and len(escape) > 2:  # a backslash before an entity
        return unescape(escape[1:])
    if escape[0] == "\\":
        return chr(int(escape[2:], 16)) if escape[1] == "u" and len(escape) > 2 else _NAMED.get(escape[1], escape[1:])
    tag = unescape(escape)
    if tag[0] == "<" and len(tag) > 1 and tag[1] != "!":
        name = tag.strip("</>").split()[0].lower()
        part = Part.CLOSE if tag[1] == "/" else Part.WHOLE if name == "br" or tag.endswith("/>") else Part.OPEN
        return Code(escape, part, name, breaks=name == "br")
    if escape[0] == "&":
        return tag
    return " " if escape.isspace() else Code(escape, breaks=True)
