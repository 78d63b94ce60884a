"""Long short-term memory.

How padding is kept from c on a CPU, where the fused kernel reads it: padding closes the input gate and opens the
forget gate. One more input, 1 on padding, is weighted -1e6 towards i and +1e6 towards f. Both gates are then exactly 0
and 1 in floating point, and c' = 1 * c + 0 * g stands still, whatever finite numbers stand on padding.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from seq2seq.config.model import InitialisationConfig
from seq2seq.models.cells.base import State
from seq2seq.models.cells.fused import SummedCell, at_end
from seq2seq.models.nodes import GraphBuilder, TensorRef

_CLOSED = -1e6
_OPEN = 1e6


class LSTM(SummedCell):
    """Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000.

    x is the input, h the hidden state, c the cell state, s the logistic function, * the product of elements.

    i  = s(W_i x + U_i h + b_i)          input gate
    f  = s(W_f x + U_f h + b_f)          forget gate
    g  = tanh(W_g x + U_g h + b_g)       candidate
    o  = s(W_o x + U_o h + b_o)          output gate
    c' = f * c + i * g
    h' = o * tanh(c')
    """

    gates = 4
    node_order = (0, 1, 3, 2)
    state_tensors = 2
    bound = 1.0

    @staticmethod
    def kernel(inputs: int, hidden: int) -> nn.RNNBase:
        """Torch's LSTM."""
        return nn.LSTM(inputs, hidden, batch_first=True)

    def step(self, x: Tensor, state: State) -> State:
        """One step."""
        h, c = state
        from_input, from_state = self.shares(x, h)
        i, f, g, o = (from_input + from_state).chunk(4, dim=1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c

    def run_padded(self, x: Tensor, state: State, lengths: Tensor | None) -> tuple[Tensor, State]:
        """Run over real steps and padding alike, at which c stands still."""
        weights = list(self.weights)
        x = x.transpose(0, 1)  # the order in which the kernel reads: one copy here, none there
        if lengths is not None:
            padding = torch.arange(x.size(0), device=x.device)[:, None] >= lengths.to(x.device)
            x = torch.cat([x, padding[..., None].to(x.dtype)], dim=2)
            towards_gates = weights[0].new_zeros(4, self.hidden, 1)
            towards_gates[0], towards_gates[1] = _CLOSED, _OPEN
            weights[0] = torch.cat([weights[0], towards_gates.flatten(0, 1)], dim=1)
        first = [part[None].contiguous() for part in state]
        outputs, h, c = torch.lstm(x, first, weights, True, 1, 0.0, self.training, False, False)
        outputs = outputs.transpose(0, 1)
        return outputs, (h[0] if lengths is None else at_end(outputs, lengths), c[0])

    def initialise(self, config: InitialisationConfig) -> None:
        """As of every fused cell, but the forget gate starts open (Jozefowicz et al. 2015)."""
        super().initialise(config)
        self.weights.input_bias[self.hidden : 2 * self.hidden].fill_(config.forget_bias)

    # ------------------------------------------------------------------------------------------------------ ONNX nodes

    def nodes(
        self, graph: GraphBuilder, parts: Sequence[TensorRef], state: Sequence[str], extra: str | None = None
    ) -> list[str]:
        """One step of a decoder; in float32 a product per gate, into which ONNX Runtime puts the non-linearities."""
        if graph.int8 or extra is not None:
            return super().nodes(graph, parts, state, extra)
        weight, bias = self.joint_map(parts)
        x = [*parts, self.output_ref(state[0])]
        per_gate = zip(np.split(weight, 4), np.split(bias, 4), strict=True)
        i, f, o, g = (graph.linear(x, gate_weight, gate_bias) for gate_weight, gate_bias in per_gate)
        i, f, o = (graph.op("Sigmoid", gate) for gate in (i, f, o))
        return self._state_nodes(graph, i, f, o, g, state[1])

    def gate_nodes(self, graph: GraphBuilder, sums: str, state: Sequence[str]) -> list[str]:
        """The gates' non-linearities, and the new states."""
        ifo, g = graph.split(sums, 3 * self.hidden, self.hidden)
        i, f, o = graph.split(graph.op("Sigmoid", ifo), self.hidden, self.hidden, self.hidden)
        return self._state_nodes(graph, i, f, o, g, state[1])

    @staticmethod
    def _state_nodes(graph: GraphBuilder, i: str, f: str, o: str, g: str, c: str) -> list[str]:
        """H' and c' from the gates; ``g`` is before its tanh."""
        remembered = graph.op("Mul", f, c)
        c = graph.op("Add", remembered, graph.op("Mul", i, graph.op("Tanh", g)))
        return [graph.op("Mul", o, graph.op("Tanh", c)), c]
