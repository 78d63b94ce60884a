"""Elements of an XML file, with their places in its text: read one unit at a time, so that memory stays bounded."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from seq2seq.errors import DataError
from seq2seq.files.encoded_text import EncodedText, decode_text
from seq2seq.formats.xml import create_parser, explained, too_deep

_DEPTH: Final = 256
"""Elements that may be open at once: those that read them call themselves for each."""
_NODES: Final = 200_000
"""Elements of a unit, at most."""
_BLOCK: Final = 1 << 16
"""Bytes that are parsed at once."""
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_DECLARATION: Final = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml\s[^>]*?encoding\s*=\s*["']([^"'>]*)["']""")
_TAG: Final = re.compile(r"""<(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")
COMMENT: Final = "#comment"
"""The name of comments and of processing instructions as children."""


@dataclass(slots=True, eq=False)
class Element:
    """An element, and its place: positions count characters of the file's text."""

    name: str
    """``prefix:name`` with the prefix that the caller chose for its namespace; ``{uri}name`` in any other."""
    prefix: str
    """The prefix by which the file names it, with its colon."""
    attributes: Mapping[str, str]
    """By their names without prefix; those of ``xmlns`` are left out."""
    parent: "Element | None"
    line: int
    start: int
    """Where its start tag begins."""
    body: int
    """Where its start tag ends."""
    tail: int = 0
    """Where its end tag begins; the same as ``end`` in an empty tag."""
    end: int = 0
    children: "list[Element | str]" = field(default_factory=list)
    """Elements, comments and text, if it is a unit or within one; text in a row may come in several pieces."""

    def elements(self, *names: str) -> "Iterator[Element]":
        """Its children that are elements, of these names or of any."""
        for child in self.children:
            if isinstance(child, Element) and (child.name in names if names else child.name != COMMENT):
                yield child

    def first(self, *names: str) -> "Element | None":
        """The first child with one of these names."""
        return next(self.elements(*names), None)

    def outermost(self, *names: str) -> "Iterator[Element]":
        """Elements of these names within it that are not within one another, in the order of the file."""
        for child in self.elements():
            if child.name in names:
                yield child
            else:
                yield from child.outermost(*names)

    def ancestors(self) -> "Iterator[Element]":
        """The elements around it, from the nearest."""
        element = self.parent
        while element is not None:
            yield element
            element = element.parent

    def inherited(self, attribute: str) -> str:
        """The value of an attribute that holds for all that is within an element; empty if there is none."""
        values = (element.attributes.get(attribute) for element in (self, *self.ancestors()))
        return next((value for value in values if value is not None), "")

    def text(self) -> str:
        """All text within it."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    @property
    def empty(self) -> bool:
        """Whether it is an empty tag, ``<a/>``."""
        return self.tail == self.end


def decode_xml(data: bytes, where: str) -> EncodedText:
    """The text of an XML file.

    Raises:
        DataError: it is not in the encoding that it declares.
    """
    declared = _DECLARATION.match(data[:400])
    return decode_text(data, where, declared=declared[1].decode("latin-1") if declared else None)


def character_reference(character: str) -> str:
    """A character as XML spells it where the encoding lacks it."""
    return f"&#{ord(character)};"


def read_units(text: str, where: str, names: Collection[str], prefixes: Mapping[str, str]) -> Iterator[Element]:
    """The outermost elements with one of these names, one after the other.

    An element outside of them is known as the parent of what is in it, without its children.

    Args:
        text: the file.
        where: its name in messages.
        names: as in :attr:`Element.name`.
        prefixes: by namespace, the prefix (with its colon) by which the caller names its elements.

    Raises:
        DataError: this is no XML, or nested too deeply.
    """
    builder = _Builder(text, where, names, prefixes)
    with explained(where):
        for start in range(0, len(builder.data), _BLOCK):
            builder.parser.Parse(builder.data[start : start + _BLOCK], False)
            yield from builder.complete
            builder.complete.clear()
        builder.parser.Parse(b"", True)
    yield from builder.complete


class _Builder:
    """Makes elements of the events of a parser."""

    def __init__(self, text: str, where: str, names: Collection[str], prefixes: Mapping[str, str]) -> None:
        self.complete: list[Element] = []
        self.data = text.encode()
        self._text = text
        self._where = where
        self._names = names
        self._prefixes = prefixes
        self._spaces: defaultdict[str, list[str]] = defaultdict(list, {"xml": [_XML]})
        """Namespaces that a prefix stands for in the elements that are open, the innermost last."""
        self._declared: list[Sequence[str]] = []
        """Prefixes that each open element declares."""
        self._open: Element | None = None
        self._unit: Element | None = None
        self._nodes = 0
        self._bytes = self._characters = 0
        self.parser = create_parser(where, encoding="utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._add_text
        self.parser.CommentHandler = lambda _: self._aside("-->")
        self.parser.ProcessingInstructionHandler = lambda *_: self._aside("?>")

    def _position(self) -> int:
        """Where the parser is, in characters; it only ever moves on."""
        place = self.parser.CurrentByteIndex
        self._characters += len(self.data[self._bytes : place].decode())
        self._bytes = place
        return self._characters

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        declared = [key[6:] for key in attributes if key == "xmlns" or key.startswith("xmlns:")]
        for declared_prefix in declared:
            self._spaces[declared_prefix].append(attributes[f"xmlns:{declared_prefix}".rstrip(":")])
        self._declared.append(declared)
        prefix, _, local = name.rpartition(":")
        space = self._spaces[prefix][-1] if self._spaces.get(prefix) else ""
        start = self._position()
        tag = _TAG.match(self._text, start)
        element = Element(
            name=self._prefixes[space] + local if space in self._prefixes else f"{{{space}}}{local}",
            prefix=f"{prefix}:" if prefix else "",
            attributes={key.rpartition(":")[2]: value for key, value in attributes.items() if key[:5] != "xmlns"},
            parent=self._open,
            line=self.parser.CurrentLineNumber,
            start=start,
            body=tag.end() if tag else start,
        )
        if len(self._declared) >= _DEPTH:
            raise too_deep(self.parser, self._where, _DEPTH)
        self._add(element)
        self._open = element
        if self._unit is None and element.name in self._names:
            self._unit = element
            self._nodes = 0

    def _end(self, _: str) -> None:
        element = self._open
        assert element is not None  # the parser reports no end without a start
        element.tail = self._position()
        empty = element.tail == element.body and self._text.endswith("/>", 0, element.body)
        element.end = element.tail if empty else self._text.index(">", element.tail) + 1
        for prefix in self._declared.pop():
            self._spaces[prefix].pop()
        self._open = element.parent
        if element is self._unit:
            self.complete.append(element)
            self._unit = None

    def _add_text(self, text: str) -> None:
        if self._unit is not None and self._open is not None:
            self._open.children.append(text)

    def _aside(self, close: str) -> None:
        start = self._position()
        end = self._text.index(close, start) + len(close)
        self._add(Element(COMMENT, "", {}, self._open, self.parser.CurrentLineNumber, start, end, end, end))

    def _add(self, element: Element) -> None:
        if self._unit is None or self._open is None:
            return
        self._nodes += 1
        if self._nodes > _NODES:
            raise DataError(
                f"{self._where}:{self.parser.CurrentLineNumber}: more than {_NODES:,} elements in a paragraph, row or "
                "unit: the file is damaged, or malicious.",
                code="data.xml-too-large",
            )
        self._open.children.append(element)
