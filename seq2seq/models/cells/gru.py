"""The gated recurrent unit."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from seq2seq.models.cells.base import State
from seq2seq.models.cells.fused import FusedCell
from seq2seq.models.nodes import Array, GraphBuilder


class GRU(FusedCell):
    """Cho et al. 2014, appendix A.1.1, with the reset gate after the product, as cuDNN has it.

    x is the input, h the hidden state, s the logistic function, * the product of elements.

    r  = s(W_r x + U_r h + b_r)                 reset
    z  = s(W_z x + U_z h + b_z)                 update
    n  = tanh(W_n x + b_n + r * (U_n h + b'_n)) candidate
    h' = (1 - z) * n + z * h
    """

    gates = 3
    node_order = (0, 1, 2)
    bound = 1.0

    @staticmethod
    def kernel(inputs: int, hidden: int) -> nn.RNNBase:
        """Torch's GRU."""
        return nn.GRU(inputs, hidden, batch_first=True)

    def step(self, x: Tensor, state: State) -> State:
        """One step."""
        (h,) = state
        from_input, from_state = self.shares(x, h)
        r_x, z_x, n_x = from_input.chunk(3, dim=1)
        r_h, z_h, n_h = from_state.chunk(3, dim=1)
        r = torch.sigmoid(r_x + r_h)
        z = torch.sigmoid(z_x + z_h)
        n = torch.tanh(n_x + r * n_h)
        return ((1 - z) * n + z * h,)

    def input_map(self) -> tuple[Array, Array]:
        """W and b; b' stays with the state, since the reset gate scales it."""
        weight, _, bias, _ = self.node_weights()
        return weight, bias

    def step_nodes(self, graph: GraphBuilder, gates: str, state: Sequence[str]) -> list[str]:
        """One step, given the inputs' share; h' = n + z * (h - n)."""
        _, recurrent, _, recurrent_bias = self.node_weights()
        rz_x, n_x = graph.split(gates, 2 * self.hidden, self.hidden)
        share = graph.linear([self.output_ref(state[0])], recurrent, recurrent_bias)
        rz_h, n_h = graph.split(share, 2 * self.hidden, self.hidden)
        r, z = graph.split(graph.op("Sigmoid", graph.op("Add", rz_x, rz_h)), self.hidden, self.hidden)
        n = graph.op("Tanh", graph.op("Add", n_x, graph.op("Mul", r, n_h)))
        return [graph.op("Add", n, graph.op("Mul", z, graph.op("Sub", state[0], n)))]
