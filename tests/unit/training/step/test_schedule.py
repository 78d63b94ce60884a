"""Learning rates over time, and the limits that end it."""

import itertools
from typing import Literal

import pytest

from seq2seq.config.training import ScheduleConfig
from seq2seq.training.step.schedule import Limits, Schedule

Name = Literal["constant", "inverse_sqrt", "cosine", "plateau", "one_cycle"]


def shares(name: Name, steps: int = 100, warmup: int = 10, floor: float = 0.0) -> list[float]:
    schedule = Schedule(ScheduleConfig(name=name, warmup_steps=warmup, min_share=floor))
    return [schedule.share(step, step / steps) for step in range(steps)]


@pytest.mark.parametrize("name", ["constant", "inverse_sqrt", "cosine", "plateau", "one_cycle"])
def test_all_rise_to_the_peak_within_the_warm_up(name: Name) -> None:
    found = shares(name)
    assert found[:10] == sorted(found[:10])
    assert found[0] < 0.2
    assert found[9] == pytest.approx(1.0)


def test_without_warm_up_the_peak_comes_first() -> None:
    for name in ("constant", "inverse_sqrt", "cosine", "plateau", "one_cycle"):
        assert Schedule(ScheduleConfig(name=name, warmup_steps=0)).share(0, 0.0) == 1.0  # type: ignore[arg-type]


def test_cosine_falls_to_the_floor_at_the_end() -> None:
    schedule = Schedule(ScheduleConfig(name="cosine", warmup_steps=0, min_share=0.1))
    assert schedule.share(50, 0.5) == pytest.approx(0.55)
    assert schedule.share(100, 1.0) == pytest.approx(0.1)


def test_inverse_square_root_halves_when_steps_quadruple() -> None:
    schedule = Schedule(ScheduleConfig(name="inverse_sqrt", warmup_steps=100, min_share=0.0))
    assert schedule.share(99, 0.0) == pytest.approx(1.0)
    assert schedule.share(399, 0.0) == pytest.approx(0.5)


def test_a_plateau_lowers_the_rate_after_its_patience() -> None:
    schedule = Schedule(ScheduleConfig(name="plateau", warmup_steps=0, patience=2, factor=0.5))
    found = []
    for improved in (True, False, True, False, False, False, False):
        schedule.observe(improved=improved)
        found.append(schedule.share(1, 0.0))
    assert found == [1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.25]


@pytest.mark.parametrize("name", ["cosine", "one_cycle"])
def test_the_wave_begins_where_the_warm_up_ends(name: Name) -> None:
    found = shares(name, steps=1000, warmup=300)
    assert max(abs(after - before) for before, after in itertools.pairwise(found)) < 0.01
    assert found[-1] < 0.01


def test_the_nearest_limit_ends_training() -> None:
    limits = Limits(max_steps=100, max_epochs=10, max_time=60.0)
    assert limits.reached(steps=99, epochs=9.9, seconds=59) is None
    assert limits.reached(steps=100, epochs=0, seconds=0) == "max_steps 100 reached"
    assert limits.reached(steps=0, epochs=10, seconds=0) == "max_epochs 10 reached"
    assert limits.reached(steps=0, epochs=0, seconds=60) == "max_time 1m reached"


def test_progress_is_that_of_the_nearest_limit() -> None:
    assert Limits(100, 10, None).progress(steps=20, epochs=5, seconds=0) == 0.5
    assert Limits(100, None, 60.0).progress(steps=20, epochs=0, seconds=30) == 0.5
    assert Limits(None, None, 60.0).progress(steps=20, epochs=0, seconds=30) == 0.5
    assert Limits(100, None, 60.0).progress(steps=20, epochs=0, seconds=70) == 1.0
