"""Measures of forecasts, as the field computes them.

MASE     mean |y - f| / mean |y_t - y_{t-S}| of the history        Hyndman and Koehler 2006, section 3
sMAPE    mean |y - f| / ((|y| + |f|) / 2)                          Godahewa et al. 2021 (Monash archive), appendix C
RMSE     sqrt(mean (y - f)^2)
wQL      2 sum pinball / sum |y|, mean over the levels             Salinas et al. 2020 (DeepAR): the risk of a quantile

Arrays are of one series and channel: ``actual`` (H,), NaN where a value is missing, which counts nowhere; forecasts are
finite. A figure is NaN where it does not exist.
"""

from collections.abc import Sequence

import numpy as np

from seq2seq.series.series import Floats


def seasonal_error(history: Floats, season: int) -> float:
    """The scale of MASE: the mean absolute error, within the history (T,), of a seasonal naive forecast.

    With fewer steps than a season and one more, it is that of a naive forecast. NaN: no pair of values.
    """
    apart = season if len(history) > season else 1
    errors = np.abs(history[apart:] - history[:-apart])
    known = errors[np.isfinite(errors)]
    return float(known.mean()) if len(known) else float("nan")


def mase(actual: Floats, forecast: Floats, history: Floats, season: int) -> float:
    """Mean absolute scaled error; NaN: the history is constant, or too short to have a scale."""
    scale = seasonal_error(history, season)
    return _mean(np.abs(actual - forecast)) / scale if scale > 0 else float("nan")


def smape(actual: Floats, forecast: Floats) -> float:
    """Symmetric mean absolute percentage error as a share, from 0 to 2; two zeros have no error."""
    size = (np.abs(actual) + np.abs(forecast)) / 2
    return _mean(np.abs(actual - forecast) / np.where(size == 0, 1.0, size))


def rmse(actual: Floats, forecast: Floats) -> float:
    """Root of the mean squared error, in the unit of the series."""
    return float(np.sqrt(_mean((actual - forecast) ** 2)))


def pinball(actual: Floats, quantiles: Floats, levels: Sequence[float]) -> Floats:
    """Loss of every quantile (H, Q): the distance, weighed by the level below the value and by its rest above."""
    errors = actual[:, None] - quantiles
    return np.asarray(np.maximum(np.asarray(levels) * errors, (np.asarray(levels) - 1) * errors))


def coverage(actual: Floats, low: Floats, high: Floats) -> tuple[int, int]:
    """Values inside of an interval, ends included, and all values that are known."""
    known = np.isfinite(actual)
    return int(((actual >= low) & (actual <= high) & known).sum()), int(known.sum())


def _mean(errors: Floats) -> float:
    known = errors[np.isfinite(errors)]
    return float(known.mean()) if len(known) else float("nan")
