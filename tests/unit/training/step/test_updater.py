"""One optimiser step: the gradient of all its examples; numbers that are not finite; too little memory."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import torch
from support import tasks, toy
from support.deferred import defer
from support.refused import refused

from seq2seq import log
from seq2seq.config.recipe import Recipe
from seq2seq.config.training import OptimizerConfig
from seq2seq.data.batching.batch import Batch
from seq2seq.errors import TrainingError
from seq2seq.training.distributed import Runtime
from seq2seq.training.finetune.initial_model import open_data
from seq2seq.training.step.loss import Losses
from seq2seq.training.step.optimizer import build_optimizer, step_where
from seq2seq.training.step.updater import Step
from seq2seq.training.trainer import Trainer

NO_DROPOUT = {"dropout": {"embedding": 0.0, "layer": 0.0, "output": 0.0, "word": 0.0}}
CPU = "[enforce fail at alloc_cpu.cpp:118] . DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."
ERRORS = [
    MemoryError("Unable to allocate 8.00 GiB"),
    MemoryError(),
    RuntimeError(CPU),
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB."),
    RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
]


@pytest.fixture(scope="module")
def tmp_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests: the data of a task are prepared once."""
    return tmp_path_factory.mktemp("steps")


def trainer_of(recipe: Recipe, folder: Path, *, dropout: bool = True) -> Trainer:
    """A run that has learnt a little, so that moments, average and carried state are no zeros."""
    if not dropout:
        model = type(recipe.model).model_validate({**recipe.model.model_dump(), **NO_DROPOUT})
        recipe = recipe.model_copy(update={"model": model})
    with log.muted():
        _, prepared = open_data(recipe, folder / "run", resume=False)
    trainer = Trainer(recipe, prepared, folder / "run", Runtime(accelerator="cpu", threads=1))
    for batch in [*trainer.loader.batches(0)][:2]:
        trainer.learn([batch])
    return trainer


def translation(folder: Path, *, dropout: bool = True, **training: object) -> Trainer:
    return trainer_of(toy.recipe(folder, ema_decay=0.9, clip_norm=None, **training), folder, dropout=dropout)


def language_model(folder: Path, windows: dict[str, object]) -> Trainer:
    (folder / "text").mkdir(exist_ok=True)
    return trainer_of(tasks.generation(folder / "text", windows=windows, ema_decay=0.9), folder)


def everything(trainer: Trainer) -> dict[str, Any]:
    """All that a step changes."""
    updater = trainer.updater
    assert updater.ema is not None
    return deepcopy(
        {
            "weights": trainer.model.state_dict(),
            "moments": updater.optimizer.state_dict()["state"],
            "average": updater.ema.weights,
            "average steps": updater.ema.steps,
            "carried": updater.gradients.carried and updater.gradients.carried.layers,
        }
    )


def same(one: object, other: object) -> bool:
    """Whether two of these are equal to the last bit."""
    if isinstance(one, torch.Tensor):
        return isinstance(other, torch.Tensor) and torch.equal(one, other)
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return isinstance(other, list | tuple) and len(one) == len(other) and all(map(same, one, other))
    return one == other


def shim(trainer: Trainer, change: Callable[[torch.Tensor, Losses | None], Losses | None]) -> None:
    """Put something between the updater and the loss: before (with None), to raise; and after, to change the loss."""
    bare = trainer.task.objective
    forward = bare.forward

    def changed(source: torch.Tensor, *rest: Any) -> Losses:
        change(source, None)
        losses = forward(source, *rest)
        return change(source, losses) or losses

    bare.forward = changed  # type: ignore[method-assign]


def too_large(trainer: Trainer, error: Exception, *, rows: int | None = None, tokens: int | None = None) -> None:
    """Memory does not suffice for batches of more than so many rows, or for sources that are longer."""

    def raise_it(source: torch.Tensor, losses: Losses | None) -> None:
        if losses is None and (source.size(0) > rows if rows is not None else source.size(1) > (tokens or 0)):
            raise error

    shim(trainer, raise_it)


def batches(trainer: Trainer, count: int = 1, *, first: int = 2) -> list[Batch]:
    return [*trainer.loader.batches(0)][first : first + count]


def take(trainer: Trainer, parts: list[Batch], *, number: int = 3) -> Step:
    trainer.updater.enqueue(parts, rate=0.01, number=number)
    return trainer.updater.flush()[-1]


