"""Sampled continuations of series: a network proposes a distribution of each next increment, and one is drawn.

The numbers are drawn with NumPy whatever runs the network, so that a seed gives the same paths, to rounding, with torch
and with ONNX Runtime.

Letters: B series, R paths of each, L longest context, S steps read of it, H horizon, K known numbers per step,
N numbers read per step, P parameters of a distribution.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from seq2seq.series.series import Floats
from seq2seq.series.steps import Paths, Scale

if TYPE_CHECKING:  # NumPy loads its random numbers when they are used; translations need none
    Sampler = Callable[[Floats, np.random.Generator], Floats]
Read = NDArray[np.float32]


class ForecastingNetwork(Protocol):
    """The network that continues series: a torch module, or a pair of ONNX graphs."""

    def start(self, read: Read, lengths: NDArray[np.int64], paths: int) -> Any:
        """Encode what is read (B, S, N) of contexts, ``lengths`` (B,) steps each: the state of R paths of each."""

    def step(self, read: Read, state: Any) -> tuple[Floats, Any]:
        """Read a step of every path (B, R, N): (B, R, P) raw parameters of the next increment, and the next state."""


def sample_paths(
    network: ForecastingNetwork,
    sampler: Sampler,
    values: Floats,
    lengths: NDArray[np.int64],
    known: Floats,
    *,
    season: int,
    paths: int,
    random: Sequence[np.random.Generator],
) -> Floats:
    """(B, R, H) continuations of series, in the units of ``values``.

    Args:
        network: of the model.
        sampler: draws increments of raw parameters.
        values: (B, L + H) contexts at the front; what comes after them is not read. NaN where one is missing.
        lengths: (B,) steps of each context, at least 2.
        known: (B, L + H, K) what is known of each context, and of the horizon at once after it.
        season: in steps; 1: there is none.
        paths: R.
        random: B generators, so that a series has the same paths whatever is forecast beside it.
    """
    longest = int(lengths.max())
    horizon = values.shape[1] - longest
    real = np.arange(values.shape[1]) < lengths[:, None]
    contexts = Paths.of(np.where(real, values, np.nan), known, season)
    scale = Scale.of(contexts, lengths)
    first = np.broadcast_to(np.arange(longest - 1), (len(values), longest - 1))
    state = network.start(contexts.read(first, scale)[:, 0], lengths - 1, paths)
    shape = (len(values), paths, values.shape[1])
    walk = replace(
        contexts,
        filled=np.broadcast_to(contexts.filled, shape).copy(),
        observed=np.broadcast_to(contexts.observed | ~real[:, None], shape),
    )
    rows = np.arange(len(values))
    for step in range(horizon):
        place = lengths - 1 + step
        raw, state = network.step(walk.read(place[:, None], scale)[:, :, 0], state)
        increments = np.stack([sampler(own, one) for own, one in zip(raw, random, strict=True)])
        walk.filled[rows, :, place + 1] = walk.filled[rows, :, place] + increments * scale.unit[:, 0]
    return walk.at(lengths[:, None] + np.arange(horizon))
