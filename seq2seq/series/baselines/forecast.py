"""A forecast: its mean and its quantiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from seq2seq.series.series import Floats

LEVELS: Final = (0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975)
"""Levels of the quantiles of every forecast: nine for the quantile loss, and the ends of intervals of 80 % and 95 %."""


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """The next steps of one channel."""

    mean: Floats
    """(H,)"""
    quantiles: Floats
    """(H, Q) at ``LEVELS``, ascending."""
    method: str
    """What made it: another one than was asked for if that one failed."""

    def at(self, level: float) -> Floats:
        """(H,) the quantile at one of ``LEVELS``.

        Raises:
            ValueError: there is none.
        """
        return np.asarray(self.quantiles[:, LEVELS.index(level)])


def normal_forecast(mean: Floats, deviation: Floats, method: str) -> Forecast:
    """A forecast whose errors are normal.

    Args:
        mean: (H,)
        deviation: (H,) standard deviations.
        method: what made it.
    """
    return Forecast(mean, mean[:, None] + deviation[:, None] * _scores(), method)


@cache
def _scores() -> Floats:
    """(Q,) deviations of the levels from the mean, in units of the standard one."""
    from statistics import NormalDist  # not for what samples: this module is imported where nothing is normal

    return np.array([NormalDist().inv_cdf(level) for level in LEVELS])


def sampled_forecast(mean: Floats | None, paths: Floats, method: str) -> Forecast:
    """A forecast of sampled paths.

    Args:
        mean: (H,); None: that of the paths.
        paths: (N, H)
        method: what made it.
    """
    return Forecast(paths.mean(axis=0) if mean is None else mean, np.quantile(paths, LEVELS, axis=0).T, method)


def is_finite(forecast: Forecast) -> bool:
    """Whether all numbers of a forecast are."""
    return bool(np.isfinite(forecast.mean).all() and np.isfinite(forecast.quantiles).all())


def observed(history: Sequence[float] | Floats) -> tuple[Floats, Floats]:
    """Steps and values of the observations of a history (T,)."""
    values = np.asarray(history, dtype=np.float64)
    steps = np.flatnonzero(np.isfinite(values))
    return steps.astype(np.float64), values[steps]