# ----------------------------------------------------------------------------------------- numbers that are not finite


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_loss_that_is_not_finite_changes_nothing_and_names_its_examples(
    tmp_path: Path, said: list[str], number: float
) -> None:
    """Of several micro-batches, the message names that of the loss; five of its examples at most."""
    trainer = translation(tmp_path)
    parts = batches(trainer, 2)
    shim(
        trainer,
        lambda source, losses: (
            losses and losses._replace(nll=losses.nll + number, smoothed=losses.smoothed * number)
            if torch.equal(source, parts[1].source)
            else None
        ),
    )
    before = everything(trainer)
    said.clear()
    step = take(trainer, parts)
    assert step.skipped
    assert step.units_of_all == 0
    assert same(everything(trainer), before)
    assert all(parameter.grad is None for parameter in trainer.model.parameters())
    where = trainer.loader.split.where
    assert len(said) == 1
    assert "step 3 skipped: the loss is not finite" in said[0]
    assert said[0].endswith(f"{', '.join(where(row) for row in parts[1].rows[:5])} and {len(parts[1]) - 5} more")
    assert f"{tmp_path / 'train.tsv'}:" in said[0]


def test_a_loss_that_is_not_finite_is_skipped_though_its_gradient_is(tmp_path: Path, said: list[str]) -> None:
    """An infinite loss would stand in the metrics, and a checkpoint would save it as null."""
    trainer = translation(tmp_path)
    shim(trainer, lambda _, losses: losses and losses._replace(nll=losses.nll + float("inf")))
    before = everything(trainer)
    assert take(trainer, batches(trainer)).skipped
    assert same(everything(trainer), before)
    assert "the loss is not finite" in said[-1]


def test_a_gradient_that_is_not_finite_names_all_examples(tmp_path: Path, said: list[str]) -> None:
    trainer = translation(tmp_path)
    next(trainer.model.parameters()).register_hook(lambda gradient: gradient * float("nan"))
    before = everything(trainer)
    parts = batches(trainer)
    assert take(trainer, parts).skipped
    assert same(everything(trainer), before)
    assert "step 3 skipped: the gradient is not finite" in said[-1]
    assert trainer.loader.split.where(parts[0].rows[0]) in said[-1]


def test_a_window_that_is_skipped_leaves_the_carried_state_and_names_its_texts(tmp_path: Path, said: list[str]) -> None:
    trainer = language_model(tmp_path, {"tokens": 8, "streams": 4})
    (window,) = batches(trainer)
    shim(trainer, lambda _, losses: losses and losses._replace(smoothed=losses.smoothed * float("nan")))
    before = everything(trainer)
    assert before["carried"]
    assert take(trainer, [window]).skipped
    assert same(everything(trainer), before)
    assert len(window.rows) == 4
    assert trainer.loader.split.where(window.rows[3]) in said[-1]


def test_what_is_skipped_is_counted_until_there_is_too_much_of_it(tmp_path: Path, warned: list[str]) -> None:
    """A good step between sets the count of those in a row back."""
    trainer = translation(tmp_path, max_skipped=3)
    bad = True
    shim(trainer, lambda _, losses: losses and losses._replace(nll=losses.nll * (float("nan") if bad else 1.0)))
    (batch,) = batches(trainer)
    for bad in (True, True, False, True, True):  # noqa: B007 - the shim reads it
        trainer.learn([batch])
    assert (trainer.state.skipped, trainer.state.skipped_in_row) == (4, 2)
    assert trainer.state.step == 7
    with refused("training.too-many-skipped", "3 steps", "step 8"):
        trainer.learn([batch])
    assert warned == ["training.not-finite"] * 5


# ------------------------------------------------------------------------ what a GPU decides by itself, on the CPU here

