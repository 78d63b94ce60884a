"""Which columns of a table mean what: as they are named, or as the table shows."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from seq2seq.errors import DataError
from seq2seq.series.reading.ids import telling_columns
from seq2seq.series.reading.numbers import MISSING, is_number
from seq2seq.series.reading.table import Column, Role, Table
from seq2seq.series.reading.times import looks_like_date
from seq2seq.wording import listed

ID: Final = "unique_id"
"""Usual name of the column that names series, as forecasting tools have it (Nixtla)."""
TIME: Final = "ds"
VALUE: Final = "y"
TIME_NAMES: Final = frozenset({
    "date", "datetime", "datum", "ds", "fecha", "jahr", "month", "time", "timestamp", "year", "zeit",
})  # fmt: skip
"""Names of columns of times, in small letters: numbers in such a column are times, too."""
_NAMELESS: Final = re.compile(r"|Unnamed: \d+|__index_level_\d+__")
"""What pandas calls an index without a name, in CSV, in CSV that was read and written again, and in Parquet; and a
column after a delimiter at the end of every row."""
Layout = Literal["long", "wide"]


@dataclass(frozen=True, slots=True)
class SeriesColumns:
    """Names of columns. What is not named is found by its usual name, or by what the table holds."""

    id: str | tuple[str, ...] | None = None
    """Names the series of a row, or several that do so together; None: ``unique_id``, or texts beside times that
    repeat, else one series has all."""
    time: str | None = None
    """When values were observed; None: ``ds``, or the first column of dates, or the first that is called as times
    are."""
    values: tuple[str, ...] | None = None
    """The channels; None: ``y`` or the only column that is left of a table with an id, all that are left of others."""
    label: str | None = None
    """The class of a series, the same in all its rows; None: series have no labels."""
    covariates: tuple[str, ...] | None = None
    """Other numbers of every step; None: what is left, if the table has an id or values are named."""
    past: tuple[str, ...] = ()
    """Further covariates, which are not among those that are left."""
    ignored: tuple[str, ...] = ()
    """Columns that are not read."""


def find_columns(table: Table, columns: SeriesColumns, layout: Layout | None) -> SeriesColumns:
    """The names of all columns that are read; what was found, and not named, is added to the remarks of the table.

    Args:
        table: as it was read.
        columns: those that are named.
        layout: long: there is an id; wide: there is none; None: as the table shows.

    Returns:
        ``time`` is None if there is no column of times, ``id``, else a tuple, if there is one series; ``values`` and
        ``covariates``, with those of the past, are not.

    Raises:
        DataError: columns are not there; or the table does not show which one has the values.
    """
    table.require(_named(columns))
    named = {name for _, name in _named(columns)}
    left = [name for name in table.columns if name not in named and name not in columns.ignored]
    absent = [name for name in columns.ignored if name not in table.columns]
    if absent:
        table.remarks.append(f"to be ignored, and not there: {listed(absent)}")
    own = (columns.id,) if isinstance(columns.id, str) else columns.id
    time = columns.time
    if own is None and layout != "wide" and ID in left:
        own = (_take(left, ID),)
    if time is None and (found := _times(table, left)) is not None:
        time = _take(left, found)
    if own is None and layout is None and time is not None and (ids := _ids(table, left, time)) is not None:
        own = tuple(_take(left, name) for name in ids)
        together = f"columns {' and '.join(map(repr, own))}, and called {'/'.join(own)}"
        table.remarks.append(f"series are told apart by {together if len(own) > 1 else f'column {own[0]!r}'}")
    if layout == "long" or (own is not None and time is None):
        table.require([*(("id", name) for name in own or (ID,)), ("time", time or TIME)])
    nameless = [name for name in left if _NAMELESS.fullmatch(name)]
    left = [name for name in left if name not in nameless]
    if any(set(table.texts(name)) - {""} for name in nameless):
        table.remarks.append("columns without a name, such as the index that pandas writes, are left out")
    values = columns.values
    if values is None and own is not None and VALUE in left:
        values = (_take(left, VALUE),)
    if values is None or columns.covariates is None:
        left = list(_numeric(table, left))
    if values is None:
        values = tuple(left) if own is None else _values(table, left)
        if not values:
            raise DataError(
                f"{table.place}: no column of numbers is left. There are: {listed(list(table.columns))}.\n"
                "  Give a table with numbers.",
                code="series.no-values",
            )
        left = [name for name in left if name not in values]
    covariates = columns.covariates
    if covariates is None:
        covariates = tuple(left) if own is not None or columns.values is not None else ()
    return SeriesColumns(own, time, values, columns.label, (*covariates, *columns.past))


def _named(columns: SeriesColumns) -> list[tuple[Role, str]]:
    """Roles and names of the columns that have to be there."""
    ids = (columns.id,) if isinstance(columns.id, str) else columns.id or ()
    named: list[tuple[Role, str | None]] = [("id", name) for name in ids]
    named += [("time", columns.time), ("label", columns.label)]
    named += [("values", name) for name in columns.values or ()]
    named += [("covariates", name) for name in (*(columns.covariates or ()), *columns.past)]
    return [(role, name) for role, name in named if name is not None]


def _take(names: list[str], name: str) -> str:
    names.remove(name)
    return name


def _times(table: Table, names: Iterable[str]) -> str | None:
    """The column of times among some; None: there is none."""
    names = list(names)
    if TIME in names:
        return TIME
    if len(table.columns) == 1:
        return None
    dated = [name for name in names if _is_date(table.columns[name])]
    called = [name for name in names if name.casefold() in TIME_NAMES]
    return next(iter([*dated, *called]), None)


def _is_date(column: Column) -> bool:
    if not isinstance(column, list):
        return column.dtype.kind == "M"
    first = next((text for text in column if text.strip().casefold() not in MISSING), "")
    return not is_number(first) and looks_like_date(first.strip())


def _ids(table: Table, names: Iterable[str], time: str) -> tuple[str, ...] | None:
    """The fewest columns of texts that tell apart the rows of a time, where times repeat; None: there are none."""
    times = table.texts(time)
    if len(set(times)) == len(times):
        return None
    columns = {name: table.columns[name] for name in names}
    texts = {name: table.texts(name) for name, own in columns.items() if isinstance(own, list) and not _is_date(own)}
    return telling_columns({name: own for name, own in texts.items() if not any(map(is_number, set(own)))}, times)


def _numeric(table: Table, names: Iterable[str]) -> Iterator[str]:
    """Those that hold numbers; columns of text or times alone, and empty ones, are left out, with a remark."""
    for name in names:
        what = _no_numbers(table.columns[name])
        if what:
            table.remarks.append(f"column {name!r} {what}, and is left out")
        else:
            yield name


def _no_numbers(column: Column) -> str:
    """What a column is instead of numbers; empty: it holds some."""
    if not isinstance(column, list):
        return "has times" if column.dtype.kind == "M" else "is empty" if np.isnan(column).all() else ""
    some = {text for text in map(str.strip, column) if text.casefold() not in MISSING}
    return "" if any(map(is_number, some)) else "is text" if some else "is empty"


def _values(table: Table, names: list[str]) -> tuple[str, ...]:
    """The column of values of a table with an id, where none has the usual name."""
    if len(names) > 1:
        raise DataError(
            f"{table.place}: no column {VALUE!r}, and {listed(names, 20)} all have numbers.",
            settings="Say which is to be forecast: --set data.forecast.value=NAME, or '[NAME, NAME]' for several",
            code="series.which-value",
        )
    if names:
        table.remarks.append(f"the values are in column {names[0]!r}")
    return tuple(names)
