"""Parts of long series to learn from, and the split by time.

A window knows what comes before its origin and what comes after it, and keeps them apart: whatever a model reads is
taken from ``context``, ``history`` and what is ``known`` in advance.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from seq2seq.errors import DataError
from seq2seq.series.frequency import Frequency, Times, following
from seq2seq.series.series import Floats, Series, SeriesSet
from seq2seq.wording import listed, plural

_LEAST: Final = 2
"""Steps before the first forecast of a split: fewer have no difference, which the scale of MASE is made of."""


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A context and the horizon after it."""

    series: Series
    begin: int
    """First step of the context."""
    end: int
    """The origin: first step of the horizon."""
    horizon: int
    """H, steps to be forecast."""

    @property
    def context(self) -> Floats:
        """(L, C) the values before the origin that a model is shown."""
        return self.series.values[self.begin : self.end]

    @property
    def history(self) -> Floats:
        """(end, C) all values before the origin."""
        return self.series.values[: self.end]

    @property
    def target(self) -> Floats:
        """(H, C) the values to be forecast; fewer than H if the series ends before."""
        return self.series.values[self.end : self.end + self.horizon]

    @property
    def known_context(self) -> Floats:
        """(L, K) covariates of the context."""
        return self.series.known[self.begin : self.end]

    @property
    def known_target(self) -> Floats:
        """(H, K) covariates of the horizon; NaN where they are not known so far ahead."""
        known = self.series.known[self.end : self.end + self.horizon]
        return np.pad(known, ((0, self.horizon - len(known)), (0, 0)), constant_values=np.nan)

    @property
    def times_context(self) -> Times:
        """(L,) when the context was observed."""
        return self.series.times[self.begin : self.end]

    def times_target(self, frequency: Frequency | None) -> Times:
        """(H,) also beyond the end of the series."""
        times = self.series.times[self.end : self.end + self.horizon]
        if len(times) == self.horizon:
            return times
        return np.concatenate([times, following(self.series.times, frequency, self.horizon - len(times))])


def windows(series: Series, *, context: int, horizon: int, stride: int = 1, shortest: int = 1) -> list[Window]:
    """Every window whose target lies in the series, the last ones at its end.

    Left out are those without a value of each channel in the context, or without any in the target.

    Args:
        series: long or short.
        context: most steps of the context.
        horizon: steps of the target.
        stride: steps from one origin to the next, counted back from the last.
        shortest: least steps of the context, which is short at the beginning of a series.
    """
    seen = np.pad(np.isfinite(series.values).cumsum(axis=0), ((1, 0), (0, 0)))
    found = []
    for end in range(len(series) - horizon, shortest - 1, -stride):
        window = _window(series, end, context, horizon)
        if (seen[end] > seen[window.begin]).all() and (seen[end + horizon] > seen[end]).any():
            found.append(window)
    return found[::-1]


def last_window(series: Series, *, context: int, horizon: int) -> Window:
    """The window whose origin is the end of the series: what is to be forecast."""
    return _window(series, len(series), context, horizon)


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """What to learn from, and the forecasts to be judged."""

    train: tuple[Series, ...]
    """Without the horizons of dev and test."""
    dev: tuple[Window, ...]
    """The horizons before the last."""
    test: tuple[Window, ...]
    """The last horizon; its history has the steps of dev."""
    remarks: tuple[str, ...] = ()
    """Series that are too short for a part."""


def split_by_time(found: SeriesSet, *, horizon: int, context: int, dev_horizons: int = 1) -> Split:
    """The last steps of every series for the test, the ones before for dev, and those before to learn from.

    Dev has as many windows of a series as ``dev_horizons``.

    A series too short for all three is in the test alone; one too short for that is left out. So is, of dev or the
    test, one whose context has no value, which a forecast would go on from. All are counted in ``remarks``.

    Raises:
        DataError: no series is long enough for a test.
    """
    needed = (1 + dev_horizons) * horizon + _LEAST
    long = [one for one in found.series if len(one) >= needed]
    tested = [one for one in found.series if len(one) >= horizon + _LEAST]
    if not tested:
        fewer = ", or train a model that forecasts fewer steps (--set data.forecast.horizon=N)" if horizon > 1 else ""
        raise DataError(
            f"no series is long enough: a horizon of {horizon} needs {plural(horizon + _LEAST, 'step')}, and the "
            f"longest has {max(map(len, found.series))}.\n  Give longer series{fewer}.",
            code="series.too-short",
        )
    dev = last_horizons((one.until(len(one) - horizon) for one in long), dev_horizons, context, horizon)
    test = last_horizons(tested, 1, context, horizon)
    return Split(
        train=tuple(one.until(len(one) - (1 + dev_horizons) * horizon) for one in long),
        dev=dev,
        test=test,
        remarks=(
            *_remark(found.series, tested, f"shorter than {horizon + _LEAST} steps: left out"),
            *_remark(tested, long, f"shorter than {needed} steps: in the test alone"),
            *_remark(long, [window.series for window in dev], "without a value in the context: not in dev"),
            *_remark(tested, [window.series for window in test], "without a value in the context: not in test"),
        ),
    )


def last_horizons(series: Iterable[Series], count: int, context: int, horizon: int) -> tuple[Window, ...]:
    """The windows whose targets are the last horizons of some series, those without a value in the context apart.

    Args:
        series: of ``count`` horizons and two steps at least.
        count: horizons of each.
        context: most steps of a context.
        horizon: steps of a target.
    """
    ends = ((one, len(one) - steps * horizon) for one in series for steps in range(count, 0, -1))
    found = (_window(one, end, context, horizon) for one, end in ends)
    return tuple(window for window in found if _is_readable(window))


def rolling(windows: Iterable[Window], origins: int, context: int) -> tuple[Window, ...]:
    """The last window of every series and those before it: ``origins``, one step apart, where a context has a value."""
    lasts = {window.series.id: window for window in windows}
    return tuple(
        window
        for last in lasts.values()
        for end in range(last.end - origins + 1, last.end + 1)
        if end >= _LEAST and _is_readable(window := _window(last.series, end, context, last.horizon))
    )


def _window(series: Series, end: int, context: int, horizon: int) -> Window:
    return Window(series, max(end - context, 0), end, horizon)


def _is_readable(window: Window) -> bool:
    """Whether its context has a value of each channel, which a forecast goes on from."""
    return bool(np.isfinite(window.context).any(axis=0).all())


def _remark(whole: Sequence[Series], part: Sequence[Series], what: str) -> list[str]:
    """What became of the series that are not in a part, if there are any."""
    kept = {one.id for one in part}
    others = [one.id for one in whole if one.id not in kept]
    return [f"{len(others):,} series {what} ({listed(others)})"] if others else []
