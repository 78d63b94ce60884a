"""A classifier, a language model and a forecaster that were stopped end like those that were not."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from support import tasks
from support.refused import refused
from support.runs import checkpoint, state

from seq2seq.config.recipe import Recipe
from seq2seq.data.batching.batch import Batch
from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.training.fit import LaunchOptions, fit
from seq2seq.training.loop import RunResult
from seq2seq.training.run_folder.checkpoint import Checkpoints
from seq2seq.training.trainer import Trainer

CONFIG: dict[str, object] = {
    "ema_decay": 0.9,
    "optimizer": {"name": "adam", "learning_rate": 0.05},
    "validation": {"every_steps": 4},
    "max_steps": 15,
}
WINDOWS: dict[str, object] = {"tokens": 12, "streams": 4}


def classifier(folder: Path) -> Recipe:
    return tasks.classification(folder, **{**CONFIG, "class_weights": "balanced"})


def language_model(folder: Path) -> Recipe:
    return tasks.generation(folder, windows=WINDOWS, **CONFIG)


def forecaster(folder: Path) -> Recipe:
    return tasks.forecasting(folder, **CONFIG)


def one_stream_at_a_time(folder: Path) -> Recipe:
    """Several windows a step."""
    return tasks.generation(folder, **{**CONFIG, "batch": {"windows": WINDOWS, "accumulate": 2}})


@pytest.fixture
def stop_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], None]:
    """Interrupt this process when a run has taken so many steps; ``None``: no more."""
    learn = Trainer.learn

    def stop_at(step: int | None) -> None:
        def interrupted(self: Trainer, batches: list[Batch]) -> object:
            done = learn(self, batches)
            if self.state.step == step:
                os.kill(os.getpid(), signal.SIGINT)
            return done

        monkeypatch.setattr(Trainer, "learn", interrupted)

    return stop_at


def tensors(run: Path) -> dict[str, dict[str, torch.Tensor]]:
    folders = {"checkpoint": checkpoint(run), "model": run / "model"}
    return {f"{name}/{path.name}": load_file(path) for name, of in folders.items() for path in of.glob("*.safetensors")}


def assert_same(one: Path, other: Path) -> None:
    """To the last bit: weights, average, optimiser, carried state, best model, and where training stands."""
    ours, theirs = tensors(one), tensors(other)
    assert ours.keys() == theirs.keys()
    for name, found in ours.items():
        assert found.keys() == theirs[name].keys()
        for key, tensor in found.items():
            assert torch.equal(tensor, theirs[name][key]), f"{name}: {key}"
    assert state(one) == state(other)


@pytest.fixture(scope="module", params=[classifier, language_model, one_stream_at_a_time, forecaster])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Recipe, RunResult]:
    """A recipe, and its run from beginning to end."""
    folder = tmp_path_factory.mktemp("whole")
    recipe = request.param(folder)
    return recipe, fit(recipe, folder / "run")


@pytest.mark.parametrize("stop", [1, 5, 8])
def test_a_run_that_was_stopped_ends_like_one_that_was_not(
    tmp_path: Path, stop_at: Callable[[int | None], None], whole: tuple[Recipe, RunResult], stop: int
) -> None:
    recipe, uninterrupted = whole
    stop_at(stop)
    assert fit(recipe, tmp_path / "parts").summary.steps == stop
    stop_at(None)
    parts = fit(recipe, tmp_path / "parts", LaunchOptions(resume=True))
    assert_same(uninterrupted.model.parent, tmp_path / "parts")
    assert parts.summary.best == uninterrupted.summary.best
    assert parts.summary.epochs == uninterrupted.summary.epochs > 1


def test_a_run_that_was_stopped_at_the_end_of_an_epoch(tmp_path: Path, stop_at: Callable[[int | None], None]) -> None:
    """Another begins with no state from the one before."""
    recipe = language_model(tmp_path)
    whole = fit(recipe, tmp_path / "whole")
    windows = round(whole.summary.steps / whole.summary.epochs)
    assert 2 < windows < 15
    stop_at(windows)
    assert fit(recipe, tmp_path / "parts").summary.epochs == 1.0
    stop_at(None)
    fit(recipe, tmp_path / "parts", LaunchOptions(resume=True))
    assert_same(tmp_path / "whole", tmp_path / "parts")


def test_what_is_carried_is_kept_with_the_checkpoint(
    tmp_path: Path, stop_at: Callable[[int | None], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it matters: without it, the run ends elsewhere."""
    recipe = language_model(tmp_path)
    stop_at(3)
    fit(recipe, tmp_path / "a")
    stop_at(None)
    carried = load_file(checkpoint(tmp_path / "a") / "carried.safetensors")
    assert {name: tuple(part.shape) for name, part in carried.items()} == {"0.0": (4, 2, 10), "0.1": (4, 2, 10)}
    assert not torch.equal(carried["0.0"], carried["0.1"])
    fit(
        tasks.generation(tmp_path, windows=WINDOWS, **{**CONFIG, "max_steps": 4}),
        tmp_path / "a",
        LaunchOptions(resume=True),
    )
    with_it = tensors(tmp_path / "a")["checkpoint/weights.safetensors"]
    stop_at(3)
    fit(recipe, tmp_path / "b")
    stop_at(None)
    load = Checkpoints.load
    monkeypatch.setattr(Checkpoints, "load", lambda self: (load(self)[0], []))
    fit(
        tasks.generation(tmp_path, windows=WINDOWS, **{**CONFIG, "max_steps": 4}),
        tmp_path / "b",
        LaunchOptions(resume=True),
    )
    without = tensors(tmp_path / "b")["checkpoint/weights.safetensors"]
    assert not all(torch.equal(tensor, without[name]) for name, tensor in with_it.items())


