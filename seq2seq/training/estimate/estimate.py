"""What training a recipe would cost: whether the text fills its vocabulary, what its limits leave out, time and memory.

Data are prepared as for training, which then finds them in the cache. The cost of a step, and the memory, are measured
on real steps (:mod:`seq2seq.training.estimate.probe`); the rest is computed from them.
"""

from dataclasses import asdict
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from seq2seq import log
from seq2seq.config.duration import format_duration
from seq2seq.config.recipe import Recipe
from seq2seq.config.sides import TEXTS
from seq2seq.config.training import TrainingConfig
from seq2seq.data.preparing.tokenise import RATIO, TOO_LONG
from seq2seq.training.estimate.length_counts import LengthCounts
from seq2seq.training.estimate.memory import RequiredMemory
from seq2seq.training.estimate.outlook import FEW, Outlook
from seq2seq.training.estimate.pace import interval
from seq2seq.training.estimate.probe import probe
from seq2seq.training.estimate.report import Duration, Estimate, LeftOut, Memory, Side
from seq2seq.training.finetune.initial_model import open_data
from seq2seq.training.step.schedule import Limits

_SECONDS = 8.0
"""Seconds spent on timed steps."""


def estimate(recipe: Recipe, *, threads: int | None = None) -> Estimate:
    """Estimate what training a recipe would cost: prepares its data, and takes real steps for about ten seconds.

    They are taken on ``threads`` CPU threads (``None``: one per core).

    Raises:
        ConfigError: a setting is wrong; for example, the vocabulary is too small for the characters of the text.
        DataError: the corpus is wrong.
        TrainingError: no step can be taken: no example fits a batch, or there is too little memory.
    """
    config = recipe.training
    with TemporaryDirectory() as scratch:
        _, prepared = open_data(recipe, Path(scratch), resume=False)
    log.say("measuring a few training steps")
    measured = probe(recipe, threads=threads, seconds=_SECONDS)
    report, windows = prepared.report.train, config.batch.windows is not None
    filtered = recipe.sides == TEXTS and recipe.data.filters.max_ratio is not None
    asked = recipe.tokenizer.vocabulary
    sizes = {"source": prepared.tokenizers.source.size, "target": prepared.tokenizers.target.size}
    lengths = dict(zip(sizes, prepared.train.lengths.T, strict=True))
    duration = estimate_duration(
        config, measured.batches, step=measured.seconds_per_step, validation=measured.seconds_per_validation
    )
    few = duration.limit.startswith("max_time") and duration.epochs < FEW
    outlook = Outlook(config, prepared.train.lengths, measured.parameters, measured.bfloat16)
    suggested = outlook.suggestions(epochs=duration.epochs, epoch_seconds=duration.epoch) if few else []
    needed = asdict(RequiredMemory.of(measured.parameters, config))
    return Estimate(
        joint=prepared.tokenizers.joint,
        sides={side: _side(asked, sizes[side], lengths[side]) for side in recipe.sides.text},
        left_out=LeftOut(
            max_length=None if windows else report.removed.get(TOO_LONG, 0) / report.rows,
            max_ratio=report.removed.get(RATIO, 0) / report.rows if filtered else None,
            max_tokens=None if windows else measured.left_out / len(prepared.train),
        ),
        duration=duration,
        memory=Memory(**needed, program=measured.program, peak=measured.peak, device_peak=measured.device_peak),
        measured=measured,
        suggestions=tuple(suggested),
    )


def estimate_duration(config: TrainingConfig, batches: int, *, step: float, validation: float) -> Duration:
    """The duration of training until the first of its limits.

    Args:
        config: the limits; when to validate; batches per step.
        batches: per epoch.
        step: seconds per optimiser step.
        validation: seconds per validation.
    """
    limits = Limits.of(config)
    per_epoch = ceil(batches / config.batch.accumulate)
    gap = interval(config, validation)
    within = 1 if gap is None else ceil(per_epoch * step / gap)
    every = config.validation.every_steps or ceil(per_epoch / within)
    ends: dict[str, int] = {}
    if limits.max_steps is not None:
        ends[f"max_steps {limits.max_steps:,}"] = limits.max_steps
    if limits.max_epochs is not None:
        ends[f"max_epochs {limits.max_epochs:,}"] = limits.max_epochs * per_epoch
    if limits.max_time is not None:
        rounds, left = divmod(limits.max_time, every * step + validation)
        ends[f"max_time {format_duration(limits.max_time)}"] = int(rounds) * every + min(ceil(left / step), every)
    limit = min(ends, key=ends.__getitem__)
    steps = max(1, ends[limit])
    validations = ceil(steps / every)  # the last one when training ends
    return Duration(
        batches=batches,
        steps_an_epoch=per_epoch,
        steps=steps,
        limit=limit,
        epochs=steps / per_epoch,
        validations=validations,
        step=step,
        validation=validation,
        epoch=per_epoch * step,
        seconds=steps * step + validations * validation,
    )


def _side(asked: int, vocabulary: int, lengths: NDArray[np.int32]) -> Side:
    counts = LengthCounts.of(lengths[:, None])
    return Side(
        asked=asked,
        vocabulary=vocabulary,
        mean=float(lengths.mean()),
        common=counts.quantile(0.95),
        longest=int(lengths.max()),
    )
