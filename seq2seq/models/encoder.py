"""Encoders: from a source to outputs, one per token, and final states, one per layer."""

from dataclasses import dataclass
from itertools import zip_longest

import torch
from torch import Tensor, nn

from seq2seq.config.model import EncoderConfig
from seq2seq.models.cells.base import Cell, State
from seq2seq.models.dropout import Dropout
from seq2seq.models.recurrent import Bidirectional, LayerConnection, reverse, stack_states
from seq2seq.special import PAD


@dataclass(frozen=True, slots=True)
class EncoderOutput:
    """The output of an encoder."""

    outputs: Tensor
    """(B, S, M) outputs of the top layer, in the order of the source."""
    final: State
    """(B, L, M) per state tensor: every layer after its last token (both directions side by side)."""


class Encoder(nn.Module):
    """A stack of recurrent layers over an embedded source.

    Args:
        config: layers, size, directions.
        cell: the class of every layer.
        inputs: size of an embedding.
        residual: add a layer's input to its output, between layers of equal size.
        layer_norm: normalise every layer's outputs.
        outputs_read: whether the outputs are used; a fixed context takes the final states alone.
        reverse_source: read from the last token to the first (Sutskever et al. 2014, section 3.3).
        dropout: between layers, and after the last.
    """

    def __init__(
        self,
        config: EncoderConfig,
        cell: type[Cell],
        inputs: int,
        *,
        residual: bool,
        layer_norm: bool,
        outputs_read: bool,
        reverse_source: bool,
        dropout: Dropout,
    ) -> None:
        super().__init__()
        self.reverse_source = reverse_source
        self.size = config.hidden * (2 if config.bidirectional else 1)
        sizes = [inputs, *[self.size] * (config.layers - 1)]
        self.layers = nn.ModuleList(
            Bidirectional(cell, size, config.hidden) if config.bidirectional else cell(size, config.hidden)
            for size in sizes
        )
        self.between = nn.ModuleList(
            LayerConnection(self.size, residual=residual and layer > 0, layer_norm=layer_norm, dropout=dropout)
            for layer in range(config.layers if outputs_read else config.layers - 1)
        )

    def forward(self, embedded: Tensor, lengths: Tensor) -> EncoderOutput:
        """Read embedded sources (B, S, E) of the given lengths (B,), at least 1 each, best on the CPU."""
        x = reverse(embedded, lengths) if self.reverse_source else embedded
        states = []
        for layer, between in zip_longest(self.layers, self.between):
            outputs, state = layer(x, lengths=lengths)
            x = outputs if between is None else between(outputs, x)
            states.append(state)
        return EncoderOutput(reverse(x, lengths) if self.reverse_source else x, stack_states(states))


def first_steps(lengths: Tensor, size: int) -> Tensor:
    """(B, size) bool, True on the first ``lengths`` (B,) of each row."""
    return torch.arange(size, device=lengths.device) < lengths[:, None]


def real_steps(source: Tensor, lengths: Tensor) -> Tensor:
    """(B, S) bool, False on the padding of sources: (B, S) ids, or (B, S, N) vectors of ``lengths`` (B,)."""
    return source != PAD if source.dim() == 2 else first_steps(lengths.to(source.device), source.size(1))


class TagReader(nn.Module):
    """An encoder for sources that are not a sequence, but a few tags in any order: the mean of their embeddings.

    EOS, which ends every source, is one of them: without tags it is the only one, and the decoder of a language model
    starts from its embedding.
    """

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.size = inputs

    def forward(self, embedded: Tensor, lengths: Tensor) -> EncoderOutput:
        """Read embedded tags (B, S, E) of the given numbers (B,), at least 1 each."""
        lengths = lengths.to(embedded.device, non_blocking=True)
        real = first_steps(lengths, embedded.size(1))
        mean = (embedded * real[..., None]).sum(dim=1) / lengths[:, None]
        return EncoderOutput(embedded, (mean[:, None],))
