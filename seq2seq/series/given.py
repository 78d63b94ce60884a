"""A series from numbers that a program has, such as those of a request, as a model reads it."""

from collections.abc import Mapping, Sequence, Sized
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from seq2seq.errors import ConfigError, DataError
from seq2seq.series.frequency import Times, following, infer_frequency, parse_frequency
from seq2seq.series.reading.numbers import LARGEST
from seq2seq.series.reading.problems import Problems
from seq2seq.series.reading.regular import on_grid, step_numbers
from seq2seq.series.reading.times import parse_times, shown_time
from seq2seq.series.series import Floats, Series
from seq2seq.text.vocabulary.series import SeriesFormat
from seq2seq.wording import listed, plural

_NONE: Final[Mapping[str, Sequence[float | None]]] = {}


def given_series(
    name: str,
    values: Any,
    form: SeriesFormat,
    *,
    start: Any = None,
    times: Any = None,
    frequency: str | None = None,
    covariates: Mapping[str, Any] = _NONE,
) -> Series:
    """A series of one channel: its last steps, as many as the model reads.

    Args:
        name: of the series, from which its random numbers follow.
        values: (T,) numbers, as a list or an array; None or NaN where one is missing.
        form: of the model that is to read it.
        start: when the first value was observed, as text, a date, or the number of a step; the others follow in the
            model's frequency.
        times: when each value was observed, ascending, instead of ``start``; steps that are left out are missing.
        frequency: of the times, in words (default: their commonest interval). It has to be the model's.
        covariates: (T + F,) numbers by name; the last F are known of the steps after the last value, and may be left
            out of those that the model reads of the past alone.

    Raises:
        DataError: something is wrong, or the model reads several channels together; its message begins with the
            argument that is wrong.
    """
    if form.channels:
        raise DataError(
            f"values: one list of them, and the model reads the channels {listed(form.channels)} together; give a file "
            "that has them all: seq2seq forecast MODEL FILE",
            code="series.other-channels",
        )
    numbers = _numbers(values, "values")
    found = _times(len(numbers), form, start, times, frequency)
    if unknown := [one for one in covariates if one not in form.covariates]:
        has = listed(form.covariates) if form.covariates else "none"
        raise _error("covariates", f"the model does not read {listed(unknown)}; its covariates: {has}")
    read = {key: _numbers(one, f"covariates.{key}") for key, one in covariates.items()}
    known = _known(read, len(numbers), form.past)
    own = None if form.frequency is None else parse_frequency(form.frequency)
    steps = step_numbers(found, own)
    if (between := np.flatnonzero(steps < 0)).size:
        what = f"{shown_time(found[between[0]])} falls between the steps ({form.frequency or 'the commonest interval'})"
        raise _error("start" if times is None else "times", what)
    first = int(np.searchsorted(steps, steps[-1] - form.context, side="right"))  # nothing is read of what is before
    grid = on_grid(found[first:], steps[first:] - steps[first], own)
    ahead = len(known) - len(numbers)
    every = np.full((len(grid.times) + ahead, 1 + known.shape[1]), np.nan)
    every[grid.steps, 0] = numbers[first:]
    every[np.concatenate([grid.steps, len(grid.times) + np.arange(ahead)]), 1:] = known[first:]
    return Series(name, every[: len(grid.times), :1], ("value",), grid.times, every[:, 1:], tuple(covariates))


def _numbers(values: Any, field: str) -> Floats:
    """(N,) numbers, NaN where one is missing."""
    try:
        given = np.asarray(values)
        if given.dtype.kind in "SU" or (given.dtype.kind == "O" and any(isinstance(one, str) for one in given.flat)):
            raise ValueError("texts")  # NumPy would read them as numbers
        found = given.astype(np.float64)
    except (ValueError, TypeError, OverflowError) as error:
        raise _error(field, "not a list of numbers, with null where one is missing") from error
    if found.ndim != 1:
        raise _error(field, "not a list of numbers, one per step")
    if not len(found):
        raise _error(field, "without a number")
    if (wrong := np.flatnonzero(np.abs(found) > LARGEST)).size:
        raise _error(f"{field}[{wrong[0]}]", f"not finite, or larger than {LARGEST:g} in size; a missing one is null")
    return found