OPTIMIZERS = [
    {"name": "adam"},
    {"name": "adamw", "weight_decay": 0.1},
    {"name": "sgd", "weight_decay": 0.1},
    {"name": "sgd", "momentum": 0.9},
]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda optimizer: "-".join(map(str, optimizer.values())))
def test_a_deferred_step_is_the_same_step(tmp_path: Path, optimizer: dict[str, object]) -> None:
    """Finite gradients change all they change otherwise, to the last bit; the average to rounding."""
    waited, queued = (translation(tmp_path, optimizer=optimizer) for _ in range(2))
    defer(queued)
    expected = []
    for number, batch in enumerate(batches(waited, 3), start=3):
        expected.append(take(waited, [batch], number=number))
        queued.updater.enqueue([batch], rate=0.01, number=number)
    found = queued.updater.flush()
    assert [(one.units, one.units_of_all, one.skipped) for one in found] == [
        (one.units, one.units_of_all, False) for one in expected
    ]
    assert same([(one.nll, one.norm) for one in found], [(one.nll, one.norm) for one in expected])
    assert queued.updater.flush() == []
    one, other = everything(queued), everything(waited)
    averages = one.pop("average"), other.pop("average")
    assert same(one, other)
    torch.testing.assert_close(*averages)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda optimizer: "-".join(map(str, optimizer.values())))
def test_a_deferred_step_changes_nothing_where_it_is_not_finite(
    tmp_path: Path, said: list[str], optimizer: dict[str, object]
) -> None:
    """Which of several it was is known when they are read, all at once."""
    trainer = translation(tmp_path, optimizer=optimizer)
    defer(trainer)
    bad = False
    shim(trainer, lambda _, losses: losses and losses._replace(smoothed=losses.smoothed * (float("nan") if bad else 1)))
    (batch,) = batches(trainer)
    said.clear()
    states = []
    for number, bad in enumerate((False, True, True), start=3):  # noqa: B007 - the shim reads it
        trainer.updater.enqueue([batch], rate=0.01, number=number)
        states.append(everything(trainer))
    assert not said
    found = trainer.updater.flush()
    assert [(one.skipped, one.units_of_all > 0) for one in found] == [(False, True), (True, False), (True, False)]
    for line, number in zip(said, (4, 5), strict=True):
        assert f"step {number} skipped: the gradient is not finite" in line
    assert [state.pop("average steps") for state in states] == [3, 4, 5]
    assert trainer.updater.ema is not None
    assert trainer.updater.ema.steps == 3
    assert same(states[0], states[1])
    assert same(states[0], states[2])


def test_a_first_step_that_is_skipped_leaves_no_momentum() -> None:
    """Otherwise torch's fused kernel would use memory that was never written."""
    config = OptimizerConfig(name="sgd", momentum=0.9, learning_rate=0.1)
    gradient = torch.randn(3)
    weights = []
    for skips in (True, False):
        weight = torch.nn.Parameter(torch.ones(3))
        optimizer = build_optimizer([weight], config)
        if skips:
            weight.grad = torch.full((3,), float("nan"))
            step_where(torch.tensor(False), optimizer)
            assert torch.equal(weight, torch.ones(3))
        for _ in range(2):
            weight.grad = gradient.clone()
            optimizer.step()
        weights.append(weight)
    assert torch.equal(*weights)


