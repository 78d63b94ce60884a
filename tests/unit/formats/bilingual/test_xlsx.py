"""Sheets of workbooks become rows of cells; files made to exhaust memory are refused before they are read."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from seq2seq import extras
from seq2seq.errors import DataError, MissingExtra
from seq2seq.formats.bilingual.xlsx import XLSX

openpyxl = pytest.importorskip("openpyxl")

Write = Callable[[str, str | bytes], Path]
Rows = list[list[object]]


def workbook(**sheets: Rows) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def changed(data: bytes, name: str, content: bytes | None) -> bytes:
    """A workbook with another content for a part, or without it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for member in before.namelist():
            if member != name:
                after.writestr(member, before.read(member))
        if content is not None:
            after.writestr(name, content)
    return file.getvalue()


ONE = workbook(a=[["a", "b"]])
SHEET = "xl/worksheets/sheet1.xml"


def test_rows_with_their_numbers(write: Write) -> None:
    rows: Rows = [["English", "German"], ["lid", "Deckel", None], [], [None, "x"], ["two\nlines", 'a "b"']]
    path = write("a.xlsx", workbook(Pairs=rows))
    assert XLSX.tables(path) == ["Pairs"]
    assert list(XLSX.read(path, "Pairs")) == [
        (1, ["English", "German"]),
        (2, ["lid", "Deckel"]),
        (4, ["", "x"]),
        (5, ["two\nlines", 'a "b"']),
    ]


def test_values_as_text(write: Write) -> None:
    values: list[object] = [3, 2.0, 1.5, True, date(2026, 1, 2), datetime(2026, 1, 2, 3, 4)]
    path = write("a.xlsx", workbook(a=[values]))
    assert list(XLSX.read(path, "a")) == [(1, ["3", "2", "1.5", "TRUE", "2026-01-02 00:00:00", "2026-01-02 03:04:00"])]


def test_several_sheets(write: Write) -> None:
    path = write("a.xlsx", workbook(one=[["a"]], two=[["b"]], empty=[]))
    assert XLSX.tables(path) == ["one", "two", "empty"]
    assert [list(XLSX.read(path, name)) for name in XLSX.tables(path)] == [[(1, ["a"])], [(1, ["b"])], []]


def test_the_dimensions_that_a_file_states_are_not_trusted(write: Write) -> None:
    xml = zipfile.ZipFile(io.BytesIO(ONE)).read(SHEET).replace(b'ref="A1:B1"', b'ref="A1:XFD1048576"')
    assert b"XFD" in xml
    assert list(XLSX.read(write("a.xlsx", changed(ONE, SHEET, xml)), "a")) == [(1, ["a", "b"])]


def test_a_row_beyond_the_last(write: Write) -> None:
    xml = zipfile.ZipFile(io.BytesIO(ONE)).read(SHEET).replace(b'<row r="1"', b'<row r="99999999999"')
    with pytest.raises(DataError) as caught:
        list(XLSX.read(write("a.xlsx", changed(ONE, SHEET, xml)), "a"))
    assert caught.value.code == "data.workbook-damaged"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (ONE[:-40], "data.package-damaged"),
        (b"no zip file", "data.package-damaged"),
        (changed(ONE, "xl/workbook.xml", None), "data.workbook-damaged"),
        (changed(ONE, SHEET, b"<worksheet><sheetData>"), "data.xml-damaged"),
        (changed(ONE, SHEET, b"<a>" * 100_000), "data.xml-too-deep"),
        (changed(ONE, SHEET, b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>'), "data.xml-entity"),
        (changed(ONE, SHEET, b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><worksheet/>'), "data.xml-entity"),
        (changed(ONE, "xl/sharedStrings.xml", b" " * (300 << 20)), "data.package-too-large"),
        (changed(ONE, SHEET, b" " * (20 << 20)), "data.package-too-large"),
    ],
    # Not the contents, in which the time of writing differs from process to process.
    ids=["cut", "no zip", "no workbook", "unclosed", "deep", "entity", "outside", "large", "bomb"],
)
def test_malformed_workbooks(write: Write, content: bytes, code: str) -> None:
    path = write("a.xlsx", content)
    with pytest.raises(DataError, match=r"a\.xlsx") as caught:
        [list(XLSX.read(path, table)) for table in XLSX.tables(path)]
    assert caught.value.code == code


def test_without_openpyxl(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "installed", lambda module: module != "openpyxl")
    with pytest.raises(MissingExtra, match=r"seq2seq\[xlsx\]"):
        XLSX.tables(write("a.xlsx", ONE))
