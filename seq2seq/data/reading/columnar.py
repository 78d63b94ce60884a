"""Rows of what is columnar already: Parquet files, and data sets of the Hugging Face hub."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from seq2seq.config.data import ColumnsConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.data.tables.columns import by_name, pick_columns
from seq2seq.data.tables.lines import Span
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows, add_clean
from seq2seq.errors import DataError

BATCH = 10_000
"""Rows read at a time."""


def read_parquet(
    path: Path,
    columns: ColumnsConfig,
    bad: BadRows,
    *,
    sides: Sides = TEXTS,
    named: bool = True,
    span: Span | None = None,
) -> Iterator[Rows]:
    """Rows of a Parquet file, or of a ``span`` of its row groups; ``sides`` and ``named`` as in :func:`read_tables`.

    Raises:
        DataError: it cannot be read, or lacks a column.
    """
    try:
        with parquet.ParquetFile(path) as file:
            groups = [one for one in _groups(file.metadata) if span is None or span.start <= one.start < span.stop]
            batches = (file.iter_batches(BATCH, row_groups=range(one.start, one.stop)) for one in groups)
            tables = (pa.Table.from_batches([batch]) for batch in chain.from_iterable(batches))
            first = 1 if span is None else span.first
            yield from read_tables(str(path), tables, columns, bad, sides=sides, named=named, first=first)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path, error) from error


def cut_parquet(path: Path, size: int) -> list[Span]:
    """Spans of the row groups of a Parquet file, of about so many bytes each, if its groups are no larger.

    Raises:
        DataError: it cannot be read.
    """
    try:
        metadata = parquet.read_metadata(path)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path, error) from error
    spans: list[Span] = []
    held = size
    for one in _groups(metadata):
        if held >= size:
            spans.append(one)
            held = 0
        spans[-1] = Span(spans[-1].start, one.stop, spans[-1].first)
        held += sum(metadata.row_group(number).total_byte_size for number in range(one.start, one.stop))
    return spans


def _groups(metadata: parquet.FileMetaData) -> Iterator[Span]:
    """Spans of row groups with ``BATCH`` rows or more each, by their numbers and that of their first row."""
    start, first, rows = 0, 1, 0
    for number in range(metadata.num_row_groups):
        rows += metadata.row_group(number).num_rows
        if rows >= BATCH or number == metadata.num_row_groups - 1:
            yield Span(start, number + 1, first)
            start, first, rows = number + 1, first + rows, 0


def _unreadable(path: Path, error: Exception) -> DataError:
    what = str(error).splitlines()[0]
    return DataError(f"{path}: not a Parquet file that can be read: {what}", code="data.unreadable")


def read_tables(
    label: str,
    tables: Iterable[pa.Table],
    columns: ColumnsConfig,
    bad: BadRows,
    *,
    sides: Sides = TEXTS,
    named: bool = True,
    first: int = 1,
) -> Iterator[Rows]:
    """Rows of Arrow tables; a column inside a struct is named with a dot, as ``translation.en``.

    Args:
        label: what to call the data in messages.
        tables: one after the other; their rows are numbered through.
        columns: by name or by position.
        bad: gets the rows that are not clean text.
        sides: what an example consists of; a label may be a number or a truth value ...
        named: ... and becomes the name of its class, if the table has one for it.
        first: number of the first row.

    Raises:
        DataError: a column is missing, or is not UTF-8.
    """
    for table in tables:
        classes = class_names(table.schema)
        table = _flat(table)
        source, target, group = _names(label, table.column_names, columns)
        rows = Rows()
        names = (str(source), target, str(group))
        try:
            groups = [None] * len(table) if group is None else table[group].to_pylist()
            sources = [""] * len(table) if source is None else table[source].to_pylist()
            targets = table[target].to_pylist()
            if sides.target is SideKind.LABEL and named and target in classes:
                targets = [_class(classes[target], value) for value in targets]
            values = zip(sources, targets, groups, strict=True)
        except UnicodeDecodeError as error:  # Arrow takes any bytes for text
            last = first + len(table) - 1
            raise DataError(
                f"{label}: text among the rows {first:,} to {last:,} is not UTF-8: {error}.", code="data.not-utf8"
            ) from error
        for number, row in enumerate(values, first):
            add_clean(label, number, names, row, rows, bad, sides=sides)
        first += len(table)
        yield rows


def column_names(path: Path) -> list[str]:
    """The columns of a Parquet file; those inside a struct are named with a dot.

    Raises:
        DataError: it cannot be read.
    """
    try:
        schema = parquet.read_schema(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(f"{path}: not a Parquet file, or a damaged one: {error}", code="data.unreadable") from error
    return flat_names(schema)


def flat_names(schema: pa.Schema) -> list[str]:
    """The columns of a table; those inside a struct are named with a dot."""
    return list(_flat(schema.empty_table()).column_names)


def _flat(table: pa.Table) -> pa.Table:
    """A table whose structs are columns of their own."""
    while any(pa.types.is_struct(kind) for kind in table.schema.types):
        table = table.flatten()
    return table


def class_names(schema: pa.Schema) -> dict[str, list[str]]:
    """Names of the classes in columns of numbers that stand for them (`ClassLabel` of Hugging Face's data sets)."""
    try:
        features = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        return {
            name: list(map(str, feature["names"]))
            for name, feature in features.items()
            if isinstance(feature, dict) and feature.get("_type") == "ClassLabel"
        }
    except (KeyError, TypeError, ValueError):
        return {}


def _class(names: list[str], number: object) -> object:
    """The name of a class; what is none stays what it is (the hub's -1 is a label that is not known)."""
    return names[number] if isinstance(number, int) and 0 <= number < len(names) else number


def _names(label: str, found: list[str], columns: ColumnsConfig) -> tuple[str | None, str, str | None]:
    """Names of the columns that hold source, target and group; None for what is not asked for, or a group not there."""
    by_name(columns)
    wanted = {"source": columns.source, "target": columns.target, "group": columns.group}
    names = pick_columns(label, "Its columns", found, wanted)
    return names["source"], str(names["target"]), names["group"]
