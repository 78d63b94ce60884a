"""Rows of what is columnar already: Parquet files, and data sets of the Hugging Face hub."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from seq2seq.config.data import ColumnsConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.data.tables.columns import by_name, pick_columns
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows, add_clean
from seq2seq.errors import DataError

BATCH = 10_000
"""Rows read at a time."""


def read_parquet(
    path: Path, columns: ColumnsConfig, bad: BadRows, *, sides: Sides = TEXTS, named: bool = True
) -> Iterator[Rows]:
    """Rows of a Parquet file; ``sides`` and ``named`` as in :func:`read_tables`.

    Raises:
        DataError: it cannot be read, or lacks a column.
    """
    try:
        with parquet.ParquetFile(path) as file:
            batches = file.iter_batches(batch_size=BATCH)
            tables = (pa.Table.from_batches([batch]) for batch in batches)
            yield from read_tables(str(path), tables, columns, bad, sides=sides, named=named)
    except (pa.ArrowException, OSError) as error:
        raise DataError(
            f"{path}: not a Parquet file that can be read: {str(error).splitlines()[0]}", code="data.unreadable"
        ) from error


def read_tables(
    label: str,
    tables: Iterable[pa.Table],
    columns: ColumnsConfig,
    bad: BadRows,
    *,
    sides: Sides = TEXTS,
    named: bool = True,
) -> Iterator[Rows]:
    """Rows of Arrow tables; a column inside a struct is named with a dot, as ``translation.en``.

    Args:
        label: what to call the data in messages.
        tables: one after the other; their rows are numbered through, from 1.
        columns: by name or by position.
        bad: gets the rows that are not clean text.
        sides: what an example consists of; a label may be a number or a truth value ...
        named: ... and becomes the name of its class, if the table has one for it.

    Raises:
        DataError: a column is missing, or is not UTF-8.
    """
    first = 1
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
