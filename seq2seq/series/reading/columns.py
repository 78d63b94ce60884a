"""Which columns of a table mean what."""

from dataclasses import dataclass
from typing import Final

TIME_NAMES: Final = frozenset({"date", "datetime", "ds", "month", "time", "timestamp", "year"})
"""Names of a first column of times, in small letters: numbers in such a column are times, too."""


@dataclass(frozen=True, slots=True)
class SeriesColumns:
    """Names of columns of the long format: one row per series and time, as forecasting tools have it (Nixtla)."""

    id: str = "unique_id"
    """Names the series of a row."""
    time: str = "ds"
    """When its values were observed."""
    values: tuple[str, ...] = ("y",)
    """The channels."""
    label: str | None = None
    """The class of a series, the same in all its rows; None: series have no labels."""
    covariates: tuple[str, ...] | None = None
    """What is known in advance of every step; None: all further columns."""
