"""Training speed relative to this machine's peak, and where the rest of the time goes.

Steps of a recipe, as in training, are interleaved with measurements of the float32 matrix-multiplication peak; their
operations are counted (:mod:`seq2seq.bench.operations`), and their time is split by part
(:mod:`seq2seq.bench.profile`). The floor of a part is the time that its operations would take at the peak.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import torch
from torch.profiler import record_function

from seq2seq.bench.operations import Work, matmul_peak, training_operations
from seq2seq.bench.profile import DATA, OTHER, PARTS, profile_steps
from seq2seq.config.recipe import Recipe, refuse_numeric_targets
from seq2seq.data.batching.batch import Batch
from seq2seq.machine import Spread
from seq2seq.progress import show_progress
from seq2seq.training.distributed import Runtime
from seq2seq.training.estimate.probe import training_steps
from seq2seq.training.finetune.initial_model import open_data
from seq2seq.training.trainer import Trainer
from seq2seq.wording import plural

_WARM_UP: Final = 5
"""First steps, which are not timed: kernels are compiled, memory is allocated."""


@dataclass(frozen=True, slots=True)
class PartSpeed:
    """One part of a step, on average over the steps of a round."""

    milliseconds: Spread
    """Milliseconds that it takes."""
    gigaoperations: Spread
    """Billions of operations that it needs."""
    floor: Spread
    """Milliseconds that its operations would take at the peak."""
    above: Spread
    """Milliseconds above that floor."""


@dataclass(frozen=True, slots=True)
class TrainingSpeed:
    """Training speed: medians over rounds, lowest and highest."""

    threads: int
    rounds: int
    steps: int
    """Steps per round."""
    peak: Spread
    """Operations per second of a float32 matrix product."""
    share: Spread
    """Share of the peak, by counted operations."""
    operations: Spread
    """Counted operations per second."""
    examples: Spread
    """Examples per second."""
    tokens: Spread
    """Source and target tokens per second."""
    padding: Spread
    """Share of padding among the positions of a batch."""
    waiting: Spread
    """Share of the time spent waiting for data."""
    collation: Spread
    """Milliseconds of processor time per step spent on collation in the background."""
    step: PartSpeed
    parts: dict[str, PartSpeed]
    """The parts of a step, which add up to it."""

    def lines(self) -> list[str]:
        """A few lines for people."""
        rows = [
            ("share of the peak", self.share.shown(scale=100), "%"),
            ("peak", self.peak.shown(scale=1e-9), "GFLOP/s in float32 matrix products"),
            ("training", self.operations.shown(scale=1e-9), "GFLOP/s"),
            ("", self.examples.shown(), "examples/s"),
            ("", self.tokens.shown(0), "source and target tokens/s"),
            ("padding", self.padding.shown(scale=100), "% of a batch's positions"),
            ("waiting for data", self.waiting.shown(scale=100), "% of the time"),
            ("collation", self.collation.shown(), "ms per step, in the background"),
        ]
        title, figure = (max(map(len, column)) for column in list(zip(*rows, strict=True))[:2])
        return [
            f"training: {plural(self.rounds, 'round')} of {plural(self.steps, 'step')}, "
            f"{plural(self.threads, 'thread')}; median (lowest .. highest)",
            *(f"  {name:<{title}}  {spread:>{figure}} {unit}" for name, spread, unit in rows),
        ]


@dataclass(frozen=True, slots=True)
class _Round:
    """The measurements of one round."""

    peak: float
    seconds: dict[str, float]
    operations: dict[str, int]
    collation: float
    examples: int
    tokens: int
    positions: int

    @property
    def spent(self) -> float:
        return sum(self.seconds.values())

    @property
    def needed(self) -> int:
        return sum(self.operations.values())


def measure_training(recipe: Recipe, *, rounds: int, steps: int, threads: int | None) -> TrainingSpeed:
    """Measure training steps on a CPU, in a temporary folder: in ``rounds`` of ``steps``, interleaved with the peak.

    The data of the recipe are prepared as usual; ``threads`` is the number of CPU threads (``None``: one per core).

    Raises:
        ConfigError: a setting is wrong.
        DataError: the corpus is wrong.
        TrainingError: no step can be taken.
    """
    refuse_numeric_targets(recipe, "measurements of training steps")
    with _trainer(recipe, threads) as trainer, closing(training_steps(trainer)) as batches:
        for some in islice(batches, _WARM_UP):
            trainer.learn(some)
        found = []
        with show_progress("training", total=rounds * steps, unit="steps") as bar:
            for _ in range(rounds):
                found.append(_measure_round(trainer, batches, steps, matmul_peak(), bar.advance))
        return _sum_up(found, steps)


@contextmanager
def _trainer(recipe: Recipe, threads: int | None) -> Iterator[Trainer]:
    """A new run on the CPU."""
    with TemporaryDirectory(prefix="seq2seq-") as scratch:
        runtime = Runtime(accelerator="cpu", devices=1, precision=recipe.training.precision, threads=threads)
        runtime.launch()
        start, prepared = open_data(recipe, Path(scratch), resume=False)
        yield Trainer(recipe, prepared, Path(scratch), runtime, initial_model=start)


def _measure_round(
    trainer: Trainer, batches: Iterator[Sequence[Batch]], steps: int, peak: float, advance: Callable[[], None]
) -> _Round:
    needed: Counter[str] = Counter()
    examples, tokens, positions = 0, 0, 0
    readings = 2 if trainer.config.r_drop else 1
    with profile_steps(trainer) as found:
        for _ in range(steps):
            with record_function(DATA):
                some = next(batches)
            with record_function(OTHER):
                trainer.learn(some)
            for batch in some:
                pairs = int((batch.source_lengths * batch.target_lengths).sum())
                once = Work(len(batch), batch.source_tokens, batch.target_tokens, pairs)
                work = Work(*(readings * amount for amount in once))
                needed.update(training_operations(trainer.model, work))
                examples += len(batch)
                tokens += batch.source_tokens + batch.target_tokens
                positions += batch.source.numel() + batch.target[:, 1:].numel()
            advance()
    return _Round(peak, dict(found.seconds), dict(needed), found.collation, examples, tokens, positions)


def _sum_up(found: Sequence[_Round], steps: int) -> TrainingSpeed:
    def spread(figure: Callable[[_Round], float]) -> Spread:
        return Spread.of([figure(one) for one in found])

    def part(spent: Callable[[_Round], float], needed: Callable[[_Round], float]) -> PartSpeed:
        return PartSpeed(
            milliseconds=spread(lambda one: 1e3 * spent(one) / steps),
            gigaoperations=spread(lambda one: 1e-9 * needed(one) / steps),
            floor=spread(lambda one: 1e3 * needed(one) / one.peak / steps),
            above=spread(lambda one: 1e3 * (spent(one) - needed(one) / one.peak) / steps),
        )

    def part_named(name: str) -> PartSpeed:
        return part(lambda one: one.seconds.get(name, 0.0), lambda one: one.operations.get(name, 0))

    return TrainingSpeed(
        threads=torch.get_num_threads(),
        rounds=len(found),
        steps=steps,
        peak=spread(lambda one: one.peak),
        share=spread(lambda one: one.needed / one.spent / one.peak),
        operations=spread(lambda one: one.needed / one.spent),
        examples=spread(lambda one: one.examples / one.spent),
        tokens=spread(lambda one: one.tokens / one.spent),
        padding=spread(lambda one: 1 - one.tokens / one.positions),
        waiting=spread(lambda one: one.seconds.get(DATA, 0.0) / one.spent),
        collation=spread(lambda one: 1e3 * one.collation / steps),
        step=part(lambda one: one.spent, lambda one: one.needed),
        parts={name: part_named(name) for name in PARTS if any(name in one.seconds for one in found)},
    )
