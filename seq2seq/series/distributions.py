"""Random numbers of the distributions whose parameters a network gives, with NumPy.

Their densities, for training, are in :mod:`seq2seq.models.distributions`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from seq2seq.series.series import Floats

LEAST: Final = 1e-3
"""Least width, in units of the data's scale: a constant stretch must not make a density infinite."""
FREEDOM: Final = 2.0
"""Degrees of freedom of Student's t are more: it has a variance."""
SHIFT: Final = 2.0
"""Added to the raw parameter of the degrees of freedom, so that a new network begins at about 4."""


def sample_gaussian(raw: Floats, random: np.random.Generator) -> Floats:
    """One normal number (...) for each pair of raw parameters (..., 2): mean and width."""
    return np.asarray(random.normal(raw[..., 0], _width(raw[..., 1])))


def sample_student_t(raw: Floats, random: np.random.Generator) -> Floats:
    """One number (...) for each triple of raw parameters (..., 3): mean, width and degrees of freedom."""
    freedom = FREEDOM + _softplus(raw[..., 2] + SHIFT)
    return np.asarray(raw[..., 0] + _width(raw[..., 1]) * random.standard_t(freedom))


SAMPLERS: Final[dict[str, Callable[[Floats, np.random.Generator], Floats]]] = {
    "gaussian": sample_gaussian, "student_t": sample_student_t,
}  # fmt: skip
"""By the names of recipes."""


def _width(raw: Floats) -> Floats:
    return _softplus(raw) + LEAST


def _softplus(raw: Floats) -> Floats:
    return np.asarray(np.logaddexp(raw, 0.0))
