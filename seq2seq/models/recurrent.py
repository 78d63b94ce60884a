"""Recurrent layers over whole sequences: fused kernels, exact under padding, no Python loop over time.

Why not packed sequences: on a CPU they leave the fast kernel (oneDNN) and cost about a third more. Instead, padding is
made harmless. It stands at the end, so it cannot reach the outputs before it; and it must not reach the final state:

* h (all there is of an RNN or GRU) is read off the outputs at the last real position;
* c of an LSTM is no output. There, padding closes the input gate and opens the forget gate: one more input, 1 on
  padding, is weighted -1e4 towards i and +1e4 towards f. Both gates are then exactly 0 and 1 in floating point, and
  c' = 1 * c + 0 * g stands still.

The backward direction reads the sequence turned around within its own length, so its padding stands at the end too.
"""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from seq2seq.config.model import CellName
from seq2seq.models import cells
from seq2seq.models.cells import PARTS, State, Weights
from seq2seq.models.dropout import Dropout

_CLOSED = -1e4
_OPEN = 1e4


def reverse(x: Tensor, lengths: Tensor) -> Tensor:
    """Turn every row of x (B, S, ...) around within its length (B,); padding stays where it is."""
    position = torch.arange(x.size(1), device=x.device)
    mirrored = lengths[:, None] - 1 - position
    index = torch.where(mirrored >= 0, mirrored, position)
    return x.gather(1, index.view(*index.shape, *[1] * (x.dim() - 2)).expand_as(x))


class Layer(nn.Module):
    """One recurrent layer in one direction."""

    def __init__(self, cell: CellName, inputs: int, hidden: int) -> None:
        super().__init__()
        self.cell: CellName = cell
        self.hidden = hidden
        if cell == "lstm":
            self.fused: nn.RNNBase = nn.LSTM(inputs, hidden, batch_first=True)
        elif cell == "gru":
            self.fused = nn.GRU(inputs, hidden, batch_first=True)
        else:
            nonlinearity = "tanh" if cell == "rnn_tanh" else "relu"
            self.fused = nn.RNN(inputs, hidden, batch_first=True, nonlinearity=nonlinearity)

    @property
    def weights(self) -> Weights:
        """The parameters, for the plain equations of :mod:`seq2seq.models.cells`."""
        return Weights(*cast(list[Tensor], self.fused.all_weights[0]))

    def forward(self, x: Tensor, state: State | None = None, lengths: Tensor | None = None) -> tuple[Tensor, State]:
        """Run over a sequence.

        Args:
            x: (B, T, I) inputs.
            state: the state before the first step, (B, H) a part; zeros by default.
            lengths: (B,) real steps of each row, padding after them; by default all T are real.

        Returns:
            (B, T, H) outputs, arbitrary on padding, and the state after each row's last real step.
        """
        if state is None:
            state = tuple(x.new_zeros(x.size(0), self.hidden) for _ in range(PARTS[self.cell]))
        if x.size(1) == 1:
            state = cells.step(self.cell, x[:, 0], state, self.weights)
            return state[0][:, None], state
        if self.cell == "lstm":
            return self._lstm(x, state, lengths)
        outputs, last = self.fused(x, state[0][None].contiguous())
        return outputs, (last[0] if lengths is None else _at_end(outputs, lengths),)

    def _lstm(self, x: Tensor, state: State, lengths: Tensor | None) -> tuple[Tensor, State]:
        weights = list(self.weights)
        if lengths is not None:
            padding = torch.arange(x.size(1), device=x.device) >= lengths[:, None]
            x = torch.cat([x.masked_fill(padding[..., None], 0), padding[..., None].to(x.dtype)], dim=2)
            towards_gates = weights[0].new_zeros(4, self.hidden, 1)
            towards_gates[0], towards_gates[1] = _CLOSED, _OPEN
            weights[0] = torch.cat([weights[0], towards_gates.flatten(0, 1)], dim=1)
        start = [part[None].contiguous() for part in state]
        outputs, h, c = torch.lstm(x, start, weights, True, 1, 0.0, self.training, False, True)
        return outputs, (h[0] if lengths is None else _at_end(outputs, lengths), c[0])


def _at_end(outputs: Tensor, lengths: Tensor) -> Tensor:
    """(B, T, H) outputs → (B, H), those of each row's last real step."""
    return outputs[torch.arange(outputs.size(0), device=outputs.device), lengths - 1]


class Bidirectional(nn.Module):
    """Two layers that read the same sequence in opposite directions; outputs and states side by side."""

    def __init__(self, cell: CellName, inputs: int, hidden: int) -> None:
        super().__init__()
        self.ahead = Layer(cell, inputs, hidden)
        self.back = Layer(cell, inputs, hidden)

    def forward(self, x: Tensor, lengths: Tensor) -> tuple[Tensor, State]:
        """(B, S, I) → (B, S, 2 H), and the final states of both directions, (B, 2 H) a part."""
        ahead, ahead_state = self.ahead(x, None, lengths)
        back, back_state = self.back(reverse(x, lengths), None, lengths)
        outputs = torch.cat([ahead, reverse(back, lengths)], dim=2)
        return outputs, tuple(torch.cat(parts, dim=1) for parts in zip(ahead_state, back_state, strict=True))


class BetweenLayers(nn.Module):
    """What lies between two recurrent layers: normalisation, a residual, dropout.

    Dropout is ours and not the fused kernel's: cuDNN's internal dropout state is not restored with the random state,
    which would break exact resumption.
    """

    def __init__(self, hidden: int, *, residual: bool, layer_norm: bool, dropout: Dropout) -> None:
        super().__init__()
        self.residual = residual
        self.norm = nn.LayerNorm(hidden) if layer_norm else nn.Identity()
        self.dropout = dropout

    def forward(self, outputs: Tensor, inputs: Tensor) -> Tensor:
        """(B, T, H) outputs of a layer and what it read → (B, T, H) for the next."""
        outputs = self.norm(outputs)
        if self.residual and outputs.shape == inputs.shape:
            outputs = outputs + inputs
        dropped: Tensor = self.dropout(outputs)
        return dropped


def stack_states(states: Sequence[State]) -> State:
    """States of L layers → one state whose parts are (B, L, H): rows first, so that a search can pick rows."""
    return tuple(torch.stack(parts, dim=1) for parts in zip(*states, strict=True))


def layer_state(state: State, layer: int) -> State:
    """The state of one layer, out of :func:`stack_states`."""
    return tuple(part[:, layer] for part in state)
