"""Every series to a size that a network can work with, and back; missing values as numbers.

mean        divide by the mean of absolute values        Salinas et al. 2020 (DeepAR), section 3.3, without the 1 added
standard    subtract the mean, divide by the deviation
robust      subtract the median, divide by the median absolute deviation

Fit on the context alone: what comes after it is what is to be forecast.
"""

import warnings
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from seq2seq.series.series import Floats

Scaling = Literal["none", "mean", "standard", "robust"]
_SMALL: Final = 1e-9
"""A spread below this share of the largest value is rounding: the channel is constant."""


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """A shift and a factor for every channel: ``(values - shift) / factor``."""

    shift: Floats
    """(..., C)"""
    factor: Floats
    """(..., C), above 0."""

    def apply(self, values: Floats) -> Floats:
        """Scaled values (..., T, C)."""
        return np.asarray((values - self.shift[..., None, :]) / self.factor[..., None, :])

    def invert(self, values: Floats) -> Floats:
        """The values (..., T, C) that were scaled."""
        return np.asarray(values * self.factor[..., None, :] + self.shift[..., None, :])


def fit_scale(values: Floats, method: Scaling) -> Scale:
    """The scale of some contexts.

    A channel that is constant has no spread: it is divided by the size of its values, so that what it changes by later
    is small beside them, and one that is zero throughout, or has no values, is left as it is.

    Args:
        values: (..., T, C); missing ones (NaN) are left out.
        method: as above.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a channel without values: NaN, which is replaced below
        size = np.nan_to_num(np.nanmean(np.abs(values), axis=-2))
        if method == "standard":
            shift, spread = np.nanmean(values, axis=-2), np.nanstd(values, axis=-2)
        elif method == "robust":
            shift = np.nanmedian(values, axis=-2)
            spread = np.nanmedian(np.abs(values - shift[..., None, :]), axis=-2)
            # Where more than half of the values are the same, the others still have a spread.
            spread = np.where(spread > _SMALL * size, spread, np.nanmean(np.abs(values - shift[..., None, :]), axis=-2))
        else:
            shift, spread = np.zeros_like(size), size if method == "mean" else np.ones_like(size)
    shift, spread = np.nan_to_num(shift), np.nan_to_num(spread)
    factor = np.where(spread > _SMALL * size, spread, size)
    return Scale(shift, np.where(factor > 0, factor, 1.0))


def fill_missing(values: Floats) -> tuple[Floats, Floats]:
    """Values with zeros for the missing ones, and 1.0 where a value was observed, 0.0 where it was not.

    After scaling a zero is an ordinary value for every method except ``mean``; the indicator tells them apart.
    """
    observed = np.isfinite(values)
    return np.where(observed, values, 0.0), observed.astype(np.float64)
