"""Sums, gates, units, states and spectra of cells whose weights are set by hand."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from seq2seq.diagnostics.finding import Verdict
from seq2seq.diagnostics.network.activity import CellActivity, recurrent_size
from seq2seq.diagnostics.network.cells import measure_cells
from seq2seq.diagnostics.network.gates import gate_finding, gate_use
from seq2seq.diagnostics.network.spectrum import spectra, spectrum_finding
from seq2seq.diagnostics.network.states import norm_curves, state_finding
from seq2seq.diagnostics.network.units import unit_finding, unit_use
from seq2seq.diagnostics.subject import Subject
from seq2seq.models.cells.base import Cell, State
from seq2seq.models.cells.fused import FusedCell
from seq2seq.models.cells.gru import GRU
from seq2seq.models.cells.lstm import LSTM
from seq2seq.models.cells.rnn_relu import ReluRNN
from seq2seq.models.cells.rnn_tanh import TanhRNN

MODELS = Path(__file__).parents[3] / "fixtures/models"
I, F, G, O = range(4)  # noqa: E741 - the LSTM's names of its gates


def silent(kind: type[FusedCell], hidden: int, inputs: int = 1) -> FusedCell:
    """A cell whose weights are all 0."""
    cell = kind(inputs, hidden)
    with torch.no_grad():
        for parameter in cell.parameters():
            parameter.zero_()
    return cell


def activity(cell: Cell, inputs: Tensor, *, after: State | None = None, step: Tensor | None = None) -> CellActivity:
    """Single steps from a state of zeros."""
    zeros = tuple(inputs.new_zeros(len(inputs), cell.hidden) for _ in range(cell.state_tensors))
    with torch.no_grad():
        reached = cell.step(inputs, zeros)
    steps = torch.zeros(len(inputs), dtype=torch.long) if step is None else step
    return CellActivity("encoder layer 1", "encoder", cell, inputs, zeros, after or reached, steps)


def switching(count: int = 200) -> Tensor:
    return torch.tensor([[1.0], [-1.0]]).repeat(count // 2, 1)


@pytest.mark.parametrize("kind", [TanhRNN, ReluRNN, GRU, LSTM])
def test_sums_lead_to_the_cells_own_step(kind: type[FusedCell]) -> None:
    torch.manual_seed(1)
    cell, x, h = kind(3, 4), torch.randn(5, 3), torch.rand(5, 4)
    c = torch.randn(5, 4)
    before = (h, c)[: kind.state_tensors]
    after = cell.step(x, before)
    found = CellActivity("", "encoder", cell, x, before, after, torch.zeros(5)).sums()
    if kind is LSTM:
        i, f, o = (torch.sigmoid(found[f"{name} gate"]) for name in ("input", "forget", "output"))
        expected = o * torch.tanh(f * c + i * torch.tanh(found["candidate"]))
    elif kind is GRU:
        z = torch.sigmoid(found["update gate"])
        expected = (1 - z) * torch.tanh(found["candidate"]) + z * h
    else:
        expected = {TanhRNN: torch.tanh, ReluRNN: torch.relu}[kind](found["state"])
    assert torch.allclose(expected, after[0], atol=1e-6)


def test_stuck_gates_are_told_from_switches() -> None:
    cell = silent(LSTM, 4)
    with torch.no_grad():
        cell.weights.input_bias.view(4, 4)[I, :2] = -10.0
        cell.weights.input_bias.view(4, 4)[I, 2] = 10.0
        cell.weights.input.view(4, 4)[O] = 10.0  # open for 1, closed for -1
    uses = {use.gate: use for use in gate_use(activity(cell, switching()))}
    assert (uses["input gate"].closed, uses["input gate"].open) == (0.5, 0.25)
    assert (uses["input gate"].left, uses["input gate"].right) == (0.5, 0.25)
    assert (uses["output gate"].left, uses["output gate"].right, uses["output gate"].stuck) == (0.5, 0.5, 0.0)
    assert uses["forget gate"].histogram[10] == 1.0  # all are at one half
    assert sum(uses["input gate"].histogram) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("gate", "bias", "verdict"),
    [
        (I, -6.0, Verdict.TROUBLE),
        (I, 6.0, Verdict.TROUBLE),
        (O, -6.0, Verdict.TROUBLE),
        (F, -6.0, Verdict.TROUBLE),
        (F, 6.0, Verdict.FINE),  # a memory that keeps everything
        (I, -2.0, Verdict.FINE),  # 0.12
    ],
)
def test_a_gate_that_no_token_moves_is_saturated(gate: int, bias: float, verdict: Verdict) -> None:
    cell = silent(LSTM, 4)
    with torch.no_grad():
        cell.weights.input_bias.view(4, 4)[gate, :3] = bias
    finding = gate_finding("encoder", [activity(cell, switching())])
    assert finding is not None
    assert finding.verdict is verdict
    assert finding.trouble == ("gates.saturated" if verdict is Verdict.TROUBLE else None)
    assert finding.value == (75.0 if abs(bias) > 4 else 0.0)


def test_gates_that_large_weights_drive_are_a_consequence() -> None:
    cell = silent(GRU, 4)
    with torch.no_grad():
        cell.weights.input_bias.fill_(-9.0)
        cell.weights.recurrent.copy_(6 * torch.eye(4).repeat(3, 1))
    one = activity(cell, switching())
    assert recurrent_size(cell) == pytest.approx(6.0)
    finding = gate_finding("encoder", [one])
    assert finding is not None
    assert (finding.verdict, finding.trouble) == (Verdict.WATCH, "gates.saturated")


def test_cells_without_gates_have_no_finding_of_gates() -> None:
    assert gate_finding("encoder", [activity(silent(TanhRNN, 3), switching())]) is None


def test_dead_units_are_constant_or_always_saturated() -> None:
    cell = silent(TanhRNN, 4)
    with torch.no_grad():
        cell.weights.input[:] = torch.tensor([[1.0], [9.0], [0.0], [0.0]])
        cell.weights.input_bias[:] = torch.tensor([0.0, 0.0, 0.5, 0.0])
    use = unit_use(activity(cell, switching()))
    assert (use.constant, use.saturated, use.dead) == (0.5, 0.25, 0.75)
    assert use.outside == {"state": 0.25}
    finding = unit_finding("encoder", [activity(cell, switching())])
    assert (finding.verdict, finding.trouble, finding.value) == (Verdict.TROUBLE, "units.dead", 75.0)


def test_rectified_units_die_below_zero_and_never_saturate() -> None:
    cell = silent(ReluRNN, 10)
    with torch.no_grad():
        cell.weights.input.fill_(1.0)
        cell.weights.input_bias[:] = torch.tensor([2.0] * 7 + [-2.0] * 3)
    use = unit_use(activity(cell, switching()))
    assert (use.constant, use.saturated, use.outside) == (pytest.approx(0.3), 0.0, {"state": pytest.approx(0.3)})
    finding = unit_finding("encoder", [activity(cell, switching())])
    assert (finding.verdict, finding.trouble) == (Verdict.WATCH, "units.dead")


def test_dead_units_behind_closed_gates_are_a_consequence() -> None:
    cell = silent(LSTM, 4)
    with torch.no_grad():
        cell.weights.input_bias.view(4, 4)[O] = -9.0
    finding = unit_finding("encoder", [activity(cell, switching())])
    assert (finding.verdict, finding.trouble, finding.value) == (Verdict.WATCH, "units.dead", 100.0)


def test_norms_are_means_over_examples_by_step() -> None:
    cell = silent(TanhRNN, 2)
    states = torch.tensor([[3.0, 4.0], [0.0, 0.0], [6.0, 8.0], [6.0, 8.0]])
    one = activity(cell, torch.zeros(4, 1), after=(states,), step=torch.tensor([0, 0, 1, 1]))
    (curve,) = norm_curves(one)
    root = 5 / math.sqrt(2)
    assert curve.means.tolist() == pytest.approx([root / 2, 2 * root])
    assert curve.high.tolist() == pytest.approx([root, 2 * root])  # the deviation of (root, 0) is root / 2


@pytest.mark.parametrize(
    ("course", "verdict"),
    [
        (lambda step: step, Verdict.WATCH),  # it counts
        (lambda step: 1.3**step, Verdict.WATCH),
        (lambda step: 20.0 * (1 - 0.5**step), Verdict.FINE),  # it is large from the start
        (lambda step: 0.3 * step, Verdict.FINE),  # it grows, but is small
    ],
)
def test_a_state_that_grows_without_end_is_worth_watching(course: object, verdict: Verdict) -> None:
    steps = torch.arange(30).repeat_interleave(8)
    sizes = torch.tensor([float(course(int(step) + 1)) for step in steps])  # type: ignore[operator]
    one = activity(silent(ReluRNN, 1), torch.zeros(240, 1), after=(sizes[:, None],), step=steps)
    finding = state_finding("encoder", [one])
    assert finding is not None
    assert finding.verdict is verdict


def test_the_spectrum_of_a_rotation() -> None:
    cell = silent(TanhRNN, 2)
    angle = math.pi / 6
    with torch.no_grad():
        rotation = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
        cell.weights.recurrent.copy_(0.5 * torch.tensor(rotation))
    (found,) = spectra("encoder layer 1", cell)
    assert np.sort_complex(found.eigenvalues) == pytest.approx(
        np.sort_complex(0.5 * np.exp([-1j * angle, 1j * angle])), abs=1e-6
    )
    assert (found.radius, found.norm) == (pytest.approx(0.5), pytest.approx(0.5))
    finding = spectrum_finding("encoder", [activity(cell, switching())])
    assert finding is not None
    assert (finding.verdict, finding.value) == (Verdict.UNJUDGED, pytest.approx(0.5))


@pytest.mark.parametrize("model", ["translation-1", "classification-1", "generation-1"])
def test_every_task_is_measured_and_none_without_examples(model: str) -> None:
    subject = Subject.open(MODELS / model, sample=12, device="cpu")
    found = measure_cells(subject)
    assert {one.verdict for one in found} <= {Verdict.FINE, Verdict.UNJUDGED}
    sides = {"translation-1": ["encoder", "decoder"], "classification-1": ["encoder"], "generation-1": ["decoder"]}
    assert [one.measure for one in found] == [
        f"{what}-{side}" for side in sides[model] for what in ("gates", "units", "states", "spectrum")
    ]
    assert all("<svg" in drawing.svg() for one in found for drawing in one.drawings)
    assert measure_cells(replace(subject, examples=())) == []


def test_each_gate_has_its_own_matrix() -> None:
    cell = silent(LSTM, 3)
    with torch.no_grad():
        for gate, size in enumerate((1.0, 2.0, 3.0, 4.0)):
            cell.weights.recurrent.view(4, 3, 3)[gate] = size * torch.eye(3)
    found = {one.matrix: one.radius for one in spectra("", cell)}
    assert found == {"input gate": 1.0, "forget gate": 2.0, "candidate": 3.0, "output gate": 4.0}
