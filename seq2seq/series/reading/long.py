"""The long format: one row per series and time."""

from seq2seq.series.frequency import Frequency
from seq2seq.series.reading.assemble import Roles, assemble
from seq2seq.series.reading.columns import SeriesColumns
from seq2seq.series.reading.table import Table
from seq2seq.series.series import SeriesSet


def read_long(table: Table, columns: SeriesColumns, frequency: Frequency | None) -> SeriesSet:
    """The series of a table.

    Args:
        table: rows of series.
        columns: what the columns are called.
        frequency: of all series; None: the commonest interval.

    Raises:
        DataError: columns are missing, or rows are wrong.
    """
    table.require(columns.id, "id")
    table.require(columns.time, "time")
    for name in columns.values:
        table.require(name, "values")
    if columns.label is not None:
        table.require(columns.label, "label")
    named = {columns.id, columns.time, *columns.values, columns.label}
    covariates = columns.covariates
    if covariates is None:
        covariates = tuple(name for name in table.columns if name not in named)
    for name in covariates:
        table.require(name, "covariates")
    labels = None if columns.label is None else table.texts(columns.label)
    roles = Roles(table.texts(columns.id), columns.values, covariates, labels)
    return assemble(table, roles, table.times(columns.time, frequency), frequency)
