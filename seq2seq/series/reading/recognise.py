"""Whether a file holds series, by its name and its first lines."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from seq2seq.errors import DataError
from seq2seq.files.opening import without_compression
from seq2seq.formats.csv_dialect import first_lines, sniff
from seq2seq.series.reading.columns import ID, TIME, TIME_NAMES
from seq2seq.series.reading.ids import tell_apart
from seq2seq.series.reading.numbers import is_number
from seq2seq.series.reading.times import WHOLE, parse_date

_TABLES: Final = (".csv", ".tsv")
_LONG: Final = {ID, TIME}
"""Columns by which a table is in the long format."""
_FEWEST: Final = 2
"""Rows of times and numbers that show a table to be a series."""


def holds_series(path: Path) -> bool:
    """Whether a file looks like series that can be forecast.

    These are `.tsf`; a CSV or TSV file in the long format, by the names of its columns; one whose first column has
    dates, or is called as times are and has ascending or descending whole numbers, and whose others have numbers
    alone; and one of dates (or whole numbers in a column that is called as times are), numbers, and columns of texts
    that say together which series a row belongs to.
    """
    ending = Path(without_compression(path.name)).suffix.lower()
    if ending == ".tsf":
        return True
    if ending not in _TABLES or not path.is_file():
        return False
    try:
        lines = first_lines(path)
        dialect = sniff(lines, ending)
        read = list(dialect.reader(lines[dialect.skipped :]))
    except (DataError, csv.Error):  # no text, or no table: who reads it as texts says so
        return False
    filled = [row for row in read if any(field.strip() for field in row)]
    header, *rows = filled or [[]]
    if {name.strip() for name in header} >= _LONG:
        return True
    whole = [row for row in rows if len(row) == len(header) > 1]
    if not _FEWEST <= len(whole) == len(rows):
        return False
    numbers = all(is_number(field) for _, *others in whole for field in others)
    if numbers and _are_times(header[0], [first.strip() for first, *_ in whole]):
        return True
    return _tells_series_apart(header, [[field.strip() for field in column] for column in zip(*whole, strict=True)])


def _tells_series_apart(header: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Whether one column has times, all others numbers or texts, and the texts come again, once per time at most."""
    texts = [place for place, column in enumerate(columns) if not all(map(is_number, column))]
    dated = [place for place in texts if _are_dates(columns[place])]
    numbered = [
        place
        for place, (name, column) in enumerate(zip(header, columns, strict=True))
        if name.strip().casefold() in TIME_NAMES and all(map(WHOLE.fullmatch, column))
    ]
    times = [*dated, *numbered][:1]
    names = [place for place in texts if place not in times]
    if not times or not names or len(columns) <= len(times) + len(names):
        return False
    return tell_apart([columns[place] for place in names], columns[times[0]])


def _are_times(name: str, column: Sequence[str]) -> bool:
    """Whether the first column of a table has dates, or numbers of steps under a name of times."""
    if name.strip().casefold() in TIME_NAMES and all(map(WHOLE.fullmatch, column)):
        steps = np.diff(np.array(column, dtype=np.float64))
        return bool((steps > 0).all() or (steps < 0).all())
    return _are_dates(column)


def _are_dates(column: Sequence[str]) -> bool:
    return all(not is_number(text) and parse_date(text) is not None for text in column)