# -------------------------------------------------------------------------------------------------- too little memory


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: f"{type(error).__name__}-{str(error)[:12]}")
def test_halves_have_the_gradient_of_the_whole(tmp_path: Path, warned: list[str], error: Exception) -> None:
    """Weights after a step of plain gradient descent: those of the whole batch, up to rounding."""
    plain: dict[str, Any] = {"optimizer": {"name": "sgd", "learning_rate": 1.0}, "dropout": False}
    whole, split = (translation(tmp_path, **plain) for _ in range(2))
    parts = batches(whole, 2)
    expected = take(whole, parts)
    too_large(split, error, rows=5)
    found = take(split, parts)
    assert not found.skipped
    assert (found.units, found.units_of_all, found.examples) == (
        expected.units,
        expected.units_of_all,
        expected.examples,
    )
    torch.testing.assert_close(found.nll, expected.nll)
    for name, tensor in whole.model.state_dict().items():
        torch.testing.assert_close(split.model.state_dict()[name], tensor, atol=1e-6, rtol=1e-5)
    largest = max(map(len, parts))
    halvings = len(format(-(-largest // 5) - 1, "b"))  # as often as it takes to come to five rows
    assert warned == ["training.batch-halved"] * halvings


def test_what_is_taken_again_draws_as_if_it_were_the_first_time(tmp_path: Path) -> None:
    """However far the attempt had come that failed: dropout is a function of seed, step and the halves."""
    results = []
    for number in (0, 1):
        trainer = translation(tmp_path)
        parts = batches(trainer, 2)
        seen = 0

        def fail_once(source: torch.Tensor, losses: Losses | None, at: int = number) -> None:  # noqa: ARG001
            nonlocal seen
            if losses is not None:
                seen += 1
                if seen == at + 1:
                    raise MemoryError

        shim(trainer, fail_once)
        take(trainer, parts)
        results.append(everything(trainer))
    assert same(*results)


def test_an_example_that_is_too_large_alone_is_left_out_and_named(
    tmp_path: Path, said: list[str], warned: list[str]
) -> None:
    """The step is that of the others, the mean over their tokens included."""
    plain: dict[str, Any] = {"optimizer": {"name": "sgd", "learning_rate": 1.0}, "dropout": False}
    others, all_of_them = (translation(tmp_path, **plain) for _ in range(2))
    lengths = others.loader.split.lengths[:, 0]
    long, short = int(lengths.argmax()), [int(row) for row in (lengths < lengths.max()).nonzero()[0][:6]]
    expected = take(others, [others.loader.collate(short, 0)])
    too_large(all_of_them, MemoryError("no more"), tokens=int(lengths.max()) - 1)
    found = take(all_of_them, [all_of_them.loader.collate([*short[:3], long, *short[3:]], 0)])
    assert (found.units, found.units_of_all, found.examples) == (expected.units, expected.units_of_all, 6)
    torch.testing.assert_close(found.nll, expected.nll)
    for name, tensor in others.model.state_dict().items():
        torch.testing.assert_close(all_of_them.model.state_dict()[name], tensor, atol=1e-6, rtol=1e-5)
    where = others.loader.split.where(long)
    assert warned[-1] == "training.example-left-out"
    assert said[-1].startswith("warning: step 3:")
    assert said[-1].endswith(where)


def test_a_step_of_which_nothing_is_left_changes_nothing_and_counts_as_skipped(
    tmp_path: Path, warned: list[str]
) -> None:
    trainer = translation(tmp_path, max_skipped=2)
    too_large(trainer, MemoryError("no more"), tokens=0)
    before = everything(trainer)
    batch = trainer.loader.collate([3], 0)
    trainer.learn([batch])
    assert same(everything(trainer), before)
    assert (trainer.state.skipped, trainer.state.skipped_in_row) == (1, 1)
    assert warned == ["training.example-left-out"]
    with pytest.raises(TrainingError) as caught:
        trainer.learn([batch])
    assert caught.value.code == "training.too-many-skipped"


def test_windows_that_carry_their_state_cannot_be_split(tmp_path: Path) -> None:
    trainer = language_model(tmp_path, {"tokens": 8, "streams": 4})
    too_large(trainer, RuntimeError(CPU), rows=2)
    with refused("training.batch-not-splittable", "step 3 ", "training.batch.windows.streams"):
        take(trainer, batches(trainer))


def test_windows_that_carry_no_state_can_be_split(tmp_path: Path, warned: list[str]) -> None:
    trainer = language_model(tmp_path, {"tokens": 8, "streams": 4, "carry_state": False})
    too_large(trainer, MemoryError(), rows=2)
    assert not take(trainer, batches(trainer)).skipped
    assert warned[-1] == "training.batch-halved"


def test_a_batch_that_processes_share_cannot_be_split(tmp_path: Path) -> None:
    """They would wait for each other; the error is raised before anything is asked of them."""
    trainer = translation(tmp_path)
    too_large(trainer, MemoryError("no more"), rows=5)
    parts = batches(trainer)
    trainer.runtime.sum = lambda *values: list(values)  # type: ignore[method-assign]
    trainer.runtime.world_size = 2
    with refused("training.batch-not-splittable", "training.batch.max_tokens"):
        take(trainer, parts)


def test_an_optimiser_that_does_not_fit_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = translation(tmp_path)
    parts = batches(trainer)

    def fail() -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    monkeypatch.setattr(trainer.updater.optimizer, "step", fail)
    with refused("training.out-of-memory", "step 3", "training.optimizer.name: sgd"):
        take(trainer, parts)


@pytest.mark.parametrize("error", [RuntimeError("mat1 and mat2 shapes cannot be multiplied"), ValueError("oops")])
def test_other_errors_are_not_taken_for_a_lack_of_memory(tmp_path: Path, error: Exception) -> None:
    trainer = translation(tmp_path)
    too_large(trainer, error, rows=1)
    with pytest.raises(type(error)) as caught:
        take(trainer, batches(trainer))
    assert caught.value is error
