"""Factors by which the spread of paths has to change."""

import numpy as np
import pytest

from seq2seq.evaluation.forecasting.calibration import coverage, distances, fit_factors


def test_a_distance_is_one_at_either_end_of_the_interval() -> None:
    paths = np.arange(101.0)[None, :, None]  # the median is 50, and 80 % are from 10 to 90
    skewed = np.concatenate([np.arange(51.0), 50 + 4 * np.arange(1, 51.0)])[None, :, None]
    for value, of_paths, of_skewed in ((10, 1, 1), (90, 1, 0.25), (50, 0, 0), (30, 0.5, 0.5), (210, 4, 1)):
        assert distances(paths, np.array([[value]]))[0, 0] == pytest.approx(of_paths)
        assert distances(skewed, np.array([[value]]))[0, 0] == pytest.approx(of_skewed)


def test_values_that_are_missing_and_paths_that_do_not_differ() -> None:
    same = np.full((1, 5, 3), 2.0)
    found = distances(same, np.array([[np.nan, 2.0, 3.0]]))
    assert (np.isnan(found[0, 0]), found[0, 1:].tolist()) == (True, [0, np.inf])
    assert fit_factors(np.full((4, 2), np.nan)).tolist() == [1, 1]
    assert fit_factors(np.full((200, 1), np.inf)).tolist() == [4]
    assert coverage(found) == 0.5


@pytest.mark.parametrize("spread", [0.5, 1.0, 2.5])
def test_paths_whose_spread_is_changed_cover_four_fifths(spread: float) -> None:
    """By step: the values spread by ``spread`` in the first, and three times as much in the second."""
    random = np.random.default_rng(1)
    paths = random.normal(size=(2000, 100, 2)) * [1, 3]
    actual = random.normal(size=(2000, 2)) * spread * [1, 3]
    factors = fit_factors(distances(paths[:1000], actual[:1000]))
    np.testing.assert_allclose(factors, spread, rtol=0.15)
    medians = np.median(paths, axis=1, keepdims=True)
    apart = distances(medians + factors * (paths - medians), actual)[1000:]
    assert coverage(apart) == pytest.approx(0.8, abs=0.03)


def test_few_distances_are_those_of_the_steps_around_them() -> None:
    found = np.tile([1.0, 1.0, 3.0], (60, 1))
    assert fit_factors(found)[[0, 2]].tolist() == [1, 3]  # of 120: the first two steps, and the last two
    assert fit_factors(np.tile([1.0, 3.0], (200, 1))).tolist() == [1, 3]
    assert fit_factors(np.tile([1.0, 3.0], (10, 1))).tolist() == [3, 3]
