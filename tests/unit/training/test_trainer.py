"""The loop: steps, micro-batches, limits, validation, interruption, resumption."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from support import toy
from support.refused import refused
from support.runs import checkpoint, state

from seq2seq.config.recipe import TranslationRecipe
from seq2seq.data.batching.batch import Batch
from seq2seq.errors import CheckpointError, ConfigError, DataError
from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.training.distributed import Runtime
from seq2seq.training.fit import LaunchOptions, fit
from seq2seq.training.trainer import Trainer


def weights(run: Path, which: str = "checkpoint") -> dict[str, torch.Tensor]:
    folder = checkpoint(run) if which == "checkpoint" else run / which
    return load_file(folder / "weights.safetensors")


def assert_equal(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> None:
    assert one.keys() == other.keys()
    for name, tensor in one.items():
        assert torch.equal(tensor, other[name]), name


def entries(run: Path, kind: str) -> list[dict[str, float]]:
    lines = (run / "metrics.jsonl").read_text().splitlines()
    return [entry for entry in map(json.loads, lines) if entry["kind"] == kind]


def test_a_run_leaves_all_that_it_promises(tmp_path: Path) -> None:
    result = fit(toy.recipe(tmp_path, ema_decay=0.9), tmp_path / "run", name="reversal")
    run = tmp_path / "run"
    for name in ("recipe.yaml", "train.log", "metrics.jsonl", "curves.png", "checkpoints", "model"):
        assert (run / name).exists(), name
    assert [entry["step"] for entry in entries(run, "train")] == [3, 6, 9, 12]
    assert [entry["step"] for entry in entries(run, "validation")] == [6, 12]
    assert result.summary.steps == 12
    assert result.summary.stopped == "max_steps 12 reached"
    assert not result.interrupted
    loaded = load_folder(result.model)
    assert loaded.description.name == "reversal"
    assert loaded.description.training is not None
    assert loaded.description.training.best == pytest.approx(min(e["loss"] for e in entries(run, "validation")))


def test_the_same_seed_gives_the_same_weights_and_another_does_not(tmp_path: Path) -> None:
    for run, seed in (("a", 1), ("b", 1), ("c", 2)):
        fit(toy.recipe(tmp_path, seed=seed), tmp_path / run)
    assert_equal(weights(tmp_path / "a"), weights(tmp_path / "b"))
    assert not torch.equal(weights(tmp_path / "a")["projection.bias"], weights(tmp_path / "c")["projection.bias"])


def test_processes_agree_three_times_per_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the tokens before the gradient, on whether it is finite before it is applied, and on the rest at once."""
    calls = []
    add_up = Runtime.sum
    monkeypatch.setattr(Runtime, "sum", lambda self, *values: calls.append(len(values)) or add_up(self, *values))
    counts = []
    for steps in (2, 5):
        calls.clear()
        fit(
            toy.recipe(tmp_path, max_steps=steps, log_every=100, validation={"every_steps": 100}),
            tmp_path / f"run{steps}",
        )
        counts.append(len(calls))
    assert counts[1] - counts[0] == 3 * (5 - 2)


@pytest.fixture
def interrupt_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int | None, signal.Signals], None]]:
    """Send this process a signal when a run has taken so many steps; ``None``: no more."""
    learn = Trainer.learn

    def arm(step: int | None, number: signal.Signals = signal.SIGINT) -> None:
        def interrupted(self: Trainer, batches: list[Batch]) -> object:
            done = learn(self, batches)
            if self.state.step == step:
                os.kill(os.getpid(), number)
            return done

        monkeypatch.setattr(Trainer, "learn", interrupted)

    yield arm
    monkeypatch.undo()


@pytest.fixture(scope="module", params=[3, None], ids=lambda steps: f"every_steps={steps}")
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[TranslationRecipe, Path]:
    """A recipe, and its run from beginning to end."""
    folder = tmp_path_factory.mktemp("whole")
    recipe = toy.recipe(
        folder,
        ema_decay=0.9,
        schedule={"name": "plateau", "warmup_steps": 2, "patience": 1},
        optimizer={"name": "adam", "learning_rate": 0.05},
        validation={"every_steps": request.param},
        max_steps=15,
    )
    fit(recipe, folder / "run")
    return recipe, folder / "run"


