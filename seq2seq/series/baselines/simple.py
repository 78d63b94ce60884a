"""Forecasts by a rule (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, 5.2 and 5.5).

naive             the last value                                deviation  s sqrt(h)
seasonal naive    the last value of the same season             deviation  s sqrt(k), k seasons ahead
drift             the line through the first value and the last deviation  s sqrt(h (1 + h / (T - 1)))

``s`` is the deviation of the errors of one step, which are those of a random walk: where values are missing, the
difference over g steps has a variance g times as large.
"""

import math

import numpy as np

from seq2seq.series.baselines.forecast import Forecast, normal_forecast, observed
from seq2seq.series.series import Floats


def naive(history: Floats, horizon: int) -> Forecast:
    """The last value of a history (T,), which has at least one, for all steps."""
    steps, values = observed(history)
    ahead = len(history) - 1 - steps[-1] + np.arange(1, horizon + 1)
    return normal_forecast(np.full(horizon, values[-1]), _deviation(steps, values) * np.sqrt(ahead), "naive")


def drift(history: Floats, horizon: int) -> Forecast:
    """The line through the first value and the last of a history (T,), which has at least two."""
    steps, values = observed(history)
    span = steps[-1] - steps[0]
    slope = (values[-1] - values[0]) / span
    ahead = len(history) - 1 - steps[-1] + np.arange(1, horizon + 1)
    deviation = _deviation(steps, values - slope * steps, fitted=1)
    return normal_forecast(values[-1] + slope * ahead, deviation * np.sqrt(ahead * (1 + ahead / span)), "drift")


def seasonal_naive(history: Floats, horizon: int, season: int) -> Forecast:
    """The last value of the same season, of a history (T,) that has a value in each.

    Args:
        history: the values.
        horizon: steps to be forecast.
        season: steps per season.
    """
    places = (len(history) + np.arange(horizon)) % season
    seasons = [history[place::season] for place in range(season)]
    counts = [len(own) for own in seasons]
    last = [observed(own) for own in seasons]
    squares = np.concatenate([_errors(steps, values) ** 2 for steps, values in last])
    deviation = math.sqrt(squares.mean()) if len(squares) else 0.0
    mean = np.array([last[place][1][-1] for place in places])
    ahead = np.array([counts[place] - 1 - last[place][0][-1] for place in places]) + np.arange(horizon) // season + 1
    return normal_forecast(mean, deviation * np.sqrt(ahead), "seasonal_naive")


def _errors(steps: Floats, values: Floats) -> Floats:
    """The errors of one step."""
    return np.asarray(np.diff(values) / np.sqrt(np.diff(steps)))


def _deviation(steps: Floats, values: Floats, *, fitted: int = 0) -> float:
    """Their deviation; ``fitted`` is the number of parameters that were estimated. 0: there are not enough."""
    errors = _errors(steps, values)
    degrees = len(errors) - fitted
    return math.sqrt((errors**2).sum() / degrees) if degrees > 0 else 0.0
