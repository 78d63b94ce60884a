"""The plain recurrent network."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from seq2seq.models.cells.base import State
from seq2seq.models.cells.fused import SummedCell
from seq2seq.models.nodes import GraphBuilder


class TanhRNN(SummedCell):
    """Elman 1990: x is the input, h the hidden state.

    h' = tanh(W x + U h + b)
    """

    gates = 1
    bound = 1.0

    @staticmethod
    def kernel(inputs: int, hidden: int) -> nn.RNNBase:
        """Torch's RNN."""
        return nn.RNN(inputs, hidden, batch_first=True, nonlinearity="tanh")

    def step(self, x: Tensor, state: State) -> State:
        """One step."""
        from_input, from_state = self.shares(x, state[0])
        return (torch.tanh(from_input + from_state),)

    def gate_nodes(self, graph: GraphBuilder, sums: str, state: Sequence[str]) -> list[str]:  # noqa: ARG002
        """The non-linearity."""
        return [graph.op("Tanh", sums)]
