"""How a norm changes with the lag: geometric means, a fitted exponential rate, and a memory length.

Letters: N examples, K lags.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

Floats = NDArray[np.float64]

FLOOR: Final = 1e-12
"""Relative norms below count as this: smaller ones are rounding errors of float32, or exactly 0."""
ENOUGH: Final = 8
"""Least examples of a lag, or a quarter of all if that is fewer, for its mean to be used."""
TENTH: Final = 0.1
"""Of the first norm: where it has fallen to this, the memory ends."""
_Z95: Final = 1.96


@dataclass(frozen=True)
class Decay:
    """Norms by lag, relative to lag 0, over examples."""

    means: Floats
    """(K,) geometric means; the first is 1."""
    low: Floats
    """(K,) lower bounds of their 95 % confidence intervals."""
    high: Floats
    """(K,) upper bounds."""
    counts: NDArray[np.int64]
    """(K,) examples."""
    rate: float | None
    """Factor per step, fitted to lags from 1 on; None: fewer than two such lags."""

    def at(self, lag: int) -> float | None:
        """Relative norm at a lag; beyond the last one measured, as the rate continues it."""
        last = len(self.means) - 1
        if lag <= last:
            return float(self.means[lag])
        return None if self.rate is None else float(self.means[last] * self.rate ** (lag - last))

    @property
    def memory(self) -> float | None:
        """Steps to where the norm is a tenth, between lags on the log scale; None: it does not, as far as seen."""
        below = np.flatnonzero(self.means <= TENTH)
        if not len(below):
            return None
        end = int(below[0])
        before, after = np.log(self.means[end - 1 : end + 1])
        return float(end - 1 + (before - np.log(TENTH)) / (before - after))

    def to_dict(self) -> dict[str, JsonValue]:
        """All figures, for JSON."""
        return {
            "rate": self.rate,
            "memory": self.memory,
            "means": self.means.tolist(),
            "low": self.low.tolist(),
            "high": self.high.tolist(),
            "examples": self.counts.tolist(),
        }


def decay(norms: Floats) -> Decay | None:
    """Summarise norms by lag.

    The rate is that of a line through the means' logarithms, each weighted by its number of examples. Lag 0 is where
    all are 1, and would pin the line: it takes no part in the fit.

    Args:
        norms: (N, K) norms, NaN where an example is too short; rows that begin with 0 are left out.

    Returns:
        The lags with enough examples; None if no example is left.
    """
    norms = norms[norms[:, 0] > 0] if norms.size else norms
    if not norms.size:
        return None
    logs = np.log(np.maximum(norms / norms[:, :1], FLOOR))
    counts = np.isfinite(logs).sum(axis=0)
    enough = counts >= min(ENOUGH, max(1, len(norms) // 4))
    lags = len(enough) if enough.all() else int(np.argmin(enough))
    logs, counts = logs[:, :lags], counts[:lags]
    means = np.nanmean(logs, axis=0)
    spread = np.sqrt(np.nanmean((logs - means) ** 2, axis=0) / np.maximum(counts - 1, 1))
    return Decay(
        means=np.exp(means),
        low=np.exp(means - _Z95 * spread),
        high=np.exp(means + _Z95 * spread),
        counts=counts,
        rate=_rate(means, counts),
    )


def _rate(means: Floats, counts: NDArray[np.int64]) -> float | None:
    """Factor per step, by weighted least squares of log means on lags from 1 to where the floor is reached."""
    floored = np.flatnonzero(means <= np.log(FLOOR) + 1)
    end = int(floored[0]) + 1 if len(floored) else len(means)
    if end < 3:
        return None
    slope = np.polyfit(np.arange(1, end), means[1:end], 1, w=np.sqrt(counts[1:end]))[0]
    return float(np.exp(slope))
