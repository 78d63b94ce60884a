"""The loss of forecasters: known increments alone, whatever stands beside a window."""

import pytest
import torch
from support import tiny

from seq2seq.data.batching.batch import Batch, collate
from seq2seq.training.step.forecast_objective import ForecastObjective, join

H, NAN = 3, float("nan")


def windows(*lengths: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Contexts and horizons of two numbers per step."""
    torch.manual_seed(1)
    return [(torch.randn(length, 2).cumsum(0), torch.randn(H, 2).cumsum(0)) for length in lengths]


def batch(examples: list[tuple[torch.Tensor, torch.Tensor]]) -> Batch:
    return collate([one.numpy() for one, _ in examples], [other.numpy() for _, other in examples])


def test_a_horizon_follows_its_context_at_once() -> None:
    examples = windows(5, 3)
    found = join(*(getattr(batch(examples), name) for name in ("source", "source_lengths", "target")))
    for row, (context, horizon) in enumerate(examples):
        torch.testing.assert_close(found[row, : len(context) + H], torch.cat([context, horizon]))
    assert torch.equal(found[1, 6], found[1, 5])  # padding is the last step again


@pytest.mark.parametrize("attention", [False, True])
def test_the_loss_of_a_batch_is_the_sum_of_those_of_its_windows(attention: bool) -> None:
    objective = ForecastObjective(tiny.forecaster(attention=attention)).eval()
    examples = windows(5, 9, 14, 2)
    examples[1][0][4, 0] = examples[2][1][1, 0] = NAN

    def loss(some: Batch) -> float:
        return float(objective(some.source, some.source_lengths, some.target).nll)

    whole = batch(examples)
    assert loss(whole) == pytest.approx(sum(loss(batch([one])) for one in examples), rel=1e-5)
    assert loss(whole) == pytest.approx(sum(map(loss, whole.halves())), rel=1e-5)


def test_the_loss_is_the_density_of_known_increments() -> None:
    model = tiny.forecaster()
    ((context, horizon),) = windows(6)
    horizon[1, 0] = NAN  # the increments to it, and from it
    one = batch([(context, horizon)])
    objective = ForecastObjective(model).eval()
    assert objective.units(one) == 1
    unit = context[:, 0].diff().abs().mean()
    raw, _ = model(
        torch.cat([context, horizon])[None, :, :1], torch.tensor([6]), torch.cat([context, horizon])[None, :, 1:], H
    )
    expected = model.distribution.loss(raw[0, 0, 0], (horizon[0, 0] - context[-1, 0]) / unit)
    assert objective(one.source, one.source_lengths, one.target).nll.item() == pytest.approx(expected.item(), rel=1e-5)


def test_units_are_known_increments() -> None:
    objective = ForecastObjective(tiny.forecaster())
    examples = windows(5, 4, 3)
    assert objective.units(batch(examples)) == 3 * H
    examples[0][0][-1, 0] = NAN  # the first increment is not known
    examples[1][1][2, 0] = NAN  # the last is not
    examples[2][1][:, 0] = NAN  # none is
    assert objective.units(batch(examples)) == (H - 1) + (H - 1) + 0


def test_the_loss_of_channels_that_are_read_together_is_the_sum_of_theirs() -> None:
    model = tiny.forecaster(channels=("a", "b"))
    torch.manual_seed(1)
    steps = torch.randn(6 + H, 3).cumsum(0)
    steps[7, 1] = NAN  # two increments of the second channel
    one = batch([(steps[:6], steps[6:])])
    objective = ForecastObjective(model).eval()
    assert objective.units(one) == 2 * H - 2
    raw, increments = model(steps[None, :, :2], torch.tensor([6]), steps[None, :, 2:], H)
    assert increments[0].isnan().tolist() == [[False, False], [False, True], [False, True]][:H]
    expected = model.distribution.loss(raw, increments.nan_to_num())[~increments.isnan()].sum()
    assert objective(one.source, one.source_lengths, one.target).nll.item() == pytest.approx(expected.item(), rel=1e-5)


def test_missing_values_leave_gradients_finite_and_every_parameter_has_one() -> None:
    model = tiny.forecaster()
    objective = ForecastObjective(model).train()
    examples = windows(8, 6)
    examples[0][1][0, 0] = NAN
    one = batch(examples)
    objective(one.source, one.source_lengths, one.target).smoothed.backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert bool(parameter.grad.count_nonzero()), name
