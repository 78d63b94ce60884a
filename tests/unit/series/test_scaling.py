"""Scaling: values by hand, and back; series without a spread; missing values."""

import numpy as np
import pytest

from seq2seq.series.scaling import Scaling, fill_missing, fit_scale

NAN = np.nan


@pytest.mark.parametrize(
    ("method", "shift", "factor"),
    [("none", 0, 1), ("mean", 0, 3), ("standard", 3, np.sqrt(8 / 3)), ("robust", 3, 2)],
)
def test_scales_by_hand(method: Scaling, shift: float, factor: float) -> None:
    scale = fit_scale(np.array([[1.0], [NAN], [3.0], [5.0]]), method)
    assert scale.shift == pytest.approx([shift])
    assert scale.factor == pytest.approx([factor])


def test_the_mean_is_that_of_absolute_values() -> None:
    assert fit_scale(np.array([[-2.0], [4.0]]), "mean").factor == pytest.approx([3])


@pytest.mark.parametrize("method", ["none", "mean", "standard", "robust"])
def test_series_without_a_spread(method: Scaling) -> None:
    """Constant at 0.1 (whose mean is not exactly 0.1), zero, and without any value."""
    values = np.column_stack([np.full(7, 0.1), np.zeros(7), np.full(7, NAN)])
    scale = fit_scale(values, method)
    assert np.isfinite(scale.shift).all()
    expected = [1.0 if method == "none" else 0.1, 1.0, 1.0]
    assert scale.factor == pytest.approx(expected)


def test_a_series_that_is_mostly_constant_has_a_spread() -> None:
    values = np.array([[5.0], [5.0], [5.0], [5.0], [9.0]])
    assert fit_scale(values, "robust").factor == pytest.approx([0.8])


def test_batches_are_scaled_row_by_row() -> None:
    values = np.random.default_rng(0).normal(size=(4, 9, 2)) * [1.0, 100.0]
    together = fit_scale(values, "standard")
    for row in range(4):
        alone = fit_scale(values[row], "standard")
        assert together.shift[row] == pytest.approx(alone.shift)
        assert together.apply(values)[row] == pytest.approx(alone.apply(values[row]))


def test_missing_values_are_zeros_with_an_indicator() -> None:
    filled, observed = fill_missing(np.array([[1.5, NAN], [NAN, 0.0]]))
    assert filled.tolist() == [[1.5, 0], [0, 0]]
    assert observed.tolist() == [[1, 0], [0, 1]]
