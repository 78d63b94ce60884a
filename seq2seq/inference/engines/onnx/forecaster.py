"""The network that continues series: a pair of ONNX graphs, run with NumPy and ONNX Runtime, without torch.

Letters: B series, R paths of each, S steps read of a context, N numbers read per step, P parameters of a distribution.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seq2seq.inference.engines.onnx.encoder import OnnxEncoder, Tensors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

    from seq2seq.series.series import Floats


class OnnxForecastState(NamedTuple):
    """The state between two steps."""

    memory: Tensors
    """(B, ...) memory of each series."""
    layers: Tensors
    """(B x R, ...) decoder states, one row per path."""


class OnnxForecaster:
    """Exported graphs, as a :class:`~seq2seq.inference.forecasting.paths.ForecastingNetwork`."""

    def __init__(self, encoder: InferenceSession, step: InferenceSession) -> None:
        self._encoder = OnnxEncoder(encoder)
        self._step = step

    def start(self, read: NDArray[np.float32], lengths: NDArray[np.int64], paths: int) -> OnnxForecastState:
        """Encode what is read (B, S, N) of contexts, ``lengths`` (B,) steps each: the state of R ``paths`` of each."""
        memory, states = self._encoder.run({"source": read, "lengths": lengths})
        return OnnxForecastState(memory, [np.repeat(state, paths, axis=0) for state in states])

    def step(self, read: NDArray[np.float32], state: OnnxForecastState) -> tuple[Floats, OnnxForecastState]:
        """Read a step of every path (B, R, N): (B, R, P) raw parameters of the next increment, and the next state."""
        given = {
            "read": read,
            **dict(zip(self._encoder.memory, state.memory, strict=True)),
            **dict(zip(self._encoder.states, state.layers, strict=True)),
        }
        after = [name.replace("state.", "after.") for name in self._encoder.states]
        raw, *layers = self._step.run(["parameters", *after], given)
        return np.asarray(raw, dtype=np.float64).reshape(*read.shape[:2], -1), OnnxForecastState(state.memory, layers)
