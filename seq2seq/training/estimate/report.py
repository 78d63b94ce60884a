"""An estimate of what training would cost, for people and as JSON."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from seq2seq.config.duration import format_duration
from seq2seq.training.estimate.memory import RequiredMemory, megabytes
from seq2seq.training.estimate.probe import ProbeResult
from seq2seq.wording import plural

Rows = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Side:
    """The texts of one side of the training split, as they are trained on."""

    asked: int
    """Vocabulary size that the recipe asks for, in tokens."""
    vocabulary: int
    """Actual vocabulary size: smaller where the text does not fill it."""
    mean: float
    """Mean length of a text in tokens, EOS included."""
    common: int
    """Length in tokens that 95 % of the texts do not exceed."""
    longest: int
    """Length of the longest text in tokens."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Examples of the training split that a limit keeps out of training: shares, 0 to 1 (None: it does not apply)."""

    max_length: float | None
    """Share of all rows read that are longer than `data.filters.max_length`."""
    max_ratio: float | None
    """Share of all rows read whose lengths differ by more than `data.filters.max_ratio`."""
    max_tokens: float | None
    """Share of the remaining rows that exceed `training.batch.max_tokens` alone."""


@dataclass(frozen=True, slots=True)
class Duration:
    """The duration of training, without preparing the data and scoring the test split."""

    batches: int
    """Batches in the first epoch."""
    steps_an_epoch: int
    """Optimiser steps per epoch."""
    steps: int
    """Optimiser steps in all, unless patience ends training earlier."""
    limit: str
    """The limit that is reached first, and its value."""
    epochs: float
    """Epochs in all."""
    validations: int
    """Validations in all."""
    step: float
    """Seconds per optimiser step (measured)."""
    validation: float
    """Seconds per validation, with the files written after it (measured on a part of the split)."""
    epoch: float
    """Seconds per epoch, without validations."""
    seconds: float
    """Seconds of training and validation in all."""


@dataclass(frozen=True, slots=True)
class Memory(RequiredMemory):
    """The memory that training needs, in bytes."""

    program: int
    """Python, torch and the data, before there is a model (measured)."""
    peak: int
    """Peak of the whole process (measured on the largest batches, a validation and a checkpoint)."""
    device_peak: int | None
    """Peak on the GPU (measured likewise; None: there is none)."""


@dataclass(frozen=True)
class Estimate:
    """What training a recipe would cost."""

    joint: bool
    """Whether both sides share one vocabulary."""
    sides: dict[str, Side]
    """The sides that are text."""
    left_out: LeftOut
    duration: Duration
    memory: Memory
    measured: ProbeResult
    """The measurements behind the figures."""
    suggestions: tuple[str, ...] = ()
    """Settings that would help a run for which time is short."""

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
            *self._suggestions(),
        ]
        width = max(len(title) for title, _ in rows)
        return [f"{title:<{width}}  {text}" for title, text in rows]

    def _vocabulary(self) -> Rows:
        for name, side in list(self.sides.items())[: 1 if self.joint else None]:
            which = "both sides" if self.joint else name
            full = side.vocabulary >= side.asked
            fills = "the text fills them" if full else f"the text fills only {side.vocabulary:,}"
            yield "vocabulary", f"{which}: the recipe asks for {side.asked:,} tokens, {fills}"

    def _lengths(self) -> Rows:
        for name, side in self.sides.items():
            longest = f"95 % have at most {side.common:,}, the longest {side.longest:,}"
            yield name, f"{side.mean:.1f} tokens per sentence; {longest}"

    def _left_out(self) -> Rows:
        shares = (
            ("data.filters.max_length", self.left_out.max_length),
            ("data.filters.max_ratio", self.left_out.max_ratio),
            ("training.batch.max_tokens", self.left_out.max_tokens),
        )
        parts = [f"{share:.2%} over {limit}" for limit, share in shares if share is not None]
        if parts:
            yield "left out", ", ".join(parts)

    def _time(self) -> Rows:
        duration, measured = self.duration, self.measured
        yield (
            "training",
            f"{plural(duration.batches, 'batch')} and {plural(duration.steps_an_epoch, 'step')} per epoch; "
            f"{plural(duration.steps, 'step')} in {duration.epochs:.1f} epochs, until {duration.limit}",
        )
        device = f"{measured.device}, {plural(measured.threads, 'thread')}"
        yield (
            "time",
            f"about {format_duration(duration.seconds)} in all, {format_duration(duration.epoch)} per epoch, "
            f"{1000 * duration.step:.0f} ms per step (measured on {plural(measured.steps, 'step')}; {device})",
        )
        validating = duration.validations * duration.validation / duration.seconds
        each = format_duration(duration.validation)
        yield "", f"of that {validating:.0%} for {plural(duration.validations, 'validation')}, {each} each (measured)"

    def _memory(self) -> Rows:
        memory, (rows, source, target) = self.memory, self.measured.largest
        device = "" if memory.device_peak is None else f", and {megabytes(memory.device_peak)} of the GPU"
        yield (
            "memory",
            f"about {megabytes(memory.peak)}{device} at the peak (measured; largest batch {rows:,} x "
            f"{source:,} + {target:,} tokens); {megabytes(memory.program)} without the model",
        )
        yield "", f"computed from {memory.parameters:,} parameters: {memory}"

    def _suggestions(self) -> Rows:
        if self.suggestions:
            yield "suggestions", f"there is time for only {self.duration.epochs:.1f} epochs; what would help:"
        yield from (("", suggestion) for suggestion in self.suggestions)
