"""Several processes train as one does, write as one does, and go on after they were killed.

Real processes, started by `--devices` and by torchrun; they share gradients through gloo.
"""

import json
import os
import shutil
import signal
from collections import Counter
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from support import tasks, toy
from support.kill import differences, measured, outcome, write_recipe
from support.processes import started
from support.runs import checkpoint
from support.shards import stream

from seq2seq.config.load import parse_recipe
from seq2seq.config.recipe import Recipe
from seq2seq.training.fit import fit

pytestmark = [pytest.mark.system, pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")]

TWO = ("--devices", "2", "--accelerator", "cpu")
TORCHRUN = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "seq2seq"]
PROGRAM = """
import os, sys
from seq2seq.data.preparing import prepare

build = prepare.build

def counted(*arguments):
    with open({counts!r}, "a") as file:
        file.write("prepared\\n")
    return build(*arguments)

prepare.build = counted

if __name__ == "__main__":
    from seq2seq.cli.main import main
    main()
"""
"""A program like `seq2seq`, which counts how often data are prepared."""


def changed(recipe: Recipe, *, dropout: bool = True, **training: object) -> Recipe:
    """A recipe with other settings of training, and without dropout if need be."""
    found = recipe.model_dump(mode="json")
    found["training"] |= training
    if not dropout:
        found["model"]["dropout"] = dict.fromkeys(("embedding", "word", "layer", "output"), 0.0)
    return parse_recipe(found, "a test")


def translation(folder: Path) -> Recipe:
    """Letters backwards; 7 batches an epoch, so that one is left over, and a development split of 3 batches."""
    recipe = toy.recipe(folder, ema_decay=0.9)
    pairs = toy.reversal_pairs(2_000)
    toy.write_pairs(folder / "dev.tsv", pairs[260:])
    validation = {"every_steps": 20, "metric": "bleu", "decode": 101}
    return changed(
        recipe, dropout=False, max_steps=60, checkpoint_every_steps=5, validation=validation, label_smoothing=0.1
    )


def classification(folder: Path) -> Recipe:
    recipe = tasks.classification(folder, class_weights="balanced")
    lines = [f"{line}\t{tasks.label_of(line)}\n" for line in tasks.words(2_400)]
    (folder / "dev.tsv").write_text("".join(lines[120:]))
    return changed(recipe, dropout=False, max_steps=40, validation={"every_steps": 20, "metric": "accuracy"})


def weights(run: Path) -> dict[str, torch.Tensor]:
    return load_file(checkpoint(run) / "weights.safetensors")


def assert_close(one: Path, other: Path) -> None:
    """Two runs have come to the same weights, but for rounding, and have measured the same on the way."""
    left, right = weights(one), weights(other)
    assert left.keys() == right.keys()
    for name in left:
        torch.testing.assert_close(
            left[name], right[name], rtol=0, atol=1e-6, msg=lambda text, of=name: f"{of}: {text}"
        )
    found, expected = ([line for line in measured(run) if line["kind"] == "validation"] for run in (one, other))
    assert len(found) >= 2
    for line, its in zip(found, expected, strict=True):
        assert line.pop("kind") == its.pop("kind")
        assert line == pytest.approx(its, rel=1e-6, abs=1e-6)


def assert_equal(one: Path, other: Path) -> None:
    """Two runs have come to the same, to the last bit; but the model card, which says how long it took."""
    found = differences(outcome(one), outcome(other))
    assert [line for line in found if "/README.md: " not in line] == []


def assert_written_once(run: Path, said: str) -> None:
    """No line stands twice where one process should have written it."""
    for text in ((run / "train.log").read_text(), said):
        steps = [line for line in text.splitlines() if line.startswith("step ")]
        assert [line for line, times in Counter(steps).items() if times > 1] == []
        for once in ("training examples, about", "reached after"):
            assert sum(once in line for line in text.splitlines() if not line.startswith(" ")) == 1, once
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    for kind in ("train", "validation"):
        steps = [line["step"] for line in lines if line["kind"] == kind]
        assert steps == sorted(set(steps))
        assert steps


def checkpoint_at(run: Path, step: int) -> bool:
    """Whether a run has written a checkpoint at a step, or after it."""
    return any(path.name >= f"step-{step:09d}" for path in (run / "checkpoints").glob("step-*"))


