"""Random numbers of the distributions whose parameters a network gives, with NumPy.

Their densities, for training, are in :mod:`seq2seq.models.distributions`.
"""

from __future__ import annotations

from math import erf, sqrt
from typing import Final, Protocol

import numpy as np

from seq2seq.series.series import Floats

LEAST: Final = 1e-3
"""Least width, in units of the data's scale: a constant stretch must not make a density infinite."""
FREEDOM: Final = 2.0
"""Degrees of freedom of Student's t are more: it has a variance."""
SHIFT: Final = 2.0
"""Added to the raw parameter of the degrees of freedom, so that a new network begins at about 4."""
LEVELS: Final = (0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975)
"""Of the quantiles that a network gives."""
MEDIAN: Final = LEVELS.index(0.5)
"""Its place among them."""
NARROW: Final = -1.0
"""Added to the raw steps between quantiles, so that 95 % of a new network's numbers are within 1.6 units."""
_RAREST: Final = 1e-9
"""No number is drawn that is rarer."""


def sample_gaussian(raw: Floats, random: np.random.Generator, normal: Floats | None = None) -> Floats:
    """One normal number (...) for each pair of raw parameters (..., 2): mean and width.

    Standard ``normal`` numbers (...) decide how far from the mean they are, if they are given; so with the others.
    """
    if normal is None:
        normal = random.standard_normal(raw.shape[:-1])
    return np.asarray(raw[..., 0] + _width(raw[..., 1]) * normal)


def sample_student_t(raw: Floats, random: np.random.Generator, normal: Floats | None = None) -> Floats:
    """One number (...) for each triple of raw parameters (..., 3): mean, width and degrees of freedom."""
    freedom = FREEDOM + _softplus(raw[..., 2] + SHIFT)
    drawn = random.standard_t(freedom) if normal is None else normal * np.sqrt(freedom / random.chisquare(freedom))
    return np.asarray(raw[..., 0] + _width(raw[..., 1]) * drawn)


def sample_quantiles(raw: Floats, random: np.random.Generator, normal: Floats | None = None) -> Floats:
    """One number (...) for each set of raw parameters (..., P), by the inverse of the cumulative distribution.

    It is linear between two quantiles; beyond the outermost, tails are exponential, and take up the slope between the
    last two (Park et al. 2022, section 3.2).
    """
    steps = _softplus(raw + NARROW) + LEAST
    steps[..., MEDIAN] = raw[..., MEDIAN]
    steps[..., :MEDIAN] *= -1
    below = np.cumsum(steps[..., MEDIAN::-1], axis=-1)[..., ::-1]
    quantiles = np.concatenate([below[..., :-1], np.cumsum(steps[..., MEDIAN:], axis=-1)], axis=-1)
    levels = np.array(LEVELS)
    chance = random.random(raw.shape[:-1]) if normal is None else _levels(normal)
    chance = np.clip(chance, _RAREST, 1 - _RAREST)
    place = np.searchsorted(levels, chance).clip(1, levels.size - 1)
    low, high = (np.take_along_axis(quantiles, one[..., None], axis=-1)[..., 0] for one in (place - 1, place))
    inner = low + (high - low) * (chance - levels[place - 1]) / (levels[place] - levels[place - 1])
    first, last = np.log(levels[1] / levels[0]), np.log((1 - levels[-2]) / (1 - levels[-1]))
    lower = low + (high - low) * np.log(chance / levels[0]) / first
    upper = high - (high - low) * np.log((1 - chance) / (1 - levels[-1])) / last
    return np.asarray(np.where(chance < levels[0], lower, np.where(chance > levels[-1], upper, inner)))


class Sampler(Protocol):
    """Draws one number for each set of raw parameters."""

    def __call__(self, raw: Floats, random: np.random.Generator, normal: Floats | None = None) -> Floats:
        """(...) numbers of raw parameters (..., P), which go together as ``normal`` (...) do, if these are given."""


SAMPLERS: Final[dict[str, Sampler]] = {
    "gaussian": sample_gaussian, "student_t": sample_student_t, "quantiles": sample_quantiles,
}  # fmt: skip
"""By the names of recipes."""


def _levels(normal: Floats) -> Floats:
    """Where standard normal numbers are in their distribution."""
    return np.asarray(0.5 + 0.5 * np.vectorize(erf, otypes=[np.float64])(normal / sqrt(2)))


def _width(raw: Floats) -> Floats:
    return _softplus(raw) + LEAST


def _softplus(raw: Floats) -> Floats:
    return np.asarray(np.logaddexp(raw, 0.0))
