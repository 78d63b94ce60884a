"""The simpler simple recurrent unit."""

import torch
from torch import Tensor

from seq2seq.config.model import InitialisationConfig
from seq2seq.models.cells.base import State
from seq2seq.models.cells.scanned import ScannedCell
from seq2seq.models.nodes import GraphBuilder


class SSRU(ScannedCell):
    """Kim et al. 2019, section 3.1: the decoder of small and fast translators, between residuals and normalisation.

    x is the input, c the state, s the logistic function, * the product of elements.

    f  = s(W_f x + b_f)              forget gate
    c' = f * c + (1 - f) * (W x + b)
    h  = max(0, c')                  output
    """

    maps = 2
    state_tensors = 2

    def terms(self, mapped: Tensor) -> tuple[Tensor, Tensor]:
        """The forget gate, and the share of the input."""
        f, x = mapped.chunk(2, dim=-1)
        f = torch.sigmoid(f)
        return f, (1 - f) * x

    def state_of(self, c: Tensor) -> State:
        """H and c."""
        return torch.relu(c), c

    def initialise(self, config: InitialisationConfig) -> None:
        """The forget gate starts open (Jozefowicz et al. 2015)."""
        super().initialise(config)
        with torch.no_grad():
            self.map.bias[: self.hidden].fill_(config.forget_bias)

    def term_nodes(self, graph: GraphBuilder, mapped: str) -> tuple[str, str]:
        """F, and the share of the input: x - f * x."""
        f, x = graph.split(mapped, self.hidden, self.hidden)
        f = graph.op("Sigmoid", f)
        return f, graph.op("Sub", x, graph.op("Mul", f, x))

    def output_nodes(self, graph: GraphBuilder, c: str) -> list[str]:
        """H and c."""
        return [graph.op("Relu", c), c]
