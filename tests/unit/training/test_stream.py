"""Training on a stream of shards: all of it is learnt from, and a run that is stopped resumes as if it were not."""

import json
import os
import signal
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from support.deferred import defer
from support.refused import refused
from support.runs import checkpoint, state
from support.shards import PAIRS, SHARDS, stream

from seq2seq.config.data import StreamConfig
from seq2seq.data.batching.batch import Batch
from seq2seq.data.batching.stream import StreamLoader
from seq2seq.data.preparing.cache import entries
from seq2seq.data.preparing.split import Split
from seq2seq.data.preparing.stream import ShardStream
from seq2seq.errors import NoExamples
from seq2seq.log import codes
from seq2seq.text.sketch import Sketch
from seq2seq.training.distributed import Runtime
from seq2seq.training.finetune.initial_model import open_data
from seq2seq.training.fit import LaunchOptions, fit
from seq2seq.training.interrupt import catch_interrupts
from seq2seq.training.loop import TrainingLoop
from seq2seq.training.step.updater import Step, Updater
from seq2seq.training.trainer import Trainer


def weights(run: Path) -> dict[str, torch.Tensor]:
    return load_file(checkpoint(run) / "weights.safetensors")


class Watched:
    """What training learns from, and a signal at some step."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.learnt: list[str] = []
        self.stop: int | None = None
        learn = Trainer.learn

        def watched(trainer: Trainer, batches: Sequence[Batch]) -> None:
            assert isinstance(trainer.loader, StreamLoader)
            self.learnt += [trainer.loader.where(row) for batch in batches for row in batch.rows]
            learn(trainer, batches)
            if trainer.state.step == self.stop:
                os.kill(os.getpid(), signal.SIGINT)

        patch.setattr(Trainer, "learn", watched)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(monkeypatch)


def test_three_epochs_are_all_shards(tmp_path: Path, watched: Watched) -> None:
    limits = {"max_steps": None, "max_epochs": 6, "validation": {"metric": "loss"}}
    result = fit(stream(tmp_path, **limits), tmp_path / "run")
    assert result.summary.epochs == 6
    size = len(PAIRS[:260]) // SHARDS
    every = {f"{tmp_path}/shards/{shard}.tsv:{line}": 2 for shard in range(SHARDS) for line in range(1, size + 1)}
    assert Counter(watched.learnt) == every
    # The sample and the last epoch are on the disk, and none of those before.
    assert len(entries(tmp_path / "cache")) == 2
    data = json.loads((result.model / "config.json").read_text())["data"]
    assert (data["shards"], data["training_examples_in_the_sample"]) == (SHARDS, size)
    # The model knows the texts of all shards again, not those of the sample alone.
    overlap = Sketch.from_dict(data["sketch"]).overlap(source for source, _ in PAIRS)
    assert overlap is not None
    assert (overlap.seen, overlap.compared) == (260, len(PAIRS))


@pytest.mark.parametrize("stop", [3, 4, 12])
def test_a_run_that_was_stopped_ends_like_one_that_was_not(tmp_path: Path, watched: Watched, stop: int) -> None:
    """Within an epoch of shards, at its end, and in the second pass over all shards."""
    recipe = stream(tmp_path, max_steps=14, ema_decay=0.9)
    fit(recipe, tmp_path / "whole")
    learnt, watched.learnt, watched.stop = watched.learnt, [], stop
    assert fit(recipe, tmp_path / "parts").summary.steps == stop
    watched.stop = None
    fit(recipe, tmp_path / "parts", LaunchOptions(resume=True))
    assert watched.learnt == learnt
    assert state(tmp_path / "parts") == state(tmp_path / "whole")
    found, expected = weights(tmp_path / "parts"), weights(tmp_path / "whole")
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in expected)


def test_steps_that_are_read_later_are_read_before_the_shards_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a GPU: what is wrong with a row is said of the file that it came from."""
    recipe = stream(tmp_path, max_steps=8, log_every=100, validation={"every_steps": 100, "metric": "loss"})
    _, prepared = open_data(recipe, tmp_path / "run", resume=False)
    shards = ShardStream.of(recipe, prepared, ahead=False)
    trainer = Trainer(recipe, prepared, tmp_path / "run", Runtime(accelerator="cpu", threads=1), stream=shards)
    defer(trainer)
    read, unread = 0, []
    flush = Updater.flush

    def flushed(updater: Updater) -> list[Step]:
        nonlocal read
        steps = flush(updater)
        read += len(steps)
        return steps

    def opened(epoch: int) -> Split:
        assert shards is not None
        unread.append(trainer.state.step - read)
        return shards.open(epoch)

    monkeypatch.setattr(Updater, "flush", flushed)
    assert isinstance(trainer.loader, StreamLoader)
    trainer.loader.open = opened
    (tmp_path / "run").mkdir()
    with catch_interrupts() as interrupt:
        TrainingLoop(trainer, interrupt).run()
    assert len(unread) == 2
    assert set(unread) == {0}


