"""A file of series of any kind, by its ending."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from seq2seq.errors import DataError
from seq2seq.files.opening import without_compression
from seq2seq.hints import not_there
from seq2seq.series.frequency import Frequency
from seq2seq.series.reading.columns import SeriesColumns
from seq2seq.series.reading.long import read_long
from seq2seq.series.reading.npz import read_npz
from seq2seq.series.reading.numbers import Decimal
from seq2seq.series.reading.table import Table, read_csv, read_parquet
from seq2seq.series.reading.ts import read_ts
from seq2seq.series.reading.tsf import read_tsf
from seq2seq.series.reading.wide import read_wide
from seq2seq.series.series import SeriesSet

Layout = Literal["long", "wide"]
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
) -> SeriesSet:
    """The series of a file.

    Args:
        path: a table (CSV, TSV or Parquet), `.npz`, `.tsf` or `.ts`.
        layout: of a table; None: long if it has the column that names series, else wide.
        columns: what the columns of the long format are called.
        frequency: of the series; None: what the file declares, or the commonest interval of its times.
        decimal: the decimal sign of a table in text; None: a comma only if another delimiter and all numbers say so.

    Raises:
        DataError: the file cannot be read, or something in it is wrong; names file and line.
        MissingExtra: Parquet, without pyarrow.
    """
    ending = Path(without_compression(path.name)).suffix.lower()
    if not path.exists():
        raise DataError(f"{path}: {not_there(path)}", code="data.no-such-file")
    if ending not in ENDINGS or path.is_dir():
        raise DataError(
            f"{path}: files of series end in {', '.join(ENDINGS)}.\n  Rename it if it is one of these.",
            code="series.ending",
        )
    if ending in _TABLES:
        table = read_parquet(path) if ending == ".parquet" else read_csv(path, decimal)
        long = columns.id in table.columns
        read: Callable[[Table, SeriesColumns, Frequency | None], SeriesSet]
        read = read_long if layout == "long" or (layout is None and long) else read_wide
        return read(table, columns, frequency)
    if ending == ".npz":
        return read_npz(path)
    return read_ts(path) if ending == ".ts" else read_tsf(path, frequency)
