"""Whether a file holds series, by its name and its first lines."""

from pathlib import Path
from typing import Final

from seq2seq.errors import DataError
from seq2seq.files.opening import without_compression
from seq2seq.formats.csv_dialect import first_lines, sniff
from seq2seq.series.reading.columns import SeriesColumns
from seq2seq.series.reading.numbers import is_number
from seq2seq.series.reading.times import parse_date

_TABLES: Final = (".csv", ".tsv")
_LONG: Final = {SeriesColumns().id, SeriesColumns().time}
"""Columns by which a table is in the long format."""
_FEWEST: Final = 2
"""Rows of dates and numbers that show a table to be a series."""


def holds_series(path: Path) -> bool:
    """Whether a file looks like series that can be forecast.

    These are `.tsf`; a table in the long format, by the names of its columns; and a table whose first column has dates
    and whose others have numbers alone.
    """
    ending = Path(without_compression(path.name)).suffix.lower()
    if ending == ".tsf":
        return True
    if ending not in _TABLES or not path.is_file():
        return False
    try:
        lines = first_lines(path)
    except DataError:
        return False
    dialect = sniff(lines, ending)
    filled = [row for row in dialect.reader(lines[dialect.skipped :]) if any(field.strip() for field in row)]
    header, *rows = filled or [[]]
    if {name.strip() for name in header} >= _LONG:
        return True
    whole = [row for row in rows if len(row) == len(header) > 1]
    return _FEWEST <= len(whole) == len(rows) and all(
        not is_number(first) and parse_date(first.strip()) is not None and all(map(is_number, others))
        for first, *others in whole
    )
