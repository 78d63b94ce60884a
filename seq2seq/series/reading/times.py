"""Times, as text: ISO 8601, days with points, months, quarters, and numbers of steps."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.series.frequency import Frequency, Times
from seq2seq.series.reading.numbers import shown
from seq2seq.series.reading.problems import Problems

WHOLE: Final = re.compile(r"[+-]?\d{1,15}(?:\.0+)?")
"""The number of a step."""
_COMPACT: Final = re.compile(r"(?:1[89]|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
"""20261130."""
_COMPACT_MONTH: Final = re.compile(r"(?:1[89]|20)\d\d(?:0[1-9]|1[0-2])")
"""202611. More than 12 numbers of steps that follow each other are not all such."""
_YEAR: Final = re.compile(r"\d{4}")
_QUARTER: Final = re.compile(r"(\d{4})[- ]?[Qq]([1-4])")
_MONTH: Final = re.compile(r"(\d{4})[-/](\d{2})")
_MONASH: Final = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d)-(\d\d)-(\d\d)")
"""1979-01-01 00-00-00: no colon, which separates attributes."""
_POINTS: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T]+(.+))?")
"""30.11.2026 17:05: where points separate the parts of a date, the day is the first."""
_SLASHES: Final = re.compile(r"\d{1,2}/\d{1,2}/(?:\d{2}|\d{4})(?:[ T].*)?")
"""03/04/2020, which is a day in March or in April."""
NO_TIME: Final = np.datetime64("NaT", "us")


@dataclass(frozen=True, slots=True)
class ReadTimes:
    """A column of times."""

    times: Times
    """(N,) by the clock of their place; NaT where one could not be read, which has been noted as a problem."""
    utc: Times | None = None
    """(N,) in UTC; None: times have no offsets from it."""
    remark: str | None = None
    """How they were read, if it could have been otherwise."""

    @property
    def offsets(self) -> Times:
        """(N,) ``timedelta64[us]`` by which the clock is ahead of UTC; 0 where times have no offsets."""
        return np.asarray(self.times - (self.times if self.utc is None else self.utc))


def parse_times(
    texts: Sequence[str], lines: Sequence[int], problems: Problems, *, frequency: Frequency | None = None
) -> ReadTimes:
    """Times of rows.

    Offsets from UTC are left out, so that days begin when they begin where the values were observed.

    Args:
        texts: as they stand in the file.
        lines: the line of each.
        problems: gets what cannot be read.
        frequency: that of the series, if it is known: whole numbers are years then, if it is one of years.
    """
    plain = [text.strip() for text in texts]
    if all(map(WHOLE.fullmatch, plain)):
        days = all(map(_COMPACT.fullmatch, plain))
        if days or (len(set(plain)) > 1 and all(map(_COMPACT_MONTH.fullmatch, plain))):
            plain = [f"{text[:4]}-{text[4:6]}-{text[6:] or '01'}" for text in plain]
            read = _parse_dates(plain, lines, problems)
            return ReadTimes(read.times, remark=f"whole numbers such as {texts[0].strip()} are taken for dates")
        if frequency is None or frequency.unit != "year" or not all(map(_YEAR.fullmatch, plain)):
            return ReadTimes(np.array([int(text.partition(".")[0]) for text in plain], dtype=np.int64))
        plain = [f"{text}-01-01" for text in plain]
    return _parse_dates(plain, lines, problems)


def _parse_dates(texts: Sequence[str], lines: Sequence[int], problems: Problems) -> ReadTimes:
    known: dict[str, datetime | None] = {}
    for text in texts:
        if text not in known:
            known[text] = parse_date(text)
    found = [known[text] for text in texts]
    for line, text, time in zip(lines, texts, found, strict=True):
        if time is None:
            problems.add(line, "time", "the time is missing" if not text else f"{shown(text)} is no time")
    offsets = [None if time is None else time.utcoffset() for time in found]
    without = [place for place, time in enumerate(found) if time is not None and time.utcoffset() is None]
    distinct = {offset for offset in offsets if offset is not None}
    for place in without if distinct else ():
        problems.add(lines[place], "zone", f"{shown(texts[place])} has no offset from UTC, and others have one")
    local = _as_array([None if time is None else time.replace(tzinfo=None) for time in found])
    if not distinct:
        return ReadTimes(local)
    apart = np.array([(offset or timedelta()) // timedelta(microseconds=1) for offset in offsets], "timedelta64[us]")
    return local_times(local, local - apart)


def local_times(local: Times, utc: Times) -> ReadTimes:
    """Times (N,) by the clock of their place, which are known in UTC, too."""
    if (local == utc)[~np.isnat(local)].all():
        return ReadTimes(local, utc)
    return ReadTimes(local, utc, "offsets from UTC are left out: times are those of the clock in their place")


def parse_date(text: str) -> datetime | None:
    """One time; None: it is none."""
    if found := _QUARTER.fullmatch(text):
        text = f"{found[1]}-{3 * int(found[2]) - 2:02}-01"
    elif found := _MONTH.fullmatch(text):
        text = f"{found[1]}-{found[2]}-01"
    elif found := _MONASH.fullmatch(text):
        text = f"{found[1]}T{found[2]}:{found[3]}:{found[4]}"
    elif found := _POINTS.fullmatch(text):
        text = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}{f'T{found[4]}' if found[4] else ''}"
    elif text[4:5] == "/":
        text = text.replace("/", "-", 2)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def looks_like_date(text: str) -> bool:
    """Whether a text is a time, or would be one if it were known which of its parts is the month: 03/04/2020."""
    return parse_date(text) is not None or _SLASHES.fullmatch(text) is not None


def shown_time(time: np.datetime64 | np.int64) -> str:
    """A time for a message: ``2026-11-30``, ``2026-11-30T17:05:00``, ``12``."""
    return str(time).removesuffix(".000000").removesuffix("T00:00:00")


def _as_array(times: Sequence[datetime | None]) -> NDArray[np.datetime64]:
    return np.array([NO_TIME if time is None else np.datetime64(time, "us") for time in times], "datetime64[us]")
