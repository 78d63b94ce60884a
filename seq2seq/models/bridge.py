"""From the encoder's final states to the decoder's first: the whole source, for a decoder with a fixed context."""

from collections.abc import Iterable
from typing import Literal, cast

import torch
from torch import nn

from seq2seq.config.model import DecoderConfig
from seq2seq.models.cells.base import State


class Bridge(nn.Module):
    """Start the decoder from the encoder.

    ``linear``: h = tanh(W h_enc + b), as Bahdanau et al. 2015 (appendix A.2.2), and c = W' c_enc + b', one matrix per
    layer; ``copy``: the states as they are (Sutskever et al. 2014); ``zero``: zeros, for a decoder that
    attends. Where the two stacks differ in depth, every decoder layer starts from the encoder's top layer.

    Args:
        kind: one of these.
        decoder: shape of the decoder.
        size: M, of the encoder's final state.
        layers: L_enc, of the encoder.
        state_tensors: of the decoder's cell.
    """

    def __init__(
        self,
        kind: Literal["linear", "copy", "zero"],
        decoder: DecoderConfig,
        *,
        size: int,
        layers: int,
        state_tensors: int,
    ) -> None:
        super().__init__()
        self.kind = kind
        self.hidden = decoder.hidden
        self.layers = decoder.layers
        self.state_tensors = state_tensors
        self.same_depth = layers == decoder.layers
        self.maps = nn.ModuleList(
            nn.ModuleList(nn.Linear(size, decoder.hidden) for _ in range(decoder.layers))
            for _ in range(self.state_tensors if kind == "linear" else 0)
        )

    def forward(self, final: State) -> State:
        """(B, L_enc, M) per state tensor → (B, L_dec, H) per state tensor."""
        if self.kind == "copy":
            return final
        if self.kind == "zero":
            return tuple(
                final[0].new_zeros(final[0].size(0), self.layers, self.hidden) for _ in range(self.state_tensors)
            )
        state = []
        for tensor, maps in enumerate(cast(Iterable[nn.ModuleList], self.maps)):
            # An encoder without c starts a decoder's c from its h.
            source = final[min(tensor, len(final) - 1)]
            rows = [maps[layer](source[:, layer if self.same_depth else -1]) for layer in range(self.layers)]
            stacked = torch.stack(rows, dim=1)
            state.append(torch.tanh(stacked) if tensor == 0 else stacked)
        return tuple(state)
