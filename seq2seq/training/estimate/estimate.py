"""What a recipe would cost: whether its vocabulary can be filled, what its limits leave out, hours and megabytes.

Data are prepared as training prepares them, and found in the cache by it. What a step takes, and the memory, is
measured on real steps (:mod:`seq2seq.training.estimate.probe`); the rest is reckoned from that.
"""

from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seq2seq import log
from seq2seq.config.duration import format_duration
from seq2seq.config.recipe import Recipe
from seq2seq.config.sides import TEXTS
from seq2seq.config.training import TrainingConfig
from seq2seq.data.preparing.prepare import Prepared
from seq2seq.data.preparing.tokenise import RATIO, TOO_LONG
from seq2seq.training.distributed import computes_bf16
from seq2seq.training.estimate.memory import RequiredMemory, megabytes
from seq2seq.training.estimate.outlook import FEW, suggestions
from seq2seq.training.estimate.pace import interval
from seq2seq.training.estimate.probe import ProbeResult, probe
from seq2seq.training.finetune.initial_model import open_data
from seq2seq.training.step.schedule import Limits

_SECONDS = 8.0
"""Spent on steps that are timed."""


@dataclass(frozen=True, slots=True)
class Side:
    """The texts of one side of the training split, as they are trained on."""

    asked: int
    """Tokens of the vocabulary that the recipe asks for."""
    vocabulary: int
    """Tokens of the vocabulary that there is: fewer where the text does not fill it."""
    mean: float
    """Tokens a text, EOS included ..."""
    common: int
    """... of which 95 % have so many at most ..."""
    longest: int
    """... and all so many."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Examples of the training split that a limit keeps out of training: shares, 0 to 1 (None: it does not apply)."""

    max_length: float | None
    """Of all rows read: longer than `data.filters.max_length`."""
    max_ratio: float | None
    """Of all rows read: more uneven than `data.filters.max_ratio`."""
    max_tokens: float | None
    """Of what is left then: larger than `training.batch.max_tokens` alone."""


@dataclass(frozen=True, slots=True)
class Duration:
    """How long training takes, preparing the data and scoring the test split left out."""

    batches: int
    """Of the first epoch."""
    steps_an_epoch: int
    steps: int
    """In all, unless patience ends training before."""
    limit: str
    """The limit that is reached first, and its value."""
    epochs: float
    """Passed when it is."""
    validations: int
    step: float
    """Seconds of an optimiser step (measured)."""
    validation: float
    """Seconds of a validation, with what is written after it (measured on a part of the split)."""
    epoch: float
    """Seconds of an epoch's steps."""
    seconds: float
    """Of training and validating, in all."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What training holds in memory, in bytes."""

    parameters: int
    """Trainable numbers."""
    weights: int
    gradients: int
    moments: int
    """What the optimiser remembers of past gradients."""
    average: int
    """The moving average of the weights. These four are computed."""
    program: int
    """Python, torch and the data, before there is a model (measured)."""
    peak: int
    """All of the process, at most (measured on the largest batches, a validation and a checkpoint)."""
    device_peak: int | None
    """On the GPU, at most (likewise; None: there is none)."""


