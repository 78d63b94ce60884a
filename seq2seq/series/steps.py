"""What a network reads at each step of a series, with NumPy, as :mod:`seq2seq.models.forecaster` does with torch.

Letters: B series, R paths, T steps, C channels, P places, K known numbers per step, N numbers read per step.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.series.series import Floats

OWN: Final = 5
"""Numbers that a step reads of each channel, beside what is known: N = OWN C + K."""
CLIP: Final = 10.0
"""Largest increment that is read, in units of the mean one."""


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Series up to some step; paths of one series share what is known. ``read`` and ``scale`` change nothing."""

    filled: Floats
    """(B, R, T, C) values, the last one observed in the place of a missing one."""
    observed: NDArray[np.bool_]
    """(B, R, T, C)"""
    known: Floats
    """(B, T, K)"""
    season: int
    """In steps; 1: there is none."""

    @classmethod
    def of(cls, values: Floats, known: Floats, season: int) -> "Paths":
        """Series (B, T, C) as one path each; NaN where a value is missing, and as padding."""
        observed = ~np.isnan(values)
        places = np.where(observed, np.arange(values.shape[1])[:, None], -1)
        latest = np.maximum.accumulate(places, axis=1)
        first = observed.argmax(axis=1)[:, None]
        filled = np.nan_to_num(np.take_along_axis(values, np.where(latest >= 0, latest, first), axis=1))
        return cls(filled[:, None], observed[:, None], known, season)

    def at(self, places: NDArray[np.int64]) -> Floats:
        """(B, R, P, C) values at places (B, P)."""
        return np.take_along_axis(self.filled, places[:, None, :, None], axis=2)

    def increments(self, places: NDArray[np.int64], unit: Floats) -> Floats:
        """(B, R, P, C) what a value is above the one before, in units; 0 at the first place and before."""
        after = np.maximum(places, 1)
        return np.where(places[:, None, :, None] >= 1, (self.at(after) - self.at(after - 1)) / unit, 0.0)

    def read(self, places: NDArray[np.int64], scale: "Scale") -> NDArray[np.float32]:
        """(B, R, P, N) what is read at ``places`` (B, P) to predict the places after them."""
        level = (self.at(places) - scale.last) / scale.unit
        ago = self.increments(places + 1 - self.season, scale.unit) if self.season > 1 else np.zeros_like(level)
        own = (
            self.increments(places, scale.unit).clip(-CLIP, CLIP),
            np.arcsinh(level),
            np.broadcast_to(scale.trend, level.shape),
            np.take_along_axis(self.observed, places[:, None, :, None], axis=2),
            ago.clip(-CLIP, CLIP),
        )
        after = np.minimum(places + 1, self.known.shape[1] - 1)
        known = np.take_along_axis(self.known, after[..., None], axis=1)[:, None]
        known = np.broadcast_to(known, (*level.shape[:3], known.shape[-1]))
        of_channels = np.stack(own, axis=4).reshape(*level.shape[:3], -1)
        return np.concatenate([of_channels, known], axis=3, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """The scale of each channel of each series, from its context alone."""

    last: Floats
    """(B, 1, 1, C) last value, the origin of levels."""
    unit: Floats
    """(B, 1, 1, C) mean absolute increment; 1 for a constant context."""
    trend: Floats
    """(B, 1, 1, C) mean increment, in units."""

    @classmethod
    def of(cls, contexts: Paths, lengths: NDArray[np.int64]) -> "Scale":
        """The scale of contexts of the given lengths (B,), at least 2, with a path each."""
        lengths = lengths[:, None, None, None]
        inside = np.arange(1, contexts.filled.shape[2])[:, None] < lengths
        increments = np.where(inside, np.diff(contexts.filled, axis=2), 0.0)
        unit = np.abs(increments).sum(axis=2, keepdims=True) / (lengths - 1)
        unit = np.where(unit > 0, unit, 1.0)
        trend = increments.sum(axis=2, keepdims=True) / (lengths - 1) / unit
        return cls(np.take_along_axis(contexts.filled, lengths - 1, axis=2), unit, trend)
