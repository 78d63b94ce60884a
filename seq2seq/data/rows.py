"""Readers of tables in text files: TSV, CSV and JSON Lines become rows of source, target, group and line number."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from seq2seq.config.data import ColumnsConfig
from seq2seq.data import problems
from seq2seq.data.lines import FORBIDDEN, describe_forbidden, read_blocks
from seq2seq.data.problems import BadRows
from seq2seq.errors import ConfigError, DataError

LONGEST = 1 << 20
"""Characters of a CSV field; more than that, and a quote has not been closed."""


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

    source: int | None
    """Column of the source; None: there is none, and it is blank."""
    target: int
    group: int | None
    """Column of the group, in rows that have it."""
    widths: tuple[int, ...]
    """Columns that a row has: so many, with the group or without it ..."""
    exactly: bool
    """... or at least the first of these."""
    names: str
    """The columns, for messages."""

    def pick(self, fields: Sequence[str]) -> tuple[str, str, str | None]:
        """Source, target and group of a row."""
        group = fields[self.group] if self.group is not None and self.group < len(fields) else ""
        return "" if self.source is None else fields[self.source], fields[self.target], group or None


def rename(rows: Rows, labels: Mapping[str, str], where: str, bad: BadRows) -> None:
    """Put names in the place of targets; a row whose target has none goes, and is reported.

    Args:
        rows: changed in place.
        labels: the names, by what stands in the data.
        where: what to call the data in messages.
        bad: gets the rows without a name.
    """
    keep = []
    for index, target in enumerate(rows.targets):
        if target.strip() in labels:
            keep.append(index)
        else:
            what = f"label {target.strip()!r} is not one of data.labels: {', '.join(map(repr, labels))}"
            bad.add(where, rows.lines[index], problems.LABEL, what)
    rows.sources[:] = [rows.sources[index] for index in keep]
    rows.targets[:] = [labels[rows.targets[index].strip()] for index in keep]
    rows.groups[:] = [rows.groups[index] for index in keep]
    rows.lines[:] = [rows.lines[index] for index in keep]


def by_name(columns: ColumnsConfig) -> bool:
    """Whether columns are given by name (the file has a header) and not by position.

    Raises:
        ConfigError: some are, some are not.
    """
    given = [column for column in (columns.source, columns.target, columns.group) if column is not None]
    named = {isinstance(column, str) for column in given}
    if len(named) > 1:
        raise ConfigError("data.columns", [f"{given}: either all by name (the file has a header) or all by position"])
    return named.pop()


def read_tsv(path: Path, columns: ColumnsConfig, *, extra_columns: bool, bad: BadRows) -> Iterator[Rows]:
    """Rows of a tab-separated file without quoting."""
    layout = None if by_name(columns) else _by_position(columns, extra_columns=extra_columns)
    for block in read_blocks(path, bad):
        rows = Rows()
        numbered = enumerate(block.lines, block.first)
        if layout is None:
            number, line = next(numbered)
            if number in block.bad:
                raise _bad_header(path, bad)
            layout = _by_header(path, line.split("\t"), columns)
        for number, line in numbered:
            fields = line.split("\t")
            if (not block.bad or number not in block.bad) and _fits(path, number, fields, layout, problems.TABS, bad):
                rows.add(number, *layout.pick(fields))
        yield rows


def read_csv(path: Path, columns: ColumnsConfig, *, extra_columns: bool, bad: BadRows) -> Iterator[Rows]:
    """Rows of a comma-separated file, with fields in double quotes where needed (RFC 4180)."""
    before = csv.field_size_limit(LONGEST)
    try:
        yield from _read_csv(path, columns, extra_columns=extra_columns, bad=bad)
    finally:
        csv.field_size_limit(before)


def _read_csv(path: Path, columns: ColumnsConfig, *, extra_columns: bool, bad: BadRows) -> Iterator[Rows]:
    bad_lines: set[int] = set()

    def lines() -> Iterator[str]:
        for block in read_blocks(path, bad):
            bad_lines.update(block.bad)
            for line in block.lines:
                yield line + "\n"

    reader = csv.reader(lines(), strict=True)
    layout = None if by_name(columns) else _by_position(columns, extra_columns=extra_columns)
    rows = Rows()
    while True:
        first = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            last = reader.line_num
            swallows = f"a quote opened here swallows the lines to {last:,}"
            what = f"not CSV: {error}" if first == last else f"{swallows} ({error})"
            if layout is None:
                raise _bad_header(path, bad, f"{path}:{first}: {what}.") from error
            # Those that are not clean text have been counted before.
            lost = sum(number not in bad_lines for number in range(first, last + 1))
            if lost:
                bad.add(path, first, problems.CSV, what, rows=lost)
            continue
        last = reader.line_num
        if bad_lines and not bad_lines.isdisjoint(range(first, last + 1)):
            if layout is None:
                raise _bad_header(path, bad)
            continue
        if layout is None:
            layout = _by_header(path, fields, columns)
            continue
        if _fits(path, first, fields, layout, problems.COMMAS, bad, last=last):
            source, target, group = layout.pick(fields)
            if last > first and "\n" in f"{source}{target}{group}":
                source, target = source.replace("\n", " "), target.replace("\n", " ")
                group = None if group is None else group.replace("\n", " ")
                rows.joined += 1
            rows.add(first, source, target, group)
        if len(rows.lines) >= 10_000:
            yield rows
            rows = Rows()
    yield rows


def read_jsonl(path: Path, columns: ColumnsConfig, *, bad: BadRows, labels: bool = False) -> Iterator[Rows]:
    """Rows of a file with one JSON object a line; of ``labels``, numbers and truth values are taken as text."""
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
            if not by_name(columns):
                keys = ", ".join(record) or "none"
                raise DataError(
                    f"{path}:{number}: JSON has keys, not positions. Its keys: {keys}.\n"
                    "  Name them: --set data.columns.source=KEY --set data.columns.target=KEY"
                )
            _add_values(path, number, record, columns, rows, bad, labels=labels)
        yield rows


def _by_header(path: Path, fields: Sequence[str], columns: ColumnsConfig) -> Layout:
    """Which columns to read, from the header of a file."""
    source, target, group = columns.source, str(columns.target), columns.group
    twice = sorted({name for name in fields if fields.count(name) > 1} & {str(source), target, str(group)})
    if twice:
        raise DataError(f"{path}:1: the header names the column '{twice[0]}' twice.")
    for setting, name in (("source", source), ("target", target)):
        if name is not None and name not in fields:
            shown = ", ".join(repr(field) for field in fields[:20])
            raise DataError(
                f"{path}:1: no column '{name}'. The header has: {shown}.\n"
                f"  Name one of them, --set data.columns.{setting}=NAME, or give positions from 0 "
                "if the file has no header:\n  --set data.columns.source=0 --set data.columns.target=1"
            )
    place = list(fields).index
    return Layout(
        source=None if source is None else place(str(source)),
        target=place(target),
        group=place(str(group)) if group in fields else None,
        widths=(len(fields),),
        exactly=True,
        names=", ".join(fields),
    )


def _by_position(columns: ColumnsConfig, *, extra_columns: bool) -> Layout:
    """Which columns to read of a file without header; where the group comes last, a row may lack it."""
    source, target, group = columns.source, columns.target, columns.group
    assert not isinstance(source, str)
    assert isinstance(target, int)
    assert not isinstance(group, str)
    pair = max(-1 if source is None else source, target) + 1
    widths = (pair,) if group is None or group < pair else (pair, group + 1)
    roles = {source: "source", target: "target", group: "group"}
    named = widths[0] if extra_columns else widths[-1]
    return Layout(
        source=source,
        target=target,
        group=group,
        widths=widths,
        exactly=not extra_columns,
        names=", ".join(roles.get(place, "-") for place in range(named)),
    )


def _bad_header(path: Path, bad: BadRows, told: str | None = None) -> DataError:
    """What is said of a file whose header cannot be read; no row but the header has been seen."""
    told = told or next((text for text in bad.first if text.startswith(f"{path}:")), f"{path}:1: not clean text.")
    return DataError(f"{told}\n  This is the header, by which the columns are found: it cannot be left out. Mend it.")


def _fits(
    path: Path,
    number: int,
    fields: Sequence[str],
    layout: Layout,
    kind: str,
    bad: BadRows,
    *,
    last: int | None = None,
) -> bool:
    """Whether a row is good; if it is not, it has been reported, with all lines to its ``last``."""
    found = len(fields)
    if found in layout.widths or (found > layout.widths[0] and not layout.exactly):
        return True
    rows = 1
    if not any(fields):
        what = "an empty line"
    else:
        widths = " or ".join(map(str, layout.widths)) if layout.exactly else f"at least {layout.widths[0]}"
        plural = "" if widths.endswith(" 1") or widths == "1" else "s"
        what = f"expected {widths} column{plural} ({layout.names}), found {found}"
        if last is not None and last > number:
            kind, rows = problems.CSV, last - number + 1
            what += f"; a quote opened here swallows the lines to {last:,}"
    bad.add(path, number, kind, what, rows=rows)
    return False


def _add_values(
    path: Path,
    number: int,
    record: dict[str, object],
    columns: ColumnsConfig,
    rows: Rows,
    bad: BadRows,
    *,
    labels: bool,
) -> None:
    """Append the row of a JSON object, or report it."""
    names = (str(columns.source), str(columns.target), str(columns.group))
    for key in names[:2] if columns.source is not None else names[1:2]:
        if key not in record:
            keys = ", ".join(f"'{name}'" for name in list(record)[:20]) or "none"
            bad.add(path, number, problems.VALUE, f"no key '{key}'. Its keys: {keys}")
            return
    group = None if columns.group is None else record.get(names[2])
    source = "" if columns.source is None else record[names[0]]
    add_clean(path, number, names, (source, record[names[1]], group), rows, bad, labels=labels)


def add_clean(
    path: Path | str,
    number: int,
    names: tuple[str, str, str],
    values: tuple[object, object, object],
    rows: Rows,
    bad: BadRows,
    *,
    labels: bool = False,
) -> None:
    """Append a row, with spaces for line breaks; or report it, if a value is no clean text.

    Args:
        path: what to call the data in messages.
        number: the row's.
        names: columns of source, target and group.
        values: of source, target and group; a group that is no text is written out, and an empty one is none.
        rows: gets the row.
        bad: gets the first problem.
        labels: whether the target is a label, which may be a number or a truth value.
    """
    if labels and isinstance(values[1], int):
        values = (values[0], json.dumps(values[1]), values[2])  # `true` as data.labels spells it
    source = _clean(path, number, names[0], values[0], bad)
    target = None if source is None else _clean(path, number, names[1], values[1], bad)
    if source is None or target is None:
        return
    group = "" if values[2] is None else _clean(path, number, names[2], str(values[2]), bad)
    if group is None:
        return
    rows.joined += any(isinstance(value, str) and "\n" in value for value in values)
    rows.add(number, source, target, group or None)


def _clean(path: Path | str, number: int, name: str, value: object, bad: BadRows) -> str | None:
    """A value as a sentence: line breaks become spaces; None, and reported, if it is no clean text."""
    if not isinstance(value, str):
        bad.add(path, number, problems.VALUE, f"'{name}' is {_json_type(value)}, not text")
        return None
    value = value.replace("\r\n", "\n").replace("\n", " ")
    found = FORBIDDEN.search(value)
    if found is not None:
        kind, what = describe_forbidden(found, where=f" of '{name}'")
        bad.add(path, number, kind, what)
        return FORBIDDEN.sub(" ", value) if kind in bad.mended else None
    return value


def _json_type(value: object) -> str:
    """What JSON calls a value."""
    if value is None:
        return "null"
    names = {bool: "a truth value", int: "a number", float: "a number", list: "a list", dict: "an object", str: "text"}
    return names.get(type(value), f"of type {type(value).__name__}")
