"""Bootstrap resampling (Koehn 2004): test sets of the same size, sampled with replacement from the one at hand.

Samples, seed and interval are sacrebleu's: `--confidence` and `--paired-bs` give the same figures.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from seq2seq.evaluation.resampling.sufficient_statistics import SufficientStatistics

SAMPLES: Final = 1000
"""Resampled test sets, sacrebleu's default."""
SEED: Final = 12345
"""Sacrebleu's default."""
_TAIL: Final = 40
"""One of so many samples lies beyond each end of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % confidence interval of a score."""

    mean: float
    """Mean score of the samples."""
    half_width: float
    """Half the distance between the 2.5 % and the 97.5 % quantile."""
    samples: int
    seed: int

    @property
    def low(self) -> float:
        """Lower end."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """Upper end."""
        return self.mean + self.half_width

    def to_dict(self) -> dict[str, object]:
        """As JSON, with both ends."""
        return {"low": self.low, "high": self.high, **asdict(self)}


def confidence_interval(
    statistics: SufficientStatistics, *, samples: int = SAMPLES, seed: int = SEED
) -> Interval | None:
    """The interval of one system's score, as sacrebleu estimates it; None: fewer than two sentences."""
    if len(statistics.rows) < 2:
        return None
    (scores,) = resampled_scores([statistics], samples=samples, seed=seed)
    ordered = np.sort(scores)
    tail = samples // _TAIL
    low, high = ordered[tail], ordered[samples - tail - 1]
    return Interval(float(ordered.mean()), float(0.5 * (high - low)), samples, seed)


def percentiles(samples: npt.NDArray[np.floating[Any]]) -> tuple[float, float]:
    """Both ends of the 95 % interval that the samples of a figure span."""
    low, high = np.quantile(samples, (0.025, 0.975)).tolist()
    return low, high


def resampled_scores(
    systems: Sequence[SufficientStatistics], *, samples: int, seed: int
) -> list[npt.NDArray[np.floating[Any]]]:
    """(samples,) scores of each system, by one metric, on the same resampled test sets."""
    samplers = [system.sampler() for system in systems]
    scores: list[list[Any]] = [[] for _ in systems]
    for chosen in resample(len(systems[0].rows), samples, seed):
        for system, sums_of, found in zip(systems, samplers, scores, strict=True):
            found.append(system.score_of(sums_of(chosen)))
    return [np.array(found) for found in scores]


def resample(sentences: int, samples: int, seed: int) -> Iterator[npt.NDArray[np.int64]]:
    """Resampled test sets, one at a time: (sentences,) indices of their sentences."""
    random = np.random.default_rng(seed)
    for _ in range(samples):
        yield random.choice(sentences, size=sentences, replace=True)
