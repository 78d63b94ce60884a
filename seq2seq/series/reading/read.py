"""A file of series of any kind, by its ending."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from seq2seq.errors import DataError
from seq2seq.files.opening import without_compression
from seq2seq.hints import not_there
from seq2seq.series.frequency import Frequency
from seq2seq.series.reading.assemble import Roles, assemble
from seq2seq.series.reading.columns import Layout, SeriesColumns, find_columns
from seq2seq.series.reading.ids import joined_names
from seq2seq.series.reading.npz import read_npz
from seq2seq.series.reading.numbers import Decimal
from seq2seq.series.reading.problems import Problems
from seq2seq.series.reading.table import Table, read_csv, read_parquet
from seq2seq.series.reading.times import ReadTimes
from seq2seq.series.reading.ts import read_ts
from seq2seq.series.reading.tsf import read_tsf
from seq2seq.series.series import SeriesSet
from seq2seq.text.vocabulary.series import Clock
from seq2seq.wording import listed

_DEFAULT: Final = SeriesColumns()
_TABLES: Final = (".csv", ".tsv", ".parquet")
ENDINGS: Final = (*_TABLES, ".npz", ".tsf", ".ts")
"""Names of files that are read end so; text files may be compressed: `.csv.gz`."""


def read_series(
    path: Path,
    *,
    layout: Layout | None = None,
    columns: SeriesColumns = _DEFAULT,
    frequency: Frequency | None = None,
    decimal: Decimal | None = None,
    delimiter: str | None = None,
    ordered: bool = False,
    clock: Clock | None = None,
    problems: Problems | None = None,
) -> SeriesSet:
    """The series of a file.

    Args:
        path: a table (CSV, TSV or Parquet), `.npz`, `.tsf` or `.ts`.
        layout: of a table. Long: one row per series and time. Wide: one series, called as the file is. None: long if
            a column names series.
        columns: what the columns of a table are called.
        frequency: of the series; None: what the file declares, or the commonest interval of its times.
        decimal: the decimal sign of a table in text; None: as its numbers show.
        delimiter: of the fields of a table in text; None: as it shows itself.
        ordered: whether times of a table that are not equally far apart say the order of its rows alone; those of
            sequences with labels always do.
        clock: by which times with offsets from UTC are read; None: that of their place, unless it was put back.
        problems: collects what is wrong with rows and series, which are passed over; None: it is raised.

    Raises:
        DataError: the file cannot be read, or something in it is wrong; names file and line.
        MissingExtra: Parquet, without pyarrow.
    """
    ending = Path(without_compression(path.name)).suffix.lower()
    problems = Problems(path) if problems is None else problems
    if not path.exists():
        raise DataError(f"{path}: {not_there(path)}", code="data.no-such-file")
    if ending not in ENDINGS or path.is_dir():
        raise DataError(
            f"{path}: files of series end in {', '.join(ENDINGS)}.\n  Rename it if it is one of these.",
            code="series.ending",
        )
    if ending in _TABLES:
        if ending == ".parquet":
            table = read_parquet(path, columns.ignored, problems)
        else:
            table = read_csv(path, decimal, delimiter, problems)
        return _series_of(table, find_columns(table, columns, layout), frequency, ordered=ordered, clock=clock)
    if ending == ".npz":
        found = read_npz(path)
    else:
        found = read_ts(path, problems) if ending == ".ts" else read_tsf(path, frequency, problems)
    if columns == _DEFAULT and not (decimal or delimiter):
        return found
    return replace(found, remarks=(*found.remarks, "no table: the settings of columns and numbers are not for it"))


def _series_of(
    table: Table, columns: SeriesColumns, frequency: Frequency | None, *, ordered: bool, clock: Clock | None
) -> SeriesSet:
    """The series of a table whose columns are found."""
    rows = len(table.lines)
    ids = [table.path.name.partition(".")[0]] * rows if columns.id is None else _names(table, columns.id)
    labels = None if columns.label is None else table.texts(columns.label)
    times = ReadTimes(np.arange(rows)) if columns.time is None else table.times(columns.time, frequency)
    roles = Roles(ids, columns.values or (), columns.covariates or (), labels, ordered or labels is not None)
    return assemble(table, roles, times, frequency, clock)


def _names(table: Table, columns: str | tuple[str, ...]) -> list[str]:
    """The series of every row."""
    names = (columns,) if isinstance(columns, str) else columns
    try:
        return joined_names([table.texts(name) for name in names])
    except ValueError as error:
        raise DataError(
            f"{table.place}: columns {listed(names)}: {error}.\n  Give one of them other names, without '/'.",
            code="series.id",
        ) from error