def _known(covariates: Mapping[str, Floats], steps: int, past: Sequence[str]) -> Floats:
    """(T + F, K) what is known of each step; NaN of those to be forecast, of covariates of the past."""
    longest = max(map(len, covariates.values()), default=steps)
    for name, numbers in covariates.items():
        if len(numbers) < steps:
            what = f"{plural(len(numbers), 'number')} for {plural(steps, 'value')}"
            raise _error(f"covariates.{name}", f"{what}; give one per value, and those of the steps to be forecast")
        if len(numbers) < longest and name not in past:
            raise _error(f"covariates.{name}", f"{plural(len(numbers), 'number')}, and another covariate has {longest}")
    padded = [np.pad(one, (0, longest - len(one)), constant_values=np.nan) for one in covariates.values()]
    return np.stack(padded, axis=1) if covariates else np.empty((steps, 0))


def _times(steps: int, form: SeriesFormat, start: Any, times: Any, frequency: str | None) -> Times:
    """(T,) when the values were observed, ascending."""
    own = None if form.frequency is None else parse_frequency(form.frequency)
    if frequency is not None and _frequency(frequency) != own:
        raise _error("frequency", f"{frequency}, and the model was trained on {form.frequency or 'numbered steps'}")
    if start is not None and times is not None:
        raise _error("times", "given with start, which they begin with; give one of them")
    if times is None and start is None:
        if own is not None:
            raise _error("start", f"missing; the model reads {own} series: give the time of the first value")
        return np.arange(steps)
    if times is None:
        first = _read([start], "start", form)
        if own is not None and own.steps(first)[0] < 0:
            return first  # between the steps
        return np.concatenate([first, following(first, own, steps - 1)])
    if isinstance(times, str) or not isinstance(times, Sized):
        raise _error("times", "not a list, with a time per value")
    if len(times) != steps:
        raise _error("times", f"{plural(len(times), 'time')} for {plural(steps, 'value')}")
    found = _read(times, "times", form)
    if (back := np.flatnonzero(found[1:] <= found[:-1])).size:
        raise _error(f"times[{back[0] + 1}]", f"{shown_time(found[back[0] + 1])} does not come after the one before")
    inferred = infer_frequency(found)
    if frequency is None and None not in (inferred, own) and inferred != own:
        raise _error("times", f"they are {inferred}, and the model was trained on {own} series")
    return found


def _read(times: Any, field: str, form: SeriesFormat) -> Times:
    """Times of the kind that the model reads: dates, or numbers of steps."""
    problems = Problems(Path(field))
    listed_times = times.tolist() if isinstance(times, np.ndarray) and times.dtype.kind != "M" else [*times]
    texts = [one.isoformat() if isinstance(one, date | datetime) else str(one) for one in listed_times]
    own = None if form.frequency is None else parse_frequency(form.frequency)
    read = parse_times(texts, range(len(texts)), problems, frequency=own)
    if problems.found:
        first = problems.found[0]
        raise _error(field if field == "start" else f"{field}[{first.line}]", first.what)
    found = read.times
    if read.utc is not None and form.clock == "utc":
        found = read.utc
    elif read.utc is not None and (found[1:] <= found[:-1]).any():  # the clock was put back
        found = read.utc + read.offsets[-1]
    if (found.dtype.kind == "M") != (own is not None) and (own is not None or field == "start"):
        wanted = f"dates ({form.frequency})" if own else "numbered steps"
        raise _error(field, f"{'numbers' if own else 'dates'}, and the model was trained on series with {wanted}")
    return found


def _frequency(text: str) -> object:
    try:
        return parse_frequency(text)
    except ConfigError as error:
        raise _error("frequency", error.problems[0]) from error


def _error(field: str, what: str) -> DataError:
    return DataError(f"{field}: {what}", code="series.given")
