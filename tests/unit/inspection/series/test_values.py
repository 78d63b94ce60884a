"""Values that may be wrong: found where they are planted, and nothing in series as they should be."""

import numpy as np
import pytest

from seq2seq.inspection.series.values import find_codes, find_jumps, find_outliers
from seq2seq.series.series import Floats

LENGTHS = [(24, 12), (60, 12), (120, 12), (400, 7), (1_000, 24), (300, 1)]


def clean(kind: str, steps: int, season: int, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    time = np.arange(steps)
    wave = np.sin(2 * np.pi * time / season)
    match kind:
        case "noise":
            return 100 + rng.normal(0, 10, steps)
        case "season":
            return 100 + 50 * wave + rng.normal(0, 5, steps)
        case "december":
            return (20 + 100 * (time % season == season - 1)) * np.exp(rng.normal(0, 0.1, steps))
        case "growth":
            return 10 * np.exp(0.02 * time) * np.exp(rng.normal(0, 0.1, steps))
        case "line":
            return 3.0 * time + rng.normal(0, 1, steps)
        case "growing season":
            return (50 + time) * (1 + 0.5 * wave) * np.exp(rng.normal(0, 0.1, steps))
        case "walk":
            return rng.normal(0, 1, steps).cumsum()
        case "level":
            return np.where(time < steps // 2, 10, 500) + rng.normal(0, 3, steps)
        case "intermittent":
            return rng.poisson(3, steps) * (rng.random(steps) < 0.2) * 1.0
        case "rare":
            return rng.poisson(3, steps) * (rng.random(steps) < 0.03) * 1.0
        case "counts":
            return rng.poisson(1, steps) * 1.0
        case "daylight":
            return np.maximum(0, np.sin(2 * np.pi * time / 24 - 1.5)) * 500 * rng.uniform(0.2, 1, steps)
        case "saturation":
            return np.round(99 + rng.normal(0, 0.5, steps))
    raise ValueError(kind)


@pytest.mark.parametrize(
    "kind",
    ["noise", "season", "december", "growth", "line", "growing season", "walk", "level", "intermittent", "rare",
     "counts", "daylight", "saturation"],
)  # fmt: skip
def test_series_as_they_should_be(kind: str) -> None:
    for steps, season in LENGTHS:
        for seed in range(10):
            values = clean(kind, steps, season, seed)
            found = (find_codes(values).any(), find_jumps(values), find_outliers(values, season).any())
            assert found == (False, [], False), (steps, season, seed)


@pytest.mark.parametrize("kind", ["noise", "season", "growing season"])
@pytest.mark.parametrize("season", [1, 7, 12])
def test_planted_values(kind: str, season: int) -> None:
    values = clean(kind, 120, season if season > 1 else 12, 0)
    outliers = values.copy()
    outliers[[50, 53]] *= 20
    assert np.flatnonzero(find_outliers(outliers, season)).tolist() == [50, 53]
    assert find_jumps(outliers) == []
    coded = values.copy()
    coded[[3, 70]] = -999, 99_999
    assert np.flatnonzero(find_codes(coded)).tolist() == [3, 70]
    other_unit = values.copy()
    other_unit[40:60] *= 1_000
    assert [jump.step for jump in find_jumps(other_unit)] == [40, 60]


def test_missing_values_beside_an_outlier() -> None:
    values = clean("season", 120, 12, 0)
    values[49:52] = np.nan
    values[52] = 5_000
    assert np.flatnonzero(find_outliers(values, 12)).tolist() == [52]


def test_nines_that_may_be_values() -> None:
    values = clean("noise", 60, 1, 0)
    for number, others in ((99, values), (999, values * 10), (9_999, values * 60)):
        others = others.copy()
        others[20] = number
        assert not find_codes(others).any()
    values[20] = 999  # once
    assert not find_codes(values).any()
    values[30] = 999
    assert find_codes(values).sum() == 2


def test_an_outlier_among_zeros() -> None:
    values = clean("intermittent", 200, 1, 0)
    values[np.flatnonzero(values)[5]] = 400
    assert values[find_outliers(values, 1)].tolist() == [400]


def test_values_of_both_signs_have_no_unit() -> None:
    values = np.array([5.0, -4, 0.004, 5, -0.005, 6, 4, 0.004, -5, 3])
    assert find_jumps(values) == []
    assert len(find_jumps(np.abs(values))) == 6


def test_series_that_begin_small() -> None:
    growing = np.array([5.0, 8_500, 19_000, 33_000, 71_000, 86_000, 100_000, 121_000, 120_000, 158_000, 176_000])
    assert find_jumps(growing) == []
    settling = np.array(
        [814.0, 1074, 1440, 1521, 1515, 1465, 1544, 1521, 1466, 1512, 1583, 1683, 1804, 1849, 1928, 2062]
    )
    assert not find_outliers(settling, 1).any()


@pytest.mark.parametrize("values", [np.empty(0), np.full(30, np.nan), np.ones(30), np.full(30, -999.0), np.zeros(40)])
def test_nothing_to_compare_with(values: Floats) -> None:
    assert not find_codes(values).any()
    assert not find_outliers(values, 12).any()
    assert find_jumps(values) == []
