"""Measures of forecasts, by hand."""

import numpy as np
import pytest

from seq2seq.evaluation.forecasting.metrics import coverage, mase, pinball, rmse, seasonal_error, smape

NAN = np.nan
HISTORY = np.array([1.0, 2, 4, 3, 6])
ACTUAL, FORECAST = np.array([8.0, 4]), np.array([6.0, 5])


def test_the_scale_of_mase() -> None:
    assert seasonal_error(HISTORY, 1) == pytest.approx((1 + 2 + 1 + 3) / 4)
    assert seasonal_error(HISTORY, 2) == pytest.approx((3 + 1 + 2) / 3)
    assert seasonal_error(np.array([1.0, NAN, 4, 3]), 1) == 1
    assert seasonal_error(HISTORY, 12) == seasonal_error(HISTORY, 1)


def test_mase() -> None:
    assert mase(ACTUAL, FORECAST, HISTORY, 2) == pytest.approx(1.5 / 2)
    assert mase(np.array([8.0, NAN]), FORECAST, HISTORY, 2) == pytest.approx(2 / 2)


@pytest.mark.parametrize("history", [np.full(9, 2.0), np.array([3.0]), np.array([NAN, 3])])
def test_no_scale(history: np.ndarray) -> None:
    assert np.isnan(mase(ACTUAL, FORECAST, history, 1))


def test_smape() -> None:
    assert smape(ACTUAL, FORECAST) == pytest.approx((2 / 7 + 1 / 4.5) / 2)
    assert smape(np.array([0.0, 2]), np.array([0.0, -2])) == pytest.approx((0 + 2) / 2)


def test_rmse() -> None:
    assert rmse(ACTUAL, FORECAST) == pytest.approx(np.sqrt((4 + 1) / 2))


def test_pinball() -> None:
    losses = pinball(np.array([10.0]), np.array([[8.0, 10, 12]]), (0.1, 0.5, 0.75))
    assert losses[0] == pytest.approx([0.1 * 2, 0, 0.25 * 2])


def test_coverage() -> None:
    actual = np.array([1.0, 2, 3, NAN])
    assert coverage(actual, np.array([1.0, 2.5, 0, 0]), np.array([2.0, 4, 2.9, 9])) == (1, 3)
