"""The line behind the bar: what there is room for, whole, and the time that is left."""

import time

import pytest

from seq2seq import log, progress
from seq2seq.training.reporting.progress import TrainingProgress

FACTS = [(0, "8m left"), (1, "step 1,050"), (3, "epoch 0.52"), (2, "loss 2.315"), (9, "gradient 1.20")]


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (200, "8m left  step 1,050  epoch 0.52  loss 2.315  gradient 1.20"),
        (50, "8m left  step 1,050  epoch 0.52  loss 2.315"),
        (42, "8m left  step 1,050  loss 2.315"),
        (10, "8m left"),
        (3, ""),
    ],
)
def test_facts_are_shown_whole_or_not_at_all(room: int, shown: str) -> None:
    assert progress.fit(FACTS, room) == shown


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_the_line_moves_between_reports(clock: list[float]) -> None:
    display = TrainingProgress()
    display.move_to(step=0, done=0.0, seconds=0.0)
    assert progress.fit(display.facts(), 80) == "step 0  0:00 elapsed"
    clock[0] += 10
    display.move_to(step=5, done=0.1, seconds=10.0)
    assert progress.fit(display.facts(), 80) == "1:30 left  step 5  0:10 elapsed"
    clock[0] += 30  # a step that takes long
    assert progress.fit(display.facts(), 80) == "1:00 left  step 5  0:40 elapsed"
    with display.during("validating"):
        assert progress.fit(display.facts(), 80) == "1:00 left  validating  0:40 elapsed"


def test_the_time_of_a_run_that_was_resumed_is_counted_from_its_beginning(clock: list[float]) -> None:
    display = TrainingProgress()
    display.move_to(step=100, done=0.5, seconds=600.0)
    clock[0] += 60
    display.move_to(step=110, done=0.55, seconds=660.0)
    assert progress.fit(display.facts(), 80) == "9:00 left  step 110  11:00 elapsed"


def test_figures_are_shown_as_there_is_room(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    log.console.cache_clear()
    display = TrainingProgress()
    display.move_to(step=50, done=0.1, seconds=clock[0])
    display.report("step 50  loss 2.315", [(2, "loss 2.315 nats/token"), (5, "rate 0.0021")])
    assert capsys.readouterr().err == "step 50  loss 2.315\n"
    assert progress.fit(display.facts(), 40) == "step 50  loss 2.315 nats/token"
    assert progress.fit(display.facts(), 60) == "step 50  loss 2.315 nats/token  rate 0.0021  16:40 elapsed"
