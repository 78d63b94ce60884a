"""`.tsf`, the format of the Monash archive (Godahewa et al. 2021): one series per line, with attributes before it.

    @attribute series_name string
    @attribute start_timestamp date
    @frequency monthly
    @horizon 12
    @data
    T1:1979-01-01 00-00-00:25092.2,?,25828.9

Missing values are question marks; without a date, steps are numbered.
"""

from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from seq2seq.errors import ConfigError, DataError
from seq2seq.series.frequency import Frequency, Times, following, parse_frequency
from seq2seq.series.reading.declared import Declared, declared
from seq2seq.series.reading.numbers import parse_numbers, shown
from seq2seq.series.reading.problems import Problems
from seq2seq.series.reading.times import parse_date
from seq2seq.series.series import Series, SeriesSet, without_covariates
from seq2seq.wording import plural

_NAME: Final = "series_name"
_TYPES: Final = ("string", "numeric", "date")


def read_tsf(path: Path, frequency: Frequency | None, problems: Problems) -> SeriesSet:
    """The series of a `.tsf` file.

    Args:
        path: the file.
        frequency: takes the place of what the file declares.
        problems: gets what is wrong with series.

    Raises:
        DataError: it cannot be read, or is not what it declares.
    """
    with declared(path, problems) as file:
        attributes = _attributes(path, file)
        frequency = frequency or _frequency(path, file)
        horizon = _horizon(path, file)
        dated = any(kind == "date" for _, kind in attributes)
        if dated and frequency is None:
            raise DataError(
                f"{path}:{file.line_of('attribute')}: series have dates, and no frequency is declared.\n"
                "  Add a line such as `@frequency monthly`, or say --set data.forecast.frequency=monthly.",
                code="series.no-frequency",
            )
        series: list[Series] = []
        names: dict[str, int] = {}
        for line, text in file.rows:
            problems.rows_read += 1
            one = _series(file, line, text, attributes, frequency, f"T{len(series) + 1}")
            if one is None:
                continue
            if one.id in names:
                file.problems.add(line, "id", f"series {one.id!r} is in line {names[one.id]} already")
                continue
            names[one.id] = line
            series.append(one)
        file.problems.raise_any()
    if not series:
        if problems.kinds:
            raise problems.error()
        raise DataError(f"{path}: no series after `@data`.\n  Name a file with series.", code="series.no-rows")
    return SeriesSet(
        tuple(series),
        frequency=frequency if dated else None,
        season=1 if frequency is None else frequency.season,
        horizon=horizon,
    )


def _attributes(path: Path, file: Declared) -> list[tuple[str, str]]:
    """Name and type of every attribute."""
    found = []
    for line, name, value in file.header:
        if name != "attribute":
            continue
        words = value.split()
        if len(words) != 2 or words[1].casefold() not in _TYPES:
            raise DataError(
                f"{path}:{line}: `@attribute {value}` is no name with a type.\n"
                f"  Write `@attribute NAME TYPE`; types are {', '.join(_TYPES)}.",
                code="series.attribute",
            )
        found.append((words[0], words[1].casefold()))
    return found


def _frequency(path: Path, file: Declared) -> Frequency | None:
    value = file.value("frequency")
    try:
        return None if value is None else parse_frequency(value)
    except ConfigError as error:
        line = file.line_of("frequency")
        raise DataError(f"{path}:{line}: frequency {error.problems[0]}.", code="series.frequency") from error


def _horizon(path: Path, file: Declared) -> int | None:
    value = file.value("horizon")
    if value is not None and (not value.isascii() or not value.isdigit() or int(value) < 1):
        raise DataError(
            f"{path}:{file.line_of('horizon')}: `@horizon {value}` is no number of steps.\n  Write `@horizon 12`.",
            code="series.horizon",
        )
    return None if value is None else int(value)


def _series(
    file: Declared, line: int, text: str, attributes: list[tuple[str, str]], frequency: Frequency | None, name: str
) -> Series | None:
    """The series of a line; None if it is wrong, which is noted."""
    *given, values = text.split(":")
    if len(given) != len(attributes):
        what = (
            f"expected {plural(len(attributes), 'attribute')} and the values, separated by colons, found {len(given)}"
        )
        file.problems.add(line, "shape", what)
        return None
    own = {key: value.strip() for (key, _), value in zip(attributes, given, strict=True)}
    start: datetime | None = None
    for key, kind in attributes:
        if kind == "date":
            start = parse_date(own[key])
            if start is None or start.tzinfo is not None:
                file.problems.add(line, "time", f"{key}: {shown(own[key])} is no time")
                return None
    texts = values.split(",")
    numbers = parse_numbers(texts, [line] * len(texts), file.problems, name="values")
    if np.isnan(numbers).all():
        file.problems.add(line, "empty", "the series has no value")
        return None
    name = own.pop(_NAME, name)
    times: Times = np.arange(len(numbers))
    if start is not None:
        first = np.array([start], dtype="datetime64[us]")
        times = np.concatenate([first, following(first, frequency, len(numbers) - 1)])
    steps = len(numbers)
    return Series(
        name, numbers[:, None], ("y",), times, without_covariates(steps), attributes=own, lines=np.full(steps, line)
    )
