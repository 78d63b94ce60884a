"""Classifiers and language models on a stream of shards."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from support import tasks
from support.refused import refused
from support.runs import checkpoint, state

from seq2seq.config.data import ColumnsConfig, StreamConfig
from seq2seq.config.recipe import Recipe
from seq2seq.data.batching.batch import Batch
from seq2seq.data.batching.loader import Loader
from seq2seq.data.batching.sampler import TokenBudgetSampler
from seq2seq.data.preparing import stream
from seq2seq.data.preparing.cache import entries
from seq2seq.data.preparing.prepare import Prepared
from seq2seq.data.preparing.stream import ShardStream
from seq2seq.log import codes
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.training.finetune.initial_model import open_data
from seq2seq.training.fit import LaunchOptions, fit
from seq2seq.training.trainer import Trainer

CONFIG: dict[str, Any] = {"max_steps": 9, "validation": {"every_steps": 4}, "ema_decay": 0.9}
LABELS = {name: name for name in ("first", "second", "neither")}


def sharded(recipe: Recipe, folder: Path, shards: Sequence[str], ending: str, **data: Any) -> Recipe:
    (folder / "shards").mkdir(exist_ok=True)
    for number, text in enumerate(shards):
        (folder / "shards" / f"{number}{ending}").write_text(text)
    changes = {"train": str(folder / "shards"), "stream": StreamConfig(shards=2), **data}
    return recipe.model_copy(update={"data": recipe.data.model_copy(update=changes)})


def classifier(folder: Path) -> Recipe:
    """The sample, the first shard, has one label of three."""
    lines = [f"{line}\t{tasks.label_of(line)}\n" for line in tasks.words(120)]
    shards = ["".join(lines[shard::4]) for shard in range(4)]
    first = "".join(line for line in lines if line.endswith("first\n"))
    return sharded(tasks.classification(folder, **CONFIG), folder, [first, *shards], ".tsv", labels=LABELS)


def soft_classifier(folder: Path) -> Recipe:
    """Labels with probabilities in all shards, and plain ones."""
    lines = [
        f"{line}\t{label if number % 3 else json.dumps({label: 0.75, other: 0.25})}\n"
        for number, line in enumerate(tasks.words(120))
        for label in [tasks.label_of(line)]
        for other in ["first" if label == "neither" else "neither"]
    ]
    shards = ["".join(lines[shard::4]) for shard in range(4)]
    return sharded(tasks.classification(folder, **CONFIG), folder, shards, ".tsv", labels=LABELS, soft_labels=True)


def language_model(folder: Path) -> Recipe:
    recipe = tasks.generation(folder, windows={"tokens": 12, "streams": 4}, **CONFIG)
    words = tasks.words(60)
    return sharded(recipe, folder, ["\n\n".join(words[shard::5]) for shard in range(5)], ".txt")


def tagged(folder: Path) -> Recipe:
    """Texts with tags; the last shard has one that the sample lacks."""
    shards = ["".join(f"{line[0]}\t{line}\n" for line in tasks.words(200)[shard::4]) for shard in range(4)]
    recipe = tasks.generation(folder, **{**CONFIG, "batch": {"max_tokens": 200}})
    (folder / "dev.tsv").write_text(shards[0])
    columns = ColumnsConfig(source=0, target=1)
    return sharded(recipe, folder, shards, ".tsv", columns=columns, path=None, dev=str(folder / "dev.tsv"))


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is prepared ahead."""
    monkeypatch.setattr(stream, "start_worker", lambda *_: subprocess.Popen(["true"], text=True))


def opened(recipe: Recipe, folder: Path) -> tuple[Prepared, ShardStream]:
    _, prepared = open_data(recipe, folder / "run", resume=False)
    shards = ShardStream.of(recipe, prepared, ahead=False)
    assert shards is not None
    return prepared, shards


