"""The network that writes vectors, as a torch module."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from seq2seq import openmp
from seq2seq.data.batching.batch import collate
from seq2seq.models.decoder import DecoderState, Memory
from seq2seq.models.synthesizer import Synthesizer
from seq2seq.series.series import Floats


class TorchSynthesisState(NamedTuple):
    """The state between two steps."""

    memory: Memory
    decoder: DecoderState


class TorchSynthesizer:
    """A torch module in evaluation mode, as a :class:`~seq2seq.inference.synthesis.sampling.SynthesisNetwork`."""

    def __init__(self, model: Synthesizer, device: torch.device | str = "cpu") -> None:
        self.model = model
        self.device = torch.device(device)

    @torch.inference_mode()
    def start(self, sources: Sequence[Sequence[int]]) -> TorchSynthesisState:
        """The state before the first step, from the ids of B sets of tags, without EOS."""
        openmp.adapt(self.device)
        batch = collate(sources, [[]] * len(sources)).to(self.device)
        return TorchSynthesisState(*self.model.encode(batch.source, batch.source_lengths))

    @torch.inference_mode()
    def step(self, read: NDArray[np.float32], state: TorchSynthesisState) -> tuple[Floats, TorchSynthesisState]:
        """Read a step (B, F) of each sequence: (B, F x P + 1) raw parameters and log-odds; and the next state."""
        written = self.model.decode(torch.from_numpy(read).to(self.device)[:, None], state.memory, state.decoder)
        raw = torch.cat([written.parameters[:, 0].flatten(1), written.end], dim=1)
        return raw.double().cpu().numpy(), TorchSynthesisState(state.memory, written.state)
