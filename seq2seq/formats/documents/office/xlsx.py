"""Excel workbooks (ECMA-376, part 1, section 18): text in cells, comments and drawings; numbers and formulas stay."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final

from seq2seq.errors import DataError
from seq2seq.formats.documents.office.cells import CELLS, shared_strings
from seq2seq.formats.documents.office.dialect import Dialect
from seq2seq.formats.documents.office.document import (
    PackageDocument,
    PackagePart,
    paragraph_slots,
    read_part,
    typed_parts,
)
from seq2seq.formats.documents.office.drawing import DIALECT, DRAWINGS
from seq2seq.formats.documents.office.package import Package
from seq2seq.formats.documents.office.sheet_column import SheetColumn
from seq2seq.formats.segment import Document
from seq2seq.formats.xml_tree import read_units

_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml"
_BESIDES: Final = {
    _KIND.format("comments"): replace(CELLS, paragraphs=("x:text",)),
    "application/vnd.openxmlformats-officedocument.drawing+xml": DIALECT,
    **DRAWINGS,
}
"""Parts whose text is in no cell: comments, text boxes, charts."""
_STRINGS, _SHEET, _TABLE, _PIVOT = (
    _KIND.format(name) for name in ("sharedStrings", "worksheet", "table", "pivotCacheDefinition")
)


def read_xlsx(
    data: bytes, where: str, *, column: str | int | None = None, target_column: str | int | None = None
) -> Document:
    """Read a workbook (.xlsx, .xlsm, .xltx).

    Names of columns in tables and pivot tables stay, as do all cells with the same text: formulas refer to them.

    Args:
        data: the file.
        where: its name in messages.
        column: the only column to translate, in every sheet that has it: its name in the first row, which stays, or
            its index, from 0. None: all cells with text, and comments, text boxes and charts.
        target_column: name or index of the column to write to: cells that are filled already stay, a name that is not
            there is added on the right. None: translations replace their sources.

    Raises:
        DataError: it is damaged, encrypted, or no workbook, or has no such column.
    """
    package = Package(data, where)
    parts = typed_parts(package, where, (_STRINGS, _SHEET, _TABLE, _PIVOT))
    names = {kind: [name for name, other in parts if other == kind] for kind in (_STRINGS, _SHEET, _TABLE, _PIVOT)}
    if not names[_SHEET]:
        raise DataError(f"{where}: the package holds no sheet with cells.", code="data.package-part-missing")
    if column is None:
        fixed = set(_column_names(package, where, names[_TABLE] + names[_PIVOT]))
        dialects = {_STRINGS: CELLS, _SHEET: CELLS, **_BESIDES}
        return PackageDocument(where, package, _all_text(package, where, dialects, fixed))
    strings = [string for name in names[_STRINGS] for string in shared_strings(read_part(package, name, where))]
    sheets = {
        name: SheetColumn(read_part(package, name, where), strings, column, target_column) for name in names[_SHEET]
    }
    if not any(sheet.found for sheet in sheets.values()):
        has = sorted({repr(name) for sheet in sheets.values() for name in sheet.names})
        raise DataError(
            f"{where}: no sheet has a column {column!r}; their first rows have: {', '.join(has) or 'no text'}.\n"
            "  Name one of these.",
            code="data.no-column",
        )
    columns = [(name, sheet, list(sheet.slots())) for name, sheet in sheets.items() if sheet.found]
    complete = sum(sheet.complete for sheet in sheets.values())
    return PackageDocument(
        where, package, [PackagePart(name, sheet.file, slots) for name, sheet, slots in columns], complete=complete
    )


def _all_text(
    package: Package, where: str, dialects: Mapping[str, Dialect], fixed: Collection[str]
) -> Iterator[PackagePart]:
    """Parts with text, except in cells with that which has to stay."""
    for name, kind in typed_parts(package, where, dialects):
        file = read_part(package, name, where)
        slots = paragraph_slots(file, dialects[kind])
        if kind not in _BESIDES:
            slots = [slot for slot in slots if not any(part in fixed for part in slot.segment.content)]
        yield PackagePart(name, file, slots)


def _column_names(package: Package, where: str, names: list[str]) -> Iterator[str]:
    """Names of columns in tables."""
    for name in names:
        file = read_part(package, name, where)
        for element in read_units(file.text, file.name, ("x:tableColumn", "x:cacheField"), CELLS.namespaces):
            yield element.attributes.get("name", "")