@pytest.mark.parametrize("stop", [5, 6, 7, 9])
def test_a_run_that_was_stopped_ends_like_one_that_was_not(
    tmp_path: Path, interrupt_at: Callable[[int | None], None], whole: tuple[TranslationRecipe, Path], stop: int
) -> None:
    """Weights, average, schedule and best model; also when it stops at the end of an epoch (of 7 batches)."""
    recipe, uninterrupted = whole
    interrupt_at(stop)
    assert fit(recipe, tmp_path / "parts").summary.steps == stop
    interrupt_at(None)
    fit(recipe, tmp_path / "parts", LaunchOptions(resume=True))
    assert_equal(weights(uninterrupted), weights(tmp_path / "parts"))
    average = [load_file(checkpoint(run) / "average.safetensors") for run in (uninterrupted, tmp_path / "parts")]
    assert_equal(*average)
    assert_equal(weights(uninterrupted, "model"), weights(tmp_path / "parts", "model"))
    assert state(uninterrupted) == state(tmp_path / "parts")
    steps = [[entry["step"] for entry in entries(run, "validation")] for run in (uninterrupted, tmp_path / "parts")]
    assert steps[0] == steps[1]


def test_guided_attention_is_part_of_a_run_that_resumes(
    tmp_path: Path, interrupt_at: Callable[[int | None], None]
) -> None:
    recipe = toy.recipe(tmp_path, guided_alignment=0.5)
    fit(recipe, tmp_path / "whole")
    fit(toy.recipe(tmp_path), tmp_path / "unguided")
    interrupt_at(5)
    fit(recipe, tmp_path / "parts")
    interrupt_at(None)
    fit(recipe, tmp_path / "parts", LaunchOptions(resume=True))
    assert_equal(weights(tmp_path / "parts"), weights(tmp_path / "whole"))
    guided, unguided = (weights(tmp_path / run)["decoder.attention.key.weight"] for run in ("whole", "unguided"))
    assert not torch.equal(guided, unguided)


def test_resuming_a_finished_run_changes_nothing(tmp_path: Path) -> None:
    recipe = toy.recipe(tmp_path, validation={"every_steps": 6, "patience": 1})
    fit(recipe, tmp_path / "run")
    before = [entries(tmp_path / "run", kind) for kind in ("train", "validation")]
    stood = state(tmp_path / "run")
    fit(recipe, tmp_path / "run", LaunchOptions(resume=True))
    assert [entries(tmp_path / "run", kind) for kind in ("train", "validation")] == before
    assert state(tmp_path / "run") == stood


