"""What a network reads beside the values: where a step is in the calendar.

The features are the place in each cycle, from -0.5 to 0.5, as in GluonTS (time_feature/_base.py); weeks are
counted from 1 January.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.series.frequency import Frequency, Times, Unit
from seq2seq.series.series import Floats


def _within(fine: str, coarse: str) -> Callable[[Times], NDArray[Any]]:
    """Units of one size since the beginning of the larger one that they are in."""
    return lambda times: (times.astype(f"datetime64[{fine}]") - times.astype(f"datetime64[{coarse}]")).astype(np.int64)


def _day_of_week(times: Times) -> NDArray[Any]:
    """Monday is 0."""
    return (times.astype("datetime64[D]").astype(np.int64) + 3) % 7


_CYCLES: Final[dict[str, tuple[Callable[[Times], NDArray[Any]], int]]] = {
    "second of minute": (_within("s", "m"), 60),
    "minute of hour": (_within("m", "h"), 60),
    "hour of day": (_within("h", "D"), 24),
    "day of week": (_day_of_week, 7),
    "day of month": (_within("D", "M"), 31),
    "day of year": (_within("D", "Y"), 366),
    "week of year": (lambda times: np.minimum(_within("D", "Y")(times) // 7, 52), 53),
    "month of year": (_within("M", "Y"), 12),
    "quarter of year": (lambda times: _within("M", "Y")(times) // 3, 4),
}
"""Place in the cycle, from 0, and the number of places."""
_DAYS: Final = ("day of week", "day of month", "day of year")
_OF_UNIT: Final[dict[Unit, tuple[str, ...]]] = {
    "year": (), "quarter": ("quarter of year",), "month": ("month of year",), "week": ("day of month", "week of year"),
    "day": _DAYS, "business day": _DAYS, "hour": ("hour of day", *_DAYS),
    "minute": ("minute of hour", "hour of day", *_DAYS),
    "second": ("second of minute", "minute of hour", "hour of day", *_DAYS),
}  # fmt: skip


def calendar_names(frequency: Frequency | None) -> tuple[str, ...]:
    """Names of the calendar features; none without a calendar, and for years."""
    return () if frequency is None else _OF_UNIT[frequency.unit]


def calendar_features(times: Times, frequency: Frequency | None) -> Floats:
    """The place of every time in each cycle, from -0.5 to 0.5: (T, n), n the number of :func:`calendar_names`."""
    places = [(find(times), count) for find, count in map(_CYCLES.__getitem__, calendar_names(frequency))]
    columns = [place / (count - 1) - 0.5 for place, count in places]
    return np.stack(columns, axis=1) if columns else np.empty((len(times), 0))
