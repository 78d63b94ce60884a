"""The bundled gestures: what README.md says of them holds."""

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from seq2seq import resources
from seq2seq.series.reading.read import read_series
from seq2seq.series.series import Floats, Series, SeriesSet

FOLDER = resources.data_folder() / "gestures"
LABELS = ("anticlockwise", "clockwise", "pull", "push", "wave")
SIZES = {"train": 250, "dev": 50, "test": 100}
LENGTHS = {"train": (16, 49), "dev": (17, 47), "test": (16, 49)}


@pytest.fixture(scope="module")
def splits() -> dict[str, SeriesSet]:
    return {split: read_series(FOLDER / f"{split}.ts") for split in SIZES}


def test_files_are_what_the_generator_writes() -> None:
    done = subprocess.run([sys.executable, str(FOLDER / "generate.py"), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_check_notices_a_changed_file(tmp_path: Path) -> None:
    script = tmp_path / "generate.py"
    shutil.copy(FOLDER / "generate.py", script)
    subprocess.run([sys.executable, str(script)], check=True)
    (tmp_path / "dev.ts").write_text("@data\n", encoding="utf-8")
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "dev.ts: differs from what the generator writes\n")


@pytest.mark.parametrize("split", SIZES)
def test_sizes(splits: dict[str, SeriesSet], split: str) -> None:
    found = splits[split].series
    assert Counter(one.label for one in found) == dict.fromkeys(LABELS, SIZES[split] // len(LABELS))
    assert (min(map(len, found)), max(map(len, found))) == LENGTHS[split]
    assert {one.channels for one in found} == {("0", "1", "2")}


def test_lost_steps_are_lost_in_all_channels(splits: dict[str, SeriesSet]) -> None:
    lost = [np.isnan(one.values) for found in splits.values() for one in found.series if np.isnan(one.values).any()]
    assert len(lost) == 51
    assert all((steps.all(axis=1) == steps.any(axis=1)).all() for steps in lost)
    assert {int(steps[:, 0].sum()) for steps in lost} == {1, 2, 3}


def whole(one: Series) -> Floats:
    """The values with lost steps interpolated."""
    steps = np.arange(len(one))
    known = np.isfinite(one.values[:, 0])
    return np.stack([np.interp(steps, steps[known], column[known]) for column in one.values.T], axis=1)


def without_order(one: Series) -> Floats:
    values = whole(one)
    quantiles = np.sort(values, axis=0)[np.linspace(0, len(values) - 1, 9).astype(int)]
    return np.concatenate([values.mean(axis=0), values.std(axis=0), quantiles.ravel()])


def stretched(one: Series) -> Floats:
    values = whole(one)
    places = np.linspace(0, len(values) - 1, 24)
    return np.concatenate([np.interp(places, np.arange(len(values)), column) for column in values.T])


@pytest.mark.parametrize(("describe", "accuracy"), [(without_order, 0.59), (stretched, 0.99)])
def test_the_order_of_the_steps_is_what_tells(splits: dict[str, SeriesSet], describe: object, accuracy: float) -> None:
    """The nearest neighbour in train."""
    assert callable(describe)
    train, test = (np.stack([describe(one) for one in splits[name].series]) for name in ("train", "test"))
    spread = train.std(axis=0)
    distances = (((test[:, None] - train[None]) / spread) ** 2).sum(axis=-1)
    found = [splits["train"].series[place].label for place in distances.argmin(axis=1)]
    right = [one.label == label for one, label in zip(splits["test"].series, found, strict=True)]
    assert np.mean(right) == pytest.approx(accuracy)
