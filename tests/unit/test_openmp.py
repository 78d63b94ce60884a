"""Threads that wait spin on a quiet machine and sleep on a busy one; who has decided otherwise is obeyed."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from support import toy

from seq2seq import openmp
from seq2seq.openmp import Times, Waiting
from seq2seq.training.fit import LaunchOptions, fit

PERIOD = 0.5
GNU = openmp._gnu_openmp() is not None


class Machine:
    """A machine with eight cores, as busy as it is told, and what the threads do on it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.idle, self.own, self.looks, self.changes = 100.0, 5.0, 1.0, 0, 0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)
        self.waiting = Waiting(self.times, 8, self.doze)

    def times(self) -> Times:
        self.looks += 1
        return Times(self.now, self.idle, self.own)

    def doze(self) -> Callable[[], None]:
        self.changes += 1
        return lambda: None

    def run(self, seconds: float, *, others: float, own: float = 4.0, threads: int = 8) -> None:
        for _ in range(round(seconds / PERIOD)):
            self.now += PERIOD
            self.idle += (8 - others - own) * PERIOD
            self.own += own * PERIOD
            self.waiting.look(threads)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def test_threads_sleep_while_the_machine_is_busy(machine: Machine) -> None:
    machine.run(60, others=0.1, own=7.9)
    assert (machine.waiting.asleep, machine.changes) == (False, 0)
    machine.run(PERIOD, others=0.7, own=7.3)
    assert machine.waiting.asleep
    machine.run(600, others=1.0, own=5.0)
    assert (machine.waiting.asleep, machine.changes) == (True, 1)
    machine.run(2.0, others=0.0, own=5.0)
    assert not machine.waiting.asleep


def test_others_are_welcome_where_there_is_room(machine: Machine) -> None:
    machine.run(10, others=3.9, own=3.0, threads=4)
    assert not machine.waiting.asleep
    machine.run(10, others=4.5, own=3.0, threads=4)
    assert machine.waiting.asleep


def test_a_gap_in_what_else_runs_wakes_nobody(machine: Machine) -> None:
    for _ in range(20):
        machine.run(PERIOD, others=2.0)
        machine.run(PERIOD, others=0.0)
    assert (machine.waiting.asleep, machine.changes) == (True, 1)


def test_looks_are_rare(machine: Machine) -> None:
    machine.looks = 0
    for _ in range(1000):
        machine.now += 0.002
        machine.waiting.look(8)
    assert 3 <= machine.looks <= 4


@pytest.mark.skipif(not GNU, reason="another OpenMP, or another system")
def test_what_others_use_is_seen() -> None:
    """Of the cores of this process, less its own time."""
    cores = os.sched_getaffinity(0)
    before, deadline = openmp._times(cores), time.monotonic() + 1.0
    while time.monotonic() < deadline:
        pass
    after = openmp._times(cores)
    assert after.own - before.own <= after.now - before.now + 0.05
    assert 0 <= after.idle - before.idle <= (after.now - before.now) * len(cores) + 0.05


@pytest.mark.skipif(not GNU, reason="another OpenMP, or another system")
def test_too_many_threads_are_there_as_long_as_they_are_wanted() -> None:
    def threads() -> int:
        return sum(1 for _ in Path("/proc/self/task").iterdir())

    library = openmp._gnu_openmp()
    assert library is not None
    before, names = threads(), {one.name for one in threading.enumerate()}
    release = openmp._crowd(library)
    assert threads() >= before + 2
    assert "seq2seq-crowd" in {one.name for one in threading.enumerate()} - names
    release()
    deadline = time.monotonic() + 10
    while threads() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threads() <= before


@pytest.mark.skipif(not GNU, reason="another OpenMP, or another system")
@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, True),
        ({"OMP_NUM_THREADS": "2"}, True),
        ({"OMP_WAIT_POLICY": "active"}, False),
        ({"GOMP_SPINCOUNT": "1000"}, False),
    ],
)
def test_the_default_and_who_has_decided_otherwise(
    environment: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "GOMP_"))}
    monkeypatch.setattr(os, "environ", inherited | environment)
    assert (openmp._waiting.__wrapped__() is not None) == expected


def test_a_gpu_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    monkeypatch.setattr(openmp, "_waiting", lambda: looked.append(1))
    for device in ("cuda", torch.device("cuda:1"), "mps"):
        openmp.adapt(device)
    assert not looked
    openmp.adapt("cpu")
    assert looked


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.skipif(not GNU, reason="another OpenMP, or another system")
@pytest.mark.usefixtures("two_threads")
def test_what_is_learnt_is_the_same_to_the_last_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run on a busy machine is that on a quiet one: threads wait in another way, and are as many."""
    library = openmp._gnu_openmp()
    assert library is not None
    changes = []

    class Restless(Waiting):
        """Changes its mind at each look."""

        def look(self, threads: int) -> None:
            assert threads == 2
            self._decide(crowded=not self.asleep, now=time.monotonic() + 1e6 * len(changes))
            changes.append(self.asleep)

    restless = Restless(lambda: Times(0.0, 0.0, 0.0), 2, lambda: openmp._crowd(library))
    found = []
    for name, waiting in (("quiet", None), ("busy", restless)):
        monkeypatch.setattr(openmp, "_waiting", lambda waiting=waiting: waiting)
        result = fit(toy.recipe(tmp_path, max_steps=4), tmp_path / name, LaunchOptions(threads=2))
        found.append(load_file(result.model / "weights.safetensors"))
    assert len(set(changes)) == 2
    assert all(torch.equal(found[0][name], found[1][name]) for name in found[0])
