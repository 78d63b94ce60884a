"""Sampled continuations of series: a network proposes a distribution of each next increment, and one is drawn.

The numbers are drawn with NumPy whatever runs the network, so that a seed gives the same paths, to rounding, with torch
and with ONNX Runtime.

Letters: B series, R paths of each, L longest context, S steps read of it, H horizon, C channels, K known numbers per
step, N numbers read per step, P parameters of a distribution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from seq2seq.series.series import Floats
from seq2seq.series.steps import Paths, Scale

if TYPE_CHECKING:
    from seq2seq.series.distributions import Sampler
Read = NDArray[np.float32]


class ForecastingNetwork(Protocol):
    """The network that continues series: a torch module, or a pair of ONNX graphs."""

    def start(self, read: Read, lengths: NDArray[np.int64], paths: int) -> Any:
        """Encode what is read (B, S, N) of contexts, ``lengths`` (B,) steps each: the state of R paths of each."""

    def step(self, read: Read, state: Any) -> tuple[Floats, Any]:
        """Read a step of every path (B, R, N): (B, R, C P) raw parameters of the increments, and the next state."""


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
    together: Floats | None = None,
) -> Floats:
    """(B, R, H, C) continuations of series, in the units of ``values``.

    What was drawn of one channel is read by all in the next step.

    Args:
        network: of the model.
        sampler: draws increments of raw parameters.
        values: (B, L + H, C) contexts at the front; what comes after them is not read. NaN where one is missing.
        lengths: (B,) steps of each context, at least 2.
        known: (B, L + H, K) what is known of each context, and of the horizon at once after it.
        season: in steps; 1: there is none.
        paths: R.
        random: B generators, so that a series has the same paths whatever is forecast beside it.
        together: (C, C) how channels go together within a step, as :func:`seq2seq.series.copula.root` has it; None:
            each is drawn by itself.
    """
    longest = int(lengths.max())
    horizon = values.shape[1] - longest
    real = np.arange(values.shape[1]) < lengths[:, None]
    contexts = Paths.of(np.where(real[..., None], values, np.nan), known, season)
    scale, state = _encode(network, contexts, lengths, paths)
    shape = (len(values), paths, *values.shape[1:])
    walk = replace(
        contexts,
        filled=np.broadcast_to(contexts.filled, shape).copy(),
        observed=np.broadcast_to(contexts.observed | ~real[:, None, :, None], shape),
    )
    rows = np.arange(len(values))
    for step in range(horizon):
        place = lengths - 1 + step
        raw, state = network.step(walk.read(place[:, None], scale)[:, :, 0], state)
        raw = raw.reshape(len(values), paths, values.shape[2], -1)
        increments = np.stack([_draw(sampler, own, one, together) for own, one in zip(raw, random, strict=True)])
        walk.filled[rows, :, place + 1] = walk.filled[rows, :, place] + increments * scale.unit[:, 0]
    return walk.at(lengths[:, None] + np.arange(horizon))


def _encode(network: ForecastingNetwork, contexts: Paths, lengths: NDArray[np.int64], paths: int) -> tuple[Scale, Any]:
    """The scale of contexts, and the state of R ``paths`` that have read each up to the step before its last."""
    scale, before = Scale.of(contexts, lengths), int(lengths.max()) - 1
    first = np.broadcast_to(np.arange(before), (len(lengths), before))
    return scale, network.start(contexts.read(first, scale)[:, 0], lengths - 1, paths)


def _draw(sampler: Sampler, raw: Floats, random: np.random.Generator, together: Floats | None) -> Floats:
    """(R, C) numbers of raw parameters (R, C, P)."""
    if together is None:
        return sampler(raw, random)
    return sampler(raw, random, random.standard_normal(raw.shape[:2]) @ together.T)


def one_step_levels(
    network: ForecastingNetwork,
    sampler: Sampler,
    values: Floats,
    lengths: NDArray[np.int64],
    known: Floats,
    *,
    season: int,
    draws: int,
    random: np.random.Generator,
) -> Floats:
    """(B, H, C) where each increment of the horizon is in its distribution, from 0 to 1, given all before it.

    It is the share of ``draws`` below it, and NaN where the increment is not known. Other arguments as of
    :func:`sample_paths`; of ``values``, the horizons are read, too.
    """
    longest = int(lengths.max())
    walk = Paths.of(values, known, season)
    scale, state = _encode(network, walk, lengths, 1)
    found = np.full((len(values), values.shape[1] - longest, values.shape[2]), np.nan)
    for step in range(found.shape[1]):
        place = lengths[:, None] - 1 + step
        raw, state = network.step(walk.read(place, scale)[:, :, 0], state)
        raw = raw.reshape(len(values), 1, values.shape[2], -1)
        drawn = sampler(raw.repeat(draws, axis=1), random)
        levels = (drawn < walk.increments(place + 1, scale.unit)[:, :, 0]).mean(axis=1)
        both = [np.take_along_axis(walk.observed[:, 0], at[..., None], axis=1)[:, 0] for at in (place, place + 1)]
        found[:, step] = np.where(both[0] & both[1], levels, np.nan)
    return found
