"""The intervals of forecasters: calibrated on dev alone, and taken over by other models."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import tiny
from support.forecasting import monthly_csv
from support.refused import refused

from seq2seq.config.data import DataConfig
from seq2seq.config.forecast import ForecastConfig
from seq2seq.inference.forecasting.forecaster import SeriesForecaster
from seq2seq.model_folder.read import describe
from seq2seq.scoring.intervals import save_intervals, taken_intervals
from seq2seq.scoring.series_data import own_series, windows_of
from seq2seq.series.windows import last_window

H = 6


def model(folder: Path, lengths: dict[str, int] | None = None, **settings: Any) -> Path:
    """A forecaster of random weights whose data are beside it."""
    folder.mkdir()
    file = monthly_csv(folder / "series.csv", lengths or dict.fromkeys("abcdefg", 50))
    forecast = ForecastConfig(**{"horizon": H, "context": 24, "hold_out": "dev", "dev_horizons": 3, **settings})
    return tiny.save_forecaster(folder / "model", DataConfig(train=str(file), forecast=forecast))


def test_paths_are_spread_by_the_factors_and_their_median_stays(tmp_path: Path) -> None:
    path = model(tmp_path / "a")
    folder, before = SeriesForecaster.open(path)
    facts = save_intervals(path)
    _, after = SeriesForecaster.open(path)
    assert facts is not None
    assert (facts.forecasts, len(facts.factors), describe(path).intervals) == (21, H, facts)
    windows = [last_window(one, context=24, horizon=H + 2) for one in own_series(folder).series]
    for plain, spread in zip(before.sample_windows(windows), after.sample_windows(windows), strict=True):
        median = np.median(plain, axis=0)
        np.testing.assert_allclose(np.median(spread, axis=0), median)
        factors = np.array([*facts.factors, *[facts.factors[-1]] * 2])[
            :, None
        ]  # beyond the horizon, that of its last step
        np.testing.assert_allclose(spread - median, (plain - median) * factors, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("place", "same"), [(-H - 1, False), (-H, True), (-21 * H, False), (-21 * H - 1, False)])
def test_the_values_of_dev_alone_decide(tmp_path: Path, place: int, same: bool) -> None:
    """Values after dev do not; those before it are what is forecast from, and not what is covered."""
    path = model(tmp_path / "a", {"a": 160}, dev_horizons=20)
    table = tmp_path / "a" / "series.csv"
    facts = [save_intervals(path)]
    lines = table.read_text().splitlines()
    lines[place] = lines[place].rpartition(",")[0] + ",1e5"
    table.write_text("\n".join(lines) + "\n")
    facts.append(save_intervals(path))
    assert (facts[0] == facts[1]) is same


def test_few_forecasts_calibrate_nothing(tmp_path: Path) -> None:
    assert save_intervals(model(tmp_path / "few", {"a": 160}, dev_horizons=19)) is None
    assert save_intervals(model(tmp_path / "enough", {"a": 160}, dev_horizons=20)) is not None
    assert save_intervals(model(tmp_path / "off", calibration=False)) is None
    assert save_intervals(model(tmp_path / "learnt", hold_out="test")) is None


def test_forecasts_without_values_calibrate_nothing(tmp_path: Path) -> None:
    """Of 20 forecasts of dev, those without a value to be covered do not count."""
    path = model(tmp_path / "a", {"a": 160}, dev_horizons=20)
    table = tmp_path / "a" / "series.csv"
    head, *lines = table.read_text().splitlines()
    facts = save_intervals(path)
    assert facts is not None
    assert facts.forecasts == 20
    for empty in (range(-2 * H, -H), range(-21 * H, -H)):
        for place in empty:
            lines[place] = lines[place].rpartition(",")[0] + ","
        table.write_text("\n".join([head, *lines]) + "\n")
        assert save_intervals(path) is None


def test_another_model_takes_the_factors_over(tmp_path: Path) -> None:
    first = model(tmp_path / "dev")
    facts = save_intervals(first)
    assert save_intervals(model(tmp_path / "whole", hold_out="none", calibration=str(first))) == facts
    with refused("model.not-calibrated", str(first), "7"):
        taken_intervals(ForecastConfig(horizon=7, calibration=str(first)))
    with refused("model.not-calibrated", "dev"):
        taken_intervals(ForecastConfig(horizon=H, calibration=str(model(tmp_path / "plain"))))
    with refused("model.no-such-folder"):
        taken_intervals(ForecastConfig(horizon=H, calibration=str(tmp_path / "nowhere")))


def test_forecasts_from_several_origins(tmp_path: Path) -> None:
    folder, _ = SeriesForecaster.open(model(tmp_path / "a", {"a": 60, "b": 50}))
    windows, _ = windows_of(folder, tmp_path / "a" / "series.csv", origins=3)
    assert [(window.series.id, window.end) for window in windows] == [
        ("a", 52), ("a", 53), ("a", 54), ("b", 42), ("b", 43), ("b", 44),
    ]  # fmt: skip
