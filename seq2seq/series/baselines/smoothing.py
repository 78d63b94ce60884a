"""Simple exponential smoothing: a mean in which older values weigh less.

The level follows l_t = l_{t-1} + a (y_t - l_{t-1}), and is the forecast for all steps (Hyndman and Athanasopoulos,
section 8.1). The weight a and the first level are those with the least squared errors of one step: for a given weight
the errors are linear in the first level, so that the best one is known, and the weight is looked for on a grid.
"""

import math
from typing import Final

import numpy as np

from seq2seq.series.baselines.forecast import Forecast, normal_forecast
from seq2seq.series.series import Floats

_WEIGHTS: Final = (1e-4, 1 - 1e-4)
"""The least weight and the largest, those of R's `forecast`."""
_GRID: Final = 101
_REFINED: Final = 3
"""Grids, each about the best place of the one before."""
_PARAMETERS: Final = 2


def simple_smoothing(history: Floats, horizon: int) -> Forecast:
    """Forecast a history (T,) that has at least one value; at steps without one, the level stays as it is."""
    low, high = _WEIGHTS
    for _ in range(_REFINED):
        weights = np.linspace(low, high, _GRID)
        squares, levels = _smooth(history, weights)
        best = int(squares.argmin())
        low, high = weights[max(best - 1, 0)], weights[min(best + 1, _GRID - 1)]
    degrees = int(np.isfinite(history).sum()) - _PARAMETERS
    deviation = math.sqrt(squares[best] / degrees) if degrees > 0 else 0.0
    since = len(history) - 1 - np.flatnonzero(np.isfinite(history))[-1]
    growth = np.sqrt(1 + weights[best] ** 2 * (since + np.arange(horizon)))
    return normal_forecast(np.full(horizon, levels[best]), deviation * growth, "ses")


def _smooth(history: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """The least sum of squared errors and the last level of every weight.

    The level is ``base + share * first``, the latter being the level before the first value.
    """
    base, share = np.zeros_like(weights), np.ones_like(weights)
    error_error, error_share, share_share = (np.zeros_like(weights) for _ in range(3))
    for value in history[np.isfinite(history)]:
        error = value - base
        error_error += error * error
        error_share += error * share
        share_share += share * share
        base, share = base + weights * error, share * (1 - weights)
    first = error_share / share_share
    return np.maximum(error_error - first * error_share, 0.0), base + share * first
