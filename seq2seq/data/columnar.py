"""Rows of what is columnar already: Parquet files, and data sets of the Hugging Face hub."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from seq2seq.config.data import ColumnsConfig
from seq2seq.data.problems import BadRows
from seq2seq.data.rows import Rows, add_clean, by_name
from seq2seq.errors import DataError

BATCH = 10_000
"""Rows read at a time."""


def read_parquet(path: Path, columns: ColumnsConfig, bad: BadRows, *, labels: bool = False) -> Iterator[Rows]:
    """Rows of a Parquet file; ``labels``: as in :func:`read_tables`.

    Raises:
        DataError: it cannot be read, or lacks a column.
    """
    try:
        with parquet.ParquetFile(path) as file:
            batches = file.iter_batches(batch_size=BATCH)
            tables = (pa.Table.from_batches([batch]) for batch in batches)
            yield from read_tables(str(path), tables, columns, bad, labels=labels)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path}: not a Parquet file that can be read: {str(error).splitlines()[0]}") from error


def read_tables(
    label: str, tables: Iterable[pa.Table], columns: ColumnsConfig, bad: BadRows, *, labels: bool = False
) -> Iterator[Rows]:
    """Rows of Arrow tables; a column inside a struct is named with a dot, as ``translation.en``.

    Args:
        label: what to call the data in messages.
        tables: one after the other; their rows are numbered through, from 1.
        columns: by name or by position.
        bad: gets the rows that are not clean text.
        labels: whether the target is a label, which may be a number or a truth value.

    Raises:
        DataError: a column is missing, or is not UTF-8.
    """
    first = 1
    for table in tables:
        while any(pa.types.is_struct(kind) for kind in table.schema.types):
            table = table.flatten()
        source, target, group = _names(label, table.column_names, columns)
        rows = Rows()
        names = (str(source), target, str(group))
        try:
            groups = [None] * len(table) if group is None else table[group].to_pylist()
            sources = [""] * len(table) if source is None else table[source].to_pylist()
            values = zip(sources, table[target].to_pylist(), groups, strict=True)
        except UnicodeDecodeError as error:  # Arrow takes any bytes for text
            last = first + len(table) - 1
            raise DataError(f"{label}: text among the rows {first:,} to {last:,} is not UTF-8: {error}.") from error
        for number, row in enumerate(values, first):
            add_clean(label, number, names, row, rows, bad, labels=labels)
        first += len(table)
        yield rows


def _names(label: str, found: list[str], columns: ColumnsConfig) -> tuple[str | None, str, str | None]:
    """Names of the columns that hold source, target and group; None for what is not asked for, or a group not there."""
    shown = ", ".join(f"'{name}'" for name in found[:20])
    named = by_name(columns)
    names: list[str | None] = []
    for setting, column in (("source", columns.source), ("target", columns.target)):
        if column is None:
            names.append(None)
        elif named and column in found:
            names.append(str(column))
        elif not named and isinstance(column, int) and column < len(found):
            names.append(found[column])
        else:
            nested = [name for name in found if name.endswith(f".{column}")]
            hint = f" Did you mean '{nested[0]}'?" if nested else ""
            raise DataError(
                f"{label}: no column {column!r}. Its columns: {shown}.{hint}\n"
                f"  Name one of them: --set data.columns.{setting}=NAME"
            )
    group: str | None = None
    if isinstance(columns.group, int):
        group = found[columns.group] if columns.group < len(found) else None
    elif columns.group in found:
        group = columns.group
    return names[0], str(names[1]), group
