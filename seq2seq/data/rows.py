"""Readers of tables in text files: TSV, CSV and JSON Lines become rows of source, target, group and line number."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from seq2seq.config.data import ColumnsConfig
from seq2seq.data import problems
from seq2seq.data.lines import FORBIDDEN, describe_forbidden, read_blocks
from seq2seq.data.problems import BadRows
from seq2seq.errors import ConfigError, DataError

csv.field_size_limit(1 << 20)


@dataclass(slots=True)
class Rows:
    """Some good rows of a file, column by column."""

    sources: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    groups: list[str | None] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    """Line on which the row begins (row number in a Parquet file), from 1."""
    joined: int = 0
    """Rows in which a line break inside a field became a space."""

    def add(self, line: int, source: str, target: str, group: str | None) -> None:
        """Append a row."""
        self.sources.append(source)
        self.targets.append(target)
        self.groups.append(group)
        self.lines.append(line)


@dataclass(frozen=True)
class Layout:
    """Which columns of a table hold what."""

    source: int
    target: int
    group: int | None
    width: int
    """Columns that every row has ..."""
    exactly: bool
    """... or at least has."""
    names: str
    """The columns, for messages."""


def by_name(columns: ColumnsConfig) -> bool:
    """Whether columns are given by name (the file has a header) and not by position.

    Raises:
        ConfigError: some are, some are not.
    """
    given = [columns.source, columns.target, *([] if columns.group is None else [columns.group])]
    named = {isinstance(column, str) for column in given}
    if len(named) > 1:
        raise ConfigError("data.columns", [f"{given}: either all by name (the file has a header) or all by position"])
    return named.pop()


def read_tsv(path: Path, columns: ColumnsConfig, *, extra_columns: bool, bad: BadRows) -> Iterator[Rows]:
    """Rows of a tab-separated file without quoting."""
    layout: Layout | None = None
    named = by_name(columns)
    for block in read_blocks(path, bad):
        rows = Rows()
        numbered = enumerate(block.lines, block.first)
        if layout is None:
            fields = block.lines[0].split("\t")
            layout = _layout(path, fields, columns, named=named, extra_columns=extra_columns)
            if named:
                next(numbered)
        for number, line in numbered:
            fields = line.split("\t")
            if (not block.bad or number not in block.bad) and _fits(path, number, fields, layout, problems.TABS, bad):
                group = None if layout.group is None else fields[layout.group]
                rows.add(number, fields[layout.source], fields[layout.target], group)
        yield rows


def read_csv(path: Path, columns: ColumnsConfig, *, extra_columns: bool, bad: BadRows) -> Iterator[Rows]:
    """Rows of a comma-separated file, with fields in double quotes where needed (RFC 4180)."""
    bad_lines: set[int] = set()

    def lines() -> Iterator[str]:
        for block in read_blocks(path, bad):
            bad_lines.update(block.bad)
            for line in block.lines:
                yield line + "\n"

    reader = csv.reader(lines(), strict=True)
    layout: Layout | None = None
    named = by_name(columns)
    rows = Rows()
    while True:
        first = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            bad.add(path, first, problems.CSV, f"not CSV: {error}")
            continue
        if bad_lines and not bad_lines.isdisjoint(range(first, reader.line_num + 1)):
            continue
        if layout is None:
            layout = _layout(path, fields, columns, named=named, extra_columns=extra_columns)
            if named:
                continue
        if _fits(path, first, fields, layout, problems.COMMAS, bad):
            if any("\n" in text for text in fields):
                fields = [text.replace("\n", " ") for text in fields]
                rows.joined += 1
            group = None if layout.group is None else fields[layout.group]
            rows.add(first, fields[layout.source], fields[layout.target], group)
        if len(rows.lines) >= 10_000:
            yield rows
            rows = Rows()
    yield rows


def read_jsonl(path: Path, columns: ColumnsConfig, *, bad: BadRows) -> Iterator[Rows]:
    """Rows of a file with one JSON object a line."""
    decode = json.JSONDecoder().decode
    for block in read_blocks(path, bad):
        rows = Rows()
        for number, line in enumerate(block.lines, block.first):
            if number in block.bad:
                continue
            try:
                record = decode(line)
            except ValueError as error:  # JSONDecodeError, and integers of too many digits
                bad.add(path, number, problems.JSON, f"not JSON: {error}" if line.strip() else "an empty line")
                continue
            except RecursionError:
                bad.add(path, number, problems.JSON, "not JSON that can be read: nested too deeply")
                continue
            if not isinstance(record, dict):
                bad.add(path, number, problems.JSON, f"expected a JSON object, found {_json_type(record)}")
                continue
            if isinstance(columns.source, int) or isinstance(columns.target, int):
                keys = ", ".join(record) or "none"
                raise DataError(
                    f"{path}:{number}: JSON has keys, not positions. Its keys: {keys}.\n"
                    "  Name them: --set data.columns.source=KEY --set data.columns.target=KEY"
                )
            _add_values(path, number, record, columns, rows, bad)
        yield rows


def _layout(path: Path, fields: Sequence[str], columns: ColumnsConfig, *, named: bool, extra_columns: bool) -> Layout:
    """Which columns to read, from the first row of a file: its header, or the number of its columns."""
    source, target, group = columns.source, columns.target, columns.group
    if named:
        twice = sorted({name for name in fields if fields.count(name) > 1} & {str(source), str(target), str(group)})
        if twice:
            raise DataError(f"{path}:1: the header names the column '{twice[0]}' twice.")
        for setting, name in (("source", source), ("target", target)):
            if name not in fields:
                shown = ", ".join(repr(field) for field in fields[:20])
                raise DataError(
                    f"{path}:1: no column '{name}'. The header has: {shown}.\n"
                    f"  Name one of them, --set data.columns.{setting}=NAME, or give positions from 0 "
                    "if the file has no header:\n  --set data.columns.source=0 --set data.columns.target=1"
                )
        place = list(fields).index
        return Layout(
            place(str(source)),
            place(str(target)),
            place(str(group)) if group in fields else None,
            len(fields),
            True,
            ", ".join(fields),
        )
    assert isinstance(source, int)
    assert isinstance(target, int)
    assert not isinstance(group, str)
    pair = max(source, target) + 1
    width = pair if group is None or len(fields) <= group else max(pair, group + 1)
    roles = {source: "source", target: "target", **({} if group is None else {group: "group"})}
    return Layout(
        source,
        target,
        group if group is not None and group < width else None,
        width,
        not extra_columns,
        ", ".join(roles.get(place, "-") for place in range(width)),
    )


def _fits(path: Path, number: int, fields: Sequence[str], layout: Layout, kind: str, bad: BadRows) -> bool:
    """Whether a row is good; if it is not, it has been reported."""
    found = len(fields)
    if found == layout.width or (found > layout.width and not layout.exactly):
        return True
    if not any(fields):
        what = "an empty line"
    else:
        at_least = "" if layout.exactly else "at least "
        plural = "" if layout.width == 1 else "s"
        what = f"expected {at_least}{layout.width} column{plural} ({layout.names}), found {found}"
    bad.add(path, number, kind, what)
    return False


def _add_values(
    path: Path, number: int, record: dict[str, object], columns: ColumnsConfig, rows: Rows, bad: BadRows
) -> None:
    """Append the row of a JSON object, or report it."""
    values = []
    for key in (str(columns.source), str(columns.target)):
        if key not in record:
            keys = ", ".join(f"'{name}'" for name in list(record)[:20]) or "none"
            bad.add(path, number, problems.VALUE, f"no key '{key}'. Its keys: {keys}")
            return
        values.append((key, record[key]))
    texts = [clean(path, number, key, value, rows, bad) for key, value in values]
    source, target = texts
    if source is None or target is None:
        return
    group = record.get(str(columns.group)) if columns.group is not None else None
    rows.add(number, source, target, None if group is None else str(group))


def clean(path: Path | str, number: int, name: str, value: object, rows: Rows, bad: BadRows) -> str | None:
    """A value as a sentence: line breaks become spaces; None, and reported, if it is no clean text."""
    if not isinstance(value, str):
        bad.add(path, number, problems.VALUE, f"'{name}' is {_json_type(value)}, not text")
        return None
    if "\n" in value:
        value = value.replace("\r\n", "\n").replace("\n", " ")
        rows.joined += 1
    found = FORBIDDEN.search(value)
    if found is not None:
        bad.add(path, number, *describe_forbidden(found, where=f" of '{name}'"))
        return None
    return value


def _json_type(value: object) -> str:
    """What JSON calls a value."""
    if value is None:
        return "null"
    names = {bool: "a truth value", int: "a number", float: "a number", list: "a list", dict: "an object", str: "text"}
    return names.get(type(value), f"of type {type(value).__name__}")
