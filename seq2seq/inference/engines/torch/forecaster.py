"""The network that continues series, as a torch module."""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from seq2seq import openmp
from seq2seq.models.decoder import DecoderState, Memory
from seq2seq.models.forecaster import Forecaster
from seq2seq.series.series import Floats


class TorchForecastState(NamedTuple):
    """The state between two steps, one row per path."""

    memory: Memory
    decoder: DecoderState


class TorchForecaster:
    """A torch module in evaluation mode, as a :class:`~seq2seq.inference.forecasting.paths.ForecastingNetwork`."""

    def __init__(self, model: Forecaster, device: torch.device | str = "cpu") -> None:
        self.model = model
        self.device = torch.device(device)

    @torch.inference_mode()
    def start(self, read: NDArray[np.float32], lengths: NDArray[np.int64], paths: int) -> TorchForecastState:
        """Encode what is read (B, S, N) of contexts, ``lengths`` (B,) steps each: the state of R ``paths`` of each."""
        openmp.adapt(self.device)
        memory, state = self.model.encode(torch.from_numpy(read).to(self.device), torch.from_numpy(lengths))
        rows = torch.arange(len(read), device=self.device).repeat_interleave(paths)
        return TorchForecastState(memory.select(rows), state.select(rows))

    @torch.inference_mode()
    def step(self, read: NDArray[np.float32], state: TorchForecastState) -> tuple[Floats, TorchForecastState]:
        """Read a step of every path (B, R, N): (B, R, P) raw parameters of the next increment, and the next state."""
        rows = torch.from_numpy(np.ascontiguousarray(read)).to(self.device).flatten(0, 1)[:, None]
        raw, after = self.model.decode(rows, state.memory, state.decoder)
        found = raw.double().cpu().numpy().reshape(*read.shape[:2], -1)
        return found, TorchForecastState(state.memory, after)
