"""Intervals over sentences, by bootstrap resampling (Efron and Tibshirani 1993, section 13.3)."""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

_SAMPLES: Final = 1000


class Interval(NamedTuple):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:z.2f} ({self.low:z.2f} to {self.high:z.2f})"


def ratio(
    numerators: NDArray[np.floating[Any]],
    denominators: NDArray[np.floating[Any] | np.integer[Any]],
    random: np.random.Generator,
) -> Interval:
    """The ratio of two sums over N sentences, such as nats per token, with its percentile interval.

    Args:
        numerators: (N,) of each sentence, N at least 1.
        denominators: (N,) of each sentence, with a positive sum.
        random: which sentences are resampled.
    """
    size = len(numerators)
    counts = random.multinomial(size, np.full(size, 1 / size), size=_SAMPLES)
    below = counts @ denominators
    known = below > 0
    samples = (counts @ numerators)[known] / below[known]
    low, high = np.quantile(samples, (0.025, 0.975)).tolist()
    return Interval(float(numerators.sum() / denominators.sum()), low, high)
