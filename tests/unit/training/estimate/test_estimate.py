"""What a recipe would cost: the arithmetic by hand, what a probe measures, and how both are shown."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from support import tasks, toy
from support.refused import refused

from seq2seq import process
from seq2seq.config.load import parse_recipe
from seq2seq.config.recipe import Recipe
from seq2seq.config.training import BatchConfig, TrainingConfig, ValidationConfig
from seq2seq.errors import Seq2SeqError, TrainingError
from seq2seq.training.estimate import estimate as module
from seq2seq.training.estimate import probe as probing
from seq2seq.training.estimate.estimate import estimate, estimate_duration
from seq2seq.training.estimate.probe import ProbeResult, measure
from seq2seq.training.finetune.initial_model import open_data
from seq2seq.training.trainer import Trainer


def duration(
    batches: int = 100,
    *,
    step: float = 0.5,
    validation: float = 3.0,
    every: ValidationConfig | None = None,
    **training: Any,
) -> module.Duration:
    config = TrainingConfig(validation=every or ValidationConfig(), **training)
    return estimate_duration(config, batches, step=step, validation=validation)


# ---------------------------------------------------------------------------------------------------------- by hand


def test_epochs_are_counted_in_steps_each_with_a_validation() -> None:
    found = duration(max_epochs=4)
    assert (found.steps_an_epoch, found.steps, found.validations, found.epochs) == (100, 400, 4, 4.0)
    assert (found.epoch, found.seconds) == (50.0, 400 * 0.5 + 4 * 3.0)
    assert found.limit == "max_epochs 4"


def test_the_last_step_of_an_epoch_may_have_fewer_micro_batches() -> None:
    found = duration(101, max_epochs=2, batch=BatchConfig(accumulate=4))
    assert (found.batches, found.steps_an_epoch, found.steps) == (101, 26, 52)


def test_the_first_limit_counts() -> None:
    assert duration(max_epochs=4, max_steps=150).limit == "max_steps 150"
    assert duration(max_epochs=1, max_steps=150).limit == "max_epochs 1"
    found = duration(max_epochs=4, max_steps=150)
    assert found.validations == 2  # after the first epoch, and in the end
    assert found.epochs == 1.5


def test_a_limit_in_time_holds_the_validations_that_fall_into_it() -> None:
    """53 s are an epoch's 100 steps and its validation; 7 s are 14 steps more."""
    epochs = ValidationConfig(every_steps=100)
    found = duration(max_time=60.0, every=epochs)
    assert (found.steps, found.limit, found.validations) == (114, "max_time 1m", 2)
    # 51.5 s: the epoch's steps are taken, and its validation runs over.
    assert duration(max_time=51.5, every=epochs).steps == 100


def test_time_that_is_short_for_an_epoch_holds_more_validations() -> None:
    """One of 3 s every 12 s at most: five an epoch, after 10 s of steps each."""
    found = duration(max_time=60.0)
    assert (found.steps, found.validations) == (96, 5)
    assert duration(max_time=6000.0).validations == 6000 // 53 + 1  # an epoch is short then


def test_validations_between_steps() -> None:
    found = duration(max_epochs=1, validation=1.0, every=ValidationConfig(every_steps=30))
    assert (found.validations, found.seconds) == (4, 54.0)


# --------------------------------------------------------------------------------------------------------- measured


def classification(folder: Path) -> Recipe:
    return tasks.classification(folder)


def windows(folder: Path) -> Recipe:
    return tasks.generation(folder, windows={"tokens": 8, "streams": 4})


def generation(folder: Path) -> Recipe:
    return tasks.generation(folder)


def test_settings_are_suggested_where_time_is_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = measure(toy.recipe(tmp_path), threads=1, seconds=0.01)
    monkeypatch.setattr(module, "probe", lambda *_, **__: replace(measured, seconds_per_step=10.0))
    short = estimate(toy.recipe(tmp_path, max_steps=None, max_time=20.0))
    assert short.duration.epochs < 1.5
    assert any(one.startswith("training.max_time=") for one in short.suggestions)
    assert any(line.startswith("suggestions ") for line in short.lines())
    assert short.to_dict()["suggestions"] == short.suggestions
    assert estimate(toy.recipe(tmp_path, max_steps=None, max_time=2000.0)).suggestions == ()
    assert estimate(toy.recipe(tmp_path, max_steps=2)).suggestions == ()


@pytest.mark.parametrize("make", [toy.recipe, classification, generation, windows])
def test_every_task_is_measured(make: Callable[[Path], Recipe], tmp_path: Path) -> None:
    found = measure(make(tmp_path), threads=1, seconds=0.05)
    assert found.steps >= 1
    assert found.batches >= 1
    assert 0 < found.seconds_per_step < 5
    assert found.seconds_per_validation > 0
    assert 0 < found.program <= found.peak
    assert found.device_peak is None
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == "") == ["cache"]  # no run is left behind


