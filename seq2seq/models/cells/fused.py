"""Cells that torch has a fused kernel for: exact under padding, no Python loop over time.

====================  ============================  ==================================================================
path                  when                          how padding is kept out
====================  ============================  ==================================================================
:meth:`Cell.step`     one step                      there is none
:meth:`run_packed`    several steps on a GPU        packed away: cuDNN reads real steps alone
:meth:`run_padded`    several steps on a CPU        it stands at the end: it cannot reach the outputs before it, and h
                                                    is read off the outputs at the last real step
`LSTM.run_padded`     the same, of an LSTM          c is no output: padding closes the input gate and opens the forget
                                                    gate, see :mod:`seq2seq.models.cells.lstm`
====================  ============================  ==================================================================

Why not packed on a CPU: packed sequences leave the fast kernel (oneDNN) and cost about a third more.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, NamedTuple, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from seq2seq.config.model import InitialisationConfig
from seq2seq.models.cells.base import Cell, State
from seq2seq.models.nodes import Array, GraphBuilder, TensorRef, array


class Weights(NamedTuple):
    """The parameters of a cell with G gates, stacked in the order in which its equations name them."""

    input: Tensor
    """(G H, I), W."""
    recurrent: Tensor
    """(G H, H), U."""
    input_bias: Tensor
    """(G H,), b."""
    recurrent_bias: Tensor
    """(G H,), b'; of use apart from b only in the candidate of a GRU."""


class FusedCell(Cell):
    """A cell whose parameters and whose way over a sequence are those of a fused kernel."""

    gates: ClassVar[int]
    """G."""
    node_order: ClassVar[Sequence[int]] = (0,)
    """Order of the gates in ONNX nodes: those with the same non-linearity are neighbours."""

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__(inputs, hidden)
        self.fused = self.kernel(inputs, hidden)

    @staticmethod
    @abstractmethod
    def kernel(inputs: int, hidden: int) -> nn.RNNBase:
        """The fused kernel with its parameters."""

    @property
    def weights(self) -> Weights:
        """The parameters, for the plain equations."""
        return Weights(*cast(list[Tensor], self.fused.all_weights[0]))

    def shares(self, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        """W x + b and U h + b', (B, G H) each."""
        weights = self.weights
        return (
            functional.linear(x, weights.input, weights.input_bias),
            functional.linear(h, weights.recurrent, weights.recurrent_bias),
        )

    def run(self, x: Tensor, state: State, lengths: Tensor | None) -> tuple[Tensor, State]:
        """Run over a sequence in one call."""
        if lengths is not None and x.is_cuda:
            return self.run_packed(x, state, lengths)
        return self.run_padded(x, state, lengths)

    def run_padded(self, x: Tensor, state: State, lengths: Tensor | None) -> tuple[Tensor, State]:
        """Run over real steps and padding alike, which is fast on a CPU."""
        outputs, last = self.fused(x, state[0][None].contiguous())
        return outputs, (last[0] if lengths is None else at_end(outputs, lengths),)

    def run_packed(self, x: Tensor, state: State, lengths: Tensor) -> tuple[Tensor, State]:
        """Run over real steps alone, which is fast on a GPU. Outputs on padding are 0."""
        if not x.size(0):  # which torch cannot pack; everything still gets a gradient, of 0, as processes expect
            nothing = torch.stack([part.sum() for part in (x, *state, *self.weights)]).sum()
            return nothing.expand(0, x.size(1), self.hidden), tuple(nothing.expand(0, self.hidden) for _ in state)
        lengths, order = lengths.cpu().sort(descending=True)
        sort, unsort = (rows.to(x.device, non_blocking=True) for rows in (order, order.argsort()))
        real = pack_padded_sequence(x.index_select(0, sort), lengths, batch_first=True)
        first = tuple(part.index_select(0, sort)[None] for part in state)
        outputs, last = self.fused(real, first if len(first) > 1 else first[0])
        padded, _ = pad_packed_sequence(outputs, batch_first=True, total_length=x.size(1))
        parts = last if len(first) > 1 else (last,)
        return padded.index_select(0, unsort), tuple(part[0].index_select(0, unsort) for part in parts)

    def initialise(self, config: InitialisationConfig) -> None:
        """Orthogonal or Glorot weights, gate by gate, and biases of zero."""
        weights = self.weights
        for gate in range(self.gates):
            rows = slice(gate * self.hidden, (gate + 1) * self.hidden)
            nn.init.xavier_uniform_(weights.input[rows])
            if config.orthogonal:
                nn.init.orthogonal_(weights.recurrent[rows])
            else:
                nn.init.xavier_uniform_(weights.recurrent[rows])
        nn.init.zeros_(weights.input_bias)
        nn.init.zeros_(weights.recurrent_bias)

    # ------------------------------------------------------------------------------------------------------ ONNX nodes

    def node_weights(self) -> tuple[Array, Array, Array, Array]:
        """W, U, b and b' with the gates in :attr:`node_order`."""
        wanted = [
            np.concatenate([np.split(array(part), self.gates)[gate] for gate in self.node_order])
            for part in self.weights
        ]
        return wanted[0], wanted[1], wanted[2], wanted[3]


class SummedCell(FusedCell):
    """A cell whose gates see only W x + U h + b: one product computes both shares."""

    @abstractmethod
    def gate_nodes(self, graph: GraphBuilder, sums: str, state: Sequence[str]) -> list[str]:
        """ONNX nodes from (R, G H) sums before the gates' non-linearities to the state after."""

    def input_map(self) -> tuple[Array, Array]:
        """W and all of the bias."""
        weight, _, bias, recurrent_bias = self.node_weights()
        return weight, bias + recurrent_bias

    def sum_nodes(self, graph: GraphBuilder, gates: str, h: str) -> str:
        """The sums, given the inputs' share."""
        return graph.op("Add", gates, graph.linear([self.output_ref(h)], self.node_weights()[1]))

    def step_nodes(self, graph: GraphBuilder, gates: str, state: Sequence[str]) -> list[str]:
        """One step, given the inputs' share."""
        return self.gate_nodes(graph, self.sum_nodes(graph, gates, state[0]), state)

    def nodes(
        self, graph: GraphBuilder, parts: Sequence[TensorRef], state: Sequence[str], extra: str | None = None
    ) -> list[str]:
        """One step of a decoder, in one product."""
        gates = graph.linear([*parts, self.output_ref(state[0])], *self.joint_map(parts))
        return self.gate_nodes(graph, gates if extra is None else graph.op("Add", gates, extra), state)

    def joint_map(self, parts: Sequence[TensorRef]) -> tuple[Array, Array]:
        """[W U] of some inputs and the state side by side, and b."""
        weight, bias = self.input_map()
        return np.concatenate([weight[:, : sum(part.size for part in parts)], self.node_weights()[1]], axis=1), bias


def at_end(outputs: Tensor, lengths: Tensor) -> Tensor:
    """(B, T, H) outputs → (B, H), those of each row's last real step."""
    return outputs[torch.arange(outputs.size(0), device=outputs.device), lengths.to(outputs.device) - 1]
