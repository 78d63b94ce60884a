"""Measures a few training steps, in a process of its own so that nothing else counts as their memory.

The steps are those of the training loop itself, with its batches in their order.
"""

import contextlib
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain, count, islice
from math import ceil
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa
import torch

from seq2seq import log
from seq2seq.config.load import parse_recipe
from seq2seq.config.recipe import Recipe, TranslationRecipe
from seq2seq.data.batching.batch import Batch
from seq2seq.data.batching.loader import Loader
from seq2seq.data.preparing.filter_rows import record_batches
from seq2seq.data.preparing.prepare import Prepared
from seq2seq.data.preparing.split import SCHEMA, Split
from seq2seq.errors import TrainingError
from seq2seq.machine import resident_peak
from seq2seq.process import run_worker, worker_main
from seq2seq.training.distributed import Runtime
from seq2seq.training.finetune.initial_model import open_data
from seq2seq.training.precision import computes_bf16
from seq2seq.training.trainer import Trainer
from seq2seq.training.validation.validation import never_interrupt

_DEV_TOKENS = 10_000
"""Tokens of the development split in the measured validation: enough to fill one of its batches."""
_DEV_EXAMPLES = 64
"""Examples in the measured validation, at least: one batch of a search."""
_WARM_UP = 5
"""First steps, which are not timed: kernels are compiled, memory is allocated."""
_EXTRA = 3
"""Tokens by which an output may exceed the mean length: an untrained model does not stop by itself."""
_REMEDY = "Lower training.batch.max_tokens (or windows.streams), or the sizes under model."


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The measurements of a probe."""

    device: str
    """The device, such as `cpu`."""
    bfloat16: bool
    """Whether it computes in bfloat16."""
    threads: int
    parameters: int
    """Trainable parameters."""
    batches: int
    """Batches in the first epoch."""
    left_out: int
    """Training examples that are larger than `training.batch.max_tokens` alone."""
    steps: int
    """Optimiser steps that were timed."""
    seconds_per_step: float
    """Median over steps of the seconds per token, times the mean tokens per step."""
    seconds_per_validation: float
    """Seconds for the whole development split, with the checkpoint and the model that are written after it."""
    largest: tuple[int, int, int]
    """Rows, source length and target length of the largest batch, by rows x (source + target)."""
    program: int
    """Peak resident bytes before the model was built: Python, torch, the data."""
    peak: int
    """Peak resident bytes at the end, after the largest batches and a validation."""
    device_peak: int | None
    """Peak bytes allocated on a CUDA device (None: there is none)."""


def probe(recipe: Recipe, *, threads: int | None, seconds: float) -> ProbeResult:
    """Measure the steps of a recipe's training in another process; its data have been prepared.

    Steps are timed on ``threads`` CPU threads (``None``: one per core), for ``seconds`` and at most one step more.

    Raises:
        TrainingError: training would have failed, or the process was killed, usually because memory ran out.
    """
    found = run_worker(
        "seq2seq.training.estimate.probe",
        {"recipe": recipe.model_dump(mode="json"), "threads": threads, "seconds": seconds},
        error=TrainingError,
        who="The process that tried a few steps",
        remedy=f"Out of memory? {_REMEDY}",
    )
    return ProbeResult(**{**found, "largest": tuple(found["largest"])})


def measure(recipe: Recipe, *, threads: int | None, seconds: float) -> ProbeResult:
    """Measure in this process: see :func:`probe`."""
    config = recipe.training
    with tempfile.TemporaryDirectory() as scratch:
        run = Path(scratch) / "run"
        runtime = Runtime(devices=1, precision=config.precision, threads=threads)
        runtime.launch()
        with log.muted():  # the caller has prepared the data, and reported it
            start, whole = open_data(recipe, run, resume=False)
            part, share = _part(whole, Path(scratch))
        program = resident_peak()
        trainer = Trainer(_shortened(recipe, whole, share), part, run, runtime, initial_model=start)
        rates, sizes = _take_steps(trainer, runtime, seconds)
        largest = _largest(trainer)
        for batch in largest:
            trainer.learn([batch])
        before = time.perf_counter()
        with log.muted():  # the figures of an untrained model mean nothing
            trainer.best_model.validate_and_save(
                trainer.updater.gradients.wrapped, trainer.state, epochs=0.0, check=never_interrupt
            )
        validated = time.perf_counter()
        trainer.best_model.save(trainer.state, trainer.updater.gradients.carried)
        validation = (validated - before) / share + time.perf_counter() - validated
        cuda = runtime.device.type == "cuda"
        return ProbeResult(
            device=str(runtime.device),
            bfloat16=computes_bf16(runtime.device),
            threads=torch.get_num_threads(),
            parameters=trainer.model.parameter_count(),
            batches=trainer.loader.len_epoch(0),
            left_out=len(trainer.loader.sampler.left_out) if isinstance(trainer.loader, Loader) else 0,
            steps=len(rates),
            seconds_per_step=median(rates) * sum(sizes) / len(sizes),
            seconds_per_validation=validation,
            largest=(len(largest[0]), largest[0].source.size(1), largest[0].target.size(1) - 1),
            program=program,
            peak=max(program, resident_peak()),  # the counter of a system is not exact
            device_peak=torch.cuda.max_memory_allocated(runtime.device) if cuda else None,
        )


def _part(whole: Prepared, folder: Path) -> tuple[Prepared, float]:
    """The data with an evenly spread part of the development split; and that part's share of tokens."""
    tokens = whole.dev.lengths.sum(axis=1)
    wanted = max(_DEV_EXAMPLES, int(_DEV_TOKENS / max(tokens.mean(), 1)))
    if wanted >= len(tokens):
        return whole, 1.0
    rows = np.linspace(0, len(tokens) - 1, num=wanted).astype(np.int64)
    files = sorted(whole.folder.glob("dev-*.arrow"))
    table = pa.Table.from_batches(chain.from_iterable(map(record_batches, files)), SCHEMA).take(rows)
    path = folder / "dev.arrow"
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, SCHEMA) as writer:
        writer.write_table(table)
    return replace(whole, dev=Split([path], whole.dev.files)), float(tokens[rows].sum() / tokens.sum())


