"""Scores of a set of forecasts: means over series, what is left out, what is counted."""

import json

import numpy as np
import pytest

from seq2seq.errors import DataError
from seq2seq.evaluation.forecasting.scores import Outcome, score_forecasts
from seq2seq.series.baselines.forecast import LEVELS, Forecast, sampled_forecast

NAN = np.nan


def forecast(mean: list[float], spread: float = 0.0) -> Forecast:
    """Quantiles lie ``spread`` times (level - 1/2) beside the mean."""
    values = np.array(mean)
    return Forecast(values, values[:, None] + spread * (np.array(LEVELS) - 0.5), "test")


def outcome(history: list[float], actual: list[float], made: Forecast) -> Outcome:
    return Outcome(np.array(history), np.array(actual), made)


def test_means_over_series() -> None:
    scores = score_forecasts(
        [
            outcome([1, 2, 4], [5, 5], forecast([4, 8])),  # errors 1 and 3; scale 1.5
            outcome([10, 8, 6], [4, NAN], forecast([8, 0])),  # error 4; scale 2
        ],
        1,
    )
    assert scores.mase == pytest.approx((2 / 1.5 + 4 / 2) / 2)
    assert scores.smape == pytest.approx(((1 / 4.5 + 3 / 6.5) / 2 + 4 / 6) / 2)
    assert scores.rmse == pytest.approx((np.sqrt(5) + 4) / 2)
    assert (scores.series, scores.constant) == (2, 0)
    # All quantiles are the mean: a pinball loss of level * 1, or (1 - level) * 3 and * 4, doubled, by the sum of |y|.
    assert scores.wql == pytest.approx(2 * (0.5 * 1 + 0.5 * 3 + 0.5 * 4) / (5 + 5 + 4))


def test_intervals() -> None:
    scores = score_forecasts([outcome([0, 2, 4], [4, 4, 4, 9], forecast([4, 5, 4.89, 4], spread=1.0))], 1)
    assert scores.coverage_80 == pytest.approx(1 / 4)  # 4 of 4 ± 0.4
    assert scores.coverage_95 == pytest.approx(1 / 4)
    assert scores.width_80 == pytest.approx(0.8 / 2)
    assert scores.width_95 == pytest.approx(0.95 / 2)


def test_constant_series_are_left_out_of_mase_and_counted() -> None:
    good, constant = outcome([1, 2], [3], forecast([2])), outcome([5, 5], [6], forecast([5]))
    both, alone = score_forecasts([good, constant], 1), score_forecasts([constant], 1)
    assert (both.mase, both.series, both.constant) == (1, 2, 1)
    assert both.rmse == 1
    assert np.isnan(alone.mase)
    assert json.loads(json.dumps(alone.to_dict()))["mase"] is None


def test_targets_without_a_value_are_not_scored() -> None:
    good, empty = outcome([1, 2], [3], forecast([2])), outcome([1, 2], [NAN], forecast([2]))
    assert score_forecasts([good, empty], 1) == score_forecasts([good], 1)
    with pytest.raises(DataError) as caught:
        score_forecasts([empty], 1)
    assert caught.value.code == "series.no-target"


def test_only_zeros_have_no_weighted_loss() -> None:
    assert np.isnan(score_forecasts([outcome([1, 2], [0], forecast([2]))], 1).wql)


def test_sampled_quantiles_of_a_normal_distribution_cover_what_they_say() -> None:
    rng = np.random.default_rng(0)
    made = sampled_forecast(None, rng.normal(size=(4_000, 200)), "samples")
    scores = score_forecasts([Outcome(np.array([0.0, 1.0]), rng.normal(size=200), made)], 1)
    assert scores.coverage_80 == pytest.approx(0.8, abs=0.07)
    assert scores.coverage_95 == pytest.approx(0.95, abs=0.04)
