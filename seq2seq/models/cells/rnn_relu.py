"""The plain recurrent network with rectified units, whose state has no upper bound."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from seq2seq.models.cells.base import State
from seq2seq.models.cells.fused import SummedCell
from seq2seq.models.nodes import GraphBuilder


class ReluRNN(SummedCell):
    """Elman 1990 with the rectifier of Le et al. 2015: x is the input, h the hidden state.

    h' = max(0, W x + U h + b)
    """

    gates = 1

    @staticmethod
    def kernel(inputs: int, hidden: int) -> nn.RNNBase:
        """Torch's RNN."""
        return nn.RNN(inputs, hidden, batch_first=True, nonlinearity="relu")

    def step(self, x: Tensor, state: State) -> State:
        """One step."""
        from_input, from_state = self.shares(x, state[0])
        return (torch.relu(from_input + from_state),)

    def gate_nodes(self, graph: GraphBuilder, sums: str, state: Sequence[str]) -> list[str]:  # noqa: ARG002
        """The non-linearity."""
        return [graph.op("Relu", sums)]
