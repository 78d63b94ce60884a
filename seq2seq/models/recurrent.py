"""Recurrent layers: two directions side by side, the connection between layers, and the states of a stack.

The backward direction reads the sequence turned around within its own length, so its padding stands at the end too.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from seq2seq.models.cells.base import Cell, State
from seq2seq.models.dropout import Dropout


def reverse(x: Tensor, lengths: Tensor) -> Tensor:
    """Turn every row of x (B, S, ...) around within its length (B,); padding stays where it is."""
    position = torch.arange(x.size(1), device=x.device)
    mirrored = lengths.to(x.device, non_blocking=True)[:, None] - 1 - position
    begins = torch.arange(0, x.size(0) * x.size(1), x.size(1), device=x.device)
    places = begins[:, None] + torch.where(mirrored >= 0, mirrored, position)
    turned: Tensor = _Exchange.apply(x, places.flatten())  # type: ignore[no-untyped-call]
    return turned


class _Exchange(torch.autograd.Function):
    """Exchange rows of x (B, S, ...) in pairs, which is its own inverse.

    So the gradient is gathered from the same places, where torch, which cannot know that, would scatter and add.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, places: Tensor) -> Tensor:
        """Gather from (B * S,) places."""
        ctx.save_for_backward(places)
        return x.flatten(0, 1).index_select(0, places).view_as(x)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor, None]:
        """Gather from the same places."""
        (places,) = ctx.saved_tensors
        return upstream[0].flatten(0, 1).index_select(0, places).view_as(upstream[0]), None


class Bidirectional(nn.Module):
    """Two layers that read the same sequence in opposite directions; outputs and states side by side.

    ``ahead`` and ``back`` are their names in the weights of every model on disk.
    """

    def __init__(self, cell: type[Cell], inputs: int, hidden: int) -> None:
        super().__init__()
        self.ahead = cell(inputs, hidden)
        self.back = cell(inputs, hidden)

    @property
    def forward_layer(self) -> Cell:
        """The layer that reads from the first token to the last."""
        return self.ahead

    @property
    def backward_layer(self) -> Cell:
        """The layer that reads from the last token to the first."""
        return self.back

    def forward(self, x: Tensor, lengths: Tensor) -> tuple[Tensor, State]:
        """(B, S, I) → (B, S, 2 H), and the final states of both directions, (B, 2 H) per tensor."""
        forward_outputs, forward_state = self.forward_layer(x, None, lengths)
        backward_outputs, backward_state = self.backward_layer(reverse(x, lengths), None, lengths)
        outputs = torch.cat([forward_outputs, reverse(backward_outputs, lengths)], dim=2)
        return outputs, tuple(torch.cat(pair, dim=1) for pair in zip(forward_state, backward_state, strict=True))


class LayerConnection(nn.Module):
    """The connection of a recurrent layer to the next: normalisation, a residual, dropout.

    Dropout is ours and not the fused kernel's: cuDNN's internal dropout state is not restored with the random state,
    which would break exact resumption.
    """

    def __init__(self, hidden: int, *, residual: bool, layer_norm: bool, dropout: Dropout) -> None:
        super().__init__()
        self.residual = residual
        self.norm = nn.LayerNorm(hidden) if layer_norm else nn.Identity()
        self.dropout = dropout

    def forward(self, outputs: Tensor, inputs: Tensor) -> Tensor:
        """(B, T, H) outputs of a layer and its inputs → (B, T, H) inputs of the next."""
        outputs = self.norm(outputs)
        if self.residual and outputs.shape == inputs.shape:
            outputs = outputs + inputs
        dropped: Tensor = self.dropout(outputs)
        return dropped


def stack_states(states: Sequence[State]) -> State:
    """States of L layers → one state with tensors (B, L, H): rows first, so that a search can pick rows."""
    return tuple(torch.stack(parts, dim=1) for parts in zip(*states, strict=True))


def layer_state(state: State, layer: int) -> State:
    """The state of one layer of :func:`stack_states`."""
    return tuple(part[:, layer] for part in state)