@pytest.mark.parametrize("make", [classifier, soft_classifier, language_model, tagged])
def test_a_run_that_was_stopped_ends_like_one_that_was_not(
    make: Callable[[Path], Recipe], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe, learn, stop = make(tmp_path), Trainer.learn, 0
    learnt = []

    def watched(trainer: Trainer, batches: Sequence[Batch]) -> None:
        learnt.extend(trainer.loader.where(row) for batch in batches for row in batch.rows)  # type: ignore[union-attr]
        learn(trainer, batches)
        if trainer.state.step == stop:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Trainer, "learn", watched)
    fit(recipe, tmp_path / "whole")
    whole, learnt, stop = learnt, [], 5
    assert fit(recipe, tmp_path / "parts").summary.steps == stop
    stop = 0
    fit(recipe, tmp_path / "parts", LaunchOptions(resume=True))
    assert learnt == whole
    assert len({place.rpartition(":")[0] for place in learnt}) >= 3
    assert state(tmp_path / "parts") == state(tmp_path / "whole")
    one, other = (load_file(checkpoint(tmp_path / name) / "weights.safetensors") for name in ("parts", "whole"))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_labels_are_those_of_the_recipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = classifier(tmp_path)
    with codes(show=True):
        prepared, shards = opened(recipe, tmp_path)
    assert prepared.report.train.labels.keys() == {"first"}
    assert isinstance(prepared.tokenizers.target, LabelVocabulary)
    assert set(prepared.tokenizers.target.names) == set(LABELS)
    assert "data.label" not in capsys.readouterr().err  # what the sample lacks, later shards may have
    found = set()
    for epoch in range(shards.whole):
        split = shards.open(epoch)
        found |= {split.texts(row)[1] for row in range(len(split))}
        assert int(min(split.target_ids(row)[0] for row in range(len(split)))) >= 4
    assert found == set(LABELS)
    balanced = recipe.model_copy(update={"training": recipe.training.model_copy(update={"class_weights": "balanced"})})
    with refused("data.stream-sample-lacks-label", "'second'", "data.stream.sample"):
        fit(balanced, tmp_path / "run")


def test_labels_in_shards_have_their_probabilities(tmp_path: Path) -> None:
    recipe = soft_classifier(tmp_path)
    prepared, shards = opened(recipe, tmp_path)
    names = prepared.tokenizers.target
    assert isinstance(names, LabelVocabulary)
    certain = 0
    for epoch in range(shards.whole):
        split = shards.open(epoch)
        sampler = TokenBudgetSampler(split.lengths, recipe.training.batch, seed=1, where=split.where)
        for batch in Loader(split, sampler, prepared.tokenizers, seed=1, soft_labels=names).batches(0):
            for row, target in zip(batch.rows, batch.target[:, 0].tolist(), strict=True):
                file, _, line = split.where(row).rpartition(":")
                label = Path(file).read_text().splitlines()[int(line) - 1].partition("\t")[2]
                given = json.loads(label) if label.startswith("{") else {label: 1.0}
                assert dict(zip(names.names, target, strict=True)) == pytest.approx(
                    dict.fromkeys(names.names, 0.0) | given
                )
                certain += len(given) == 1
    assert 0 < certain < 120


def test_an_unknown_tag_is_a_bad_row(tmp_path: Path) -> None:
    recipe = tagged(tmp_path)
    last = tmp_path / "shards" / "3.tsv"
    last.write_text(f"{last.read_text()}z\ta b c\n")
    _, shards = opened(recipe, tmp_path)
    epoch = next(epoch for epoch in range(shards.whole) if str(last) in shards.shards(epoch))
    with refused("data.bad-rows", f"{last}:51", "'z'"):
        shards.open(epoch)
    lenient = recipe.model_copy(update={"data": recipe.data.model_copy(update={"skip_bad": True})})
    _, shards = opened(lenient, tmp_path)
    split = shards.open(epoch)
    assert f"{last}:51" not in {split.where(row) for row in range(len(split))}


@pytest.mark.parametrize("make", [classifier, soft_classifier, language_model, tagged])
def test_what_is_prepared_ahead_is_what_is_asked_for(
    make: Callable[[Path], Recipe], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "nice", lambda _: 0)
    prepared, shards = opened(make(tmp_path), tmp_path)
    stream._run_job(json.loads(json.dumps(shards._job(1))), None)
    ahead = {entry.path for entry in entries(tmp_path / "cache")} - {prepared.folder}
    shards.open(1)
    assert {entry.path for entry in entries(tmp_path / "cache")} - {prepared.folder} == ahead