def test_micro_batches_add_up_to_the_step_of_one_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gradient of a step is that of all its tokens, however they are split."""
    no_dropout = {"dropout": {"embedding": 0.0, "layer": 0.0, "output": 0.0}}
    base = toy.recipe(tmp_path, max_steps=1, optimizer={"name": "sgd", "learning_rate": 1.0}, clip_norm=None)
    recipe = TranslationRecipe.model_validate(
        {
            **dict(base),
            "model": base.model.model_copy(
                update={"dropout": type(base.model.dropout).model_validate(no_dropout["dropout"])}
            ),
        }
    )
    whole = Trainer.remaining_steps

    def halved(self: Trainer) -> Iterator[list[Batch]]:
        for (batch,) in whole(self):
            yield [
                self.loader.collate(part, 0) for part in (batch.rows[: len(batch) // 3], batch.rows[len(batch) // 3 :])
            ]

    fit(recipe, tmp_path / "one")
    monkeypatch.setattr(Trainer, "remaining_steps", halved)
    fit(recipe, tmp_path / "two")
    one, two = weights(tmp_path / "one"), weights(tmp_path / "two")
    for name in one:
        torch.testing.assert_close(one[name], two[name], atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_keeps_what_was_learnt(
    tmp_path: Path, interrupt_at: Callable[[int | None, signal.Signals], None], number: signal.Signals
) -> None:
    interrupt_at(4, number)
    result = fit(toy.recipe(tmp_path), tmp_path / "run")
    assert result.interrupted is number
    assert result.summary.steps == 4
    assert number.name in result.summary.stopped
    load_folder(result.model)


def test_patience_ends_a_run_that_learns_nothing(tmp_path: Path) -> None:
    recipe = toy.recipe(
        tmp_path,
        max_steps=200,
        optimizer={"name": "sgd", "learning_rate": 1e-12},
        validation={"every_steps": 2, "patience": 2, "metric": "exact_match"},
    )
    result = fit(recipe, tmp_path / "run")
    assert result.summary.stopped == "exact_match has not improved for 2 validations"
    assert result.summary.steps == 6


def test_a_run_that_time_ends_is_validated_often_within_its_epoch(tmp_path: Path) -> None:
    toy.write_pairs(tmp_path / "long.tsv", toy.reversal_pairs(60_000, longest=12))
    of = toy.recipe(tmp_path, max_steps=None, max_time=8.0, validation={"metric": "loss"}, checkpoint_every=60.0)
    data = of.data.model_copy(update={"train": str(tmp_path / "long.tsv")})
    result = fit(of.model_copy(update={"data": data}), tmp_path / "run")
    assert result.summary.epochs < 1
    assert len(entries(tmp_path / "run", "validation")) >= 8
    log = (tmp_path / "run" / "train.log").read_text()
    assert "before it had seen all of the data" in log
    assert log.count("training.max_time=") == 2  # as soon as the speed is known, and at the end


def test_epochs_and_time_end_training(tmp_path: Path) -> None:
    by_epochs = fit(toy.recipe(tmp_path, max_steps=None, max_epochs=2), tmp_path / "epochs")
    assert by_epochs.summary.epochs == 2.0
    by_time = fit(toy.recipe(tmp_path, max_steps=None, max_time=1.0), tmp_path / "time")
    assert by_time.summary.stopped == "max_time 1s reached"


def test_a_validation_by_text_decodes(tmp_path: Path) -> None:
    fit(toy.recipe(tmp_path, validation={"metric": "bleu", "every_steps": 12}), tmp_path / "run")
    (entry,) = entries(tmp_path / "run", "validation")
    assert 0 <= entry["bleu"] <= 100
    assert 0 <= entry["exact_match"] <= 1
    assert "hypothesis" in (tmp_path / "run" / "train.log").read_text()


def test_a_loss_that_is_not_finite_ends_training_with_advice(tmp_path: Path) -> None:
    recipe = toy.recipe(tmp_path, optimizer={"name": "sgd", "learning_rate": 1e38}, clip_norm=None)
    with refused("training.loss-not-finite", " at step "):
        fit(recipe, tmp_path / "run")


def test_weights_that_are_not_finite_are_never_saved(tmp_path: Path) -> None:
    """Whichever comes first, validation or report: the good checkpoint and the good model stay."""
    good = toy.recipe(tmp_path, max_steps=2, validation={"every_steps": 2})
    fit(good, tmp_path / "run")
    kept = weights(tmp_path / "run"), weights(tmp_path / "run", "model")
    bad = toy.recipe(
        tmp_path,
        max_steps=8,
        validation={"every_steps": 2},
        optimizer={"name": "adam", "learning_rate": 1e38},
        log_every=50,
    )
    with refused("training.loss-not-finite", "step-000000002"):
        fit(bad, tmp_path / "run", LaunchOptions(resume=True))
    assert_equal(kept[0], weights(tmp_path / "run"))
    assert_equal(kept[1], weights(tmp_path / "run", "model"))


def test_a_folder_in_use_is_not_overwritten_unasked(tmp_path: Path) -> None:
    recipe = toy.recipe(tmp_path, max_steps=1)
    fit(recipe, tmp_path / "run")
    (tmp_path / "run" / "notes.txt").write_text("mine")
    other = toy.recipe(tmp_path, max_steps=2, seed=7)
    with pytest.raises(ConfigError) as caught:
        fit(other, tmp_path / "run")
    assert caught.value.code == "run.other-recipe"
    assert "training.max_steps: 1, now 2 (" in str(caught.value)
    assert "training.seed: 1, now 7 (cannot change: " in str(caught.value)
    fit(other, tmp_path / "run", LaunchOptions(overwrite=True))
    assert (tmp_path / "run" / "notes.txt").read_text() == "mine"
    with pytest.raises(ConfigError) as caught:
        fit(recipe, tmp_path / "train.tsv")
    assert caught.value.code == "run.folder-is-file"
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    with pytest.raises(ConfigError) as caught:
        fit(recipe, tmp_path / "full")
    assert caught.value.code == "run.folder-not-empty"


def test_resuming_says_what_is_in_the_way(tmp_path: Path) -> None:
    recipe = toy.recipe(tmp_path, max_steps=1)
    with pytest.raises(CheckpointError) as caught:
        fit(recipe, tmp_path / "run", LaunchOptions(resume=True))
    assert caught.value.code == "run.nothing-to-resume"
    fit(recipe, tmp_path / "run")
    other = TranslationRecipe.model_validate(
        {**dict(recipe), "model": recipe.model.model_copy(update={"embedding": 8})}
    )
    with refused("run.other-recipe", "model.embedding: 16, now 8 "):
        fit(other, tmp_path / "run", LaunchOptions(resume=True))
    average = toy.recipe(tmp_path, max_steps=1, ema_decay=0.9)
    with refused("run.other-recipe", "training.ema_decay: 0.0, now 0.9 "):
        fit(average, tmp_path / "run", LaunchOptions(resume=True))
    (tmp_path / "train.tsv").write_text("a b\tb a\nc d\td c\n", encoding="utf-8")
    with pytest.raises(CheckpointError) as caught:
        fit(recipe, tmp_path / "run", LaunchOptions(resume=True))
    assert caught.value.code == "run.other-data"


def test_a_checkpoint_that_was_being_replaced_is_found(tmp_path: Path) -> None:
    """The machine stopped between the two renames that put a new checkpoint in the place of the old one."""
    recipe = toy.recipe(tmp_path, max_steps=1)
    fit(recipe, tmp_path / "run")
    last = checkpoint(tmp_path / "run")
    aside = last.with_name(f".{last.name}.old")
    last.rename(aside)
    fit(recipe, tmp_path / "run", LaunchOptions(resume=True))
    assert checkpoint(tmp_path / "run") == last
    last.rename(aside)
    fit(recipe, tmp_path / "run", LaunchOptions(overwrite=True))
    assert not aside.exists()


def test_data_that_are_wrong_cost_no_earlier_run(tmp_path: Path) -> None:
    fit(toy.recipe(tmp_path, max_steps=1), tmp_path / "run")
    recipe = toy.recipe(tmp_path, max_steps=1)
    (tmp_path / "train.tsv").write_text("no tab in here\n", encoding="utf-8")
    with pytest.raises(DataError):
        fit(recipe, tmp_path / "run", LaunchOptions(overwrite=True))
    load_folder(tmp_path / "run" / "model")
    with pytest.raises(DataError):
        fit(recipe, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_damaged_checkpoint_is_reported(tmp_path: Path) -> None:
    recipe = toy.recipe(tmp_path, max_steps=1)
    fit(recipe, tmp_path / "run")
    (checkpoint(tmp_path / "run") / "optimizer.safetensors").write_bytes(b"nonsense")
    with refused("run.checkpoints-damaged"):
        fit(recipe, tmp_path / "run", LaunchOptions(resume=True))


def test_there_is_no_such_accelerator(tmp_path: Path) -> None:
    if torch.cuda.is_available():
        pytest.fail("this test is for machines without a GPU")
    with refused("training.devices-unsupported", "--accelerator"):
        fit(toy.recipe(tmp_path), tmp_path / "run", LaunchOptions(accelerator="cuda"))