def test_the_largest_batch_is_the_one_of_most_tokens(tmp_path: Path) -> None:
    recipe = toy.recipe(tmp_path)
    rows, source, target = measure(recipe, threads=1, seconds=0.01).largest
    assert 0.5 * 400 <= rows * (source + target) <= 400


def test_windows_are_all_alike(tmp_path: Path) -> None:
    assert measure(windows(tmp_path), threads=1, seconds=0.01).largest == (4, 1, 8)


def test_a_part_of_a_large_development_split_stands_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "_DEV_TOKENS", 0)
    monkeypatch.setattr(probing, "_DEV_EXAMPLES", 10)
    _, whole = open_data(toy.recipe(tmp_path), tmp_path / "run", resume=False)
    assert len(whole.dev) == 40
    part, share = probing._part(whole, tmp_path)
    assert len(part.dev) == 10
    assert share == part.dev.lengths.sum() / whole.dev.lengths.sum()
    texts = list(whole.dev.pairs())
    assert list(part.dev.pairs()) == [texts[row] for row in np.linspace(0, 39, num=10).astype(int)]
    assert part.train is whole.train


def test_the_steps_go_on_where_an_epoch_ends() -> None:
    """Micro-batches do not cross its end; and the loader is left as one leaves it."""
    closed: list[int] = []

    def batches(epoch: int) -> Iterator[tuple[int, int]]:
        try:
            yield from ((epoch, number) for number in range(4))
        finally:
            closed.append(epoch)

    trainer: Any = SimpleNamespace(
        config=TrainingConfig(max_steps=1, batch=BatchConfig(accumulate=3)), loader=SimpleNamespace(batches=batches)
    )
    steps = probing.training_steps(trainer)
    assert [len(next(steps)) for _ in range(3)] == [3, 1, 3]
    assert closed == [0]
    steps.close()
    assert closed == [0, 1]


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program of the other process runs in this one."""

    def run(_: str, job: dict[str, Any], *, error: type[TrainingError], **__: object) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(json.dumps(probing._run_job(json.loads(json.dumps(job)), None)))
        except Seq2SeqError as there:
            raise error(str(there), code=there.code) from there
        return found

    monkeypatch.setattr(probing, "run_worker", run)


@pytest.mark.usefixtures("in_this_process")
def test_what_is_measured_comes_back(tmp_path: Path) -> None:
    found = probing.probe(toy.recipe(tmp_path), threads=1, seconds=0.01)
    assert found == replace(found, threads=1, left_out=0)
    assert isinstance(found.largest, tuple)


@pytest.mark.usefixtures("in_this_process")
def test_what_training_refuses_is_said_as_it_says_it(tmp_path: Path) -> None:
    recipe = toy.recipe(tmp_path, batch={"max_tokens": 3})
    with refused("data.nothing-fits-batch", "0 of 260 ", "training.batch.max_tokens = 3"):
        probing.probe(recipe, threads=1, seconds=0.01)


@pytest.mark.usefixtures("in_this_process")
def test_too_little_memory_is_an_error_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise torch.OutOfMemoryError("tried to allocate 2 GiB")

    monkeypatch.setattr(Trainer, "learn", fail)
    with refused("training.out-of-memory", "2 GiB", "training.batch.max_tokens"):
        probing.probe(toy.recipe(tmp_path), threads=1, seconds=0.01)


def test_examples_that_fit_no_batch_are_named_once_and_the_data_not_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = toy.recipe(tmp_path, batch={"max_tokens": 12})
    open_data(recipe, tmp_path / "run", resume=False)
    capsys.readouterr()
    found = measure(recipe, threads=1, seconds=0.01)
    said = capsys.readouterr().err
    assert found.left_out > 0
    assert said.count("training.batch.max_tokens = 12: ") == 1
    assert "prepared before" not in said


def test_a_process_that_is_killed_points_to_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]
    monkeypatch.setattr(process, "command", lambda _: killed)
    with refused("process.failed", "code -9", "training.batch.max_tokens"):
        probing.probe(toy.recipe(tmp_path), threads=1, seconds=0.01)


# ------------------------------------------------------------------------------------------------------------ shown

MEASURED = ProbeResult(
    device="cpu",
    bfloat16=False,
    threads=1,
    parameters=1_000_000,
    batches=20,
    left_out=13,
    steps=30,
    seconds_per_step=0.25,
    seconds_per_validation=1.5,
    largest=(50, 4, 4),
    program=400_000_000,
    peak=600_000_000,
    device_peak=None,
)


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process is started."""
    monkeypatch.setattr(module, "probe", lambda recipe, *, threads, seconds: MEASURED)  # noqa: ARG005


