"""Calibrated intervals: by which factor the spread of sampled paths has to change for intervals to cover.

A value's distance from the median of the paths is measured in the half of their 80 % interval that it lies in. If 80 %
of the distances are below f, then paths whose distances from the median are f times as large cover 80 %. That is split
conformal prediction with a scaled score (Lei et al. 2018, section 5.2), for each step of the horizon.

Letters: B forecasts, R paths, H horizon.
"""

from typing import Final

import numpy as np

from seq2seq.series.series import Floats

FEWEST: Final = 20
"""Forecasts, of other steps or series, below which factors would be chance: those of neighbouring origins are alike.

The share of values inside of intervals of 80 % is then known to 9 points (one standard error).
"""
_SHARE: Final = 0.8
"""Of the values that are to be covered."""
_ENOUGH: Final = 100
"""Distances that a factor is measured by, if there are so many: those of the steps around it if its own are fewer."""
_LARGEST: Final = 4.0


def distances(paths: Floats, actual: Floats) -> Floats:
    """(B, H) distances of values (B, H) from the medians of paths (B, R, H), in halves of the 80 % interval.

    NaN where a value is missing; infinite beside paths that do not differ.
    """
    low, median, high = np.quantile(paths, [(1 - _SHARE) / 2, 0.5, (1 + _SHARE) / 2], axis=1)
    half = np.where(actual > median, high - median, median - low)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.abs(actual - median) / half
    return np.asarray(np.where(actual == median, 0.0, found))


def fit_factors(found: Floats) -> Floats:
    """(H,) factors, from a quarter to four, of :func:`distances` (B, H); 1 where all are NaN."""
    horizon = found.shape[1]
    factors = np.ones(horizon)
    for step in range(horizon):
        for around in range(horizon):
            own = found[:, max(step - around, 0) : step + around + 1]
            own = own[~np.isnan(own)]
            if len(own) >= _ENOUGH or around == horizon - 1:
                break
        if len(own):
            rank = min(int(np.ceil((len(own) + 1) * _SHARE)), len(own)) - 1
            factors[step] = np.clip(np.sort(own)[rank], 1 / _LARGEST, _LARGEST)
    return factors


def coverage(found: Floats) -> float:
    """Share of the values inside of intervals, by their :func:`distances`, of which one at least is known."""
    return float((found[~np.isnan(found)] <= 1).mean())
