"""Attention over encoder outputs: for every decoder state, which source tokens matter now.

Letters: B batch, S source length, T target length, H decoder hidden, M memory size, A attention size, N heads.
Masks are True on real tokens. Scores are unnormalised; weights sum to 1 over S.

dot        q . k                    Luong et al. 2015, section 3.1; needs M = H
general    q . W k                  the same
additive   v . tanh(W q + U k)      Bahdanau et al. 2015, appendix A.1.2

With N heads, each compares A / N of the query's and key's units and gathers M / N of the memory's.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from seq2seq.config.model import AttentionConfig


class AttentionOutput(NamedTuple):
    """What attention saw."""

    context: Tensor
    """(B, T, M) memory, weighted."""
    weights: Tensor
    """(B, T, S) attention weights, the mean over heads, in float32."""


class Attention(nn.Module):
    """Compare queries with keys, and gather the memory where they agree.

    Args:
        config: score, heads, size.
        hidden: H, size of a query.
        memory: M, size of a memory entry.
    """

    def __init__(self, config: AttentionConfig, hidden: int, memory: int) -> None:
        super().__init__()
        size = config.size or hidden
        self.score = config.score
        self.heads = config.heads
        # Luong's scores take the decoder's state as it is, unless another size is asked for.
        plain = config.score != "additive" and size == hidden
        self.query = nn.Identity() if plain else nn.Linear(hidden, size, bias=config.score == "additive")
        self.key = nn.Identity() if config.score == "dot" else nn.Linear(memory, size, bias=False)
        energy = torch.empty(config.heads, size // config.heads)
        self.energy = nn.Parameter(energy) if config.score == "additive" else None

    def project(self, memory: Tensor) -> Tensor:
        """(B, S, M) memory → (B, S, A) keys, computed once a sentence."""
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
        scores = self._scores(self._split(self.query(queries)), self._split(keys))  # (B, N, T, S)
        scores = scores.float().masked_fill(~mask[:, None, None], float("-inf"))
        weights = torch.softmax(scores, dim=3)
        context = weights.to(memory.dtype) @ self._split(memory)  # (B, N, T, M / N)
        return AttentionOutput(context.transpose(1, 2).flatten(2), weights.mean(dim=1))

    def _split(self, x: Tensor) -> Tensor:
        """(B, X, D) → (B, N, X, D / N)."""
        return x.view(x.size(0), x.size(1), self.heads, -1).transpose(1, 2)

    def _scores(self, queries: Tensor, keys: Tensor) -> Tensor:
        if self.energy is None:
            scores: Tensor = queries @ keys.transpose(2, 3)
            # A sum of many products of bounded states: one head keeps Luong's plain sum, several are scaled
            # by their width as in Vaswani et al. 2017, section 3.2.1.
            return scores if self.heads == 1 else scores * queries.size(3) ** -0.5
        mixed = torch.tanh(queries[:, :, :, None] + keys[:, :, None])  # (B, N, T, S, A / N)
        return torch.einsum("bntsa,na->bnts", mixed, self.energy)
