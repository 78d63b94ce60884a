"""A run that is limited in time is validated often enough, and says where its time will not do."""

import numpy as np
import pytest

from seq2seq.config.load import parse_recipe
from seq2seq.config.training import TrainingConfig, ValidationConfig
from seq2seq.training.estimate.outlook import Outlook
from seq2seq.training.estimate.pace import Pace, interval, is_due
from seq2seq.training.run_folder.state import TrainingState


def pace(**training: object) -> Pace:
    """Of a recipe whose training section is given."""
    recipe = parse_recipe({"data": {"train": "pairs.tsv"}, "training": training}, "a test")
    return Pace(Outlook(recipe.training, np.full((100, 2), 10, dtype=np.int32), parameters=1000, bfloat16=False))


def simulate(*, max_time: float, epoch: float, cost: float, step: float) -> tuple[list[float], list[float]]:
    """The times at which a run validates within an epoch, and at ends of epochs and at its own end."""
    of, state = pace(max_time=max_time), TrainingState()
    within, ends = [], []
    trained, done = 0.0, 0

    def validate(times: list[float]) -> None:
        start = state.seconds
        times.append(start)
        state.seconds += cost
        of.validated(state, start)

    while state.seconds < max_time:
        state.seconds += step
        trained += step
        passed = min(trained / epoch, done + 1)  # epochs end with a step
        if of.is_validation_due(state, passed):
            validate(within)
        if passed == done + 1:
            done += 1
            trained = done * epoch
            validate(ends)
    validate(ends)
    return within, ends


@pytest.mark.parametrize("epoch", [0.3, 1.1, 1.24, 1.5, 2.0, 2.6, 3.4, 7.0, 9.0, 10.0, 33.0, 1000.0])
@pytest.mark.parametrize("cost", [0.0, 0.02, 0.1])
def test_time_brings_eight_validations_at_least_and_not_many_more(epoch: float, cost: float) -> None:
    """The unit is a tenth of the time."""
    within, ends = simulate(max_time=100.0, epoch=10 * epoch, cost=10 * cost, step=0.7)
    assert len(within) + len(ends) >= 8
    assert len(within) <= 16
    assert min((abs(one - other) for one in within for other in ends), default=9.0) > 2.0  # none just before another


def test_short_epochs_are_as_they_were() -> None:
    within, ends = simulate(max_time=100.0, epoch=9.0, cost=0.1, step=0.7)
    assert not within
    assert len(ends) == 11


def test_slow_validations_take_a_quarter_of_the_time_at_most(capsys: pytest.CaptureFixture[str]) -> None:
    within, ends = simulate(max_time=1000.0, epoch=50_000.0, cost=50.0, step=1.0)
    assert 4 <= len(within) + len(ends) <= 6
    assert capsys.readouterr().err.count("training.validation.decode") == 1


def test_only_time_asks_for_more_validations() -> None:
    assert interval(TrainingConfig(max_steps=10), 0.0) is None
    assert interval(TrainingConfig(max_time=10.0, validation=ValidationConfig(every_steps=5)), 0.0) is None
    assert interval(TrainingConfig(max_time=10.0), 0.0) == 1.0
    assert interval(TrainingConfig(max_time=10.0), 2.0) == 8.0
    assert not is_due(1.0, since=0.9, left=0.05)
    assert is_due(1.0, since=1.0, left=30.0)
    assert is_due(1.0, since=0.75, left=0.75)


def ahead(*, epoch_steps: int, **training: object) -> Pace:
    """What is said in the first steps of a run, of which one takes a second."""
    of, state = pace(**training), TrainingState()
    for step in range(1, 60):
        state.step, state.seconds = step, float(step)
        of.look_ahead(state, step / epoch_steps)
    return of


def test_time_that_will_not_do_is_said_once_and_early(capsys: pytest.CaptureFixture[str]) -> None:
    ahead(epoch_steps=1000, max_time=500.0)
    told = capsys.readouterr().err
    assert told.count("time for about 0.5 epochs") == 1
    assert "training.max_time=34m" in told


@pytest.mark.parametrize(
    ("epoch_steps", "limits"),
    [
        (100, {"max_time": 500.0}),
        (1000, {"max_time": 500.0, "max_steps": 100}),
        (1000, {"max_steps": 100}),
        (1000, {"max_time": 2000.0, "max_epochs": 1}),
    ],
)
def test_where_time_will_do_nothing_is_said(
    epoch_steps: int, limits: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    ahead(epoch_steps=epoch_steps, **limits)
    assert capsys.readouterr().err == ""


def test_a_run_that_has_not_seen_its_data_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    pace(max_time=500.0).look_back(TrainingState(step=500, seconds=500.0), 0.53)
    assert "training ended after 0.53 epochs" in (told := capsys.readouterr().err)
    assert "training.max_time=32m" in told
    pace(max_steps=50, max_time=500.0).look_back(TrainingState(step=50, seconds=30.0), 0.1)
    assert "An epoch has 500 steps: raise training.max_steps" in capsys.readouterr().err
    pace(max_time=500.0).look_back(TrainingState(step=500, seconds=500.0), 1.0)
    assert capsys.readouterr().err == ""
