"""Rates and memories that are known by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.diagnostics.network.decay import FLOOR, decay


def powers(rate: float, lags: int, rows: int = 3) -> np.ndarray:
    """Norms that fall by a rate, from another first norm in every row."""
    return np.arange(1, rows + 1)[:, None] * rate ** np.arange(lags)


def test_an_exponential_has_its_rate_and_memory() -> None:
    found = decay(powers(0.5, 8))
    assert found is not None
    assert found.rate == pytest.approx(0.5)
    assert found.memory == pytest.approx(np.log(10) / np.log(2))  # 0.5 ** k = 0.1
    assert found.means.tolist() == pytest.approx([0.5**lag for lag in range(8)])
    assert found.at(3) == pytest.approx(0.125)
    assert found.at(20) == pytest.approx(0.5**20)
    assert found.low == pytest.approx(found.means)


def test_means_are_geometric_and_have_intervals() -> None:
    found = decay(np.array([[1.0, 0.1], [1.0, 0.001]]))
    assert found is not None
    assert found.means[1] == pytest.approx(0.01)
    error = np.log(10) / np.sqrt(2 - 1)  # both are a factor of 10 from the mean; n - 1 below
    assert np.log(found.high[1] / found.means[1]) == pytest.approx(1.96 * error)
    assert np.log(found.means[1] / found.low[1]) == pytest.approx(1.96 * error)


def test_a_stable_gradient_has_no_end_of_memory() -> None:
    found = decay(powers(1.0, 9))
    assert found is not None
    assert found.rate == pytest.approx(1.0)
    assert found.memory is None


def test_lags_of_few_examples_are_left_out() -> None:
    norms = powers(0.8, 10, rows=40)
    norms[5:, 6:] = np.nan
    found = decay(norms)
    assert found is not None
    assert found.counts.tolist() == [40] * 6


def test_rows_without_a_gradient_are_left_out() -> None:
    assert decay(np.zeros((3, 4))) is None
    assert decay(np.zeros((0, 4))) is None
    found = decay(np.vstack([powers(0.5, 4), np.zeros((1, 4))]))
    assert found is not None
    assert found.counts.tolist() == [3] * 4


def test_exact_zeros_count_as_the_floor() -> None:
    found = decay(np.array([[1.0, 0.0, 0.0, 0.0]]))
    assert found is not None
    assert found.means[1:].tolist() == pytest.approx([FLOOR] * 3)


@given(st.floats(0.2, 1.5), st.integers(3, 12), st.floats(1e-3, 1e3))
def test_the_rate_does_not_depend_on_the_scale(rate: float, lags: int, scale: float) -> None:
    found = decay(scale * powers(rate, lags))
    assert found is not None
    assert found.rate == pytest.approx(rate, rel=1e-6)
