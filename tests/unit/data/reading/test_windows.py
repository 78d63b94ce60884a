"""Windows of series from a file to batches."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from support import tasks
from support.refused import refused

from seq2seq.config.data import DataConfig
from seq2seq.config.forecast import ForecastConfig
from seq2seq.config.recipe import ForecastingRecipe
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.data.batching.batch import collate
from seq2seq.data.preparing.prepare import Prepared, prepare
from seq2seq.data.reading.sequences.windows import own_forecasts, series_file
from seq2seq.data.reading.sources import missing
from seq2seq.errors import DataError
from seq2seq.series.inputs import window_inputs
from seq2seq.text.vocabulary.series import SeriesFormat
from seq2seq.training.step.forecast_objective import join

FORECAST = ForecastConfig(horizon=4, context=14)


def config(place: Path, **more: object) -> DataConfig:
    settings = {"train": str(place), "forecast": FORECAST, "cache": str(place.parent / "cache"), "workers": 1}
    return DataConfig(**{**settings, **more})  # type: ignore[arg-type]


def prepared(data: DataConfig) -> Prepared:
    sides = ForecastingRecipe.usual_sides
    return prepare(data, TokenizerConfig(), seed=1, sides=sides)


def test_prepared_windows_are_the_numbers_of_series(tmp_path: Path) -> None:
    data = config(tasks.series(tmp_path))
    found, windows = prepared(data), own_forecasts(data)
    form = found.tokenizers.source
    assert isinstance(form, SeriesFormat)
    assert found.tokenizers.target is form
    assert form.fingerprint == windows.format.fingerprint
    assert found.test is not None
    for split, wanted in ((found.train, windows.train), (found.dev, windows.dev), (found.test, windows.test)):
        assert len(split) == len(wanted)
        assert split.lengths[:, 1].tolist() == [4] * len(wanted)
        rows = [0, len(split) // 2, len(split) - 1]
        batch = collate([split.source_ids(row) for row in rows], [split.target_ids(row) for row in rows])
        expected = window_inputs([wanted[row] for row in rows], form)
        assert batch.source_lengths.tolist() == expected.lengths.tolist()
        steps = join(batch.source, batch.source_lengths, batch.target)
        for row, length in enumerate(expected.lengths.tolist()):
            for own, inputs in ((steps[row, :, :1], expected.values[row]), (steps[row, :, 1:], expected.known[row])):
                torch.testing.assert_close(
                    own[: length + 4], torch.from_numpy(inputs[: length + 4]), atol=2e-6, rtol=0, equal_nan=True
                )
    assert found.train.where(len(found.train) - 1) == f"{tmp_path / 'series.csv'}:4"
    assert found.report.series == str(form)


def test_the_steps_of_joint_channels_have_the_values_of_all(tmp_path: Path) -> None:
    path = tmp_path / "plant.csv"
    path.write_text("heat,power\n" + "".join(f"{step},{step * step % 7}\n" for step in range(30)))
    settings = ForecastConfig(horizon=3, context=6, channels="joint", hold_out="none")
    data = DataConfig(train=str(path), cache=str(tmp_path / "cache"), workers=1, forecast=settings)
    found = prepared(data)
    windows = own_forecasts(data)
    assert (windows.format.channels, windows.format.size) == (("heat", "power"), 2)
    expected = window_inputs(windows.train[-1:], windows.format)
    last = len(found.train) - 1
    steps = np.concatenate([found.train.source_ids(last), found.train.target_ids(last)])
    np.testing.assert_allclose(steps, expected.values[0], atol=2e-6)
    np.testing.assert_allclose(steps[5], [0, 0])  # each in the unit of its own, beside its last value


def test_it_is_read_from_the_cache_until_something_changes(tmp_path: Path) -> None:
    data = config(tasks.series(tmp_path))
    first = prepared(data).fingerprint
    assert prepared(data).fingerprint == first
    other = config(tmp_path / "series.csv", forecast=FORECAST.model_copy(update={"hold_out": "dev"}))
    assert prepared(other).fingerprint != first
    tasks.series(tmp_path, steps=61)
    assert prepared(data).fingerprint != first


def test_windows_that_are_alike_and_long_ones_stay(tmp_path: Path) -> None:
    path = tmp_path / "flat.csv"
    path.write_text("y\n" + "7\n" * 400)
    data = config(path, forecast=ForecastConfig(horizon=2, context=300))
    found = prepared(data)
    assert len(found.train) == len(own_forecasts(data).train) > 350
    assert found.train.lengths[:, 0].max() == 300


@pytest.mark.parametrize("form", ["train", "file as path", "folder"])
def test_where_the_file_is(tmp_path: Path, form: str) -> None:
    path = tasks.series(tmp_path)
    folder = tmp_path / "whole"
    folder.mkdir()
    shutil.copy(path, folder / "train.csv")
    (folder / "README.md").write_text("about")
    places = {"train": {}, "file as path": {"train": None, "path": str(path)}}
    places["folder"] = {"train": None, "path": str(folder)}
    assert series_file(config(path, **places[form])) == (folder / "train.csv" if form == "folder" else path)


def test_where_it_is_not(tmp_path: Path) -> None:
    with refused("data.no-such-split", str(tmp_path), "train"):
        series_file(config(tmp_path, train=None, path=str(tmp_path)))
    with refused("data.no-such-file", "gone.csv"):
        series_file(config(tmp_path / "gone.csv"))
    assert missing(config(tmp_path / "gone.csv"), sides=ForecastingRecipe.usual_sides)
    assert missing(config(tasks.series(tmp_path)), sides=ForecastingRecipe.usual_sides) == []


def test_a_file_with_mistakes_names_their_lines(tmp_path: Path) -> None:
    path = tasks.series(tmp_path)
    path.write_text(path.read_text().replace("s1,2015-03-01,", "s1,2015-03-01,many"))
    with pytest.raises(DataError, match=r"series\.csv:64"):
        prepared(config(path))
