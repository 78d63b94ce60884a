"""A model beside the baselines."""

from dataclasses import replace

import numpy as np
import pytest

from seq2seq.evaluation.forecasting.report import ForecastReport
from seq2seq.evaluation.forecasting.scores import score_forecasts
from seq2seq.evaluation.forecasting.table import (
    Criterion,
    baseline_scores,
    compared_by,
    not_beaten,
    outcomes_of,
    table_lines,
)
from seq2seq.series.baselines.baseline import forecast_baseline
from seq2seq.series.series import Series, without_covariates
from seq2seq.series.windows import Window

NAN = np.nan


def held_out(*rows: list[float]) -> tuple[Window, ...]:
    """The last two values of some series of two channels, the second of which goes down by 1."""
    series = []
    for number, row in enumerate(rows):
        values = np.column_stack([row, -np.arange(len(row))])
        series.append(Series(str(number), values, ("x", "y"), np.arange(len(row)), without_covariates(len(row))))
    return tuple(Window(one, max(len(one) - 4, 0), len(one) - 2, 2) for one in series)


def test_baselines_see_all_of_the_history_and_nothing_else() -> None:
    (window,) = held_out([1.0, 2, 3, 4, 99, 99])
    found = baseline_scores([window], 1, ["naive", "drift"])
    # x: 99 against 4 and against 5 and 6, scale 1; y: -4 and -5 against -3, scale 1; drift is right.
    assert found["naive"].scores.mase == pytest.approx((95 + 1.5) / 2)
    assert found["drift"].scores.mase == pytest.approx((93.5 + 0) / 2)
    assert found["naive"].replaced == {}


def test_a_seasonal_naive_forecast_needs_a_season() -> None:
    windows = held_out([1.0, 2, 3, 4, 5, 6])
    assert list(baseline_scores(windows, 1, ["naive", "seasonal_naive"])) == ["naive"]
    assert baseline_scores(windows, 9, ["seasonal_naive"])["seasonal_naive"].replaced == {"naive": 2}


def test_channels_without_a_value_are_passed_over_for_model_and_baselines() -> None:
    windows = held_out([NAN, NAN, NAN, 1, 2], [1, 2, 3, NAN, NAN], [1, 2, 3, 4, 5])
    found = baseline_scores(windows, 1, ["naive"])["naive"].scores
    assert found.series == 4
    histories = [np.nan_to_num(window.history).T for window in windows]  # a model may forecast from nothing
    forecasts = [[forecast_baseline("naive", own, horizon=2, season=1) for own in history] for history in histories]
    assert score_forecasts(outcomes_of(windows, forecasts), 1) == found


def test_the_table_says_what_a_model_does_not_beat() -> None:
    baselines = baseline_scores(held_out([1.0, 2, 3, 4, 5, 6]), 1, ["naive", "drift", "seasonal_naive"])
    model = replace(baselines["naive"].scores, mase=1.0)
    lines = table_lines(model, baselines)
    assert [line.split()[0] for line in lines[1:4]] == ["model", "naive", "drift"]
    assert "drift" in lines[-1]
    assert "naive" not in lines[-1]
    better = table_lines(replace(model, mase=-1.0), baselines)
    assert len(better) == len(lines) - 1


def test_the_table_says_which_method_took_the_place_of_another() -> None:
    windows = held_out([1.0, 2, 3, 4, 5, 6])
    lines = table_lines(None, baseline_scores(windows, 9, ["seasonal_naive"]))
    assert any("naive in its place for 2 series" in line for line in lines)


@pytest.mark.parametrize(
    ("row", "score", "dashes"),
    [([5.0, 5, 5, 5, 6, 7], "wql", 2), ([0.0] * 6, "rmse", 4), ([1.0, 2, 3, 4, 5, 6], "mase", 0)],
)
def test_without_mase_a_model_is_compared_by_another_score(row: list[float], score: Criterion, dashes: int) -> None:
    """A history that is constant has no scale; zeros have no weighted loss."""
    values = np.array(row)[:, None]
    window = Window(Series("a", values, ("y",), np.arange(6), without_covariates(6)), 0, 4, 2)
    baselines = baseline_scores([window], 1, ["naive"])
    own = baselines["naive"].scores
    assert compared_by(own) == score
    better, worse = (replace(own, **{score: getattr(own, score) + change}) for change in (-0.1, 0.1))
    assert not_beaten(better, baselines) == []
    assert not_beaten(own, baselines) == not_beaten(worse, baselines) == ["naive"]
    lines = table_lines(worse, baselines)
    assert score in lines[-1].lower()
    assert "nan" not in "".join(lines)
    assert "".join(lines).count("–") == dashes
    assert len({len(line) for line in lines[:3]}) == 1
    report = ForecastReport(worse, baselines, horizon=2).to_dict()
    assert (report["compared_by"], report["not_better_than"]) == (score, ["naive"])
