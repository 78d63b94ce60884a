"""The network that writes vectors: a pair of ONNX graphs, run with NumPy and ONNX Runtime, without torch.

Letters: B sequences, F numbers of a step, P parameters of a distribution.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seq2seq.inference.engines.onnx.encoder import OnnxEncoder, Tensors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

    from seq2seq.series.series import Floats


class OnnxSynthesisState(NamedTuple):
    """The state between two steps."""

    memory: Tensors
    """(B, ...) what is fed to every step."""
    layers: Tensors
    """(B, ...) decoder states."""


class OnnxSynthesizer:
    """Exported graphs, as a :class:`~seq2seq.inference.synthesis.sampling.SynthesisNetwork`."""

    def __init__(self, encoder: InferenceSession, step: InferenceSession) -> None:
        self._encoder = OnnxEncoder(encoder)
        self._step = step

    def start(self, sources: Sequence[Sequence[int]]) -> OnnxSynthesisState:
        """The state before the first step, from the ids of B sets of tags, without EOS."""
        return OnnxSynthesisState(*self._encoder.encode(sources))

    def step(self, read: NDArray[np.float32], state: OnnxSynthesisState) -> tuple[Floats, OnnxSynthesisState]:
        """Read a step (B, F) of each sequence: (B, F x P + 1) raw parameters and log-odds; and the next state."""
        given = {
            "read": read[:, None],
            **dict(zip(self._encoder.memory, state.memory, strict=True)),
            **dict(zip(self._encoder.states, state.layers, strict=True)),
        }
        after = [name.replace("state.", "after.") for name in self._encoder.states]
        raw, *layers = self._step.run(["parameters", *after], given)
        return np.asarray(raw, dtype=np.float64), OnnxSynthesisState(state.memory, layers)
