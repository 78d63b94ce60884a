"""How well a network predicts sequences of vectors, beside independent numbers.

Letters: S steps, F numbers of a step.
"""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.errors import DataError
from seq2seq.evaluation.remarks import remark_lines
from seq2seq.series.distributions import LEAST
from seq2seq.text.sketch import Overlap
from seq2seq.wording import plural

if TYPE_CHECKING:
    from rich.console import Group

_ENTROPY: Final = 0.5 * math.log(2 * math.pi * math.e)
"""Of a normal number of variance 1, in nats."""


@dataclass(frozen=True, slots=True)
class Independent:
    """The best that can be done without a network: the same normal numbers in every step, and an end at any.

    Mean and deviation of each number, and the frequency of the end, are those of the sequences themselves.
    """

    nats: float
    """Negative log-likelihood of all sequences, summed."""
    squares: float
    """Squared distances of all numbers from the mean of their channel, summed."""

    @classmethod
    def of(cls, sequences: Iterable[NDArray[Any]]) -> "Independent":
        """That of sequences (S, F)."""
        every = list(sequences)
        steps = np.concatenate(every).astype(np.float64)
        widths = np.maximum(steps.std(axis=0), LEAST)  # as of a network, so that a constant number is no advantage
        squares = (steps - steps.mean(axis=0)) ** 2
        numbers = len(steps) * float((np.log(widths) + _ENTROPY - 0.5).sum()) + float((squares / widths**2).sum()) / 2
        share = len(every) / len(steps)
        last = -math.log(share) * len(every)
        before = -math.log1p(-share) * (len(steps) - len(every)) if share < 1 else 0.0
        return cls(numbers + last + before, float(squares.sum()))


@dataclass(frozen=True, slots=True)
class VectorScores:
    """The likelihood of sequences under a model, and how near its predictions are; numbers are scaled as in training.

    A density is no probability: nats may be negative, and are comparable between models with the same scaling alone.
    """

    nats_per_step: float
    """Negative log-likelihood of the numbers of a step, and of whether the sequence then ends."""
    independent_nats_per_step: float
    """The same of :class:`Independent`."""
    explained: float
    """Share (at most 1) of the variance of all numbers that is explained by the means which the model predicts, from
    the tags and the true steps before."""
    steps: int
    numbers: int
    """F."""
    sequences: int

    @classmethod
    def of(cls, sequences: list[NDArray[Any]], *, nats: float, squares: float) -> "VectorScores":
        """Those of sequences (S, F), by the sums of a model's nats, and of squared distances from its means.

        Raises:
            DataError: there is no sequence.
        """
        if not sequences:
            raise DataError("There is nothing to score: there is no sequence.", code="evaluation.empty")
        independent, steps = Independent.of(sequences), sum(map(len, sequences))
        explained = 1 - squares / independent.squares if independent.squares else 0.0
        return cls(nats / steps, independent.nats / steps, explained, steps, sequences[0].shape[1], len(sequences))


@dataclass(frozen=True, slots=True)
class VectorReport:
    """The evaluation of a synthesizer on one set of sequences."""

    scores: VectorScores
    overlap: Overlap | None = None
    """How many of the sequences the model was trained on; None: unknown."""

    def to_dict(self) -> dict[str, object]:
        """As JSON: the scores at the top, under their names."""
        trained_on = {"trained_on": self.overlap.to_dict()} if self.overlap else {}
        return {**asdict(self.scores), **trained_on}

    def lines(self) -> list[str]:
        """For people."""
        scores = self.scores
        size = f"{plural(scores.numbers, 'number')} per step"
        size += f", {plural(scores.steps, 'step')}, {plural(scores.sequences, 'sequence')}"
        independent = f"independent normal numbers {scores.independent_nats_per_step:.3f}"
        return [
            f"nats per step  {scores.nats_per_step:.3f}  ({independent}; {size})",
            f"explained      {scores.explained:.1%}  of the variance of the next step, by its predicted mean",
        ]

    def render(self) -> "Group":
        """For a rich console: the scores, then remarks."""
        from rich.console import Group

        return Group(*self.lines(), *remark_lines(self.overlap.remarks() if self.overlap else []))
