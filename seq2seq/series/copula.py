"""Channels that move together at a step, beyond what the state before it tells: a Gaussian copula.

A network gives each channel a distribution of its own. Where a value is in its distribution, from 0 to 1, is its level;
levels of one step that go together are drawn together, so that sums over channels have right intervals (Salinas et al.
2019, *High-dimensional multivariate forecasting with low-rank Gaussian copula processes*, section 3; here the
correlations are constant, and of full rank, which some dozens of channels allow).

Letters: N steps, C channels, R paths.
"""

from typing import Final

import numpy as np

from seq2seq.series.series import Floats

_FEWEST: Final = 30
"""Steps with both levels of two channels, below which they count as independent."""
_LEAST: Final = 1e-6
"""Least eigenvalue of correlations."""


def correlations(levels: Floats) -> Floats:
    """(C, C) correlations of normal numbers whose levels go together as those of (N, C) do; NaN: a level is missing.

    By Spearman's rank correlation, from which that of normal numbers follows (Pearson 1907).
    """
    count = levels.shape[1]
    found = np.eye(count)
    for one in range(count):
        for other in range(one):
            both = levels[:, [one, other]]
            both = both[~np.isnan(both).any(axis=1)]
            ranks = np.stack([_ranks(both[:, 0]), _ranks(both[:, 1])])
            if len(both) >= _FEWEST and (np.ptp(ranks, axis=1) > 0).all():
                found[one, other] = found[other, one] = 2 * np.sin(np.pi / 6 * np.asarray(np.corrcoef(ranks))[0, 1])
    factor = root(found)
    return np.asarray(factor @ factor.T)


def root(matrix: Floats) -> Floats:
    """(C, C) F with F F' the closest correlations to those of a symmetric matrix: R independent numbers @ F'."""
    sizes, directions = np.linalg.eigh(matrix)
    factor = directions * np.sqrt(np.maximum(sizes, _LEAST))
    return np.asarray(factor / np.linalg.norm(factor, axis=1, keepdims=True))


def _ranks(numbers: Floats) -> Floats:
    """Ranks from 1; equal numbers share the mean of theirs."""
    _, places, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[places])
