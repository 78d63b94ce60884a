"""OpenDocument files (OASIS, version 1.3): paragraphs, notes, comments, text boxes, headers and footers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from seq2seq.errors import DataError
from seq2seq.files.encoded_text import EncodedText
from seq2seq.formats.documents.office.document import PackageDocument, PackagePart, limited, read_part
from seq2seq.formats.documents.office.package import Package
from seq2seq.formats.documents.xml_pieces import Role, escape, groups_without_codes, mixed_pieces, visible
from seq2seq.formats.pieces import Piece, content_of
from seq2seq.formats.segment import Code, Content, Document, Part, Segment
from seq2seq.formats.splice import Slot
from seq2seq.formats.xml_tree import Element, read_units

_NAMESPACES: Final = {
    f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0": f"{name}:" for name in ("text", "style", "table", "office")
} | {"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0": "svg:"}
_DESCRIPTIONS: Final = ("svg:title", "svg:desc")
"""Elements that describe a picture or a shape: text without elements."""
_PARAGRAPHS: Final = ("text:p", "text:h", *_DESCRIPTIONS)
_NUMBERS: Final = frozenset({"float", "percentage", "currency", "date", "time", "boolean"})
"""Types of cells whose text a program computes."""
_PAIRS: Final = frozenset({"text:span", "text:a", "text:meta", "text:meta-field"})
_UNSEEN: Final = re.compile(r"(?:paragraph-)?rsid|(?:language|country|script|rfc-language-tag)(?:-asian|-complex)?")
"""Properties of text that make no difference to its look: its language, and when it was written."""
_MOST_SPACES: Final = 100
_SPACES: Final = re.compile(" {2,}")


def read_odt(data: bytes, where: str) -> Document:
    """Read a text document (.odt, .ott), or a presentation or a spreadsheet of OpenDocument (.odp, .ods).

    Deleted text, formulas, numbers and fields stay as they are.

    Raises:
        DataError: it is damaged, encrypted, or no such document.
    """
    package = Package(data, where)
    if "mimetype" not in package or not package.read("mimetype").startswith(b"application/vnd.oasis.opendocument."):
        raise DataError(f"{where}: the package holds no OpenDocument file.", code="data.package-part-missing")
    if "META-INF/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise DataError(f"{where}: the document has a password.\n  Save it without one.", code="data.encrypted")
    names = [name for name in ("content.xml", "styles.xml") if name == "content.xml" or name in package]
    files = [read_part(package, name, where) for name in names]
    parts = [PackagePart(name, file, _part_slots(file)) for name, file in zip(names, files, strict=True)]
    return PackageDocument(where, package, parts)


def _part_slots(file: EncodedText) -> list[Slot]:
    styles: dict[str, str] = {}
    slots: list[Slot] = []
    for unit in read_units(file.text, file.name, (*_PARAGRAPHS, "style:style"), _NAMESPACES):
        if unit.name == "style:style":
            styles[unit.attributes.get("name", "")] = _look(unit)
        elif not _is_computed(unit):
            paragraph = _Paragraphs(file.text, unit.prefix, styles)
            slots += sorted(paragraph.slots(unit), key=lambda slot: (slot.start, -slot.end))
            limited(slots, f"{file.name}:{unit.line}")
    return slots


def _look(style: Element) -> str:
    """What a style of text looks like; empty: like the text around it."""
    properties = [
        f"{name}={value}"
        for element in style.elements()
        for name, value in sorted(element.attributes.items())
        if not _UNSEEN.fullmatch(name)
    ]
    inherits = style.attributes.get("parent-style-name", "")
    return "|".join([inherits, *properties]) if inherits or properties else ""


def _is_computed(paragraph: Element) -> bool:
    """Whether it is deleted text, or the text of a cell with a number or a formula."""
    return any(
        element.name == "text:tracked-changes"
        or "formula" in element.attributes
        or (element.name == "table:table-cell" and element.attributes.get("value-type") in _NUMBERS)
        for element in paragraph.ancestors()
    )


class _Paragraphs:
    """Finds the slots of a paragraph, and of those within it."""

    def __init__(self, text: str, prefix: str, styles: Mapping[str, str]) -> None:
        self._text = text
        self._prefix = prefix
        self._styles = styles
        self._inner: list[Element] = []

    def slots(self, paragraph: Element) -> Iterator[Slot]:
        """The slots, in no certain order."""
        self._inner.append(paragraph)
        while self._inner:
            yield from self._own_slots(self._inner.pop())

    def _own_slots(self, paragraph: Element) -> Iterator[Slot]:
        """The slots of a paragraph; those within it are added to the inner ones."""
        pieces = list(mixed_pieces(paragraph, self._text, self._role, collapse=True))
        spell = _spell_description if paragraph.name in _DESCRIPTIONS else self._spell
        for group in groups_without_codes(self._joined(pieces), ("a",)):
            seen = visible(group)
            yield Slot(
                Segment(content_of(seen), paragraph.line),
                group[0].start,
                group[-1].end,
                lambda target: spell(target.content),
                tuple((piece.start, piece.end) for piece in seen if isinstance(piece.value, Code)),
            )

    def _role(self, element: Element) -> Role | str | Code:
        name = element.name
        if name == "text:s":
            count = element.attributes.get("c", "1")
            few = count.isdecimal() and len(count) <= len(str(_MOST_SPACES)) and int(count) <= _MOST_SPACES
            return " " * int(count) if few else Role.BREAK
        if name == "text:ruby":  # words, and how to read them
            return "".join(base.text() for base in element.elements("text:ruby-base"))
        if name in ("text:tab", "text:line-break"):
            return Role.TAB if name == "text:tab" else Role.BREAK
        if name == "text:soft-page-break" or (name == "text:span" and not self._style(element)):
            return Role.TRANSPARENT
        if name in _PAIRS:
            return Role.PAIR
        inner = list(element.outermost(*_PARAGRAPHS))
        self._inner += inner
        return Code(self._text[element.start : element.end], name=str(element.start)) if inner else Role.WHOLE

    def _style(self, span: Element) -> str:
        name = span.attributes.get("style-name", "")
        return self._styles.get(name, name)

    def _joined(self, pieces: Sequence[Piece]) -> list[Piece]:
        """Spans of the same look in a row as one."""
        joined: list[Piece] = []
        looks: list[str] = []  # of the elements that are open
        closed: str | None = None  # of the span that ends at the last piece
        for piece in pieces:
            code = piece.value
            if isinstance(code, str) or code.part is Part.WHOLE:
                closed = None
            elif code.part is Part.CLOSE:
                look = looks.pop()
                closed = look or None
            else:
                style = re.search(r"style-name\s*=\s*[\"']([^\"']*)", code.data) if code.name == "span" else None
                look = self._styles.get(style[1], style[1]) if style else ""
                looks.append(look)
                if look and look == closed:
                    joined.pop()
                    closed = None
                    continue
                closed = None
            joined.append(piece)
        return joined

    def _spell(self, content: Content) -> str:
        spelled: list[str] = []
        for place, part in enumerate(content):
            if isinstance(part, Code):
                spelled.append(part.data)
                continue
            before = content[place - 1] if place else ""
            after_code = isinstance(before, Code) and before.part is Part.WHOLE
            words = escape(re.sub(r"[\r\n\t]+", " ", part))
            lead = len(words) - len(words.lstrip(" ")) if after_code else 0  # white space after such elements vanishes
            spelled.append(self._spaces(lead) if lead else "")
            spelled.append(_SPACES.sub(lambda spaces: " " + self._spaces(len(spaces[0]) - 1), words[lead:]))
        return "".join(spelled)

    def _spaces(self, count: int) -> str:
        name = f"{self._prefix}s"
        return f'<{name} {self._prefix}c="{count}"/>' if count > 1 else f"<{name}/>"


def _spell_description(content: Content) -> str:
    return "".join(part.data if isinstance(part, Code) else escape(part) for part in content)
