"""Whole sequences: padding changes nothing, in either direction, for outputs, states and gradients."""

import pytest
import torch
from support.cells import CELL_NAMES, FUSED_NAMES, SCANNED_NAMES, cell_class
from torch import nn

from seq2seq.models.cells.base import Cell, State
from seq2seq.models.cells.fused import FusedCell
from seq2seq.models.cells.lstm import LSTM
from seq2seq.models.dropout import Dropout
from seq2seq.models.recurrent import Bidirectional, LayerConnection, reverse

LENGTHS = torch.tensor([5, 2, 1, 4])


def fused(name: str, inputs: int, hidden: int) -> FusedCell:
    cell = cell_class(name)(inputs, hidden)
    assert isinstance(cell, FusedCell)
    return cell


def one_or_both(name: str, *, both: bool) -> Cell | Bidirectional:
    cell = cell_class(name)
    return Bidirectional(cell, 3, 4) if both else cell(3, 4)


@pytest.mark.parametrize("cell", CELL_NAMES)
@pytest.mark.parametrize("both", [False, True])
def test_padding_changes_neither_outputs_nor_final_states(cell: str, both: bool) -> None:
    layer = one_or_both(cell, both=both)
    x = torch.randn(4, 5, 3)
    outputs, state = layer(x, lengths=LENGTHS)
    for row, length in enumerate(LENGTHS.tolist()):
        alone, alone_state = layer(x[row : row + 1, :length], lengths=torch.tensor([length]))
        torch.testing.assert_close(outputs[row, :length], alone[0], atol=1e-6, rtol=1e-5)
        for part, alone_part in zip(state, alone_state, strict=True):
            torch.testing.assert_close(part[row], alone_part[0], atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("cell", CELL_NAMES)
def test_what_stands_on_padding_has_no_influence_and_no_gradient(cell: str) -> None:
    layer = cell_class(cell)(3, 4)
    x = torch.randn(4, 5, 3)
    padding = torch.arange(5) >= LENGTHS[:, None]
    noisy = torch.where(padding[..., None], 100 * torch.randn(4, 5, 3), x).requires_grad_()
    _, expected = layer(x, None, LENGTHS)
    _, state = layer(noisy, None, LENGTHS)
    for part, wanted in zip(state, expected, strict=True):
        torch.testing.assert_close(part, wanted)
    torch.stack(state).sum().backward()
    assert noisy.grad is not None
    assert noisy.grad[padding].abs().max() == 0
    assert noisy.grad[~padding].abs().max() > 0


def test_the_bidirectional_layer_equals_torch_on_packed_sequences() -> None:
    ours = Bidirectional(LSTM, 3, 4)
    theirs = nn.LSTM(3, 4, bidirectional=True, batch_first=True)
    with torch.no_grad():
        for suffix, layer in (("", ours.forward_layer), ("_reverse", ours.backward_layer)):
            for name, weight in layer.fused.named_parameters():
                theirs.get_parameter(name + suffix).copy_(weight)
    x = torch.randn(4, 5, 3)
    packed = nn.utils.rnn.pack_padded_sequence(x, LENGTHS, batch_first=True, enforce_sorted=False)
    outputs, (h, c) = theirs(packed)
    expected, _ = nn.utils.rnn.pad_packed_sequence(outputs, batch_first=True)
    found, state = ours(x, LENGTHS)
    real = torch.arange(5) < LENGTHS[:, None]
    torch.testing.assert_close(found[real], expected[real])
    torch.testing.assert_close(state[0], torch.cat([h[0], h[1]], dim=1))
    torch.testing.assert_close(state[1], torch.cat([c[0], c[1]], dim=1))


@pytest.mark.parametrize("cell", FUSED_NAMES)
@pytest.mark.parametrize("both", [False, True])
def test_packed_sequences_give_what_closed_gates_give(monkeypatch: pytest.MonkeyPatch, cell: str, both: bool) -> None:
    """What a GPU runs, here on the CPU: real outputs, final states, and all gradients."""
    layer = one_or_both(cell, both=both)
    x = torch.randn(4, 5, 3, requires_grad=True)
    real = torch.arange(5) < LENGTHS[:, None]

    def run() -> list[torch.Tensor]:
        outputs, state = layer(x, lengths=LENGTHS)
        cost = outputs[real].pow(2).sum() + torch.stack(state).sin().sum()
        return [outputs[real], *state, *torch.autograd.grad(cost, [x, *layer.parameters()])]

    expected = run()
    calls = []

    def packed(self: FusedCell, x: torch.Tensor, state: State, lengths: torch.Tensor) -> tuple[torch.Tensor, State]:
        calls.append(self)
        return self.run_packed(x, state, lengths)

    monkeypatch.setattr(FusedCell, "run", packed)
    found = run()
    assert calls
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("cell", FUSED_NAMES)
def test_packed_sequences_go_on_from_a_state(cell: str) -> None:
    """Rows keep their own states, though they are sorted by length on the way."""
    layer = fused(cell, 3, 4)
    x, state = torch.randn(4, 5, 3), tuple(torch.randn(4, 4) for _ in range(layer.state_tensors))
    outputs, after = layer.run_packed(x, state, LENGTHS)
    expected, wanted = layer(x, state, LENGTHS)
    real = torch.arange(5) < LENGTHS[:, None]
    torch.testing.assert_close(outputs[real], expected[real])
    assert outputs[~real].abs().max() == 0
    for part, other in zip(after, wanted, strict=True):
        torch.testing.assert_close(part, other)


def test_reverse_turns_each_row_around_within_its_length() -> None:
    x = torch.tensor([[1, 2, 3, 0], [1, 2, 3, 4], [1, 0, 0, 0]])
    turned = reverse(x, torch.tensor([3, 4, 1]))
    assert turned.tolist() == [[3, 2, 1, 0], [4, 3, 2, 1], [1, 0, 0, 0]]
    assert torch.equal(reverse(turned, torch.tensor([3, 4, 1])), x)


def test_the_gradient_is_turned_around_with_the_rows() -> None:
    x = torch.randn(3, 4, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: reverse(x, torch.tensor([3, 4, 1])), [x])


def test_a_residual_is_added_only_between_equal_sizes() -> None:
    between = LayerConnection(4, residual=True, layer_norm=False, dropout=Dropout(0.0))
    outputs, same, other = torch.randn(1, 2, 4), torch.randn(1, 2, 4), torch.randn(1, 2, 3)
    torch.testing.assert_close(between(outputs, same), outputs + same)
    torch.testing.assert_close(between(outputs, other), outputs)


def test_layer_normalisation_gives_zero_mean_and_unit_variance() -> None:
    between = LayerConnection(64, residual=False, layer_norm=True, dropout=Dropout(0.0))
    normalised = between(5 + 3 * torch.randn(2, 3, 64), torch.zeros(2, 3, 64))
    torch.testing.assert_close(normalised.mean(dim=2), torch.zeros(2, 3), atol=1e-5, rtol=0)
    torch.testing.assert_close(normalised.var(dim=2, unbiased=False), torch.ones(2, 3), atol=1e-3, rtol=0)


@pytest.mark.parametrize("cell", FUSED_NAMES)
def test_no_rows_at_all_are_packed_to_nothing(cell: str) -> None:
    """A batch none of whose labels is known: every weight gets a gradient all the same, as other processes expect."""
    layer = fused(cell, 4, 3)
    x = torch.zeros(0, 5, 4, requires_grad=True)
    state = (x.new_zeros(0, 3),) * layer.state_tensors
    outputs, last = layer.run_packed(x, state, torch.zeros(0, dtype=torch.int64))
    assert outputs.shape == (0, 5, 3)
    assert [part.shape for part in last] == [(0, 3)] * layer.state_tensors
    (outputs.sum() + sum(part.sum() for part in last)).backward()
    assert all(one.grad is not None and not one.grad.any() for one in (x, *layer.parameters()))


@pytest.mark.parametrize("cell", SCANNED_NAMES)
def test_no_rows_at_all_are_scanned_to_nothing(cell: str) -> None:
    layer = cell_class(cell)(4, 3)
    x = torch.zeros(0, 5, 4, requires_grad=True)
    outputs, last = layer(x, None, torch.zeros(0, dtype=torch.int64))
    assert outputs.shape == (0, 5, 3)
    (outputs.sum() + sum(part.sum() for part in last)).backward()
    assert all(one.grad is not None and not one.grad.any() for one in (x, *layer.parameters()))
