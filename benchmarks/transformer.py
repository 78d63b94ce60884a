"""A Transformer (Vaswani et al. 2017) that stands where an LSTM does: the same trainer, data, loss and search.

Layers normalise their inputs (Xiong et al. 2020), embeddings and projection are tied, positions are sinusoids. It is
here to be compared with, and no part of the package.

Letters: B batch, S source length, T target length, P target tokens so far, L layers, E width, N heads, V vocabulary.
"""

import math
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from seq2seq.config.model import ManyToManyConfig
from seq2seq.models.decoder import DecoderOutput, DecoderState, Memory
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import PAD

LAYERS: Final = 3
HEADS: Final = 4
_WIDER: Final = 4
"""Units of the feed-forward layers, as a multiple of the width."""


class Transformer(Seq2Seq):
    """Encoder and decoder, of the width and dropout that a recipe gives an LSTM.

    Args:
        config: its ``embedding`` is the width, its ``dropout.layer`` that of all residuals.
        source_vocabulary: V of the source side.
        target_vocabulary: V of the target side; the same for a joint vocabulary.
    """

    def __init__(self, config: ManyToManyConfig, source_vocabulary: int, target_vocabulary: int) -> None:
        nn.Module.__init__(self)  # nothing of an LSTM
        width, self.rate = config.embedding, config.dropout.layer
        self.source_embedding = nn.Embedding(source_vocabulary, width, padding_idx=PAD)
        joint = config.tied == "all"
        self.target_embedding = (
            self.source_embedding if joint else nn.Embedding(target_vocabulary, width, padding_idx=PAD)
        )
        self.reading = nn.ModuleList(_Layer(width, self.rate, attends=False) for _ in range(LAYERS))
        self.writing = nn.ModuleList(_Layer(width, self.rate, attends=True) for _ in range(LAYERS))
        self.read_norm, self.written_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.memory_map = nn.Linear(width, 2 * LAYERS * width)
        self.projection = nn.Linear(width, target_vocabulary)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)
        for embedding in {self.source_embedding, self.target_embedding}:
            nn.init.normal_(embedding.weight, std=width**-0.5)
        self.projection.weight = self.target_embedding.weight

    @property
    def attends(self) -> bool:
        """It does."""
        return True

    def encode(self, source: Tensor, lengths: Tensor) -> tuple[Memory, DecoderState]:  # noqa: ARG002 - as Seq2Seq has it
        """Read sources; keys and values of all layers of the decoder are computed once."""
        mask = source != PAD
        x = self._embed(self.source_embedding, source, first=0)
        for layer in self.reading:
            x, _, _ = layer(x, attended=mask[:, None])
        memory = self.memory_map(self.read_norm(x))
        nothing = memory.new_zeros(source.size(0), LAYERS, 0, x.size(2))
        return Memory(mask, memory), DecoderState((nothing, nothing))

    def decode(self, tokens: Tensor, memory: Memory, state: DecoderState) -> DecoderOutput:
        """Read (B, T) previous target ids; the state is keys and values (B, L, P, E) of those before."""
        assert memory.outputs is not None
        past = state.layers[0].size(2)
        x = self._embed(self.target_embedding, tokens, first=past)
        steps = torch.arange(past + tokens.size(1), device=tokens.device)
        causal = (steps[None] <= steps[past:, None])[None]
        of_layers = memory.outputs.chunk(2 * LAYERS, dim=2)
        keys, values, weights = [], [], None
        for number, layer in enumerate(self.writing):
            before = (state.layers[0][:, number], state.layers[1][:, number])
            x, (key, value), weights = layer(
                x, attended=causal, before=before, memory=of_layers[2 * number : 2 * number + 2], mask=memory.mask
            )
            keys.append(key)
            values.append(value)
        after = DecoderState((torch.stack(keys, dim=1), torch.stack(values, dim=1)))
        return DecoderOutput(self.written_norm(x), after, weights)

    def _embed(self, embedding: nn.Embedding, ids: Tensor, *, first: int) -> Tensor:
        width = embedding.embedding_dim
        x = embedding(ids) * math.sqrt(width) + _positions(first, ids.size(1), width).to(ids.device)
        return functional.dropout(x, self.rate, self.training)


class _Layer(nn.Module):
    """Self-attention, attention to a memory where there is one, and a feed-forward layer."""

    def __init__(self, width: int, rate: float, *, attends: bool) -> None:
        super().__init__()
        self.rate = rate
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3 if attends else 2))
        self.own = nn.Linear(width, 3 * width)
        self.own_out = nn.Linear(width, width)
        self.query = nn.Linear(width, width) if attends else None
        self.memory_out = nn.Linear(width, width) if attends else None
        self.wide, self.narrow = nn.Linear(width, _WIDER * width), nn.Linear(_WIDER * width, width)

    def forward(
        self,
        x: Tensor,
        *,
        attended: Tensor,
        before: tuple[Tensor, Tensor] | None = None,
        memory: tuple[Tensor, Tensor] | None = None,
        mask: Tensor | None = None,
    ) -> tuple[Tensor, tuple[Tensor, Tensor], Tensor | None]:
        """(B, T, E) → the same; keys and values of itself, those before included; attention weights (B, T, S).

        Args:
            x: inputs.
            attended: (B or 1, T or 1, P + T) bool, where the inputs may look among themselves.
            before: keys and values (B, P, E) of earlier steps.
            memory: keys and values (B, S, E).
            mask: (B, S) bool, True on real tokens of the memory.
        """
        query, key, value = self.own(self.norms[0](x)).chunk(3, dim=2)
        if before is not None:
            key, value = torch.cat([before[0], key], dim=1), torch.cat([before[1], value], dim=1)
        x = x + self._dropped(self.own_out(_attend(query, key, value, attended)[0]))
        weights = None
        if memory is not None:
            assert self.query is not None
            assert self.memory_out is not None
            assert mask is not None
            seen, weights = _attend(self.query(self.norms[1](x)), *memory, mask[:, None])
            x = x + self._dropped(self.memory_out(seen))
        hidden = self._dropped(torch.relu(self.wide(self.norms[-1](x))))
        return x + self._dropped(self.narrow(hidden)), (key, value), weights

    def _dropped(self, x: Tensor) -> Tensor:
        return functional.dropout(x, self.rate, self.training)


def _attend(query: Tensor, key: Tensor, value: Tensor, allowed: Tensor) -> tuple[Tensor, Tensor]:
    """(B, T, E) queries over (B, S, E) keys → (B, T, E), and weights (B, T, S), the mean over heads."""
    heads = [one.unflatten(2, (HEADS, -1)).transpose(1, 2) for one in (query, key, value)]
    scores = (heads[0] @ heads[1].transpose(2, 3)).float() * heads[0].size(3) ** -0.5
    weights = torch.softmax(scores.masked_fill(~allowed[:, None], float("-inf")), dim=3)
    seen = weights.to(value.dtype) @ heads[2]
    return seen.transpose(1, 2).flatten(2), weights.mean(dim=1)


def _positions(first: int, count: int, width: int) -> Tensor:
    """(count, E) sinusoids (Vaswani et al. 2017, section 3.5)."""
    rates = torch.exp(torch.arange(0, width, 2) * (-math.log(10_000.0) / width))
    angles = torch.arange(first, first + count)[:, None] * rates
    return torch.stack([angles.sin(), angles.cos()], dim=2).flatten(1)
