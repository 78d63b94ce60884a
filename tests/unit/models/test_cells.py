"""The plain equations equal torch's fused kernels, gradients are right, a cell without a kernel is scanned."""

import pytest
import torch
from support.cells import CELL_NAMES, SCANNED_NAMES, cell_class
from torch import Tensor, nn
from torch.func import functional_call

from seq2seq.config.model import InitialisationConfig
from seq2seq.models.cells.base import Cell, State
from seq2seq.models.cells.lstm import LSTM
from seq2seq.models.initialise import initialise


@pytest.mark.parametrize("name", CELL_NAMES)
def test_a_sequence_of_steps_equals_the_fused_layer(name: str) -> None:
    cell = cell_class(name)(5, 7)
    x = torch.randn(3, 6, 5)
    state = tuple(torch.randn(3, 7) for _ in range(cell.state_tensors))
    fused, last = cell(x, state)
    for time in range(6):
        state = cell.step(x[:, time], state)
        torch.testing.assert_close(fused[:, time], state[0])
    for ours, theirs in zip(state, last, strict=True):
        torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("name", CELL_NAMES)
def test_gradients_agree_with_finite_differences(name: str) -> None:
    def number(*shape: int) -> Tensor:
        return torch.randn(*shape, dtype=torch.float64, requires_grad=True)

    cell = cell_class(name)(2, 3).double()
    names = list(dict(cell.named_parameters()))
    weights = [number(*weight.shape) for weight in cell.parameters()]
    state = tuple(number(2, 3) for _ in range(cell.state_tensors))

    def step(x: Tensor, *rest: Tensor) -> tuple[Tensor, ...]:
        values = dict(zip(names, rest[len(state) :], strict=True))
        _, after = functional_call(cell, values, (x[:, None], rest[: len(state)]))
        return tuple(after)

    assert torch.autograd.gradcheck(step, (number(2, 2), *state, *weights))


@pytest.mark.parametrize("name", SCANNED_NAMES)
def test_a_scan_has_the_gradients_of_its_steps(name: str) -> None:
    """Of inputs, state and weights, over rows that end at different times."""
    cell, lengths = cell_class(name)(3, 4).double(), torch.tensor([6, 2, 1])
    x = torch.randn(3, 6, 3, dtype=torch.float64, requires_grad=True)
    state = tuple(torch.randn(3, 4, dtype=torch.float64, requires_grad=True) for _ in range(cell.state_tensors))
    real = torch.arange(6) < lengths[:, None]
    found = []
    for run in (cell.run, lambda *arguments: Cell.run(cell, *arguments)):
        outputs, last = run(x, state, lengths)
        cost = outputs[real].sin().sum() + torch.stack(last).pow(2).sum()
        found.append([outputs[real], *last, *torch.autograd.grad(cost, [x, state[-1], *cell.parameters()])])
    for scanned, stepped in zip(*found, strict=True):
        torch.testing.assert_close(scanned, stepped)


@pytest.mark.parametrize("name", SCANNED_NAMES)
def test_under_autocast_sums_over_time_are_in_float32(name: str) -> None:
    cell, x = cell_class(name)(3, 4), torch.randn(2, 300, 3)
    exact, _ = cell(x)
    with torch.autocast("cpu", torch.bfloat16):
        rounded, state = cell(x)
        stepped = cell.step(x[:, 0], tuple(torch.zeros(2, 4) for _ in range(cell.state_tensors)))
    assert {part.dtype for part in (rounded, *state, *stepped)} == {torch.float32}
    torch.testing.assert_close(rounded, exact, atol=0.05, rtol=0.02)


def test_an_open_forget_gate_carries_the_cell_state_unchanged() -> None:
    cell, c = LSTM(2, 4), torch.randn(1, 4)
    with torch.no_grad():
        gates = torch.cat([torch.full((4,), -1e4), torch.full((4,), 1e4), torch.randn(8)])
        cell.weights.input_bias.copy_(gates)
    _, after = cell.step(torch.randn(1, 2), (torch.randn(1, 4), c))
    assert torch.equal(after, c)


class Decay(Cell):
    """h' = (h + W x) / 2: a cell with a step alone."""

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__(inputs, hidden)
        self.map = nn.Linear(inputs, hidden)

    def step(self, x: Tensor, state: State) -> State:
        return ((state[0] + self.map(x)) / 2,)


def test_a_cell_without_a_kernel_is_scanned_and_padding_leaves_its_state() -> None:
    cell, x, lengths = Decay(2, 3), torch.randn(3, 4, 2), torch.tensor([4, 2, 1])
    outputs, (h,) = cell(x, lengths=lengths)
    for row, length in enumerate(lengths.tolist()):
        alone, (own,) = cell(x[row : row + 1, :length])
        torch.testing.assert_close(outputs[row, :length], alone[0])
        torch.testing.assert_close(h[row], own[0])
    assert not Decay.exports()


def test_a_cell_initialises_the_modules_in_it() -> None:
    cell = Decay(2, 3)
    with torch.no_grad():
        cell.map.bias.fill_(5.0)
    initialise(nn.ModuleList([cell]), InitialisationConfig())
    assert not cell.map.bias.any()
    assert cell.map.weight.any()
