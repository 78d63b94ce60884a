"""Recurrent layers over whole sequences: fused kernels, exact under padding, no Python loop over time.

On a GPU, padding is packed away (:meth:`Layer.packed`): cuDNN reads real steps alone. Why not on a CPU: packed
sequences leave the fast kernel (oneDNN) and cost about a third more. There, padding is made harmless. It stands at the
end, so it cannot reach the outputs before it; and it must not reach the final state:

* h (all there is of an RNN or GRU) is read off the outputs at the last real position;
* c of an LSTM is no output. There, padding closes the input gate and opens the forget gate: one more input, 1 on
  padding, is weighted -1e6 towards i and +1e6 towards f. Both gates are then exactly 0 and 1 in floating point, and
  c' = 1 * c + 0 * g stands still, whatever finite numbers stand on padding.

The backward direction reads the sequence turned around within its own length, so its padding stands at the end too.
"""

from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from seq2seq.config.model import CellName
from seq2seq.models import cells
from seq2seq.models.cells import PARTS, State, Weights
from seq2seq.models.dropout import Dropout

_CLOSED = -1e6
_OPEN = 1e6


def reverse(x: Tensor, lengths: Tensor) -> Tensor:
    """Turn every row of x (B, S, ...) around within its length (B,); padding stays where it is."""
    position = torch.arange(x.size(1), device=x.device)
    mirrored = lengths.to(x.device, non_blocking=True)[:, None] - 1 - position
    begins = torch.arange(0, x.size(0) * x.size(1), x.size(1), device=x.device)
    places = begins[:, None] + torch.where(mirrored >= 0, mirrored, position)
    turned: Tensor = _Exchange.apply(x, places.flatten())  # type: ignore[no-untyped-call]
    return turned


class _Exchange(torch.autograd.Function):
    """Rows of x (B, S, ...) that change places in pairs: done twice, nothing has changed.

    So the gradient is taken from the same places. Torch cannot know that, and would add where nothing is to be added.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, places: Tensor) -> Tensor:
        """Take from (B * S,) places."""
        ctx.save_for_backward(places)
        return x.flatten(0, 1).index_select(0, places).view_as(x)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor, None]:
        """Take back."""
        (places,) = ctx.saved_tensors
        return upstream[0].flatten(0, 1).index_select(0, places).view_as(upstream[0]), None


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
            lengths: (B,) real steps of each row, padding after them; by default all T are real. Best on the CPU, where
                they are known without waiting for a device.

        Returns:
            (B, T, H) outputs, arbitrary on padding, and the state after each row's last real step.
        """
        if state is None:
            state = tuple(x.new_zeros(x.size(0), self.hidden) for _ in range(PARTS[self.cell]))
        if x.size(1) == 1:
            state = cells.step(self.cell, x[:, 0], state, self.weights)
            return state[0][:, None], state
        if lengths is not None and x.is_cuda:
            return self.packed(x, state, lengths)
        if self.cell == "lstm":
            return self._lstm(x, state, lengths)
        outputs, last = self.fused(x, state[0][None].contiguous())
        return outputs, (last[0] if lengths is None else _at_end(outputs, lengths),)

    def packed(self, x: Tensor, state: State, lengths: Tensor) -> tuple[Tensor, State]:
        """The same over real steps alone: what is fast on a GPU. Outputs on padding are 0."""
        if not x.size(0):  # which torch cannot pack; everything still gets a gradient, of 0, as processes expect
            nothing = torch.stack([part.sum() for part in (x, *state, *self.weights)]).sum()
            return nothing.expand(0, x.size(1), self.hidden), tuple(nothing.expand(0, self.hidden) for _ in state)
        lengths, order = lengths.cpu().sort(descending=True)
        sort, unsort = (rows.to(x.device, non_blocking=True) for rows in (order, order.argsort()))
        real = pack_padded_sequence(x.index_select(0, sort), lengths, batch_first=True)
        start = tuple(part.index_select(0, sort)[None] for part in state)
        outputs, last = self.fused(real, start if self.cell == "lstm" else start[0])
        padded, _ = pad_packed_sequence(outputs, batch_first=True, total_length=x.size(1))
        parts = last if self.cell == "lstm" else (last,)
        return padded.index_select(0, unsort), tuple(part[0].index_select(0, unsort) for part in parts)

    def _lstm(self, x: Tensor, state: State, lengths: Tensor | None) -> tuple[Tensor, State]:
        weights = list(self.weights)
        x = x.transpose(0, 1)  # the order in which the kernel reads: one copy here, none there
        if lengths is not None:
            padding = torch.arange(x.size(0), device=x.device)[:, None] >= lengths.to(x.device)
            x = torch.cat([x, padding[..., None].to(x.dtype)], dim=2)
            towards_gates = weights[0].new_zeros(4, self.hidden, 1)
            towards_gates[0], towards_gates[1] = _CLOSED, _OPEN
            weights[0] = torch.cat([weights[0], towards_gates.flatten(0, 1)], dim=1)
        start = [part[None].contiguous() for part in state]
        outputs, h, c = torch.lstm(x, start, weights, True, 1, 0.0, self.training, False, False)
        outputs = outputs.transpose(0, 1)
        return outputs, (h[0] if lengths is None else _at_end(outputs, lengths), c[0])


def _at_end(outputs: Tensor, lengths: Tensor) -> Tensor:
    """(B, T, H) outputs → (B, H), those of each row's last real step."""
    return outputs[torch.arange(outputs.size(0), device=outputs.device), lengths.to(outputs.device) - 1]


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


class LayerConnection(nn.Module):
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
