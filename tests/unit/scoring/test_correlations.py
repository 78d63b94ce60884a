"""How channels go together, measured on what a forecaster has learnt from."""

from pathlib import Path

import numpy as np
import pytest
from support import tiny

from seq2seq.config.data import DataConfig
from seq2seq.config.forecast import ForecastConfig
from seq2seq.inference.forecasting.forecaster import SeriesForecaster
from seq2seq.model_folder.read import describe, read_folder
from seq2seq.scoring.correlations import save_correlations
from seq2seq.scoring.intervals import save_intervals


def rows(name: str, values: np.ndarray) -> list[str]:
    return [
        f"{name},{2010 + step // 12}-{step % 12 + 1:02}-01,{a:.3f},{b:.3f}"
        for step, (a, b) in enumerate(values.tolist())
    ]


@pytest.fixture
def data(tmp_path: Path) -> DataConfig:
    """Two channels whose increments have much in common, and a value is missing."""
    random = np.random.default_rng(1)
    walks = [(random.normal(size=(100, 1)) + 0.5 * random.normal(size=(100, 2))).cumsum(axis=0) for _ in range(2)]
    lines = ["unique_id,ds,a,b", *rows("x", walks[0]), *rows("y", walks[1])]
    lines[50] = lines[50].rpartition(",")[0] + ","
    file = tmp_path / "series.csv"
    file.write_text("\n".join(lines) + "\n")
    settings = ForecastConfig(
        horizon=6, context=24, value=("a", "b"), channels="joint", hold_out="dev", dev_horizons=10
    )
    return DataConfig(train=str(file), forecast=settings)


def test_channels_that_move_together(tmp_path: Path, data: DataConfig) -> None:
    path = tiny.save_forecaster(tmp_path / "model", data, channels=("a", "b"))
    before = read_folder(path, lambda folder: folder.fingerprint)
    facts = save_correlations(path)
    assert facts is not None
    assert describe(path).channels == facts
    assert 0.5 < facts.correlations[0][1] == facts.correlations[1][0] < 1
    assert read_folder(path, lambda folder: folder.fingerprint) != before
    intervals = save_intervals(path)  # of both channels together
    assert intervals is not None
    assert (intervals.forecasts, len(intervals.factors)) == (20, 6)
    _, forecaster = SeriesForecaster.open(path)
    assert (forecaster.correlations, forecaster.factors) == (facts.correlations, intervals.factors)


def test_models_of_one_channel_have_none(tmp_path: Path) -> None:
    assert save_correlations(tiny.save_forecaster(tmp_path / "model")) is None
