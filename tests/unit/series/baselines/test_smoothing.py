"""Simple exponential smoothing: the best weight and first level, beside a search by brute force."""

import numpy as np
import pytest

from seq2seq.series.baselines.smoothing import simple_smoothing


def errors_of(history: np.ndarray, weight: float, first: float) -> tuple[np.ndarray, float]:
    level, errors = first, []
    for value in history:
        errors.append(value - level)
        level += weight * (value - level)
    return np.array(errors), level


@pytest.mark.parametrize("seed", range(3))
def test_the_least_squares(seed: int) -> None:
    rng = np.random.default_rng(seed)
    history = 50 + np.cumsum(rng.normal(size=30)) + rng.normal(size=30)
    found = {
        ((errors := errors_of(history, weight, first))[0] ** 2).sum(): (weight, errors[1])
        for weight in np.linspace(0.0001, 0.9999, 200)
        for first in history[0] + np.linspace(-3, 3, 61)
    }
    least = min(found)
    weight, level = found[least]
    forecast = simple_smoothing(history, 3)
    assert forecast.mean == pytest.approx([level] * 3, abs=0.05)
    deviation = (forecast.at(0.975) - forecast.at(0.025)) / (2 * 1.959963984540054)
    assert deviation[0] <= np.sqrt(least / 28) + 1e-9  # the search by brute force is coarser
    assert deviation == pytest.approx(deviation[0] * np.sqrt(1 + weight**2 * np.arange(3)), rel=0.02)


def test_a_constant_series() -> None:
    forecast = simple_smoothing(np.full(5, 7.0), 2)
    assert forecast.mean == pytest.approx([7, 7])
    assert forecast.quantiles == pytest.approx(np.full((2, 11), 7.0))


def test_missing_values_leave_the_level() -> None:
    history = np.array([3.0, 5, 4, 6, 5, 7])
    gaps = np.array([3.0, np.nan, 5, 4, np.nan, 6, 5, 7, np.nan])
    assert simple_smoothing(gaps, 1).mean == pytest.approx(simple_smoothing(history, 1).mean)


def test_one_value() -> None:
    assert simple_smoothing(np.array([4.0]), 2).mean == pytest.approx([4, 4])
