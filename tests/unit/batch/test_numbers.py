"""Columns of numbers: series that are forecast, sequences of vectors that are classified and translated."""

import datetime
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

from support import curves, tiny
from support.refused import refused

from seq2seq.batch import Classify, Forecast, Translate
from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.forecasting.forecaster import SeriesForecaster
from seq2seq.series.given import given_series

VALUES = [[112.0, 118, 132, None, 121, 135], None, [5.0, 6, 8, 7]]
STARTS = ["2025-01", None, "2025-06-01"]
KINDS = ["lists", "arrays", "pandas", "arrow"]


def as_kind(kind: str, columns: dict[str, list[Any]]) -> Any:
    """The columns as a batch of some kind."""
    if kind == "lists":
        return columns
    if kind == "arrays":
        made = {name: np.empty(len(entries), object) for name, entries in columns.items()}
        for name, entries in columns.items():
            for row, entry in enumerate(entries):
                made[name][row] = np.array(entry, dtype=float) if isinstance(entry, list) else entry
        return made
    table = pytest.importorskip("pyarrow").table(columns)
    return table if kind == "arrow" else table.to_pandas()


def rows(batch: Any, column: str) -> list[Any]:
    entries = batch[column].to_pylist() if hasattr(batch[column], "to_pylist") else batch[column]
    return [one if one is None or isinstance(one, str) else list(one) for one in entries]


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save_forecaster(tmp_path_factory.mktemp("batch") / "sales")


@pytest.fixture(scope="module")
def expected(sales: Path) -> list[Any]:
    forecaster = SeriesForecaster.load(sales)
    series = [given_series("", VALUES[row], forecaster.format, start=STARTS[row]) for row in (0, 2)]
    return forecaster.forecast(series, 2, paths=40, levels=(0.1, 0.9))


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_series_and_forecasts_are_lists(sales: Path, expected: list[Any], kind: str) -> None:
    forecast = Forecast(
        sales, start="start", horizon=2, paths=40, mean="mean", quantiles={0.9: "high", 0.1: "low"}, steps="ds"
    )
    found = forecast(as_kind(kind, {"y": VALUES, "start": STARTS}))
    first, last = expected
    for column, wanted in (("forecast", "median"), ("mean", "mean")):
        assert rows(found, column) == [
            pytest.approx(getattr(first, wanted), rel=1e-5), None, pytest.approx(getattr(last, wanted), rel=1e-5),
        ]  # fmt: skip
    assert rows(found, "low")[0] == pytest.approx(first.at(0.1), rel=1e-5)
    assert rows(found, "high")[2] == pytest.approx(last.at(0.9), rel=1e-5)
    assert rows(found, "ds") == [["2025-07-01", "2025-08-01"], None, ["2025-10-01", "2025-11-01"]]
    assert type(found) is type(as_kind(kind, {"y": VALUES, "start": STARTS}))


@pytest.mark.parametrize("notes", [None, "notes"])
def test_a_model_of_joint_channels_is_refused(tmp_path: Path, notes: str | None) -> None:
    plant = tiny.save_forecaster(tmp_path / "plant", channels=("heat", "power"))
    with refused("batch.channels", "'heat'", "'power'"):
        Forecast(plant, start="start", notes=notes)({"y": VALUES, "start": STARTS})


def test_times_may_be_given_and_names_decide_the_random_numbers(sales: Path) -> None:
    times = [datetime.date(2025, month, 1) for month in (1, 2, 4)]
    batch = {"y": [[1.0, 2, 4]] * 2, "times": [times, times], "name": ["a", "b"]}
    unnamed = Forecast(sales, times="times", paths=20)
    first, second = unnamed(batch)["forecast"]
    assert first == pytest.approx(second)
    alone = unnamed({"y": [[1.0, 2, None, 4]], "times": [[*times[:2], datetime.date(2025, 3, 1), times[2]]]})
    assert alone["forecast"][0] == pytest.approx(first)
    named = Forecast(sales, times="times", name="name", paths=20)
    first, second = named(batch)["forecast"]
    assert first != pytest.approx(second, rel=1e-3)
    assert pickle.loads(pickle.dumps(named))(batch)["forecast"] == [first, second]
    assert unnamed({"y": [None], "times": [None]})["forecast"] == [None]


def test_rows_that_are_no_series_are_named_or_noted(sales: Path) -> None:
    batch = {"y": ["1, 2", [1.0, 2], [1.0], [3.0, 4]], "start": ["2025-01", None, "2025-01", "2025-01"]}
    with refused("batch.not-numbers", "row 0 ", "row 1 ", "start", "row 2 ", "'y'"):
        Forecast(sales, start="start")(batch)
    found = Forecast(sales, start="start", notes="notes", paths=20)(batch)
    assert [one is None for one in found["forecast"]] == [True, True, True, False]
    assert [one is None for one in found["notes"]] == [False, False, False, True]
    with refused("batch.options", "times", "0.001", "1.5", "'a'", "horizon", "5 problems"):
        Forecast("nowhere", start="a", times="b", quantiles={0.001: "a", 1.5: "c"}, output="a", horizon=0)
    with refused("batch.options", "1,000,000,000,000 paths"):
        Forecast("nowhere", quantiles={5e-324: "low"})
    with refused("batch.options", "seed"):
        Forecast("nowhere", seed=-1)


@pytest.fixture(scope="module")
def gestures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return curves.save(tmp_path_factory.mktemp("curves"))


@pytest.mark.parametrize("kind", KINDS)
def test_vectors_are_lists_arrays_or_their_json(gestures: Path, kind: str) -> None:
    steps = [[10_000.0, 1.0], [10_002.0, None], [10_003.0, 2.0]]
    (one,) = TextClassifier.load(gestures).classify([steps])
    columns: dict[str, list[Any]] = {"text": [steps, None, steps[:2]]}
    batch = as_kind(kind, columns)
    found = Classify(gestures, probability="p")(batch)
    assert rows(found, "label")[:2] == [one.label, None]
    texts = [one if one is None else json.dumps(one) for one in columns["text"]]
    as_text = Classify(gestures, probability="p")({"text": texts})
    assert rows(found, "label") == as_text["label"]
    assert list(found["p"].to_pylist() if kind == "arrow" else found["p"])[::2] == pytest.approx(as_text["p"][::2])


def test_one_array_may_hold_all_sequences(gestures: Path) -> None:
    batch = np.array([[[10_000.0, 1.0], [10_001.0, 2.0]], [[9_000.0, 1.0], [8_000.0, 0.0]]])
    expected = [one.label for one in TextClassifier.load(gestures).classify([*batch])]
    assert Classify(gestures)({"text": batch})["label"].tolist() == expected


def test_rows_that_are_no_vectors_are_named_or_noted(gestures: Path, tmp_path: Path) -> None:
    batch = {"text": ["[[1, 2]]", "[[1, 2], 3]", [[1.0, 2.0, 3.0]], " ", 7]}
    with refused("data.no-vectors", "row 1 ", "row 2 ", "row 4 "):
        Classify(gestures)(batch)
    found = Classify(gestures, notes="notes")(batch)
    assert [one is None for one in found["label"]] == [False, True, True, True, True]
    assert [one is None for one in found["notes"]] == [True, False, False, True, False]
    translate = Translate(curves.save_text(tmp_path), notes="notes")
    steps = [[10_000.0, 1.0], [10_002.0, None]]
    first, second, wrong = translate({"source": [steps, json.dumps(steps), [[1.0]]]})["translation"]
    assert first == second
    assert wrong is None
