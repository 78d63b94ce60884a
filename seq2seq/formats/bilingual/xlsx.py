"""Tables of Excel workbooks (XLSX), by openpyxl."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from seq2seq.errors import DataError
from seq2seq.extras import INSTALL_XLSX, require
from seq2seq.files.pipes import open_raw
from seq2seq.formats.bilingual.reader import TableReader
from seq2seq.formats.documents.office.package import Package
from seq2seq.formats.xml import DEEPEST, create_parser, explained, too_deep

if TYPE_CHECKING:
    from openpyxl import Workbook

_ROWS: Final = 1 << 20
"""Rows of a sheet, at most (ECMA-376, part 1, section 18.3.1.73)."""


class XLSXReader(TableReader):
    """Reads the sheets of workbooks: what cells show as text; formulas by their last values."""

    def tables(self, path: Path) -> Sequence[str]:
        """The visible sheets, then the hidden ones."""
        with _opened(path) as book:
            sheets = sorted(book.worksheets, key=lambda sheet: sheet.sheet_state != "visible")
            return [sheet.title for sheet in sheets]

    def read(self, path: Path, table: str) -> Iterator[tuple[int, list[str]]]:
        """The rows of a sheet; empty cells at the end of a row are left out."""
        with _opened(path) as book:
            sheet = book[table]
            sheet.reset_dimensions()  # what the file says of them may be wrong
            for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
                if number > _ROWS:
                    raise _damaged(path, f"a sheet has more than {_ROWS:,} rows")
                cells = [_text(value) for value in values]
                while cells and not cells[-1]:
                    cells.pop()
                if cells:
                    yield number, cells


def _text(value: object) -> str:
    """The text of a cell."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.isoformat(" ")
        case date() | time():
            return value.isoformat()
    return str(value)


@contextmanager
def _opened(path: Path) -> "Iterator[Workbook]":
    """A workbook, whose parts have been found to be harmless."""
    require("openpyxl", f"{path}: XLSX", INSTALL_XLSX)
    from openpyxl import load_workbook

    with open_raw(path) as file:
        data = file.read()
    _check(data, str(path))
    try:
        with closing(load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)) as book:
            yield book
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, OSError, zipfile.BadZipFile) as error:
        raise _damaged(path, f"{type(error).__name__}: {error}") from error


@lru_cache(maxsize=1)
def _check(data: bytes, where: str) -> None:
    """Refuse parts that are too large, are not XML, declare entities, or are nested too deep."""
    package = Package(data, where)
    for name in package.names:
        if name.endswith((".xml", ".rels")):
            _check_part(package.read(name), f"{where}[{name}]")


def _check_part(data: bytes, where: str) -> None:
    parser = create_parser(where)
    depth = 0

    def start(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise too_deep(parser, where)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    with explained(where):
        parser.Parse(data, True)


def _damaged(path: Path, problem: str) -> DataError:
    return DataError(
        f"{path}: not a workbook that can be read ({problem}).\n  Save it again in the spreadsheet program, or as CSV.",
        code="data.workbook-damaged",
    )


XLSX: Final = XLSXReader()
