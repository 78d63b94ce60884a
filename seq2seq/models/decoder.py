"""Decoders: from embedded target tokens and an encoded source to features of the next token.

All three run the same code over a whole target (training: T steps in one call per layer) and over a single step
(search: T = 1), so that stepping equals teacher forcing.

FixedContext      the source is the first state, and optionally an input of every step
Attentive         the first layer asks with its outputs for all steps at once; the contexts feed the layers above
                  (GNMT, Wu et al. 2016) and the readout
InputFeeding      the last attentional state is an input of the next step (Luong et al. 2015, section 3.3): it sees what
                  it attended to, at the price of a Python loop over time
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from seq2seq.config.model import DecoderConfig
from seq2seq.models.attention import Attention
from seq2seq.models.cells.base import Cell, State
from seq2seq.models.dropout import Dropout
from seq2seq.models.recurrent import LayerConnection, layer_state, stack_states


@dataclass(frozen=True, slots=True)
class Memory:
    """The encoded source, one row per sentence."""

    mask: Tensor
    """(B, S) bool, True on real source tokens."""
    outputs: Tensor | None = None
    """(B, S, M) encoder outputs, for a decoder that attends."""
    keys: Tensor | None = None
    """(B, S, A) keys of the outputs."""
    context: Tensor | None = None
    """(B, M) the fixed context, for a decoder that is fed it at every step."""

    def select(self, rows: Tensor) -> "Memory":
        """Select, repeat or reorder sentences by (R,) row numbers."""
        parts = (None if part is None else part[rows] for part in (self.outputs, self.keys, self.context))
        return Memory(self.mask[rows], *parts)


class DecoderState(NamedTuple):
    """The state between two tokens, one row per hypothesis."""

    layers: State
    """(R, L, H) per state tensor."""
    feed: Tensor | None = None
    """(R, E) the last attentional state, for input feeding."""

    def select(self, rows: Tensor) -> "DecoderState":
        """Select, repeat or reorder hypotheses by (R,) row numbers."""
        return self._map(lambda part: part[rows])

    def detach(self) -> "DecoderState":
        """The same numbers without a gradient."""
        return self._map(Tensor.detach)

    def to(self, device: torch.device) -> "DecoderState":
        """The same on another device."""
        return self._map(lambda part: part.to(device))

    def _map(self, change: Callable[[Tensor], Tensor]) -> "DecoderState":
        return DecoderState(tuple(map(change, self.layers)), None if self.feed is None else change(self.feed))


class DecoderOutput(NamedTuple):
    """The output of a decoder."""

    features: Tensor
    """(B, T, E) features of the next token, before the projection onto the vocabulary."""
    state: DecoderState
    """The state after the last step."""
    attention: Tensor | None
    """(B, T, S) attention weights, if the decoder attends."""


class DecoderStack(nn.Module):
    """The recurrent layers of a decoder; every layer above the first also reads ``extra`` units a step.

    Args:
        config: layers, size.
        cell: the class of every layer.
        inputs: units that the first layer reads per step.
        extra: units that the layers above read beside the output of the one below.
    """

    def __init__(
        self,
        config: DecoderConfig,
        cell: type[Cell],
        inputs: int,
        *,
        extra: int,
        residual: bool,
        layer_norm: bool,
        dropout: Dropout,
    ) -> None:
        super().__init__()
        above = config.hidden + extra
        self.layers = nn.ModuleList(
            cell(inputs if layer == 0 else above, config.hidden) for layer in range(config.layers)
        )
        self.between = nn.ModuleList(
            LayerConnection(config.hidden, residual=residual and layer > 0, layer_norm=layer_norm, dropout=dropout)
            for layer in range(config.layers)
        )

    def first(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """Run the first layer over (B, T, I)."""
        outputs, after = self.layers[0](x, layer_state(state, 0))
        return self.between[0](outputs, x), after

    def above(self, x: Tensor, extra: Tensor | None, state: State, first: State) -> tuple[Tensor, State]:
        """Run the layers above the first over its outputs (B, T, H); returns all states, that of the ``first`` too."""
        states = [first]
        for index in range(1, len(self.layers)):
            read = x if extra is None else torch.cat([x, extra], dim=2)
            outputs, after = self.layers[index](read, layer_state(state, index))
            x = self.between[index](outputs, x)
            states.append(after)
        return x, stack_states(states)


class Readout(nn.Module):
    """tanh(W [x; ...] + b): from the decoder's output to the size of an embedding (Luong et al. 2015, eq. 5)."""

    def __init__(self, inputs: int, outputs: int, dropout: Dropout) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)
        self.dropout = dropout

    def forward(self, *parts: Tensor) -> Tensor:
        """(B, T, X) parts, side by side → (B, T, E)."""
        features: Tensor = self.dropout(torch.tanh(self.linear(torch.cat(parts, dim=2))))
        return features


class FixedContext(nn.Module):
    """A decoder that sees its source in its first state, and in ``context`` if that is fed (Cho et al. 2014)."""

    def __init__(self, stack: DecoderStack, readout: Readout) -> None:
        super().__init__()
        self.stack = stack
        self.readout = readout

    def forward(self, embedded: Tensor, memory: Memory, state: DecoderState) -> DecoderOutput:
        """Run over (B, T, E) embedded target tokens."""
        fed = [] if memory.context is None else [memory.context[:, None].expand(-1, embedded.size(1), -1)]
        x, first = self.stack.first(torch.cat([embedded, *fed], dim=2), state.layers)
        x, layers = self.stack.above(x, None, state.layers, first)
        return DecoderOutput(self.readout(x, *fed), DecoderState(layers), None)


class Attentive(nn.Module):
    """A decoder whose first layer attends, for all steps at once."""

    def __init__(self, stack: DecoderStack, attention: Attention, readout: Readout) -> None:
        super().__init__()
        self.stack = stack
        self.attention = attention
        self.readout = readout

    def forward(self, embedded: Tensor, memory: Memory, state: DecoderState) -> DecoderOutput:
        """Run over (B, T, E) embedded target tokens."""
        assert memory.outputs is not None and memory.keys is not None  # noqa: PT018 - Seq2Seq.encode made both
        x, first = self.stack.first(embedded, state.layers)
        context, weights = self.attention(x, memory.keys, memory.outputs, memory.mask)
        x, layers = self.stack.above(x, context, state.layers, first)
        return DecoderOutput(self.readout(x, context), DecoderState(layers), weights)


class InputFeeding(nn.Module):
    """An attentive decoder that reads its last attentional state with every token."""

    def __init__(self, inner: Attentive) -> None:
        super().__init__()
        self.inner = inner
        self.attention = inner.attention

    def forward(self, embedded: Tensor, memory: Memory, state: DecoderState) -> DecoderOutput:
        """Run over (B, T, E) embedded target tokens, one after the other."""
        feed = state.feed if state.feed is not None else embedded.new_zeros(embedded[:, 0].shape)
        features, attention = [], []
        for token in embedded.unbind(1):
            fed = torch.cat([token, feed], dim=1)[:, None]
            decoded: DecoderOutput = self.inner(fed, memory, state)
            feed, state = decoded.features[:, 0], decoded.state
            features.append(feed)
            attention.append(decoded.attention)
        weights = torch.cat([weight for weight in attention if weight is not None], dim=1)
        return DecoderOutput(torch.stack(features, dim=1), DecoderState(state.layers, feed), weights)
