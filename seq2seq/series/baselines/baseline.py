"""A baseline by its name, which always answers: where it fails, the next simpler one does, under its own name."""

from typing import Final, Literal

import numpy as np

from seq2seq import extras
from seq2seq.errors import DataError
from seq2seq.series.baselines.ets import exponential_smoothing
from seq2seq.series.baselines.forecast import Forecast, observed
from seq2seq.series.baselines.simple import drift, naive, seasonal_naive
from seq2seq.series.baselines.smoothing import simple_smoothing
from seq2seq.series.series import Floats

Baseline = Literal["naive", "seasonal_naive", "drift", "ses", "ets"]
BASELINES: Final[tuple[Baseline, ...]] = ("naive", "seasonal_naive", "drift", "ses", "ets")


def require_baseline(name: Baseline) -> None:
    """Make sure that the packages of a baseline are there.

    Raises:
        MissingExtra: they are not.
    """
    if name == "ets":
        extras.require("statsmodels", "The baseline ets", extras.INSTALL_FORECAST)


def forecast_baseline(name: Baseline, history: Floats, *, horizon: int, season: int) -> Forecast:
    """Forecast one channel.

    Args:
        name: of the baseline. A seasonal naive forecast needs a value in every season, else it is a naive one; a drift
            needs two values, else it is a naive one; an ETS that cannot be fitted is a simple exponential smoothing.
        history: (T,) all values before the first step to be forecast, NaN where one is missing.
        horizon: steps to be forecast.
        season: steps per season.

    Raises:
        DataError: the history has no value.
        MissingExtra: `ets`, without statsmodels.
    """
    require_baseline(name)
    steps, _ = observed(history)
    if not len(steps):
        raise DataError(
            "a history without a value cannot be forecast.\n  Leave the series out.", code="series.no-history"
        )
    if name == "seasonal_naive" and len(np.unique(steps % season)) == season:
        return seasonal_naive(history, horizon, season)
    if name == "drift" and len(steps) > 1:
        return drift(history, horizon)
    if name == "ets":
        found = exponential_smoothing(history, horizon, season)
        return simple_smoothing(history, horizon) if found is None else found
    return simple_smoothing(history, horizon) if name == "ses" else naive(history, horizon)
