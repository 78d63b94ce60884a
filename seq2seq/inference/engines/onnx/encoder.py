"""The graph that encodes sources, for single steps and for whole searches.

Letters: B sentences, S source length, N numbers of a vector.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from seq2seq.search.stepper import IntArray, places_of
from seq2seq.special import EOS, PAD
from seq2seq.text.vectors import padded

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Tensors = list[NDArray[Any]]


class OnnxEncoder:
    """Runs ``encoder.onnx``; ``states`` and ``memory`` are the names of its outputs."""

    def __init__(self, session: InferenceSession) -> None:
        self._session = session
        names = [end.name for end in session.get_outputs()]
        self.states = [name for name in names if name.startswith("state.")]
        self.memory = [name for name in names if name.startswith("memory.")]

    def encode(self, sources: Sequence[Sequence[int]]) -> tuple[Tensors, Tensors]:
        """The memory and the decoder's first states (B, ...) of sources, token ids without EOS, or vectors."""
        return self.run(source_inputs(sources))

    def run(self, read: Mapping[str, NDArray[Any]]) -> tuple[Tensors, Tensors]:
        """The memory and the decoder's first states (B, ...) of the graph's inputs."""
        found = self._session.run([*self.memory, *self.states], dict(read))
        return found[: len(self.memory)], found[len(self.memory) :]


def source_inputs(sources: Sequence[Any]) -> dict[str, NDArray[Any]]:
    """What a graph is given: ``source``, (B, S) token ids with EOS, padded; or (B, S, N) vectors, and ``lengths``."""
    if places_of(sources[0]) > len(sources[0]):
        return {"source": rectangle(sources)}
    steps, lengths = padded(sources)
    return {"source": steps, "lengths": lengths}


def rectangle(sources: Sequence[Sequence[int]]) -> IntArray:
    """(B, S) token ids with EOS, padded."""
    filled = np.full((len(sources), max(map(len, sources)) + 1), PAD)
    for row, source in enumerate(sources):
        filled[row, : len(source)] = source
        filled[row, len(source)] = EOS
    return filled
