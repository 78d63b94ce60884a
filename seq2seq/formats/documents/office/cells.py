"""Text in the cells of a workbook: shared strings, positions (ECMA-376, part 1, sections 18.3 and 18.4)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from seq2seq.files.encoded_text import EncodedText
from seq2seq.formats.documents.office.dialect import Dialect
from seq2seq.formats.documents.office.document import limited
from seq2seq.formats.documents.office.run_slots import slots_of
from seq2seq.formats.segment import Target
from seq2seq.formats.splice import Slot
from seq2seq.formats.xml_tree import Element, read_units

CELLS: Final = Dialect(
    namespaces={
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "x:",
        "http://purl.oclc.org/ooxml/spreadsheetml/main": "x:",  # ISO 29500 strict
    },
    paragraphs=("x:si", "x:is"),
    run="x:r",
    properties="x:rPr",
    text="x:t",
    frame=("x:phoneticPr",),
    hints=("x:rPh",),
    escapes=True,
)

_COLUMN: Final = re.compile(r"[A-Za-z]{1,3}(?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class CellText:
    """A text that cells hold."""

    text: str
    slot: Slot | None
    """Its place in the file; None: it has no words."""
    before: str = ""
    """What the file has before it, within its element."""
    after: str = ""

    def spell(self, target: Target) -> str:
        """A translation of it, to be put into an element."""
        return self.before + (self.slot.spell(target) if self.slot else "") + self.after


def cell_text(element: Element, text: str) -> CellText:
    """The text of an element for a rich string, shared or inline."""
    slot = next(iter(slots_of(element, text, CELLS)), None)
    words = "".join(CELLS.words(part) for part in element.outermost("x:t", "x:rPh") if part.name == "x:t")
    if slot is None:
        return CellText(words, None)
    return CellText(words, slot, text[element.body : slot.start], text[slot.end : element.tail])


def shared_strings(file: EncodedText) -> list[CellText]:
    """The shared strings of a workbook, to which its cells refer by number.

    Raises:
        DataError: this is no XML, or there are too many.
    """
    strings: list[CellText] = []
    for element in read_units(file.text, file.name, ("x:si",), CELLS.namespaces):
        strings.append(cell_text(element, file.text))
        limited(strings, f"{file.name}:{element.line}")
    return strings


def column_name(index: int) -> str:
    """The letters of a column; 0 is A."""
    name = ""
    while index >= 0:
        name = chr(ord("A") + index % 26) + name
        index = index // 26 - 1
    return name


def column_index(reference: str) -> int:
    """The column of a cell such as ``AB12``, from 0; -1 if there is none. The last that programs have is ``XFD``."""
    letters = _COLUMN.match(reference)
    index = 0
    for letter in letters[0].upper() if letters else "":
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def cells_of(row: Element) -> Iterator[tuple[int, Element]]:
    """The cells of a row, with their columns."""
    column = -1
    for cell in row.elements("x:c"):
        column = column_index(cell.attributes.get("r", "")) if "r" in cell.attributes else column + 1
        yield column, cell
