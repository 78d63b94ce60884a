"""From one output per token to one vector per text.

Letters: B batch, S source length, M memory size. Masks are True on real tokens.

last        the final state of every direction: the usual summary by a recurrent network
mean, max   over the text's tokens
attention   a mean weighted by softmax(u . tanh(W x + b))    Yang et al. 2016, section 2.2
"""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from seq2seq.models.encoder import EncoderOutput
from seq2seq.models.nodes import EncoderNodes, GraphBuilder, TensorRef, affine, mean


class Pooling(nn.Module, ABC):
    """Pool an encoder's outputs, whose size is M. ONNX nodes are optional."""

    reads_outputs: ClassVar[bool] = True
    """Whether it reads outputs; else the final states suffice."""
    weighs: ClassVar[bool] = False
    """Whether it multiplies every output by a weight."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    @abstractmethod
    def forward(self, encoded: EncoderOutput, mask: Tensor) -> Tensor:
        """Outputs (B, S, M) and final states → (B, M).

        Args:
            encoded: the output of the encoder.
            mask: (B, S) bool, True on real tokens; every row holds at least one.
        """

    def nodes(self, graph: GraphBuilder, encoded: EncoderNodes, real: str) -> TensorRef:
        """ONNX nodes: outputs (S, B, M) and final states → (B, M); ``real`` (S, B, 1) is False on padding."""
        raise NotImplementedError

    @classmethod
    def exports(cls) -> bool:
        """Whether it has ONNX nodes."""
        return cls.nodes is not Pooling.nodes


class LastPooling(Pooling):
    """The final state of every direction."""

    reads_outputs = False

    def forward(self, encoded: EncoderOutput, mask: Tensor) -> Tensor:  # noqa: ARG002
        """The state of the top layer."""
        return encoded.final[0][:, -1]

    def nodes(self, graph: GraphBuilder, encoded: EncoderNodes, real: str) -> TensorRef:  # noqa: ARG002
        """The state of the top layer."""
        return encoded.final[-1][0]


class MeanPooling(Pooling):
    """The mean over the text's tokens."""

    def forward(self, encoded: EncoderOutput, mask: Tensor) -> Tensor:
        """The mean over S."""
        return encoded.outputs.masked_fill(~mask[..., None], 0).sum(dim=1) / mask.sum(dim=1, keepdim=True)

    def nodes(self, graph: GraphBuilder, encoded: EncoderNodes, real: str) -> TensorRef:
        """The mean over S."""
        return encoded.outputs._replace(name=mean(graph, encoded.outputs.name, real))


class MaxPooling(Pooling):
    """The maximum of every unit over the text's tokens."""

    def forward(self, encoded: EncoderOutput, mask: Tensor) -> Tensor:
        """The maximum over S."""
        return encoded.outputs.masked_fill(~mask[..., None], float("-inf")).amax(dim=1)

    def nodes(self, graph: GraphBuilder, encoded: EncoderNodes, real: str) -> TensorRef:
        """The maximum over S."""
        first, never = graph.constant(np.array([0])), graph.constant(np.float32(-np.inf))
        masked = graph.op("Where", real, encoded.outputs.name, never)
        return encoded.outputs._replace(name=graph.op("ReduceMax", masked, first, keepdims=0))


class AttentionPooling(Pooling):
    """A mean weighted by softmax(u . tanh(W x + b)), Yang et al. 2016, section 2.2."""

    weighs = True

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.key = nn.Linear(size, size)
        self.query = nn.Linear(size, 1, bias=False)

    def forward(self, encoded: EncoderOutput, mask: Tensor) -> Tensor:
        """The weighted mean over S."""
        outputs = encoded.outputs
        scores: Tensor = self.query(torch.tanh(self.key(outputs)))[..., 0]
        weights = torch.softmax(scores.float().masked_fill(~mask, float("-inf")), dim=1)
        return (weights.to(outputs.dtype)[:, None] @ outputs.masked_fill(~mask[..., None], 0))[:, 0]

    def nodes(self, graph: GraphBuilder, encoded: EncoderNodes, real: str) -> TensorRef:
        """The weighted mean over S."""
        outputs = encoded.outputs
        first, never = graph.constant(np.array([0])), graph.constant(np.float32(-np.inf))
        keys = TensorRef(graph.op("Tanh", affine(graph, [outputs], self.key)), outputs.size, 1.0)
        scores = graph.op("Where", real, affine(graph, [keys], self.query), never)
        weighted = graph.op("Mul", graph.op("Softmax", scores, axis=0), outputs.name)
        return outputs._replace(name=graph.op("ReduceSum", weighted, first, keepdims=0))
