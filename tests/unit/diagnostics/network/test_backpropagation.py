"""Gradients through time, against rates that are known, and against finite differences."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from seq2seq.config.model import AttentionConfig, DecoderConfig, EncoderConfig, ManyToManyConfig
from seq2seq.data.batching.batch import collate
from seq2seq.diagnostics.network.backpropagation import back_from, lagged_norms
from seq2seq.diagnostics.network.reading import read_batch
from seq2seq.diagnostics.network.trace import CellTrace, traced
from seq2seq.models.build import build_model
from seq2seq.models.cells.base import Cell, State
from seq2seq.models.cells.gru import GRU
from seq2seq.models.cells.lstm import LSTM
from seq2seq.models.cells.rnn_tanh import TanhRNN
from seq2seq.registry import CELLS

LENGTHS = [7, 4, 1]


class LinearRNN(Cell):
    """h' = W x + r Q h with an orthogonal Q: every step back multiplies the norm of a gradient by r."""

    rate = 0.8

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__(inputs, hidden)
        self.input = nn.Parameter(torch.randn(hidden, inputs))
        self.recurrent = nn.Parameter(torch.linalg.qr(torch.randn(hidden, hidden))[0] * self.rate)

    def step(self, x: Tensor, state: State) -> State:
        return (x @ self.input.T + state[0] @ self.recurrent.T,)


class Holder(nn.Module):
    """A cell as the only layer of an encoder."""

    def __init__(self, cell: Cell) -> None:
        super().__init__()
        self.encoder = nn.Module()
        self.encoder.layers = nn.ModuleList([cell])


def traced_cell(cell: Cell, x: Tensor) -> CellTrace:
    with traced(Holder(cell)) as trace:  # type: ignore[arg-type]
        cell(x, None, torch.tensor(LENGTHS))
    return trace.cells[0]


@pytest.fixture(autouse=True)
def seed() -> None:
    torch.manual_seed(5)


@pytest.mark.parametrize("attention", [None, AttentionConfig(), AttentionConfig(input_feeding=True)])
def test_a_linear_network_forgets_by_its_rate(
    monkeypatch: pytest.MonkeyPatch, attention: AttentionConfig | None
) -> None:
    monkeypatch.setitem(CELLS._registered, "linear", LinearRNN)
    config = ManyToManyConfig(
        embedding=6,
        encoder=EncoderConfig(cell="linear", hidden=5),
        decoder=DecoderConfig(cell="linear", hidden=7),
        attention=attention,
    )
    batch = collate([[5, 6, 7, 8, 9, 4], [9, 8]], [[6, 5, 8], [7, 8, 9, 4, 5]])
    trace, loss = read_batch(build_model(config, 12, 11).eval(), batch, gradients=True)
    found = lagged_norms(trace, loss, np.random.default_rng(1))
    assert [one.only_at_end for one in found] == [attention is None, attention is None, False]
    for one in found[: 2 if attention and attention.input_feeding else 3]:  # which is another path to earlier steps
        (norms,) = one.norms
        expected = norms[:, :1] * LinearRNN.rate ** np.arange(norms.shape[1])
        real = np.isfinite(norms)
        assert norms[real] == pytest.approx(expected[real], rel=1e-4)
        ends = one.cell.lengths.numpy()
        counts = real.sum(axis=1)
        assert (counts == ends).all() if one.only_at_end else ((counts > ends // 2) & (counts <= ends)).all()


@pytest.mark.parametrize("kind", [TanhRNN, GRU, LSTM])
def test_gradients_are_those_of_finite_differences(kind: type[Cell]) -> None:
    cell = kind(3, 4).double()
    x, direction = torch.randn(3, 7, 3).double(), torch.randn(3, 4).double()
    trace = traced_cell(cell, x.requires_grad_())
    zeros = [torch.zeros(3, 4).double() for _ in range(7)]
    ends = [torch.where(torch.tensor(LENGTHS)[:, None] - 1 == step, direction, 0.0) for step in range(7)]
    norms = back_from(trace, [ends, zeros][: kind.state_tensors], torch.tensor(LENGTHS) - 1)

    @torch.no_grad()
    def value(row: int, step: int, state: State) -> float:
        """The end's product with the direction, from a state after ``step`` steps on."""
        for now in range(step, LENGTHS[row]):
            state = cell.step(x[row : row + 1, now], state)
        return float((state[0][0] * direction[row]).sum())

    def slopes(row: int, step: int, tensor: int) -> Tensor:
        base = [part[row : row + 1].detach() for part in trace.states[step]]
        found = []
        for unit in range(4):
            sides = []
            for sign in (1e-5, -1e-5):
                moved = [part.clone() for part in base]
                moved[tensor][0, unit] += sign
                sides.append(value(row, step, tuple(moved)))
            found.append((sides[0] - sides[1]) / 2e-5)
        return torch.tensor(found)

    for row, length in enumerate(LENGTHS):
        assert int(np.isfinite(norms[0][row]).sum()) == length
        for lag in range(length):
            step = length - lag
            by_h = slopes(row, step, 0)
            assert norms[0][row, lag] == pytest.approx(float(by_h.norm()), rel=1e-5)
            if kind is LSTM:  # c also acts through h = o tanh(c), so o = h / tanh(c)
                h, c = (part[row].detach() for part in trace.states[step])
                by_c = slopes(row, step, 1) + by_h * h / torch.tanh(c) * (1 - torch.tanh(c) ** 2)
                assert norms[1][row, lag] == pytest.approx(float(by_c.norm()), rel=1e-5)
