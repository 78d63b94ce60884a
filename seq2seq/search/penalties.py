"""Length penalties: divisors of log-probabilities, without which search prefers short outputs.

none        1
average     length ** alpha
wu          ((5 + length) / 6) ** alpha      Wu et al. 2016, equation 14

The length counts every token whose log-probability is in the sum, EOS included. No divisor falls as the length
grows, and no log-probability is positive: of all the outputs that a hypothesis may grow into, none scores above
its present log-probability over the divisor of the greatest length. That bound ends a beam search.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class LengthPenalty:
    """A length penalty."""

    kind: Literal["average", "wu", "none"]
    alpha: float

    def divisor(self, length: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """The divisor of the log-probability of an output of ``length`` scored tokens (at least 1)."""
        lengths = np.asarray(length, dtype=np.float64)
        if self.kind == "none":
            return np.ones_like(lengths)
        base = lengths if self.kind == "average" else (5.0 + lengths) / 6.0
        return np.asarray(base**self.alpha, dtype=np.float64)

    def score(self, log_prob: float, length: int) -> float:
        """The penalised log-probability of one output; without a scored token, as it is."""
        return log_prob / float(self.divisor(length)) if length else log_prob
