"""Rows of JSON: one object per line (JSON Lines), an array of objects, or an object that holds such an array."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from seq2seq.config.data import ColumnsConfig
from seq2seq.config.sides import TEXTS, Sides
from seq2seq.data.tables import problems
from seq2seq.data.tables.json_records import RecordReader, value_names
from seq2seq.data.tables.lines import Span, cut_lines, read_blocks
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows
from seq2seq.errors import DataError
from seq2seq.files.not_utf8 import REMEDIES, describe_encoding
from seq2seq.files.opening import head_of, open_text
from seq2seq.files.unpack import DamagedError

Form = Literal["lines", "values"]
_ROWS: Final = ("data", "rows")
"""Keys of an object that holds rows, where it has other lists of objects, too."""
CHUNK: Final = 10_000
"""Rows read at a time."""
T = TypeVar("T")


def form_of(path: Path) -> Form:
    """Whether a file holds one object per line, or values that may go over several lines, such as an array.

    Raises:
        DataError: it cannot be read.
    """
    text = head_of(path).decode(errors="replace").removeprefix("\ufeff").lstrip()
    if text.startswith("["):
        return "values" if text[1:].lstrip()[:1] in ("{", "]", "") else "lines"
    first, _, rest = text.partition("\n")
    if not text.startswith("{"):
        return "lines"
    try:
        value = json.loads(first)
    except (ValueError, RecursionError):
        # An object that goes over several lines has its first key, or nothing, on the first; a broken line has more.
        return "values" if first.rstrip() == "{" or first.rstrip().endswith(("[", "{", ",")) else "lines"
    if rest.strip() or not isinstance(value, dict):
        return "lines"
    return "values" if _holds_rows(value) or _by_column(value) else "lines"


def first_record(path: Path) -> dict[str, Any]:
    """The first object of a file; empty if there is none."""
    if form_of(path) == "values":
        return next((value for value in read_values(path).rows if isinstance(value, dict)), {})
    for block in read_blocks(path, BadRows()):
        for line in block.lines:
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(record, dict):
                return record
    return {}


def record_names(path: Path) -> list[str]:
    """The names of all values of the first object of a file, also of those inside of others."""
    return value_names(first_record(path))


def read_json(
    path: Path, columns: ColumnsConfig, *, bad: BadRows, sides: Sides = TEXTS, span: Span | None = None
) -> Iterator[Rows]:
    """Rows of a JSON file in any form; numbers and truth values are taken as labels, and lists as vectors.

    The rows of an array have its elements' numbers, from 1, in the place of line numbers. ``span``: the part of the
    file to read, one of :func:`cut_json`.
    """
    if form_of(path) == "lines":
        yield from read_jsonl(path, columns, bad=bad, sides=sides, span=span)
        return
    reader = RecordReader(path, columns, sides=sides)
    numbered = enumerate(read_values(path).rows, 1)
    yield from in_chunks(numbered, lambda rows, entry: reader.add(*entry, rows, bad))


def cut_json(path: Path, size: int) -> list[Span] | None:
    """Parts of a file, of about so many bytes, that :func:`read_json` reads alone; None: it is no JSON Lines."""
    return cut_lines(path, size) if form_of(path) == "lines" else None


def in_chunks(found: Iterator[T], add: Callable[[Rows, T], None]) -> Iterator[Rows]:
    """Rows, some at a time, to which ``add`` appends what is found."""
    rows = Rows()
    for one in found:
        add(rows, one)
        if len(rows.lines) >= CHUNK:
            yield rows
            rows = Rows()
    yield rows


def read_jsonl(
    path: Path, columns: ColumnsConfig, *, bad: BadRows, sides: Sides = TEXTS, span: Span | None = None
) -> Iterator[Rows]:
    """Rows of a file with one JSON object a line, or of a part of it; numbers and truth values as labels."""
    decode = json.JSONDecoder().decode
    reader = RecordReader(path, columns, sides=sides, example=first_record(path))
    for block in read_blocks(path, bad, span=span):
        rows = Rows()
        for number, line in enumerate(block.lines, block.first):
            if number in block.bad:
                continue
            try:
                record = decode(line)
            except ValueError as error:  # JSONDecodeError, and integers of too many digits
                bad.refuse(path, number, problems.JSON, f"not JSON: {error}" if line.strip() else "an empty line")
                continue
            except RecursionError:
                bad.refuse(path, number, problems.JSON, "not JSON that can be read: nested too deeply")
                continue
            reader.add(number, record, rows, bad)
        yield rows


@dataclass(frozen=True)
class Values:
    """The rows of a file whose values may go over several lines."""

    rows: Iterator[object]
    around: dict[str, Any] | None
    """The object that holds them; None: an array, or one object after the other."""
    key: str = ""
    """Under which it holds them."""
    array: bool = False


def read_values(path: Path) -> Values:
    """The rows of a JSON file that is one array, an object that holds one, or several objects one after the other.

    The text of the file is in memory meanwhile, its values are not.

    Raises:
        DataError: it cannot be read, or is no JSON; says where.
    """
    text = _text(path)
    start = _skip(text, 0)
    if text[start : start + 1] == "[":
        return Values(_decoded(path, text, start + 1, "]"), None, array=True)
    values = _decoded(path, text, start, "")
    first = next(values, None)
    if isinstance(first, dict) and next(values, None) is None:
        if columns := _by_column(first):
            return Values(iter(columns), None)
        if key := _holds_rows(first):
            return Values(_rows(first[key]), first, key)
    return Values(_decoded(path, text, start, ""), None)


def _rows(records: list[dict[str, Any]]) -> Iterator[object]:
    """The rows of a list; the hub wraps each of them once more (`{"row_idx": 0, "row": {...}}`)."""
    wrapped = all(isinstance(record.get("row"), dict) and "row_idx" in record for record in records)
    return iter([record["row"] for record in records] if wrapped else records)


def _by_column(value: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table that is written column by column, as pandas does by itself; empty if it is none."""
    columns = list(value.values())
    if columns and all(isinstance(column, dict) and column and all(map(str.isdecimal, column)) for column in columns):
        columns = [list(column.values()) for column in columns]
    if len(columns) < 2 or not all(isinstance(column, list) for column in columns):
        return []
    if len({len(column) for column in columns}) > 1 or all(isinstance(row, dict) for rows in columns for row in rows):
        return []
    return [dict(zip(value, row, strict=True)) for row in zip(*columns, strict=True)]


