"""The interval of a ratio of sums over sentences, by bootstrap resampling (Efron and Tibshirani 1993, section 13.3)."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from seq2seq.evaluation.resampling.bootstrap import SAMPLES, percentiles


class Ratio(NamedTuple):
    """A ratio with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:z.2f} ({self.low:z.2f} to {self.high:z.2f})"


def ratio(
    numerators: npt.NDArray[np.floating[Any] | np.integer[Any]],
    denominators: npt.NDArray[np.floating[Any] | np.integer[Any]],
    random: np.random.Generator,
) -> Ratio:
    """The ratio of two sums over N sentences, such as nats per token, with its percentile interval.

    All samples are computed at once, from how often each sentence occurs in each of them.

    Args:
        numerators: (N,) of each sentence, N at least 1.
        denominators: (N,) of each sentence, with a positive sum.
        random: which sentences are resampled.
    """
    size = len(numerators)
    counts = random.multinomial(size, np.full(size, 1 / size), size=SAMPLES)
    below = counts @ denominators
    known = below > 0
    samples = (counts @ numerators)[known] / below[known]
    return Ratio(float(numerators.sum() / denominators.sum()), *percentiles(samples))
