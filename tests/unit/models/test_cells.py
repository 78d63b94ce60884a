"""The plain equations equal torch's fused kernels, and their gradients are right."""

import pytest
import torch

from seq2seq.config.model import CellName
from seq2seq.models import cells
from seq2seq.models.cells import GATES, PARTS, Weights
from seq2seq.models.recurrent import Layer

CELLS: list[CellName] = ["rnn_tanh", "rnn_relu", "gru", "lstm"]


@pytest.mark.parametrize("cell", CELLS)
def test_a_sequence_of_steps_equals_the_fused_layer(cell: CellName) -> None:
    layer = Layer(cell, inputs=5, hidden=7)
    x = torch.randn(3, 6, 5)
    state = tuple(torch.randn(3, 7) for _ in range(PARTS[cell]))
    fused, last = layer(x, state)
    for time in range(6):
        state = cells.step(cell, x[:, time], state, layer.weights)
        torch.testing.assert_close(fused[:, time], state[0])
    for ours, theirs in zip(state, last, strict=True):
        torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("cell", CELLS)
def test_gradients_agree_with_finite_differences(cell: CellName) -> None:
    def number(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, dtype=torch.float64, requires_grad=True)

    gates = GATES[cell] * 3
    weights = (number(gates, 2), number(gates, 3), number(gates), number(gates))
    state = tuple(number(2, 3) for _ in range(PARTS[cell]))

    def step(x: torch.Tensor, *rest: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return cells.step(cell, x, rest[: len(state)], Weights(*rest[len(state) :]))

    assert torch.autograd.gradcheck(step, (number(2, 2), *state, *weights))


def test_an_open_forget_gate_carries_the_cell_state_unchanged() -> None:
    c = torch.randn(1, 4)
    gates = torch.cat([torch.full((1, 4), -1e4), torch.full((1, 4), 1e4), torch.randn(1, 8)], dim=1)
    _, after = cells.lstm(gates, c)
    assert torch.equal(after, c)