def test_batches_of_a_stream_pass_over_epochs_without_examples() -> None:
    class Reader:
        def __init__(self, split: Split) -> None:
            self.split = split

        def len_epoch(self, _: int) -> int:
            return 1

    def opened(epoch: int) -> Split:
        if epoch in {1, 2, 5, 6, 7}:
            raise NoExamples("none", code="data.empty-file")
        return Split([], ())

    loader = StreamLoader(Split([], ()), opened, Reader, whole=3)  # type: ignore[arg-type]
    assert [loader.len_epoch(epoch) for epoch in range(7)] == [1, 0, 0, 1, 1, 0, 0]
    assert list(loader.batches(6)) == []
    with refused("data.empty-file"):  # no shard has any
        loader.len_epoch(7)


def test_an_epoch_without_examples_is_passed_over(
    tmp_path: Path, watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = stream(tmp_path, max_steps=None, max_epochs=3, validation={"metric": "loss"})
    recipe = recipe.model_copy(update={"data": recipe.data.model_copy(update={"stream": StreamConfig()})})
    _, prepared = open_data(recipe, tmp_path / "run", resume=False)
    shards = ShardStream.of(recipe, prepared, ahead=False)
    assert shards is not None
    names = [shards.shards(epoch)[0] for epoch in range(3)]
    blank = next(name for name in names if not name.endswith("0.tsv"))  # 0 is the sample
    Path(blank).write_text(" \t \n" * 3)
    with codes(show=True):
        assert fit(recipe, tmp_path / "run").summary.epochs == 3
    assert "data.stream-epoch-without-examples" in capsys.readouterr().err
    assert {name.rpartition(":")[0] for name in watched.learnt} == {*names} - {blank}


def test_a_shard_that_is_missed_when_a_run_is_resumed_is_named(tmp_path: Path, watched: Watched) -> None:
    recipe = stream(tmp_path, max_steps=6)
    watched.stop = 3
    fit(recipe, tmp_path / "run")
    shard = tmp_path / "shards" / "3.tsv"
    content = shard.read_bytes()
    prepared = {entry.path for entry in entries(tmp_path / "cache")}
    shard.unlink()
    with refused("data.changed", f"{shard}: missing"):
        fit(recipe, tmp_path / "run", LaunchOptions(resume=True))
    shard.write_bytes(content + b"\n")
    (tmp_path / "shards" / "9.tsv").write_bytes(content)
    with refused("data.changed", f"{tmp_path}/shards/9.tsv", f"{shard}: {len(content) + 1:,}"):
        fit(recipe, tmp_path / "run", LaunchOptions(resume=True))
    assert {entry.path for entry in entries(tmp_path / "cache")} == prepared  # it is said before anything is done
    (tmp_path / "shards" / "9.tsv").unlink()
    shard.write_bytes(content)
    watched.stop = None
    assert fit(recipe, tmp_path / "run", LaunchOptions(resume=True)).summary.steps == 6


def test_a_bad_row_in_a_later_shard_loses_no_step(tmp_path: Path, watched: Watched) -> None:
    recipe = stream(tmp_path, max_steps=None, max_epochs=2, validation={"every_steps": 100, "metric": "loss"})
    _, prepared = open_data(recipe, tmp_path / "run", resume=False)
    shards = ShardStream.of(recipe, prepared, ahead=False)
    assert shards is not None
    later = next(name for name in shards.shards(1) if not name.endswith("0.tsv"))  # 0 is the sample
    with Path(later).open("a") as file:
        file.write("one column\n")
    with refused("data.bad-rows", later):
        fit(recipe, tmp_path / "run")
    learnt, watched.learnt = watched.learnt, []
    found = state(tmp_path / "run")["state"]
    assert (found["epoch"], found["batch"]) == (1, 0)
    assert set(learnt) == {f"{name}:{line}" for name in shards.shards(0) for line in range(1, 53)}
    lenient = recipe.model_copy(update={"data": recipe.data.model_copy(update={"skip_bad": True})})
    assert fit(lenient, tmp_path / "run", LaunchOptions(resume=True)).summary.epochs == 2
    assert set(watched.learnt) == {f"{name}:{line}" for name in shards.shards(1) for line in range(1, 53)}