@pytest.mark.usefixtures("probed")
def test_lengths_vocabulary_and_what_is_left_out(tmp_path: Path) -> None:
    """Letters separated by spaces, so that a sequence of n letters has n tokens, and EOS."""
    recipe = toy.recipe(tmp_path, max_steps=40)
    changed = recipe.model_dump(mode="json")
    changed["data"]["filters"]["max_length"] = 6
    changed["tokenizer"]["vocabulary"] = 30
    found = estimate(parse_recipe(changed, "a test"))
    pairs = toy.reversal_pairs(300)[:260]
    lengths = sorted(len(source.split()) + 1 for source, _ in pairs)
    kept = [length for length in lengths if length <= 6]
    side = found.sides["source"]
    assert (side.asked, side.vocabulary) == (30, 12)  # eight letters, and the special tokens
    assert side.mean == pytest.approx(sum(kept) / len(kept))
    assert side.longest == kept[-1]
    assert side.common == kept[-(-len(kept) * 95 // 100) - 1]
    assert found.left_out.max_length == (len(lengths) - len(kept)) / len(lengths)
    assert found.left_out.max_ratio == 0
    assert found.left_out.max_tokens == 13 / len(kept)
    text = "\n".join(found.lines())
    assert "both sides: the recipe asks for 30 tokens, the text fills only 12" in text
    assert f"{found.left_out.max_length:.2%} over data.filters.max_length" in text


@pytest.mark.usefixtures("probed")
def test_the_lines_say_what_was_measured_and_what_computed(tmp_path: Path) -> None:
    text = "\n".join(estimate(toy.recipe(tmp_path, max_steps=40, ema_decay=0.9)).lines())
    assert "20 batches and 20 steps per epoch; 40 steps in 2.0 epochs, until max_steps 40" in text
    # every 6 steps, and in the end: 7 validations
    assert "about 20s in all, 5s per epoch, 250 ms per step (measured on 30 steps; cpu, 1 thread)" in text
    assert "51% for 7 validations, 1.5s each (measured)" in text
    assert "about 600 MB at the peak (measured; largest batch 50 x 4 + 4 tokens); 400 MB without the model" in text
    assert "weights 4.0 MB, gradients 4.0 MB, optimiser 8.0 MB, moving average 4.0 MB" in text


@pytest.mark.usefixtures("probed")
def test_what_does_not_apply_is_not_shown(tmp_path: Path) -> None:
    """A text in windows has neither a longest example, nor a ratio, nor a budget; a label has no length."""
    found = estimate(windows(tmp_path))
    assert (found.left_out.max_length, found.left_out.max_ratio, found.left_out.max_tokens) == (None, None, None)
    assert not [line for line in found.lines() if line.startswith("left out")]
    assert list(found.sides) == ["target"]
    labelled = estimate(classification(tmp_path))
    assert list(labelled.sides) == ["source"]
    assert "max_ratio" not in "\n".join(labelled.lines())


@pytest.mark.usefixtures("probed")
@pytest.mark.parametrize(("name", "momentum", "kept"), [("adam", 0.0, 2), ("sgd", 0.0, 0), ("sgd", 0.9, 1)])
def test_moments_by_optimiser(name: str, momentum: float, kept: int, tmp_path: Path) -> None:
    found = estimate(toy.recipe(tmp_path, optimizer={"name": name, "momentum": momentum}))
    assert found.memory.moments == kept * 4_000_000
    assert found.memory.average == 0


@pytest.mark.usefixtures("probed")
def test_a_gpu_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_gpu = replace(MEASURED, device="cuda:0", device_peak=1_500_000_000, threads=2)
    monkeypatch.setattr(module, "probe", lambda recipe, *, threads, seconds: on_gpu)  # noqa: ARG005
    text = "\n".join(estimate(toy.recipe(tmp_path)).lines())
    assert "600 MB, and 1,500 MB of the GPU at the peak" in text
    assert "cuda:0, 2 threads" in text


def test_a_vocabulary_too_small_for_its_characters_is_refused_before_anything_is_tried(tmp_path: Path) -> None:
    recipe = toy.recipe(tmp_path).model_dump(mode="json")
    recipe["tokenizer"] = {"kind": "unigram", "vocabulary": 6}
    with refused("config.vocabulary-too-small", "tokenizer.vocabulary: 6 "):
        estimate(parse_recipe(recipe, "a test"))
