"""Columns of numbers: one sequence, as a recording of sensors has it."""

import numpy as np

from seq2seq.series.frequency import Frequency
from seq2seq.series.reading.assemble import Roles, assemble
from seq2seq.series.reading.columns import TIME_NAMES, SeriesColumns
from seq2seq.series.reading.numbers import is_number
from seq2seq.series.reading.table import Column, Table
from seq2seq.series.reading.times import ReadTimes, parse_date
from seq2seq.series.series import SeriesSet


def read_wide(table: Table, columns: SeriesColumns, frequency: Frequency | None) -> SeriesSet:
    """The one series of a table, called as the file is.

    Every column is a channel, except the column of times, and covariates that are named. The times are in the column
    that is named, else in the first one that holds dates, else in a first one that is called so (``date``,
    ``year``). A column without a name is the index that pandas writes.

    Raises:
        DataError: a column is no column of numbers, or times are wrong.
    """
    timed = _time_column(table, columns.time)
    covariates = columns.covariates or ()
    for name in covariates:
        table.require(name, "covariates")
    channels = tuple(name for name in table.columns if name and name != timed and name not in covariates)
    rows = len(table.lines)
    times = ReadTimes(np.arange(rows)) if timed is None else table.times(timed, frequency)
    return assemble(table, Roles([table.path.name.partition(".")[0]] * rows, channels, covariates), times, frequency)


def _time_column(table: Table, named: str) -> str | None:
    """The name of the column of times; None: there is none."""
    if named in table.columns:
        return named
    if len(table.columns) == 1:
        return None
    dated = [name for name, column in table.columns.items() if _is_date(column)]
    first = next(name for name in table.columns if name)
    return dated[0] if dated else first if first.casefold() in TIME_NAMES else None


def _is_date(column: Column) -> bool:
    if not isinstance(column, list):
        return column.dtype.kind == "M"
    return not is_number(column[0]) and parse_date(column[0].strip()) is not None
