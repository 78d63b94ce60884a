"""A document that is a package, some of whose parts hold segments."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from seq2seq.files.encoded_text import EncodedText
from seq2seq.formats.documents.office.package import Package
from seq2seq.formats.segment import Document, Target
from seq2seq.formats.splice import Slot, splice
from seq2seq.formats.xml_tree import character_reference, decode_xml, read_units

_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"


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
        where: what to call it in messages.
        package: the file.
        parts: those with text, in the order in which they are read.
        complete: segments that are translated already.
    """

    def __init__(self, where: str, package: Package, parts: Iterable[PackagePart], *, complete: int = 0) -> None:
        self.name = where
        self.complete = complete
        self._package = package
        self._parts = list(parts)
        slots = [slot for part in self._parts for slot in part.slots]
        self.segments = [replace(slot.segment, line=number) for number, slot in enumerate(slots, 1)]

    def write(self, targets: Sequence[Target]) -> bytes:
        """As :meth:`Document.write`."""
        changes: dict[str, bytes] = {}
        first = 0
        for part in self._parts:
            last = first + len(part.slots)
            text = splice(part.file.text, part.slots, targets[first:last])
            first = last
            if text != part.file.text:
                changes[part.name] = part.file.encode(text, character_reference)
        return self._package.write(changes)


def read_part(package: Package, name: str, where: str) -> EncodedText:
    """The text of a part.

    Args:
        package: the document.
        name: of the part.
        where: what to call the document in messages.

    Raises:
        DataError: it is missing, or no XML.
    """
    return decode_xml(package.read(name), f"{where}/{name}")


def parts_of_types(package: Package, where: str, types: Sequence[str]) -> Iterator[str]:
    """Names of the parts of an Office Open XML package (ECMA-376, part 2, section 7.2.3) with certain types.

    Args:
        package: the document.
        where: what to call it in messages.
        types: content types. Parts are in this order, those of one type in the order of their names.
    """
    name = "[Content_Types].xml"
    file = read_part(package, name, where)
    found: list[tuple[int, int, str]] = []
    for override in read_units(file.text, file.name, ("Override",), {_TYPES: ""}):
        kind, part = override.attributes.get("ContentType", ""), override.attributes.get("PartName", "").lstrip("/")
        if kind in types and part in package:
            found.append((types.index(kind), len(part), part))
    for *_, part in sorted(found):
        yield part
