"""A document that is a package, some of whose parts hold segments."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from seq2seq.errors import DataError
from seq2seq.files.encoded_text import EncodedText
from seq2seq.formats.documents.office.descriptions import description_slots
from seq2seq.formats.documents.office.dialect import Dialect
from seq2seq.formats.documents.office.package import Package
from seq2seq.formats.documents.office.run_slots import slots_of
from seq2seq.formats.segment import Document, Target
from seq2seq.formats.splice import Slot, splice
from seq2seq.formats.xml_tree import character_reference, decode_xml, read_units

_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_MOST: Final = 500_000
"""Segments of a document, at most: they are in memory at once."""


@dataclass(frozen=True, slots=True)
class PackagePart:
    """A part of a package, which is XML."""

    name: str
    file: EncodedText
    slots: Sequence[Slot]
    """In the order of the file."""


class PackageDocument(Document):
    """A package with segments. Its lines are the numbers of the segments.

    Args:
        where: its name in messages.
        package: the file.
        parts: those with text, in the order in which they are read.
        complete: segments that are translated already.

    Raises:
        DataError: there are too many segments, or a part cannot be read.
    """

    def __init__(self, where: str, package: Package, parts: Iterable[PackagePart], *, complete: int = 0) -> None:
        self.name = where
        self.complete = complete
        self._package = package
        self._parts: list[PackagePart] = []
        slots: list[Slot] = []
        for part in parts:
            self._parts.append(part)
            slots += part.slots
            limited(slots, where)
        self.segments = [replace(slot.segment, line=number) for number, slot in enumerate(slots, 1)]

    def write(self, targets: Sequence[Target]) -> bytes:
        """As :meth:`Document.write`."""
        changes: dict[str, bytes] = {}
        rest = iter(targets)
        for part in self._parts:
            text = splice(part.file.text, part.slots, list(islice(rest, len(part.slots))))
            if text != part.file.text:
                changes[part.name] = part.file.encode(text, character_reference)
        return self._package.write(changes)


def read_part(package: Package, name: str, where: str) -> EncodedText:
    """The text of a part.

    Raises:
        DataError: it is missing, or no XML.
    """
    return decode_xml(package.read(name), f"{where}/{name}")


def typed_parts(package: Package, where: str, types: Collection[str]) -> list[tuple[str, str]]:
    """Names and content types of parts of an Office Open XML package (ECMA-376, part 2, section 7.2.3).

    Args:
        package: the document.
        where: its name in messages.
        types: content types that are wanted. Parts are in this order, those of one type in the order of their numbers.
    """
    file = read_part(package, "[Content_Types].xml", where)
    order = {kind: place for place, kind in enumerate(types)}
    wanted: list[tuple[int, int, str, str]] = []
    for override in read_units(file.text, file.name, ("Override",), {_TYPES: ""}):
        kind, part = override.attributes.get("ContentType", ""), override.attributes.get("PartName", "").lstrip("/")
        if kind in order and part in package:
            wanted.append((order[kind], len(part), part, kind))
    return [(part, kind) for *_, part, kind in sorted(wanted)]


def limited(slots: Sequence[object], where: str) -> None:
    """Refuse what has more slots so far than fit into memory; ``where``: the file, and the line of the last."""
    if len(slots) > _MOST:
        raise DataError(f"{where}: more than {_MOST:,} texts. Split the document.", code="data.too-large")


def paragraph_slots(file: EncodedText, dialect: Dialect) -> list[Slot]:
    """The slots of all paragraphs of a part, and of the descriptions of its pictures."""
    slots = list(description_slots(file.text))
    for paragraph in read_units(file.text, file.name, dialect.paragraphs, dialect.namespaces):
        slots += slots_of(paragraph, file.text, dialect)
        limited(slots, f"{file.name}:{paragraph.line}")
    return sorted(slots, key=lambda slot: (slot.start, -slot.end))


def read_paragraphs(data: bytes, where: str, dialects: Mapping[str, Dialect], main: Collection[str]) -> PackageDocument:
    """An Office Open XML document that consists of paragraphs of runs.

    Args:
        data: the file.
        where: its name in messages.
        dialects: by content type, the names of the elements in parts that are read.
        main: types of the part that makes it a document of its kind.
    """
    package = Package(data, where)
    names = typed_parts(package, where, dialects)
    if not typed_parts(package, where, main):
        raise DataError(f"{where}: the package holds no document of this kind.", code="data.package-part-missing")
    files = ((name, read_part(package, name, where), dialects[kind]) for name, kind in names)
    parts = (PackagePart(name, file, paragraph_slots(file, dialect)) for name, file, dialect in files)
    return PackageDocument(where, package, parts)
