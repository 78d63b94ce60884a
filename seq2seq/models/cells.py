"""The recurrent cells as a textbook writes them: one step in, one step out.

Training runs the fused kernels of :mod:`torch`, which compute the same equations over a whole sequence; a decoder that
writes one token at a time runs these. The tests hold the two equal. x is the input, h the hidden state, c the cell
state, s the logistic function, * the product of elements.

RNN     h' = tanh(W x + U h + b)   or relu                      Elman 1990
GRU     r  = s(W_r x + U_r h + b_r)           reset             Cho et al. 2014, appendix A.1.1, with the
        z  = s(W_z x + U_z h + b_z)           update            reset gate after the product, as cuDNN has it
        n  = tanh(W_n x + b_n + r * (U_n h + b'_n))             candidate
        h' = (1 - z) * n + z * h
LSTM    i  = s(W_i x + U_i h + b_i)           input             Hochreiter and Schmidhuber 1997, with the
        f  = s(W_f x + U_f h + b_f)           forget            forget gate of Gers et al. 2000
        g  = tanh(W_g x + U_g h + b_g)        candidate
        o  = s(W_o x + U_o h + b_o)           output
        c' = f * c + i * g
        h' = o * tanh(c')

Why an LSTM remembers: dc'/dc = f, a product of numbers near one where the gate is open, while dh'/dh of the plain RNN
multiplies by U and by tanh' < 1 at every step, and so vanishes or explodes with the length (Hochreiter 1991;
Pascanu et al. 2013).
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from seq2seq.config.model import CellName


class Weights(NamedTuple):
    """The parameters of a cell, its G gates stacked in the order in which the equations above name them."""

    input: Tensor
    """(G H, I), W."""
    recurrent: Tensor
    """(G H, H), U."""
    input_bias: Tensor
    """(G H,), b."""
    recurrent_bias: Tensor
    """(G H,), b'; differs from b only where the GRU's candidate says so."""


State = tuple[Tensor, ...]
"""What a cell carries from step to step: ``(h,)``, or ``(h, c)`` for an LSTM, each (B, H)."""

GATES: dict[CellName, int] = {"rnn_tanh": 1, "rnn_relu": 1, "gru": 3, "lstm": 4}
PARTS: dict[CellName, int] = {"rnn_tanh": 1, "rnn_relu": 1, "gru": 1, "lstm": 2}


def step(cell: CellName, x: Tensor, state: State, weights: Weights) -> State:
    """Advance one cell by one step.

    Args:
        cell: which equations.
        x: (B, I) inputs of this step.
        state: the state before it.
        weights: the cell's parameters.

    Returns:
        The state after it; its first part, h, is also the cell's output.
    """
    h = state[0]
    from_input = functional.linear(x, weights.input, weights.input_bias)
    from_state = functional.linear(h, weights.recurrent, weights.recurrent_bias)
    if cell == "lstm":
        return lstm(from_input + from_state, state[1])
    if cell == "gru":
        return (gru(from_input, from_state, h),)
    return (torch.tanh(from_input + from_state) if cell == "rnn_tanh" else torch.relu(from_input + from_state),)


def lstm(gates: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    """(B, 4 H) sums before the gates' non-linearities and the (B, H) cell state → new h and c."""
    i, f, g, o = gates.chunk(4, dim=1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


def gru(from_input: Tensor, from_state: Tensor, h: Tensor) -> Tensor:
    """(B, 3 H) sums of the input and of the state, apart, and the (B, H) state → new h."""
    r_x, z_x, n_x = from_input.chunk(3, dim=1)
    r_h, z_h, n_h = from_state.chunk(3, dim=1)
    r = torch.sigmoid(r_x + r_h)
    z = torch.sigmoid(z_x + z_h)
    n = torch.tanh(n_x + r * n_h)
    return (1 - z) * n + z * h
