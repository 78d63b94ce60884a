"""The shares of training: figures that follow from each other."""

from pathlib import Path

import pytest
from support import tasks, toy

from seq2seq.bench import training
from seq2seq.bench.profile import DATA
from seq2seq.bench.tables import parts_table
from seq2seq.bench.training import TrainingSpeed, measure_training
from seq2seq.machine import Spread

PEAK = 1e9


@pytest.fixture(autouse=True)
def known_peak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "matmul_peak", lambda: PEAK)


@pytest.fixture
def found(tmp_path: Path) -> TrainingSpeed:
    return measure_training(toy.recipe(tmp_path), rounds=1, steps=3, threads=1)


def test_a_step_is_the_sum_of_its_parts(found: TrainingSpeed) -> None:
    """Of one round, the median is the round."""
    for figure in ("milliseconds", "gigaoperations", "floor", "above"):
        parts = sum(getattr(part, figure).median for part in found.parts.values())
        assert parts == pytest.approx(getattr(found.step, figure).median)


def test_shares_follow_from_operations_time_and_peak(found: TrainingSpeed) -> None:
    step = found.step
    a_second = 1e12 * step.gigaoperations.median / step.milliseconds.median
    assert found.operations.median == pytest.approx(a_second)
    assert found.share.median == pytest.approx(a_second / PEAK)
    assert step.floor.median == pytest.approx(1e3 * 1e9 * step.gigaoperations.median / PEAK)
    assert found.waiting.median == pytest.approx(found.parts[DATA].milliseconds.median / step.milliseconds.median)
    assert 0 <= found.padding.median < 1
    assert found.parts["optimiser"].gigaoperations == Spread(0.0, 0.0, 0.0)


def test_what_r_drop_reads_twice_counts_twice(tmp_path: Path) -> None:
    needed = []
    for r_drop in (0.0, 5.0):
        (folder := tmp_path / str(r_drop)).mkdir()
        found = measure_training(toy.recipe(folder, r_drop=r_drop), rounds=1, steps=3, threads=1)
        needed.append(found.step.gigaoperations.median)
    assert needed[1] == pytest.approx(2 * needed[0])


def test_people_see_the_parts(found: TrainingSpeed) -> None:
    text = "\n".join(found.lines())
    assert text.startswith("training: 1 round of 3 steps, 1 thread; ")
    assert "1.0 (1.0 .. 1.0) GFLOP/s in float32 matrix products" in text
    titles = [str(cell) for cell in parts_table(found).columns[0].cells]
    assert titles[0] == "encoder"
    assert titles[-2:] == ["other", "whole step"]
    assert {"projection, loss", "waiting for data"} < set(titles)


def test_other_tasks_have_their_parts(tmp_path: Path) -> None:
    labels = measure_training(tasks.classification(tmp_path), rounds=2, steps=1, threads=1)
    assert {"encoder", "pooling", "projection"} < set(labels.parts)
    assert labels.share.lowest <= labels.share.median <= labels.share.highest
    (tmp_path / "text").mkdir()
    text = tasks.generation(tmp_path / "text", windows={"tokens": 8, "streams": 4})
    written = measure_training(text, rounds=1, steps=2, threads=1)
    assert written.collation.median == 0  # windows are cut while the step waits
    assert written.parts["decoder"].gigaoperations.median > 0
