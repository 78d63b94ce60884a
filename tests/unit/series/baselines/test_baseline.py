"""Baselines by name: each answers, whatever the history, and says which method it was."""

import numpy as np
import pytest

from seq2seq import extras
from seq2seq.errors import DataError, MissingExtra
from seq2seq.series.baselines.baseline import BASELINES, Baseline, forecast_baseline
from seq2seq.series.baselines.forecast import is_finite

NAN = np.nan
HISTORIES = {
    "one value": np.array([5.0]),
    "two values": np.array([5.0, 6.0]),
    "constant": np.full(20, 3.0),
    "zeros": np.zeros(20),
    "missing": np.array([NAN, 4, NAN, NAN, 5, 7, NAN]),
    "huge": np.array([1e12, 2e12, 1.5e12, 3e12, 2.5e12]),
    "tiny": np.array([1e-12, 2e-12, 1.5e-12, 3e-12, 2.5e-12]),
    "negative": np.array([-5.0, 3, -2, 8, -9, 1, 0, 2]),
}


@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())
def test_every_baseline_answers(name: Baseline, history: np.ndarray) -> None:
    if name == "ets":
        pytest.importorskip("statsmodels")
    forecast = forecast_baseline(name, history, horizon=3, season=2)
    assert forecast.mean.shape == (3,)
    assert is_finite(forecast)
    assert (np.diff(forecast.quantiles, axis=1) >= 0).all()


def test_what_takes_the_place_of_what() -> None:
    one = np.array([5.0])
    assert forecast_baseline("seasonal_naive", one, horizon=1, season=12).method == "naive"
    assert forecast_baseline("drift", one, horizon=1, season=1).method == "naive"
    gap = np.array([1.0, NAN, 2.0, NAN, 3.0])  # no value in the second season
    assert forecast_baseline("seasonal_naive", gap, horizon=1, season=2).method == "naive"


@pytest.mark.parametrize("name", BASELINES)
def test_no_value_at_all(name: Baseline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "installed", lambda _: True)
    with pytest.raises(DataError) as caught:
        forecast_baseline(name, np.full(3, NAN), horizon=1, season=1)
    assert caught.value.code == "series.no-history"


def test_ets_without_statsmodels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "installed", lambda module: module != "statsmodels")
    with pytest.raises(MissingExtra) as caught:
        forecast_baseline("ets", np.arange(9.0), horizon=1, season=1)
    assert extras.INSTALL_FORECAST in str(caught.value)


def test_ets_finds_trend_and_season() -> None:
    pytest.importorskip("statsmodels")
    steps = np.arange(40)
    truth = 100 + 2 * steps + np.array([0, 10, -5, 3])[steps % 4]
    history = truth[:32] + np.random.default_rng(0).normal(size=32)
    forecast = forecast_baseline("ets", history, horizon=8, season=4)
    assert forecast.method == "ets"
    assert np.abs(forecast.mean - truth[32:]).mean() < 2
    assert ((truth[32:] > forecast.at(0.025)) & (truth[32:] < forecast.at(0.975))).mean() >= 0.75
    again = forecast_baseline("ets", history, horizon=8, season=4)
    assert again.quantiles.tolist() == forecast.quantiles.tolist()


def test_ets_does_not_depend_on_the_unit() -> None:
    pytest.importorskip("statsmodels")
    history = np.array([3.0, 5, 4, 6, 7, 6, 8, 9, 8, 10])
    small, large = (forecast_baseline("ets", history * unit, horizon=2, season=1) for unit in (1e-3, 1e6))
    assert small.mean * 1e9 == pytest.approx(large.mean, rel=1e-4)


@pytest.mark.parametrize("error", [np.linalg.LinAlgError("singular"), IndexError("0")])
def test_simple_smoothing_takes_the_place_of_an_ets_that_fails(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    ets = pytest.importorskip("statsmodels.tsa.exponential_smoothing.ets")

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(ets.ETSModel, "fit", fail)
    assert forecast_baseline("ets", np.arange(9.0), horizon=1, season=1).method == "ses"
