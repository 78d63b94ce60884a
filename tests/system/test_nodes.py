"""Two nodes train as two processes of one do, and go on after one of them was lost, to the last bit."""

import os
import signal
from pathlib import Path

import pytest
from support import toy
from support.kill import differences, outcome, write_recipe
from support.nodes import torchrun, two_nodes
from support.processes import started

pytestmark = [pytest.mark.system, pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")]

KILLS = ((1, 10), (0, 20), (1, 30))[: 3 if os.environ.get("SOAK") else 1]
"""Which node loses its process, after which checkpoint (step): three times by `make soak`, once by the suite."""


def checkpoint_at(run: Path, step: int) -> bool:
    """Whether a run has written a checkpoint at a step, or after it."""
    return any(path.name >= f"step-{step:09d}" for path in (run / "checkpoints").glob("step-*"))


def test_two_nodes_are_two_processes_of_one_though_one_is_lost(tmp_path: Path) -> None:
    recipe = toy.recipe(tmp_path, max_steps=60, checkpoint_every_steps=5, validation={"every_steps": 30}, ema_decay=0.9)
    train = ["train", str(write_recipe(recipe, tmp_path / "recipe")), "--accelerator", "cpu", "--output"]
    here, run = tmp_path / "one node", tmp_path / "two nodes"
    with started(["-m", "seq2seq", *train, str(here), "--devices", "2"], tmp_path / "said") as group:
        assert group.end() == 0, group.said()
    with two_nodes() as nodes:
        for number, step in KILLS:
            with torchrun(nodes, [*train, str(run)], tmp_path) as groups:
                lost, left = groups[number], groups[1 - number]
                lost.wait_for(lambda step=step: checkpoint_at(run, step))  # type: ignore[misc]
                (worker,) = lost.others
                os.kill(worker, signal.SIGKILL)
                assert (lost.end(), left.end()) == (1, 1)  # torchrun's
                assert "another process of this run has ended" in left.said()
                assert "this is a bug" not in left.said()
            assert not checkpoint_at(run, 60)
        with torchrun(nodes, [*train, str(run)], tmp_path) as groups:
            assert [group.end() for group in groups] == [0, 0], groups[0].said()
            assert "resum" in groups[0].said()
    found = differences(outcome(here), outcome(run))
    assert [line for line in found if "/README.md: " not in line] == []
