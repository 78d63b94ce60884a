"""Windows of series as the numbers that a forecaster reads: for training, validation and forecasts alike.

Values are relative to the last one of the context, in units of its mean absolute increment, since float32 has no room
for the increments of large numbers. The network computes its own scale from these (:mod:`seq2seq.models.forecaster`).

Letters: B windows, L longest context, H horizon, C channels, K numbers known in advance.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seq2seq.errors import DataError
from seq2seq.series.features import calendar_features
from seq2seq.series.frequency import following, parse_frequency
from seq2seq.series.series import Floats, Series
from seq2seq.series.windows import Window
from seq2seq.text.vectors import write_vectors
from seq2seq.text.vocabulary.series import SeriesFormat
from seq2seq.wording import listed, plural

_LARGEST: Final = 1e18
"""Largest distance from the last value that is read, in units: a jump over missing values is in no increment, and may
be any number of them; float32 has to hold what is computed from it."""
_DIGITS: Final = 6
"""Decimals of the numbers in texts, which are read in float32."""


class Inputs(NamedTuple):
    """Some windows, side by side."""

    values: NDArray[np.float32]
    """(B, L + H, C) contexts, each followed by its horizon at once, then padding; NaN where there is no value."""
    lengths: NDArray[np.int64]
    """(B,) steps of each context."""
    known: NDArray[np.float32]
    """(B, L + H, K) what is known of each step, zeros in padding."""
    origin: Floats
    """(B, C) the value that is 0: the last one observed in each context."""
    unit: Floats
    """(B, C) the difference that is 1."""

    def restore(self, paths: Floats) -> Floats:
        """Sampled paths (B, R, H, C) in the units of the data."""
        return np.asarray(paths * self.unit[:, None, None] + self.origin[:, None, None])


def window_inputs(windows: Sequence[Window], form: SeriesFormat) -> Inputs:
    """The numbers that are read of some windows of series, and of their horizons as far as known.

    Args:
        windows: of the same horizon H; a context has at least one value of each of the format's channels.
        form: says what is known of a step.

    Raises:
        DataError: a series has no dates where the calendar is read, or lacks covariates.
    """
    horizon = windows[0].horizon
    lengths = np.array([window.end - window.begin for window in windows])
    values = np.full((len(windows), int(lengths.max()) + horizon, form.width), np.nan, np.float32)
    known = np.zeros((*values.shape[:2], form.size - form.width), np.float32)
    origin, unit = np.zeros((len(windows), form.width)), np.ones((len(windows), form.width))
    calendars: dict[int, Floats] = {}
    for row, window in enumerate(windows):
        for channel in range(form.width):
            origin[row, channel], unit[row, channel] = _scale(window.context[:, channel])
        steps = (np.concatenate([window.context, window.target]) - origin[row]) / unit[row]
        values[row, : len(steps)] = steps.clip(-_LARGEST, _LARGEST)
        if id(window.series) not in calendars:
            calendars[id(window.series)] = _calendar(window.series, horizon, form)
        own = calendars[id(window.series)][window.begin : window.end + horizon]
        known[row, : len(own)] = np.concatenate([own, _covariates(window, form)], axis=1)
    return Inputs(values, lengths, known, origin, unit)


def window_texts(windows: Sequence[Window], form: SeriesFormat) -> Iterator[tuple[str, str]]:
    """Context and horizon of every window as text, which :meth:`SeriesFormat.encode` reads: those of training."""
    inputs = window_inputs(windows, form)
    steps = np.concatenate([inputs.values, inputs.known], axis=2).astype(np.float64).round(_DIGITS)
    for row, (window, length) in enumerate(zip(windows, inputs.lengths.tolist(), strict=True)):
        yield write_vectors(steps[row, :length]), write_vectors(steps[row, length : length + window.horizon])


def _scale(context: Floats) -> tuple[float, float]:
    """The last value of a context (L,), and its mean absolute increment; of a constant one its size, or 1."""
    observed = context[np.isfinite(context)]
    increments = np.abs(np.diff(context))
    increments = increments[np.isfinite(increments)]
    last = float(observed[-1])
    unit = float(increments.mean()) if len(increments) else 0.0
    return last, unit or abs(last) or 1.0


def _calendar(series: Series, horizon: int, form: SeriesFormat) -> Floats:
    """(T + H, n) features of the calendar."""
    if not form.calendar:
        return np.empty((len(series) + horizon, 0))
    if series.times.dtype.kind != "M":
        raise DataError(
            f"series {series.id!r}: its steps have no dates, and the model was trained on series with dates.\n"
            "  Give each step its date.",
            code="series.no-calendar",
        )
    frequency = None if form.frequency is None else parse_frequency(form.frequency)
    times = np.concatenate([series.times, following(series.times, frequency, horizon)])
    return calendar_features(times, frequency)


def _covariates(window: Window, form: SeriesFormat) -> Floats:
    """(L + H, n) scaled covariates, 0 where one is missing or not known in advance."""
    if not form.covariates:
        return np.empty((window.end - window.begin + window.horizon, 0))
    series = window.series
    if lacking := [name for name in form.covariates if name not in series.covariates]:
        raise DataError(
            f"series {series.id!r}: without {listed(lacking)}, which the model reads of every step.\n"
            "  Add the columns, with the steps to be forecast.",
            code="series.other-covariates",
        )
    known = [name for name in form.covariates if name not in form.past]
    ahead = len(series.known) - window.end
    if known and ahead < window.horizon:
        raise DataError(
            f"series {series.id!r}: covariates ({listed(known)}) are known for {plural(ahead, 'step')} after the last "
            f"value, and {window.horizon} are to be forecast.\n"
            "  Add a row with the covariates, and without a value, for every step to be forecast.",
            code="series.unknown-covariates",
        )
    rows = np.concatenate([window.known_context, window.known_target])
    rows = rows[:, [series.covariates.index(name) for name in form.covariates]]
    rows[len(window.context) :, [name in form.past for name in form.covariates]] = np.nan
    return np.nan_to_num((rows - form.mean) / form.deviation)
