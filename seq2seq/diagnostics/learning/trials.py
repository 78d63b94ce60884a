"""Short trainings for a diagnosis, on a fresh model of a recipe, in a folder that is deleted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from numpy.typing import NDArray

from seq2seq import log
from seq2seq.config.recipe import Recipe
from seq2seq.config.training import Precision
from seq2seq.data.batching.batch import Batch
from seq2seq.data.batching.loader import Loader
from seq2seq.data.batching.sampler import TokenBudgetSampler
from seq2seq.diagnostics.subject import Subject
from seq2seq.training.distributed import Runtime
from seq2seq.training.finetune.initial_model import open_data
from seq2seq.training.trainer import Trainer


def recipe_of(subject: Subject) -> Recipe:
    """The recipe of a subject, with its data where they are now.

    Raises:
        DataError: they cannot be found.
    """
    return subject.recipe.model_copy(update={"data": subject.loaded.own_data})


@contextmanager
def fresh_trainer(recipe: Recipe, device: torch.device | str = "cpu") -> Iterator[Trainer]:
    """A trainer of a recipe before its first step; random numbers elsewhere are not changed.

    Raises:
        DataError: the data are missing or wrong.
    """
    with TemporaryDirectory() as name, log.muted(), torch.random.fork_rng():
        initial_model, prepared = open_data(recipe, Path(name), resume=False)
        # A model that was trained in bfloat16 is also diagnosed on machines that do not compute in it.
        precision: Precision = "32-true" if recipe.training.precision == "32-true" else "auto"
        runtime = Runtime(accelerator=torch.device(device).type, devices=1, precision=precision)
        yield Trainer(recipe, prepared, Path(name), runtime, initial_model=initial_model)


def endless_batches(trainer: Trainer, rows: NDArray[np.int64] | None = None) -> Iterator[Batch]:
    """Training batches, epoch after epoch; of some ``rows`` only, where examples are independent."""
    epoch = 0
    if rows is None:
        while True:
            yield from trainer.loader.batches(epoch)
            epoch += 1
    assert isinstance(trainer.loader, Loader)
    config = trainer.config
    sampler = TokenBudgetSampler(trainer.loader.split.lengths[rows], config.batch, seed=config.seed)
    while True:
        for chosen in sampler.epoch(epoch):
            yield trainer.loader.collate(rows[chosen].tolist(), epoch)
        epoch += 1


def take_step(trainer: Trainer, batch: Batch, *, rate: float, number: int) -> float:
    """The training loss of a batch in nats per token or label, before the step that learns from it; NaN: skipped."""
    trainer.updater.enqueue([batch], rate=rate, number=number)
    (step,) = trainer.updater.flush()
    return float("nan") if step.skipped or not step.units else step.nll / step.units
