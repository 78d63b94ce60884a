"""Attention over encoder outputs: for every decoder state, which source tokens matter now.

Letters: B batch, S source length, T target length, H decoder hidden, M memory size, A attention size, N heads,
D = A / N units per head. Masks are True on real tokens. Scores are unnormalised; weights sum to 1 over S.

dot        q . k                    Luong et al. 2015, section 3.1; needs M = H
general    q . W k                  Luong et al. 2015, section 3.1
additive   v . tanh(W q + U k)      Bahdanau et al. 2015, appendix A.1.2

With N heads, each compares D of the query's and key's units and gathers M / N of the memory's.
"""

from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from seq2seq.config.model import AttentionConfig, InitialisationConfig
from seq2seq.models.initialise import initialise_weights
from seq2seq.models.nodes import GraphBuilder, Shape, array


class AttentionOutput(NamedTuple):
    """The memory as seen from every query."""

    context: Tensor
    """(B, T, M) memory, weighted."""
    weights: Tensor
    """(B, T, S) attention weights, the mean over heads, in float32."""


class Attention(nn.Module, ABC):
    """Compare queries (of size H, ``hidden``) with keys, and gather the ``memory`` (of size M) where they agree.

    A score needs :meth:`scores`. Other maps of queries and keys, an initialisation and ONNX nodes are optional.
    """

    def __init__(self, config: AttentionConfig, hidden: int, memory: int) -> None:
        super().__init__()
        self.heads = config.heads
        self.memory = memory
        self.embeddings = config.embeddings
        self.size = config.size or hidden
        self.query = self.query_map(hidden, self.size)
        self.key = self.key_map(memory, self.size)

    def query_map(self, hidden: int, size: int) -> nn.Module:
        """The map of queries, H → A: none, unless a size other than H is asked for."""
        return nn.Identity() if size == hidden else nn.Linear(hidden, size, bias=False)

    def key_map(self, memory: int, size: int) -> nn.Module:
        """The map of the memory to keys, M → A."""
        return nn.Linear(memory, size, bias=False)

    @abstractmethod
    def scores(self, queries: Tensor, keys: Tensor) -> Tensor:
        """Compare (B, N, T, D) queries with (B, N, S, D) keys → (B, N, T, S)."""

    def project(self, memory: Tensor) -> Tensor:
        """(B, S, M) memory → (B, S, A) keys, computed once per sentence."""
        keys: Tensor = self.key(memory)
        return keys

    def forward(self, queries: Tensor, keys: Tensor, memory: Tensor, mask: Tensor) -> AttentionOutput:
        """Summarise ``memory`` as seen from every query.

        Args:
            queries: (B, T, H) decoder outputs.
            keys: (B, S, A) from :meth:`project`.
            memory: (B, S, M) encoder outputs.
            mask: (B, S) bool, True on real tokens; every row holds at least one.
        """
        scores = self.scores(self._by_head(self.query(queries)), self._by_head(keys))
        scores = scores.float().masked_fill(~mask[:, None, None], float("-inf"))
        weights = torch.softmax(scores, dim=3)
        context = weights.to(memory.dtype) @ self._by_head(memory)  # (B, N, T, M / N)
        return AttentionOutput(context.transpose(1, 2).flatten(2), weights.mean(dim=1))

    def _by_head(self, x: Tensor) -> Tensor:
        """(B, X, Y) → (B, N, X, Y / N)."""
        return x.view(x.size(0), x.size(1), self.heads, -1).transpose(1, 2)

    def initialise(self, config: InitialisationConfig) -> None:  # noqa: ARG002
        """Initialise all parameters, from torch's global generator."""
        for module in self.modules():
            initialise_weights(module)

    # ------------------------------------------------------------------------------------------------------ ONNX nodes

    def key_nodes(self, graph: GraphBuilder, keys: str) -> tuple[str, Shape]:
        """(S, B, A) keys as they are cached for all steps, one row per sentence, and their shape; here (B, N, S, D)."""
        width = self.size // self.heads
        by_head = graph.reshape(keys, 0, 0, self.heads, width)
        return graph.transpose(by_head, 1, 2, 0, 3), ("B", self.heads, "S", width)

    def score_nodes(self, graph: GraphBuilder, queries: str, keys: str) -> str:
        """(B, N, K, D) queries of K hypotheses per sentence, and cached keys → (B, N, K, S) scores."""
        raise NotImplementedError

    @classmethod
    def exports(cls) -> bool:
        """Whether the score has ONNX nodes."""
        return cls.score_nodes is not Attention.score_nodes


class GeneralAttention(Attention):
    """q . W k, Luong et al. 2015, section 3.1."""

    def scores(self, queries: Tensor, keys: Tensor) -> Tensor:
        """The products.

        A sum of many products of bounded states: one head keeps Luong's plain sum, several are scaled by their width as
        in Vaswani et al. 2017, section 3.2.1.
        """
        scores: Tensor = queries @ keys.transpose(2, 3)
        return scores if self.heads == 1 else scores * queries.size(3) ** -0.5

    def key_nodes(self, graph: GraphBuilder, keys: str) -> tuple[str, Shape]:
        """(B, N, D, S), scaled once and ready for a product."""
        width = self.size // self.heads
        if self.heads > 1:
            keys = graph.op("Mul", keys, graph.constant(np.float32(width**-0.5)))
        by_head = graph.reshape(keys, 0, 0, self.heads, width)
        return graph.transpose(by_head, 1, 2, 3, 0), ("B", self.heads, width, "S")

    def score_nodes(self, graph: GraphBuilder, queries: str, keys: str) -> str:
        """The products."""
        return graph.op("MatMul", queries, keys)


class DotAttention(GeneralAttention):
    """q . k, Luong et al. 2015, section 3.1: the memory itself is the key."""

    def key_map(self, memory: int, size: int) -> nn.Module:  # noqa: ARG002
        """No map."""
        return nn.Identity()


class AdditiveAttention(Attention):
    """v . tanh(W q + U k), Bahdanau et al. 2015, appendix A.1.2; every head has its share of v."""

    def __init__(self, config: AttentionConfig, hidden: int, memory: int) -> None:
        super().__init__(config, hidden, memory)
        self.energy = nn.Parameter(torch.empty(self.heads, self.size // self.heads))

    def query_map(self, hidden: int, size: int) -> nn.Module:
        """W, and the bias of the sum."""
        return nn.Linear(hidden, size)

    def scores(self, queries: Tensor, keys: Tensor) -> Tensor:
        """The energy of every sum."""
        mixed = torch.tanh(queries[:, :, :, None] + keys[:, :, None])  # (B, N, T, S, D)
        return torch.einsum("bntsd,nd->bnts", mixed, self.energy)

    def initialise(self, config: InitialisationConfig) -> None:
        """V as Glorot and Bengio 2010, and the maps."""
        nn.init.xavier_uniform_(self.energy)
        super().initialise(config)

    def score_nodes(self, graph: GraphBuilder, queries: str, keys: str) -> str:
        """The energy of every sum, (..., K, S, D)."""
        mixed = graph.op("Tanh", graph.op("Add", graph.unsqueeze(queries, -2), graph.unsqueeze(keys, -3)))
        energy = array(self.energy)
        if self.heads == 1:
            return graph.squeeze(graph.op("MatMul", mixed, graph.constant(energy.T)), -1)
        weighted = graph.op("Mul", mixed, graph.constant(energy[:, None, None]))
        return graph.op("ReduceSum", weighted, graph.constant(np.array([-1])), keepdims=0)