@dataclass(frozen=True)
class Estimate:
    """What training a recipe would cost."""

    joint: bool
    """Whether both sides share one vocabulary."""
    sides: dict[str, Side]
    """Those that are text."""
    left_out: LeftOut
    duration: Duration
    memory: Memory
    measured: ProbeResult
    """What the figures are reckoned from."""
    suggestions: tuple[str, ...] = ()
    """Settings that would take a run further that time ends early."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    def lines(self) -> list[str]:
        """A few lines for people."""
        rows = [
            *self._vocabulary(),
            *self._lengths(),
            *self._left_out(),
            *self._time(),
            *self._memory(),
            *self._further(),
        ]
        width = max(len(title) for title, _ in rows)
        return [f"{title:<{width}}  {text}" for title, text in rows]

    def _vocabulary(self) -> list[tuple[str, str]]:
        found = []
        for name, side in list(self.sides.items())[: 1 if self.joint else None]:
            which = "both sides" if self.joint else name
            fills = (
                "the text fills them" if side.vocabulary >= side.asked else f"the text fills {side.vocabulary:,} alone"
            )
            found.append(("vocabulary", f"{which}: the recipe asks for {side.asked:,} tokens, {fills}"))
        return found

    def _lengths(self) -> list[tuple[str, str]]:
        return [
            (
                name,
                f"{side.mean:.1f} tokens a sentence; 95 % have {side.common:,} at most, the longest {side.longest:,}",
            )
            for name, side in self.sides.items()
        ]

    def _left_out(self) -> list[tuple[str, str]]:
        shares = (
            ("data.filters.max_length", self.left_out.max_length),
            ("data.filters.max_ratio", self.left_out.max_ratio),
            ("training.batch.max_tokens", self.left_out.max_tokens),
        )
        found = [f"{share:.2%} over {limit}" for limit, share in shares if share is not None]
        return [("left out", ", ".join(found))] if found else []

    def _time(self) -> list[tuple[str, str]]:
        of, measured = self.duration, self.measured
        validating = of.validations * of.validation / of.seconds
        where = f"{measured.device}, {measured.threads} thread{'s' if measured.threads != 1 else ''}"
        return [
            (
                "training",
                f"{of.batches:,} batches and {of.steps_an_epoch:,} steps an epoch; "
                f"{of.steps:,} steps in {of.epochs:.1f} epochs, until {of.limit}",
            ),
            (
                "time",
                f"about {format_duration(of.seconds)} in all, {format_duration(of.epoch)} an epoch, "
                f"{1000 * of.step:.0f} ms a step (measured on {measured.steps} steps; {where})",
            ),
            (
                "",
                f"of that {validating:.0%} for {of.validations:,} validations, "
                f"{format_duration(of.validation)} each (measured)",
            ),
        ]

    def _memory(self) -> list[tuple[str, str]]:
        of, (rows, source, target) = self.memory, self.measured.largest
        held = RequiredMemory(of.weights, of.gradients, of.moments, of.average)
        device = "" if of.device_peak is None else f", and {megabytes(of.device_peak)} of the GPU"
        return [
            (
                "memory",
                f"about {megabytes(of.peak)}{device} at the peak (measured; largest batch {rows:,} x "
                f"{source:,} + {target:,} tokens); {megabytes(of.program)} without the model",
            ),
            ("", f"computed from {of.parameters:,} parameters: {held}"),
        ]

    def _further(self) -> list[tuple[str, str]]:
        if not self.suggestions:
            return []
        begin = f"there is time for {self.duration.epochs:.1f} epochs alone; what would help:"
        return [("suggestions", begin), *(("", way) for way in self.suggestions)]


def estimate(recipe: Recipe, *, threads: int | None = None) -> Estimate:
    """Estimate what training a recipe would cost: prepares its data, and takes real steps for about ten seconds.

    Args:
        recipe: what would be trained.
        threads: of a CPU (``None``: one a core).

    Raises:
        ConfigError: a setting is wrong; the vocabulary is too small for the characters of the text, say.
        DataError: the corpus is wrong.
        TrainingError: no step can be taken: no example fits a batch, or there is too little memory.
    """
    config = recipe.training
    with TemporaryDirectory() as scratch:
        _, prepared = open_data(recipe, Path(scratch), resume=False)
    log.say("taking a few steps, to see what they cost")
    measured = probe(recipe, threads=threads, seconds=_SECONDS)
    report, windows = prepared.report.train, config.batch.windows is not None
    judged = recipe.sides == TEXTS and recipe.data.filters.max_ratio is not None
    asked = recipe.tokenizer.vocabulary
    sizes = {"source": prepared.tokenizers.source.size, "target": prepared.tokenizers.target.size}
    lengths = dict(zip(sizes, prepared.train.lengths.T, strict=True))
    duration = estimate_duration(
        config,
        measured.batches,
        step=measured.seconds_per_step,
        validation=measured.seconds_per_validation,
    )
    few = duration.limit.startswith("max_time") and duration.epochs < FEW
    return Estimate(
        joint=prepared.tokenizers.joint,
        sides={side: _side(asked, sizes[side], lengths[side]) for side in recipe.sides.text},
        left_out=LeftOut(
            max_length=None if windows else report.removed.get(TOO_LONG, 0) / report.rows,
            max_ratio=report.removed.get(RATIO, 0) / report.rows if judged else None,
            max_tokens=None if windows else measured.left_out / len(prepared.train),
        ),
        duration=duration,
        memory=_memory(config, measured),
        measured=measured,
        suggestions=tuple(_suggestions(config, prepared, measured, duration) if few else ()),
    )


def _suggestions(config: TrainingConfig, prepared: Prepared, measured: ProbeResult, duration: Duration) -> list[str]:
    return suggestions(
        config,
        prepared.train.lengths,
        epochs=duration.epochs,
        epoch_seconds=duration.epoch,
        parameters=measured.parameters,
        bfloat16=measured.device == "cpu" and computes_bf16(),
    )


def estimate_duration(config: TrainingConfig, batches: int, *, step: float, validation: float) -> Duration:
    """How long training takes until the first of its limits.

    Args:
        config: the limits; when to validate; batches a step.
        batches: of an epoch.
        step: seconds of an optimiser step.
        validation: seconds of a validation.
    """
    limits = Limits.of(config)
    an_epoch = ceil(batches / config.batch.accumulate)
    gap = interval(config, validation)
    within = 1 if gap is None else ceil(an_epoch * step / gap)
    every = config.validation.every_steps or ceil(an_epoch / within)
    ends: dict[str, int] = {}
    if limits.max_steps is not None:
        ends[f"max_steps {limits.max_steps:,}"] = limits.max_steps
    if limits.max_epochs is not None:
        ends[f"max_epochs {limits.max_epochs:,}"] = limits.max_epochs * an_epoch
    if limits.max_time is not None:
        rounds, left = divmod(limits.max_time, every * step + validation)
        ends[f"max_time {format_duration(limits.max_time)}"] = int(rounds) * every + min(ceil(left / step), every)
    limit = min(ends, key=ends.__getitem__)
    steps = max(1, ends[limit])
    validations = ceil(steps / every)  # the last one when training ends
    return Duration(
        batches=batches,
        steps_an_epoch=an_epoch,
        steps=steps,
        limit=limit,
        epochs=steps / an_epoch,
        validations=validations,
        step=step,
        validation=validation,
        epoch=an_epoch * step,
        seconds=steps * step + validations * validation,
    )


def _side(asked: int, vocabulary: int, lengths: NDArray[np.int32]) -> Side:
    return Side(
        asked=asked,
        vocabulary=vocabulary,
        mean=float(lengths.mean()),
        common=int(np.quantile(lengths, 0.95, method="inverted_cdf")),
        longest=int(lengths.max()),
    )


def _memory(config: TrainingConfig, measured: ProbeResult) -> Memory:
    needed = RequiredMemory.of(measured.parameters, config)
    return Memory(
        parameters=measured.parameters,
        weights=needed.weights,
        gradients=needed.gradients,
        moments=needed.moments,
        average=needed.average,
        program=measured.program,
        peak=measured.peak,
        device_peak=measured.device_peak,
    )
