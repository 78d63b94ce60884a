"""Forecasts by a rule: means and deviations by hand."""

import numpy as np
import pytest

from seq2seq.series.baselines.forecast import LEVELS, Forecast
from seq2seq.series.baselines.simple import drift, naive, seasonal_naive

NAN = np.nan
NORMAL = {0.1: -1.2815515655446004, 0.5: 0.0, 0.975: 1.959963984540054}
"""Quantiles of the normal distribution."""


def deviations(forecast: Forecast) -> list[float]:
    """Of every step, from the ends of the interval of 95 %."""
    assert (np.diff(forecast.quantiles, axis=1) >= 0).all()
    return list((forecast.at(0.975) - forecast.at(0.025)) / (2 * NORMAL[0.975]))


def test_naive() -> None:
    forecast = naive(np.array([1.0, 3, 2, 4]), 3)  # errors 2, -1, 2
    assert forecast.mean.tolist() == [4, 4, 4]
    assert deviations(forecast) == pytest.approx(np.sqrt([3, 6, 9]))
    assert forecast.quantiles[0, LEVELS.index(0.1)] == pytest.approx(4 + NORMAL[0.1] * np.sqrt(3))
    assert forecast.at(0.5) == pytest.approx(forecast.mean)


def test_drift() -> None:
    forecast = drift(np.array([1.0, 3, 2, 4]), 2)  # slope 1; errors 1, -2, 1, with two degrees of freedom
    assert forecast.mean.tolist() == [5, 6]
    assert deviations(forecast) == pytest.approx(np.sqrt([3 * 1 * (1 + 1 / 3), 3 * 2 * (1 + 2 / 3)]))


def test_seasonal_naive() -> None:
    forecast = seasonal_naive(np.array([1.0, 10, 2, 13]), 5, 2)  # errors 1 and 3
    assert forecast.mean.tolist() == [2, 13, 2, 13, 2]
    assert deviations(forecast) == pytest.approx(np.sqrt([5, 5, 10, 10, 15]))


def test_seasonal_naive_after_part_of_a_season() -> None:
    assert seasonal_naive(np.array([1.0, 2, 3, 4]), 4, 3).mean.tolist() == [2, 3, 4, 2]


def test_missing_values_are_passed_over() -> None:
    """An error over two steps counts as two; the last value is further away."""
    forecast = naive(np.array([NAN, 1, NAN, 5, NAN]), 1)
    assert forecast.mean.tolist() == [5]
    assert deviations(forecast) == pytest.approx([np.sqrt(16 / 2) * np.sqrt(2)])
    line = drift(np.array([1.0, NAN, 5, NAN]), 2)
    assert line.mean.tolist() == [9, 11]
    seasonal = seasonal_naive(np.array([1.0, 10, NAN, 14]), 2, 2)
    assert seasonal.mean.tolist() == [1, 14]
    assert deviations(seasonal) == pytest.approx([4 * np.sqrt(2), 4])


def test_one_value_has_no_deviation() -> None:
    assert deviations(naive(np.array([3.0]), 2)) == [0, 0]
    assert deviations(drift(np.array([3.0, 4.0]), 1)) == [0]
