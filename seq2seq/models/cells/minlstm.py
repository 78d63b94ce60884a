"""The minimal LSTM."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from seq2seq.config.model import InitialisationConfig
from seq2seq.models.cells.scanned import ScannedCell
from seq2seq.models.nodes import GraphBuilder


class MinLSTM(ScannedCell):
    """Feng et al. 2024, section 3.2: an LSTM whose gates see the input alone, and add up to one.

    x is the input, h the state and output, s the logistic function, * the product of elements.

    f  = s(W_f x + b_f)                             forget gate
    i  = s(W_i x + b_i)                             input gate
    h' = (f * h + i * g(W x + b)) / (f + i),        g(z) = z + 1/2 if z > 0, else s(z)
    """

    maps = 3

    def terms(self, mapped: Tensor) -> tuple[Tensor, Tensor]:
        """The gates' shares: f / (f + i) of the state, i / (f + i) of the candidate.

        f / (f + i) = s(log f - log i), which is finite where both gates are closed; -log s(z) = softplus(-z).
        """
        f, i, z = mapped.chunk(3, dim=-1)
        kept = torch.sigmoid(functional.softplus(-i) - functional.softplus(-f))
        return kept, (1 - kept) * (torch.relu(z) + torch.sigmoid(z.clamp(max=0.0)))

    def initialise(self, config: InitialisationConfig) -> None:
        """The forget gate starts open (Jozefowicz et al. 2015)."""
        super().initialise(config)
        with torch.no_grad():
            self.map.bias[: self.hidden].fill_(config.forget_bias)

    def term_nodes(self, graph: GraphBuilder, mapped: str) -> tuple[str, str]:
        """As :meth:`terms`."""
        gates, z = graph.split(mapped, 2 * self.hidden, self.hidden)
        f, i = graph.split(graph.op("Softplus", graph.op("Neg", gates)), self.hidden, self.hidden)
        kept = graph.op("Sigmoid", graph.op("Sub", i, f))
        low = graph.op("Sigmoid", graph.op("Min", z, graph.constant(np.float32(0))))
        candidate = graph.op("Add", graph.op("Relu", z), low)
        return kept, graph.op("Sub", candidate, graph.op("Mul", kept, candidate))