def test_translation_on_two_processes_is_that_on_one_and_survives(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = translation(tmp_path)
    file = write_recipe(recipe, tmp_path / "recipe")
    program, counts = tmp_path / "program.py", tmp_path / "counts"
    program.write_text(PROGRAM.format(counts=str(counts)))

    # On two processes ...
    whole = tmp_path / "whole"
    arguments = [str(program), "train", str(file), *TWO, "--output"]
    with started([*arguments, str(whole)], tmp_path / "said") as group:
        assert group.end() == 0, group.said()
        assert_written_once(whole, group.said())
    assert counts.read_text() == "prepared\n"
    assert "processes: 2" in (whole / "train.log").read_text()

    # ... as on one that accumulates two batches.
    fit(changed(recipe, batch={"max_tokens": 400, "accumulate": 2}), tmp_path / "one")
    assert_close(whole, tmp_path / "one")

    # Killed: all at once, ...
    killed = tmp_path / "killed"
    with started([*arguments, str(killed)], tmp_path / "said") as group:
        group.wait_for(lambda: checkpoint_at(killed, 10))
        group.signal_all(signal.SIGKILL)
        assert group.end() == -signal.SIGKILL
    assert not checkpoint_at(killed, 60)
    shutil.copytree(killed, tmp_path / "on one")

    # ... and one of them, which the other tells us;
    with started([*arguments, str(killed)], tmp_path / "said") as group:
        group.wait_for(lambda: checkpoint_at(killed, 30))
        (follower,) = group.others
        os.kill(follower, signal.SIGKILL)
        assert group.end() in (1, -signal.SIGKILL)  # the latter is Fabric's doing, if it sees it first
        assert "process of this run has ended" in group.said() or "Child process" in group.said()
        assert "this is a bug" not in group.said()
    assert not checkpoint_at(killed, 60)

    # it goes on as if nothing had happened;
    with started([*arguments, str(killed)], tmp_path / "said") as group:
        assert group.end() == 0, group.said()
    assert_equal(whole, killed)

    # and on one process it goes on as well, though not to the last bit.
    capsys.readouterr()
    result = fit(recipe, tmp_path / "on one")
    assert result.summary.steps == 60
    said = capsys.readouterr().err
    assert "with 1 process instead of 2" in said


def test_a_stream_of_shards_on_two_processes_is_that_on_one(tmp_path: Path) -> None:
    recipe = changed(stream(tmp_path), dropout=False, max_steps=10, validation={"every_steps": 5, "metric": "loss"})
    file = write_recipe(recipe, tmp_path / "recipe")
    run = tmp_path / "run"
    with started(["-m", "seq2seq", "train", str(file), *TWO, "--output", str(run)], tmp_path / "said") as group:
        assert group.end() == 0, group.said()
    fit(changed(recipe, batch={"max_tokens": 400, "accumulate": 2}), tmp_path / "one")
    assert_close(run, tmp_path / "one")


def test_classification_by_torchrun_is_that_on_one_process(tmp_path: Path) -> None:
    recipe = classification(tmp_path)
    file = write_recipe(recipe, tmp_path / "recipe")
    run = tmp_path / "run"
    with started([*TORCHRUN, "train", str(file), "--output", str(run)], tmp_path / "said") as group:
        assert group.end() == 0, group.said()
        assert_written_once(run, group.said())
    fit(changed(recipe, batch={"max_tokens": 200, "accumulate": 2}), tmp_path / "one")
    assert_close(run, tmp_path / "one")


def test_windows_whose_state_is_carried_on_two_processes(tmp_path: Path) -> None:
    recipe = tasks.generation(tmp_path, windows={"tokens": 8, "streams": 3}, max_steps=48, checkpoint_every_steps=4)
    file = write_recipe(recipe, tmp_path / "recipe")
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    arguments = ["-m", "seq2seq", "train", str(file), *TWO, "--output"]
    with started([*arguments, str(whole)], tmp_path / "said") as group:
        assert group.end() == 0, group.said()

    with started([*arguments, str(stopped)], tmp_path / "said") as group:
        group.wait_for(lambda: checkpoint_at(stopped, 8))
        group.signal_all(signal.SIGTERM)
        assert group.end() == 128 + signal.SIGTERM, group.said()
        assert group.said().count("interrupted by SIGTERM") == 1
    assert not checkpoint_at(stopped, 44)

    with started([*arguments, str(stopped)], tmp_path / "said") as group:
        group.wait_for(lambda: checkpoint_at(stopped, 20))
        group.leader.kill()
        assert group.end() == -signal.SIGKILL  # and the other has ended, too
    assert not checkpoint_at(stopped, 44)

    with started([*arguments, str(stopped)], tmp_path / "said") as group:
        assert group.end() == 0, group.said()
    assert_equal(whole, stopped)


def test_a_leader_that_fails_keeps_nobody_waiting(tmp_path: Path) -> None:
    recipe = translation(tmp_path)
    file = write_recipe(recipe, tmp_path / "recipe")
    with (tmp_path / "train.tsv").open("a") as broken:
        broken.write("a b c\n")
    with started([*TORCHRUN, "train", str(file), "--output", str(tmp_path / "run")], tmp_path / "said") as group:
        assert group.end() == 1  # torchrun's; ours stands in its report
        said = group.said()
    assert said.count("train.tsv:261: ") == 1
    assert "this is a bug" not in said
    assert "exitcode  : 1 " in said
    assert not (tmp_path / "run").exists()
