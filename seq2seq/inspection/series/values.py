"""Values of a channel that may be wrong: codes for missing ones, another unit, outliers.

All take the values of one channel (T,), NaN where one is missing. Each rule is meant to be silent on series that have
seasons, trends, many zeros or noise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from seq2seq.series.series import Floats

_CODES: Final = frozenset({
    *(float("9" * digits) for digits in range(2, 10)), 99.9, 99.99, 999.9, 999.99, 9999.9,
    32_767.0, 32_768.0, 65_535.0, 2_147_483_647.0, 2_147_483_648.0,
})  # fmt: skip
"""Sizes of numbers that programs write for missing values: nines, and the ends of integers of 16 and 32 bits."""
_CERTAIN: Final = 9_999.0
"""Size from which one such number is enough; smaller positive ones occur twice."""
_LEAST: Final = 8
"""Values below which nothing is said of their sizes."""
_APART: Final = 2.0
"""Decades without a value between two units."""
_THOUSAND: Final = 3.0
"""Decades."""
_AT_ENDS: Final = 3
"""Values at an end of a series that may have another unit."""
_NEAR: Final = 0.4
"""Decades by which a change of unit may differ from a thousand, as values change beside: a factor of 2.5."""
_BESIDE: Final = 6
"""Steps on either side that a value is compared with."""
_TRIMMED: Final = 1
"""Values at either end of these that do not count, so that two outliers near each other are found."""
_BOTH_SIDES: Final = 9
"""Values beside one from which they are on both sides of it; at the ends of a series, all count."""
_SEASONS: Final = 2
"""Seasons before and after that a value is compared with, one step earlier and later included."""
_FEWEST: Final = 16
"""Values of a series in which outliers are looked for."""
_FENCE: Final = 3.0
"""Ranges by which an outlier is outside."""
_LOG_FENCE: Final = 1.0
"""Likewise, of logarithms."""
_MANY_ZEROS: Final = 0.2
_DEVIATIONS: Final = 6.0
_NORMAL: Final = 1.4826
"""The standard deviation of a normal distribution, in median distances from the median."""
_LEAST_DEVIATION: Final = 0.4
"""Of logarithms."""
_CHANGE: Final = 0.9
"""Level of the quantile of all changes that is the least range."""


@dataclass(frozen=True, slots=True)
class Jump:
    """A change of unit."""

    step: int
    """The first step of the other unit."""
    before: float
    after: float


def find_codes(values: Floats) -> NDArray[np.bool_]:
    """Values (T,) that look like codes for missing ones: -999, 9999, 32767.

    They are outside of the range of the other values by more than this range and by half of their size, or are the
    only ones below zero.
    """
    sizes = np.abs(values)
    coded = np.isin(sizes, [*_CODES])
    others = values[np.isfinite(values) & ~coded]
    if not len(others):
        return np.zeros(len(values), dtype=bool)
    low, high = others.min(), others.max()
    outside = np.maximum(low - values, values - high) > np.maximum(high - low, sizes / 2)
    found = coded & (outside | ((values < 0) & (low >= 0)))
    for value in np.unique(values[found]):
        if 0 < value < _CERTAIN and (values == value).sum() == 1:
            found &= values != value
    return np.asarray(found)


def find_jumps(values: Floats) -> list[Jump]:
    """The steps where the unit changes by 1,000.

    The values other than zero have one sign. Their sizes fall into two groups with a factor of 100 between that no
    value is in, and they change by 400 to 2,500 from one to the other (the median of all changes between the groups).
    One or two values at an end are no group, as series may begin small.
    """
    steps = np.flatnonzero(np.isfinite(values) & (values != 0))
    if len(steps) < _LEAST or (values[steps] < 0).any() != (values[steps] < 0).all():
        return []
    logs = np.log10(np.abs(values[steps]))
    ordered = np.sort(logs)
    gaps = np.diff(ordered)
    widest = int(gaps.argmax())
    if gaps[widest] < _APART:
        return []
    large = logs > ordered[widest]
    changes = np.flatnonzero(large[1:] != large[:-1]) + 1
    if len(changes) == 1 and min(changes[0], len(large) - changes[0]) < _AT_ENDS:
        return []
    if abs(float(np.median(np.abs(logs[changes] - logs[changes - 1]))) - _THOUSAND) > _NEAR:
        return []
    return [Jump(int(steps[at]), float(values[steps[at - 1]]), float(values[steps[at]])) for at in changes]


def find_outliers(values: Floats, season: int) -> NDArray[np.bool_]:
    """Single values (T,) that are far outside of those around them.

    A value is compared with 6 on either side, of which the largest and the smallest do not count unless it is near an
    end of the series, and with those of two seasons before and after. It is an outlier if it is outside of their range
    by more than 3 times that range, or 3 times the change from step to step that nine in ten changes do not exceed, if
    that is more; where all values are above zero, its logarithm is outside by more than this range of logarithms, too.
    Where more than a fifth of the values are zero and none is below, those that are not zero are compared with each
    other instead: the logarithm of an outlier is above the median by more than 6 times their deviation (1.48 x the
    median distance from the median, 0.4 at least).
    """
    known = np.isfinite(values)
    if known.sum() < _FEWEST:
        return np.zeros(len(values), dtype=bool)
    positive = bool((values[known] >= 0).all())
    if positive and (values[known] == 0).mean() > _MANY_ZEROS:
        return _far_above(values)
    found = _far_outside(values, season, _FENCE)
    if positive and (values[known] > 0).all():
        found &= _far_outside(np.log(values), season, _LOG_FENCE)
    return found


def _far_above(values: Floats) -> NDArray[np.bool_]:
    """Values other than zero that are far above the others, by logarithms."""
    filled = np.where(values > 0, values, np.nan)
    if np.isfinite(filled).sum() < _LEAST:
        return np.zeros(len(values), dtype=bool)
    logs = np.log(filled)
    above = logs - np.nanmedian(logs)
    deviation = max(_NORMAL * float(np.nanmedian(np.abs(above))), _LEAST_DEVIATION)
    return np.asarray(above > _DEVIATIONS * deviation)


def _far_outside(values: Floats, season: int, fence: float) -> NDArray[np.bool_]:
    """Values outside of the range of those around them by more than ``fence`` such ranges."""
    least = float(np.quantile(np.abs(np.diff(values[np.isfinite(values)])), _CHANGE))
    if least == 0:  # most values are the same
        return np.zeros(len(values), dtype=bool)
    beside = np.sort(_beside(values), axis=1)  # NaN stands last
    counts = np.isfinite(beside).sum(axis=1)
    rows = np.arange(len(values))
    trimmed = np.where(counts >= _BOTH_SIDES, _TRIMMED, 0)
    low = beside[rows, trimmed]
    high = beside[rows, np.maximum(counts - 1 - trimmed, 0)]
    for other in _seasons_apart(values, season):
        low, high = np.fmin(low, other), np.fmax(high, other)
    outside = np.maximum(low - values, values - high)
    return np.asarray((counts >= _BESIDE) & (outside > fence * np.maximum(high - low, least)))


def _beside(values: Floats) -> Floats:
    """(T, 12) the values around each step."""
    padded = np.pad(values, _BESIDE, constant_values=np.nan)
    return np.delete(sliding_window_view(padded, 2 * _BESIDE + 1), _BESIDE, axis=1)


def _seasons_apart(values: Floats, season: int) -> Iterator[Floats]:
    """(T,) each: the values one or two seasons before and after, and their neighbours."""
    if season == 1:
        return
    for seasons in (*range(-_SEASONS, 0), *range(1, _SEASONS + 1)):
        for nearby in (-1, 0, 1):
            apart = seasons * season + nearby
            if 0 < abs(apart) < len(values):
                moved = np.full(len(values), np.nan)
                if apart > 0:
                    moved[:-apart] = values[apart:]
                else:
                    moved[-apart:] = values[:apart]
                yield moved