@pytest.mark.parametrize("windows", [None, {**WINDOWS, "carry_state": False}])
def test_where_nothing_is_carried_nothing_is_kept(tmp_path: Path, windows: dict[str, object] | None) -> None:
    fit(tasks.generation(tmp_path, windows=windows, max_steps=2), tmp_path / "run")
    assert not (checkpoint(tmp_path / "run") / "carried.safetensors").exists()


def test_a_damaged_state_is_reported(tmp_path: Path) -> None:
    recipe = tasks.generation(tmp_path, windows=WINDOWS, max_steps=2)
    fit(recipe, tmp_path / "run")
    (checkpoint(tmp_path / "run") / "carried.safetensors").write_bytes(b"nonsense")
    with refused("run.checkpoints-damaged"):
        fit(recipe, tmp_path / "run", LaunchOptions(resume=True))


def test_what_is_held_out_cannot_change_while_a_run_goes_on(tmp_path: Path) -> None:
    fit(tasks.forecasting(tmp_path, max_steps=2), tmp_path / "run")
    with refused("run.other-recipe", "data.forecast.hold_out: 'test', now 'none'"):
        other = tasks.forecasting(tmp_path, forecast={"hold_out": "none"}, max_steps=2)
        fit(other, tmp_path / "run", LaunchOptions(resume=True))


def test_windows_cannot_change_while_a_run_goes_on(tmp_path: Path) -> None:
    fit(tasks.generation(tmp_path, windows=WINDOWS, max_steps=2), tmp_path / "run")
    other = tasks.generation(tmp_path, windows={**WINDOWS, "streams": 2}, max_steps=2)
    with refused("run.other-recipe", "training.batch.windows.streams: 4, now 2 "):
        fit(other, tmp_path / "run", LaunchOptions(resume=True))


def test_a_run_of_another_task_cannot_be_resumed(tmp_path: Path) -> None:
    fit(tasks.generation(tmp_path, max_steps=1), tmp_path / "run")
    with refused("run.other-recipe", "task: 'generation', now 'classification'"):
        fit(tasks.classification(tmp_path, max_steps=1), tmp_path / "run", LaunchOptions(resume=True))


def test_the_model_that_is_kept_holds_its_names_and_its_calibration(tmp_path: Path) -> None:
    recipe = tasks.classification(tmp_path, validation={"every_steps": 6, "metric": "macro_f1"})
    result = fit(recipe, tmp_path / "run")
    loaded = load_folder(result.model)
    assert loaded.tokenizers.target.decode([4, 5, 6]) == "first neither second"
    assert (result.model / "target.json").is_file()
    entries = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    found = [entry["macro_f1"] for entry in entries if entry["kind"] == "validation"]
    assert result.summary.best == max(found)
    assert result.summary.metric == "macro_f1"


@pytest.mark.parametrize("make", [classifier, language_model, forecaster])
def test_training_lowers_the_loss(tmp_path: Path, make: Callable[[Path], Recipe]) -> None:
    """A minute of training would do more; a few steps show that gradients point downward."""
    fit(make(tmp_path), tmp_path / "run")
    lines = (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()
    losses = [entry["loss"] for entry in map(json.loads, lines) if entry["kind"] == "validation"]
    assert losses[-1] < losses[0]


def test_too_little_text_is_told_before_anything_is_written(tmp_path: Path) -> None:
    recipe = tasks.generation(tmp_path, windows={"tokens": 4, "streams": 5_000})
    with refused("data.too-little-text", "5,000 streams"):
        fit(recipe, tmp_path / "run")
    assert not (tmp_path / "run").exists()
