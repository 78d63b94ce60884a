"""The public class of forecasts, over model folders."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support import tiny
from support.forecasting import NAN, H, K, monthly_csv
from support.forecasting import forecaster as network
from support.refused import refused

import seq2seq
from seq2seq.export.export import export
from seq2seq.inference.engines.torch.forecaster import TorchForecaster
from seq2seq.inference.forecasting.forecaster import SeriesForecaster
from seq2seq.inference.forecasting.requirements import require_channels
from seq2seq.model_folder.writing.update import write_measured
from seq2seq.series.baselines.forecast import LEVELS
from seq2seq.series.frequency import parse_frequency
from seq2seq.series.reading.read import read_series
from seq2seq.series.series import Series, SeriesSet
from seq2seq.text.vocabulary.series import SeriesFormat


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save_forecaster(tmp_path_factory.mktemp("forecaster") / "model", attention=True)


@pytest.fixture(scope="module")
def forecaster(folder: Path) -> SeriesForecaster:
    return SeriesForecaster.load(folder, engine="torch")


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> tuple[Series, ...]:
    """Of 40, 5 and 2 months."""
    return read_series(monthly_csv(tmp_path_factory.mktemp("series") / "s.csv", {"a": 40, "b": 5, "c": 2})).series


def test_times_quantiles_and_paths(forecaster: SeriesForecaster, series: tuple[Series, ...]) -> None:
    first, *_ = forecaster.forecast(series, paths=50, keep_paths=True)
    assert first.id == "a"
    assert [str(time) for time in first.times.astype("datetime64[M]")] == [f"2023-{month:02}" for month in range(5, 11)]
    assert first.levels == LEVELS
    assert first.quantiles.shape == (6, len(LEVELS))
    assert (np.diff(first.quantiles, axis=1) >= 0).all()
    assert first.paths is not None
    assert first.paths.shape == (50, 6)
    np.testing.assert_allclose(first.mean, first.paths.mean(axis=0))
    np.testing.assert_allclose(first.median, first.at(0.5))
    np.testing.assert_allclose(first.at(0.9), np.quantile(first.paths, 0.9, axis=0))


def test_levels_and_horizon_are_those_that_are_asked_for(
    forecaster: SeriesForecaster, series: tuple[Series, ...]
) -> None:
    """The decoder goes on beyond the horizon of training; what comes before is the same."""
    (long,) = forecaster.forecast(series[:1], 20, levels=[0.9, 0.05])
    (short,) = forecaster.forecast(series[:1], levels=[0.05, 0.9])
    assert long.levels == (0.05, 0.9)
    assert long.quantiles.shape == (20, 2)
    assert long.paths is None
    np.testing.assert_allclose(long.quantiles[:6], short.quantiles, rtol=1e-5)


def test_a_forecast_depends_on_series_and_seed_alone(forecaster: SeriesForecaster, series: tuple[Series, ...]) -> None:
    together = forecaster.forecast(series)
    (alone,) = forecaster.forecast(series[1:2])
    backwards = forecaster.forecast(series[::-1])
    np.testing.assert_allclose(alone.quantiles, together[1].quantiles, rtol=1e-5)
    np.testing.assert_allclose(backwards[1].quantiles, together[1].quantiles, rtol=1e-5)
    (other,) = forecaster.forecast(series[1:2], seed=2)
    assert not np.allclose(other.quantiles, alone.quantiles)


def test_level_and_unit_of_a_series_do_not_matter(forecaster: SeriesForecaster, series: tuple[Series, ...]) -> None:
    one = series[0]
    other = replace(one, values=one.values * 1000 + 1e9)
    (first,), (second,) = forecaster.forecast([one]), forecaster.forecast([other])
    np.testing.assert_allclose((second.quantiles - 1e9) / 1000, first.quantiles, rtol=1e-3)


def test_missing_values_are_passed_over(forecaster: SeriesForecaster, series: tuple[Series, ...]) -> None:
    values = series[0].values.copy()
    values[[5, -1]] = NAN
    (found,) = forecaster.forecast([replace(series[0], values=values)])
    assert np.isfinite(found.quantiles).all()


def test_all_series_that_cannot_be_forecast_are_named(forecaster: SeriesForecaster, series: tuple[Series, ...]) -> None:
    empty = replace(series[0], id="empty", values=np.full((40, 1), NAN))
    short = series[0].until(1)
    wide = replace(series[2], id="wide", values=np.ones((2, 2)), channels=("x", "y"))
    with refused("forecast.series", "'empty'", "'a'", "'wide'"):
        forecaster.forecast([empty, series[1], replace(short, id="a"), wide])


def test_covariates_of_the_steps_to_come_are_read(series: tuple[Series, ...]) -> None:
    form = SeriesFormat(
        frequency="monthly", season=12, horizon=H, context=24, calendar=("month of year",),
        covariates=("promotion",), mean=[0.0], deviation=[1.0],
    )  # fmt: skip
    told = SeriesForecaster(TorchForecaster(network(season=12)), form, "student_t")
    known = np.zeros((40 + H, 1))
    one = replace(series[0], known=known, covariates=("promotion",))
    later = replace(one, known=np.concatenate([known[:-1], [[1.0]]]))
    (first,), (second,) = told.forecast([one]), told.forecast([later])
    np.testing.assert_allclose(first.median[:-1], second.median[:-1], rtol=1e-5)
    assert abs(first.median[-1] - second.median[-1]) > 1e-3
    ends = replace(one, id="ends", known=known[:-1])
    gap = replace(one, id="gap", known=np.where(np.arange(40 + H)[:, None] == 41, NAN, 0.0))
    with refused("forecast.series", "3 series", "'ends'", "'a'", "'gap'", "--horizon"):
        told.forecast([one, ends, gap, series[0]])
    assert len(told.forecast([ends, gap], 1)) == 2  # what is not known lies after it


def test_dates_and_numbered_steps_are_not_mixed(forecaster: SeriesForecaster, series: tuple[Series, ...]) -> None:
    numbered = replace(series[0], id="numbered", times=np.arange(40))
    for given in ([series[0], numbered], SeriesSet((numbered,))):
        with refused("forecast.series" if isinstance(given, list) else "series.no-calendar", "steps"):
            forecaster.forecast(given)
    form = SeriesFormat(
        frequency=None, season=1, horizon=H, context=24, calendar=(), covariates=("p", "q"), mean=[0.0] * K,
        deviation=[1.0] * K,
    )  # fmt: skip
    counts = SeriesForecaster(TorchForecaster(network()), form, "student_t")
    named = [replace(one, known=np.zeros((40 + H, K)), covariates=("p", "q")) for one in (series[0], numbered)]
    with refused("forecast.series", "1 series", "'a'"):
        counts.forecast(named)
    with refused("series.other-frequency"):
        counts.forecast(SeriesSet(tuple(named), parse_frequency("monthly")))
    apart = np.datetime64("2020-01-01", "us") + np.arange(40) * np.timedelta64(100, "ms")  # has no frequency
    assert len(counts.forecast([named[1], replace(named[0], times=apart)])) == 2


def test_channels_that_are_read_together_have_joint_paths(tmp_path: Path) -> None:
    """Correlated within a step; with both engines; each channel has its name, and the spread that it has by itself."""
    path = tiny.save_forecaster(tmp_path / "model", channels=("a", "b"))
    times = (np.datetime64("2020-01", "M") + np.arange(30)).astype("datetime64[us]")
    values = np.random.default_rng(1).normal(size=(30, 2)).cumsum(axis=0) * [1, 100]
    one = Series("x", values, ("a", "b"), times, np.empty((30, 0)))
    exact = SeriesForecaster.load(path, engine="torch")
    rows = ((1.0, 0.9), (0.9, 1.0))
    write_measured(path, {"channels": {"correlations": [list(row) for row in rows]}})
    together = SeriesForecaster.load(path, engine="torch")
    assert (exact.correlations, together.correlations) == ((), rows)
    found = {}
    for name, model in (("apart", exact), ("together", together)):
        of_a, of_b = model.forecast([one], 1, paths=2000, keep_paths=True)
        assert (of_a.id, of_b.id, of_a.paths is not None, of_b.paths is not None) == ("x/a", "x/b", True, True)
        assert of_a.paths is not None
        assert of_b.paths is not None
        found[name] = np.stack([of_a.paths[:, 0], of_b.paths[:, 0]])
    ranks = {name: np.corrcoef(paths.argsort().argsort())[0, 1] for name, paths in found.items()}
    assert ranks["apart"] == pytest.approx(0, abs=0.08)
    assert ranks["together"] == pytest.approx(6 / np.pi * np.arcsin(0.9 / 2), abs=0.08)  # of the normal numbers
    quartiles = {name: np.quantile(paths, [0.25, 0.5, 0.75], axis=1) for name, paths in found.items()}
    spread = np.diff(quartiles["apart"][::2], axis=0)
    np.testing.assert_allclose(quartiles["together"] / spread, quartiles["apart"] / spread, atol=0.15)
    export(path)
    exported = SeriesForecaster.load(path, engine="onnx").forecast([one], 3)
    for mine, theirs in zip(together.forecast([one], 3), exported, strict=True):
        np.testing.assert_allclose(theirs.median, mine.median, atol=0.05 * np.abs(np.diff(values, axis=0)).max())


def test_other_channels_than_in_training_are_refused(tmp_path: Path, series: tuple[Series, ...]) -> None:
    path = tiny.save_forecaster(tmp_path / "model", channels=("a", "b"))
    model = SeriesForecaster.load(path)
    with refused("forecast.series", "'a'", "'b'", "'y'"):
        model.forecast(series[:1])
    times = (np.datetime64("2020-01", "M") + np.arange(5)).astype("datetime64[us]")
    swapped = Series("x", np.ones((5, 2)), ("b", "a"), times, np.empty((5, 0)))
    with refused("series.other-channels", "'x'"):
        require_channels(SeriesSet((swapped,)), model.format)
    half = replace(swapped, channels=("a", "b"), values=np.array([[1.0, np.nan]] * 5))
    with refused("forecast.series", "'x'"):
        model.forecast([half])
    write_measured(path, {"channels": {"correlations": [[1.0]]}})
    with refused("model.damaged"):
        SeriesForecaster.load(path)


def test_the_exported_networks_forecast_the_same(folder: Path, series: tuple[Series, ...], tmp_path: Path) -> None:
    copy = tiny.save_forecaster(tmp_path / "model", attention=True)
    result = export(copy)
    assert set(result.sizes) >= {"onnx/encoder.onnx", "onnx/step.onnx"}
    assert result.drifts == {}
    exact = seq2seq.load(folder)
    exported = seq2seq.load(copy, engine="onnx", workers=2)
    assert isinstance(exact, SeriesForecaster)
    assert isinstance(exported, SeriesForecaster)
    assert type(exported.network) is not type(exact.network)
    for one, other in zip(exact.forecast(series), exported.forecast(series), strict=True):
        spread = one.at(0.9) - one.at(0.1)
        assert (np.abs(one.quantiles - other.quantiles) < 0.1 * spread[:, None]).all()


def test_networks_are_in_float32_alone(folder: Path) -> None:
    with refused("inference.engine"):
        SeriesForecaster.load(folder, engine="onnx-int8")
    for wanted in ({"int8": True}, {"store": "float16"}, {"calibrate": ["x"]}):
        with refused("export.forecaster"):
            export(folder, **wanted)  # type: ignore[arg-type]