def _holds_rows(value: object) -> str:
    """The key under which an object holds rows; empty if it holds none."""
    if not isinstance(value, dict):
        return ""
    lists = [
        key
        for key, inner in value.items()
        if isinstance(inner, list) and inner and all(isinstance(row, dict) for row in inner)
    ]
    return lists[0] if len(lists) == 1 else next((key for key in _ROWS if key in lists), "")


def _text(path: Path) -> str:
    """The text of a file."""
    try:
        with open_text(path) as file:
            content = file.read()
    except (OSError, DamagedError) as error:
        raise DataError(f"{path}: cannot be read: {error}.", code="data.unreadable") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        begin, end = content.rfind(b"\n", 0, error.start) + 1, content.find(b"\n", error.start)
        raw = content[begin : end if end >= 0 else None]
        here = UnicodeDecodeError("utf-8", raw, error.start - begin, error.start - begin + 1, error.reason)
        kind, what = describe_encoding(raw, here)
        raise DataError(f"{path}:{line}: {what}.\n  {REMEDIES[kind]}", code="data.not-utf8") from error


def _skip(text: str, at: int) -> int:
    """The next place that is no white space."""
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _decoded(path: Path, text: str, at: int, end: str) -> Iterator[object]:
    """The values from a place on: with commas between them up to ``end``, or just one after the other."""
    decode = json.JSONDecoder().raw_decode
    at = _skip(text, at)
    while at < len(text) and text[at : at + 1] != end:
        try:
            value, at = decode(text, at)
        except (ValueError, RecursionError) as error:
            line = text.count("\n", 0, getattr(error, "pos", at)) + 1
            what = getattr(error, "msg", "nested too deeply")
            raise DataError(
                f"{path}:{line}: not JSON: {what}. What follows cannot be read.", code="data.not-json"
            ) from error
        yield value
        at = _skip(text, at)
        if end and text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif end and text[at : at + 1] != end:
            line = text.count("\n", 0, at) + 1
            what = "a comma or a closing bracket is missing"
            raise DataError(f"{path}:{line}: not JSON: {what}. What follows cannot be read.", code="data.not-json")
    if end and _skip(text, at + 1) < len(text):
        line = text.count("\n", 0, _skip(text, at + 1)) + 1
        raise DataError(f"{path}:{line}: not JSON: text follows the array.", code="data.not-json")
    if end and at >= len(text):
        raise DataError(
            f"{path}: not JSON: the array is not closed, as if the file had been cut.", code="data.not-json"
        )
