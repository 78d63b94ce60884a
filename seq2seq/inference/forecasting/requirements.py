"""What series have to have for a model to forecast them."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from seq2seq.errors import DataError
from seq2seq.series.frequency import infer_frequency
from seq2seq.series.series import Series, SeriesSet
from seq2seq.text.vocabulary.series import SeriesFormat
from seq2seq.wording import listed, plural

_LEAVE: Final = "Leave out such series."
_ADD: Final = "Add covariates for every step to be forecast, columns and rows, or forecast fewer steps (--horizon N)."
_DATES: Final = "Number the steps, or write their dates (years, too: 1950-01-01), as the series of training had them."
_LEAST: Final = 2
"""Steps of a context: one has no increment, which is what the network reads."""


def require_forecastable(series: Sequence[Series], form: SeriesFormat, horizon: int) -> None:
    """Refuse series that cannot be forecast.

    Raises:
        DataError: some cannot; names all of them.
    """
    found = [(one, problem) for one in series if (problem := problem_of(one, form, horizon))]
    if found:
        problems = [f"series {one.id!r}: {problem}" for one, (problem, _) in found]
        shown = [*problems[:10], *([f"... and {len(problems) - 10:,} more"] if len(problems) > 10 else [])]
        remedies = dict.fromkeys(remedy for _, (_, remedy) in found)
        message = "\n  ".join([f"{len(problems):,} series cannot be forecast:", *shown, *remedies])
        raise DataError(message, code="forecast.series")


def problem_of(one: Series, form: SeriesFormat, horizon: int) -> tuple[str, str] | None:
    """Why a series cannot be forecast, and what to do about it; None: it can."""
    if problem := _other_calendar(one, form):
        return problem, _DATES
    if problem := _unreadable(one, form):
        return problem, _LEAVE
    if problem := _unknown(one, form, horizon):
        return problem, _ADD
    return None


def _unreadable(one: Series, form: SeriesFormat) -> str:
    """Why the values of a series cannot be read; empty: they can."""
    if problem := _other_channels(one, form):
        return problem
    if len(one) < _LEAST:
        return f"has {plural(len(one), 'step')}, and needs {_LEAST} at least"
    known = np.isfinite(one.values[-form.context :])
    empty = [name for name, own in zip(one.channels, known.T, strict=True) if not own.any()]
    if empty:
        of_those = f" of {listed(empty)}" if form.channels else ""
        return f"has no value{of_those} in its last {min(len(one), form.context)} steps, which are what is read"
    return ""


def _other_channels(one: Series, form: SeriesFormat) -> str:
    """Which channels a series has in the place of those that a model reads; empty: the same."""
    if form.channels and one.channels != form.channels:
        return f"has the channels {listed(one.channels)}, and the model reads {listed(form.channels)} together"
    if len(one.channels) != form.width:
        return f"has {len(one.channels)} channels; give each of them as a series"
    return ""


def require_channels(found: SeriesSet, form: SeriesFormat) -> None:
    """Refuse series whose channels are not those that a model reads together.

    Raises:
        DataError: they are others, or in another order.
    """
    if problem := _other_channels(found.series[0], form):
        raise DataError(
            f"series {found.series[0].id!r} {problem}.\n  Give the channels of training, in their order.",
            code="series.other-channels",
        )


def _unknown(one: Series, form: SeriesFormat, horizon: int) -> str:
    """What is not known of the steps to be forecast; empty: nothing."""
    missing = [name for name in form.covariates if name not in one.covariates]
    if missing:
        return f"lacks covariates that the model was trained with: {listed(missing)}"
    required = [name for name in form.covariates if name not in form.past]
    if required and one.future < horizon:
        known = plural(one.future, "step")
        return f"has covariates for {known} after its last value, and {horizon} are to be forecast"
    ahead = one.known[len(one) : len(one) + horizon]
    empty = [name for name in required if not np.isfinite(ahead[:, one.covariates.index(name)]).all()]
    if empty:
        return f"has empty fields of covariates in the {plural(horizon, 'step')} to be forecast: {listed(empty)}"
    return ""


def require_frequency(found: SeriesSet, form: SeriesFormat) -> None:
    """Refuse series whose steps are not those that a model has learnt.

    Raises:
        DataError: their frequency is another one, or they have dates and those of training had none, or the reverse; or
            they were read by another clock.
    """
    if problem := _other_calendar(found.series[0], form):
        raise DataError(
            f"the series are not such as the model was trained on: the first {problem}.\n  {_DATES}",
            code="series.no-calendar" if form.frequency else "series.other-frequency",
        )
    if None not in (found.frequency, form.frequency) and str(found.frequency) != form.frequency:
        raise DataError(
            f"the series are {found.frequency}, and the model was trained on {form.frequency} ones.\n"
            f"  Give {form.frequency} series, or train a model on series such as these.",
            code="series.other-frequency",
        )
    if found.clock not in (None, form.clock):
        clocks = {"utc": "UTC", "local": "the clock of their place"}
        raise DataError(
            f"the times of the series are those of {clocks[str(found.clock)]}, and the model was trained by "
            f"{clocks[form.clock]}.\n  Read them by that: read_series(FILE, clock={form.clock!r})",
            code="series.other-clock",
        )


def _other_calendar(one: Series, form: SeriesFormat) -> str:
    """What a series has instead of the dates, or the numbered steps, of training; empty: it has the same."""
    if form.frequency is not None and one.times.dtype.kind != "M":
        return f"numbers its steps, and the model was trained on series with dates ({form.frequency})"
    # Dates without a frequency are steps below a second, which a model counts as numbers.
    if form.frequency is None and infer_frequency(one.times) is not None:
        return "has dates, and the model was trained on numbered steps"
    return ""
