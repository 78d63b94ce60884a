"""The time of steps by part: it adds up, it finds what is slow, forward and backward, and it changes nothing."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from support import tasks, toy
from torch.profiler import record_function

from seq2seq import log
from seq2seq.bench.profile import OTHER, PARTS, profile_steps
from seq2seq.config.load import parse_recipe
from seq2seq.config.recipe import Recipe
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.training.distributed import Runtime
from seq2seq.training.estimate.probe import training_steps
from seq2seq.training.finetune.initial_model import open_data
from seq2seq.training.trainer import Trainer

PAUSE = 0.1
COMMON = {"encoder", "projection", "optimiser", "other"}


def trainer_of(recipe: Recipe, folder: Path) -> Trainer:
    with log.muted():
        start, prepared = open_data(recipe, folder / "run", resume=False)
    return Trainer(recipe, prepared, folder / "run", Runtime(accelerator="cpu", threads=1), initial_model=start)


def accumulating(folder: Path) -> Recipe:
    return toy.recipe(folder, ema_decay=0.9, batch={"max_tokens": 400, "accumulate": 2})


def input_feeding(folder: Path) -> Recipe:
    changed = toy.recipe(folder).model_dump(mode="json")
    changed["model"]["attention"] = {"input_feeding": True}
    return parse_recipe(changed, "a test")


def fixed_context(folder: Path) -> Recipe:
    changed = toy.recipe(folder).model_dump(mode="json")
    changed["model"]["attention"] = None
    return parse_recipe(changed, "a test")


RECIPES: list[tuple[Callable[[Path], Recipe], set[str]]] = [
    (accumulating, {"attention", "decoder"}),
    (input_feeding, {"attention", "decoder"}),
    (fixed_context, {"decoder"}),
    (tasks.classification, {"pooling"}),
    (lambda folder: tasks.generation(folder, windows={"tokens": 8, "streams": 4}), {"decoder"}),
]


def take(trainer: Trainer, count: int) -> None:
    steps = training_steps(trainer)
    for _ in range(count):
        trainer.learn(next(steps))
    steps.close()


@pytest.mark.parametrize(("recipe", "own"), RECIPES)
def test_parts_add_up_to_the_steps(recipe: Callable[[Path], Recipe], own: set[str], tmp_path: Path) -> None:
    trainer = trainer_of(recipe(tmp_path), tmp_path)
    batches = next(training_steps(trainer))
    trainer.learn(batches)
    with profile_steps(trainer) as found:
        start = time.perf_counter()
        for _ in range(5):
            with record_function(OTHER):
                trainer.learn(batches)
        spent = time.perf_counter() - start
    assert set(found.seconds) == COMMON | own <= set(PARTS)
    assert all(seconds > 0 for seconds in found.seconds.values())
    assert 0.75 * spent <= sum(found.seconds.values()) <= 1.01 * spent


class Slow(torch.autograd.Function):
    """The identity, with a pause on the way back."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:  # noqa: ARG004 - torch's signature
        return x.clone()

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> torch.Tensor:  # noqa: ARG004
        time.sleep(PAUSE)
        return gradients[0]


def slowed(module: torch.nn.Module, *, backward: bool) -> None:
    """Make a module that returns a tensor slow, forward or backward."""

    def hook(_: object, __: object, output: torch.Tensor) -> torch.Tensor:
        if backward:
            return Slow.apply(output)  # type: ignore[no-any-return]
        time.sleep(PAUSE)
        return output

    module.register_forward_hook(hook)


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("part", ["encoder", "attention", "decoder"])
def test_what_is_slow_is_found(part: str, backward: bool, tmp_path: Path) -> None:
    trainer = trainer_of(toy.recipe(tmp_path), tmp_path)
    model = trainer.model
    assert isinstance(model, Seq2Seq)
    module = {
        "encoder": model.source_embedding,
        "attention": model.decoder.attention.key,  # type: ignore[union-attr]
        "decoder": model.decoder.readout,  # type: ignore[union-attr]
    }[part]
    assert isinstance(module, torch.nn.Module)
    take(trainer, 1)
    slowed(module, backward=backward)
    with profile_steps(trainer) as found, record_function(OTHER):
        take(trainer, 2)
    assert found.seconds[part] >= 2 * PAUSE  # on a busy machine others may be as slow


def test_it_computes_what_it_always_does_and_leaves_nothing_behind(tmp_path: Path) -> None:
    recipe = toy.recipe(tmp_path, ema_decay=0.9)
    torch.manual_seed(1)
    plain = trainer_of(recipe, tmp_path)
    take(plain, 3)
    torch.manual_seed(1)
    watched = trainer_of(recipe, tmp_path)
    watched.loader.len_epoch(0)  # what it caches
    owners = (
        watched,
        watched.model,
        watched.task.objective,
        watched.runtime,
        watched.updater.optimizer,
        watched.loader,
    )
    before = [set(vars(owner)) for owner in owners]
    with profile_steps(watched), record_function(OTHER):
        take(watched, 3)
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in watched.task.objective.modules())
    assert [set(vars(owner)) for owner in owners] == before
    for one, other in zip(plain.model.parameters(), watched.model.parameters(), strict=True):
        assert torch.equal(one, other)


def test_a_part_within_another_is_not_counted_twice(tmp_path: Path) -> None:
    trainer = trainer_of(toy.recipe(tmp_path), tmp_path)
    start = time.perf_counter()
    with profile_steps(trainer) as found, record_function("encoder"):
        time.sleep(PAUSE)
        with record_function("decoder"):
            time.sleep(2 * PAUSE)
    spent = time.perf_counter() - start
    assert found.seconds["encoder"] >= PAUSE
    assert found.seconds["decoder"] >= 2 * PAUSE
    assert sum(found.seconds.values()) <= 1.01 * spent