def _shortened(recipe: Recipe, whole: Prepared, share: float) -> Recipe:
    """The recipe with a validation that an untrained model does not prolong.

    Outputs are limited to about the length of the references, since such a model writes up to the limit. Samples of
    generated text are left out: their number does not grow with the development split, to which time is scaled.
    """
    training = recipe.training
    decode = 0
    if isinstance(recipe, TranslationRecipe):
        decode = ceil(training.validation.decode * share)
        source, target = whole.dev.lengths.mean(axis=0)
        limits = {"max_length_ratio": float(target / source), "max_length_extra": _EXTRA}
        recipe = recipe.model_copy(update={"decoding": recipe.decoding.model_copy(update=limits)})
    validation = training.validation.model_copy(update={"decode": decode})
    return recipe.model_copy(update={"training": training.model_copy(update={"validation": validation})})


def _take_steps(trainer: Trainer, runtime: Runtime, seconds: float) -> tuple[list[float], list[int]]:
    """Train for a while; returns the seconds per token and the tokens of each step, padding included."""
    rates, sizes = list[float](), list[int]()
    start = before = time.perf_counter()
    with contextlib.closing(training_steps(trainer)) as steps:
        for number, batches in enumerate(steps):
            trainer.learn(batches)
            if runtime.device.type == "cuda":
                torch.cuda.synchronize(runtime.device)
            now = time.perf_counter()
            size = sum(batch.source.numel() + batch.target.numel() for batch in batches)
            if number == _WARM_UP:
                rates.clear()
                sizes.clear()
            rates.append((now - before) / size)
            sizes.append(size)
            if now - start >= seconds:
                break
            before = now
    return rates, sizes


def training_steps(trainer: Trainer) -> Generator[Sequence[Batch], None, None]:
    """The micro-batches of one step after the other, epoch after epoch."""
    for epoch in count():
        with contextlib.closing(trainer.loader.batches(epoch)) as batches:  # type: ignore[type-var]
            while step := list(islice(batches, trainer.config.batch.accumulate)):
                yield step


def _largest(trainer: Trainer) -> list[Batch]:
    """The batch of an epoch with the most tokens, padding included, and the one with the longest rows."""
    loader = trainer.loader
    if not isinstance(loader, Loader):  # all windows have the same size
        return list(islice(loader.batches(0), 1))
    largest: dict[str, tuple[int, list[int]]] = {}
    for rows in loader.sampler.epoch(0):
        source, target = map(int, loader.split.lengths[rows].max(axis=0))
        for measure_of, size in (("tokens", len(rows) * (source + target)), ("cells", len(rows) * source * target)):
            if size > largest.get(measure_of, (0, []))[0]:
                largest[measure_of] = size, rows.tolist()
    return [loader.collate(rows, 0) for rows in dict.fromkeys(tuple(rows) for _, rows in largest.values())]


def _run_job(job: dict[str, Any], _: object) -> dict[str, Any]:
    """The job of :func:`probe`."""
    try:
        return asdict(measure(parse_recipe(job["recipe"], "recipe"), threads=job["threads"], seconds=job["seconds"]))
    except (MemoryError, torch.OutOfMemoryError) as error:
        message = f"A step needs more memory than is available: {error}\n  {_REMEDY}"
        raise TrainingError(message, code="training.out-of-memory") from error


if __name__ == "__main__":
    sys.exit(worker_main(_run_job))
