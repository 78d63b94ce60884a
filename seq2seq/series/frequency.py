"""How far apart the steps of a series are: by name, from its times, and the times to come.

Years, quarters and months are counted by the calendar, so that a month's value may be stamped on its first day, its
last, or its last working day. Weeks and shorter intervals are counted from the first time, which fixes the day of the
week and the time of day.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from seq2seq.errors import ConfigError

Times = NDArray[Any]
"""``datetime64[us]``, or int64 for steps without a calendar."""
Unit = Literal["year", "quarter", "month", "week", "day", "business day", "hour", "minute", "second"]
_MONTHS: Final[dict[Unit, int]] = {"year": 12, "quarter": 3, "month": 1}
"""Months of the units that are counted by the calendar."""
_SECONDS: Final[dict[Unit, int]] = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
_DAY: Final = _SECONDS["day"]
_WEEK: Final = _SECONDS["week"] * 1_000_000
"""In the unit of times, microseconds."""
_DAY_LATER: Final = np.timedelta64(1, "D")
_MONTH_LATER: Final = np.timedelta64(1, "M")
_SEASONS: Final[dict[Unit, int]] = {"year": 1, "quarter": 4, "month": 12, "week": 52, "day": 7, "business day": 5}
"""Steps per season of the units themselves: a year, or a week of days."""
_NAMES: Final[dict[Unit, str]] = {
    "year": "yearly", "quarter": "quarterly", "month": "monthly", "week": "weekly", "day": "daily",
    "business day": "business daily", "hour": "hourly", "minute": "minutely", "second": "secondly",
}  # fmt: skip
_WORDS: Final[dict[str, Unit]] = {
    **{name: unit for unit, name in _NAMES.items()}, **{unit: unit for unit in get_args(Unit)}, "annual": "year",
}  # fmt: skip
_CODES: Final[dict[str, Unit]] = {
    "Y": "year", "YE": "year", "YS": "year", "A": "year", "AS": "year", "Q": "quarter", "QE": "quarter",
    "QS": "quarter", "M": "month", "ME": "month", "MS": "month", "W": "week", "D": "day", "B": "business day",
    "h": "hour", "H": "hour", "min": "minute", "T": "minute", "s": "second", "S": "second",
}  # fmt: skip
"""The codes of pandas, whose letters differ by case: MS is a month, ms a millisecond."""
_FORM: Final = re.compile(r"(\d+)?\s*([A-Za-z ]+?)(?:-[A-Z]{3})?")
"""``15min``, ``10 minutes``, ``W-SUN``, ``QS-JAN``."""


@dataclass(frozen=True, slots=True)
class Frequency:
    """The interval between two steps: a number of units."""

    unit: Unit
    count: int = 1

    @property
    def season(self) -> int:
        """Steps per season: the year, for days the week, for shorter intervals the day, as in the Monash archive.

        Yearly 1, quarterly 4, monthly 12, weekly 52, daily 7, business daily 5, hourly 24, 10 minutes 144. It is 1
        where the season is not a whole number of steps.
        """
        whole = _SEASONS.get(self.unit) or _DAY // _SECONDS[self.unit]
        return max(whole // self.count, 1) if whole % self.count == 0 else 1

    @property
    def divides_days(self) -> bool:
        """Whether steps are shorter than days, so that the time of day matters."""
        return self.unit in ("hour", "minute", "second")

    def __str__(self) -> str:
        """``monthly``; ``10 minutes``."""
        return _NAMES[self.unit] if self.count == 1 else f"{self.count} {self.unit}s"

    def steps(self, times: Times) -> NDArray[np.int64]:
        """Number of the step of every time (T,), counted from the first; -1 where a time falls between steps."""
        if self.unit == "business day":
            days = times.astype("datetime64[D]")
            found = np.busday_count(days[:1], days).astype(np.int64)
            fits = np.is_busday(days) & (_time_of_day(times) == _time_of_day(times[:1]))
        elif self.unit in _MONTHS:
            months = times.astype("datetime64[M]").astype(np.int64) // _MONTHS[self.unit]
            found = months - months[:1]
            fits = np.ones(len(times), dtype=bool)
        else:
            interval = _SECONDS[self.unit] * 1_000_000
            apart = (times - times[:1]).astype(np.int64)
            found, fits = apart // interval, apart % interval == 0
        fits &= found % self.count == 0
        return np.where(fits, found // self.count, -1)


def parse_frequency(text: str) -> Frequency:
    """A frequency by its name: ``monthly``, ``15 minutes``, ``10_minutes`` (Monash), ``15min``, ``MS`` (pandas).

    Raises:
        ConfigError: nothing is called so.
    """
    plain = text.strip().replace("_", " ")
    if plain.casefold() == "half hourly":
        return Frequency("minute", 30)
    form = _FORM.fullmatch(plain)
    name = form[2] if form else ""
    word = name.casefold()
    found = _CODES.get(name) or _WORDS.get(word) or _WORDS.get(word.removesuffix("s"))
    if found is None or form is None or int(form[1] or 1) < 1:
        known = ", ".join(_NAMES.values())
        raise ConfigError(
            "frequency", [f"{text!r} is not known; one of {known}, or a number of units such as '15 minutes'"]
        )
    return Frequency(found, int(form[1] or 1))


def infer_frequency(*times: Times) -> Frequency | None:
    """The commonest interval between the times of some series; None: no two times, or they are no dates.

    Args:
        times: of each series, ascending and distinct.
    """
    if not any(len(one) > 1 for one in times) or any(one.dtype.kind != "M" for one in times):
        return None
    every = np.concatenate(times)
    days = every.astype("datetime64[D]")
    apart = commonest(*times)
    months = commonest(*(one.astype("datetime64[M]").astype(np.int64) for one in times))
    anchored = len(np.unique(_day_of_month(every))) == 1 or bool(_is_month_end(every).all())
    same_time = len(np.unique(_time_of_day(every))) == 1
    weeks = all((np.diff(one).astype(np.int64) % _WEEK == 0).all() for one in times)
    if months and same_time and apart >= 4 * _WEEK and (anchored or not weeks):
        unit: Unit = next(unit for unit, size in _MONTHS.items() if months % size == 0)
        return Frequency(unit, months // _MONTHS[unit])
    seconds, rest = divmod(apart, 1_000_000)
    if rest or not seconds:
        return None
    if seconds == _DAY and same_time and np.is_busday(days).all() and _passes_weekends(*times):
        return Frequency("business day")
    unit = next(unit for unit, size in _SECONDS.items() if seconds % size == 0)
    return Frequency(unit, seconds // _SECONDS[unit])


def following(times: Times, frequency: Frequency | None, steps: int) -> Times:
    """The times of the next steps.

    Args:
        times: (T,) of a series, at least one; month ends are followed by month ends.
        frequency: None: the times are whole numbers, and go on as far apart as is commonest.
        steps: how many.
    """
    ahead = np.arange(1, steps + 1)
    if frequency is None:
        return np.asarray(times[-1] + ahead * (commonest(times) or 1))
    last = times[-1:]
    ahead = ahead * frequency.count
    if frequency.unit == "business day":
        return np.asarray(
            np.busday_offset(last.astype("datetime64[D]"), ahead).astype(times.dtype) + _time_of_day(last)
        )
    if frequency.unit not in _MONTHS:
        return np.asarray(last + ahead * np.timedelta64(_SECONDS[frequency.unit], "s"))
    months = last.astype("datetime64[M]") + ahead * _MONTHS[frequency.unit] * _MONTH_LATER
    lengths = ((months + _MONTH_LATER).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64)
    days = lengths - 1 if _is_month_end(times).all() else np.minimum(_day_of_month(times).max(), lengths - 1)
    return np.asarray((months.astype("datetime64[D]") + days * _DAY_LATER).astype(times.dtype) + _time_of_day(last))


def commonest(*numbers: NDArray[Any]) -> int:
    """The commonest difference between neighbours, the smallest of several; 0: there is none."""
    counts = Counter(np.concatenate([np.diff(one).astype(np.int64) for one in numbers]).tolist())
    return min(counts, key=lambda apart: (-counts[apart], apart), default=0)


def _passes_weekends(*times: Times) -> bool:
    """Whether a step from a Friday to a Monday is among those between some times."""
    return any((np.diff(one.astype("datetime64[D]")).astype(np.int64) == 3).any() for one in times)


def _time_of_day(times: Times) -> NDArray[Any]:
    return np.asarray(times - times.astype("datetime64[D]"))


def _day_of_month(times: Times) -> NDArray[np.int64]:
    """From 0."""
    first = times.astype("datetime64[M]").astype("datetime64[D]")
    return np.asarray((times.astype("datetime64[D]") - first).astype(np.int64))


def _is_month_end(times: Times) -> NDArray[np.bool_]:
    days = times.astype("datetime64[D]")
    return np.asarray((days + _DAY_LATER).astype("datetime64[M]") != days.astype("datetime64[M]"))
