"""The network that continues a series."""

import math

import pytest
import torch
from support.forecasting import NAN, H, K, forecaster, series
from torch import nn

from seq2seq.models.distributions import Distribution, Gaussian, Quantiles, StudentT
from seq2seq.models.forecaster import fill
from seq2seq.series.distributions import LEVELS


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("attends", [False, True])
def test_padding_and_neighbours_change_nothing(attends: bool, channels: int) -> None:
    model = forecaster(attends=attends, season=3, channels=channels)
    values, lengths, known = series([9, 2, 5], channels=channels)
    together, _ = model(values, lengths, known, H)
    for row, length in enumerate(lengths.tolist()):
        size = length + H
        alone, _ = model(values[row : row + 1, :size], lengths[row : row + 1], known[row : row + 1, :size], H)
        torch.testing.assert_close(alone[0], together[row], rtol=1e-4, atol=1e-5)


def test_level_and_unit_of_a_series_do_not_matter() -> None:
    model = forecaster(season=2)
    values, lengths, known = series([8, 6])
    raw, increments = model(values, lengths, known, H)
    for factor, shift in ((100.0, 0.0), (1.0, 5000.0), (0.01, -3.0)):
        other, others = model(values.double() * factor + shift, lengths, known.double(), H)
        torch.testing.assert_close(other.float(), raw, rtol=1e-3, atol=1e-4)
        torch.testing.assert_close(others.float(), increments, rtol=1e-3, atol=1e-3)


def test_each_channel_has_its_own_unit_and_all_are_read_by_all() -> None:
    model = forecaster(season=2, channels=2)
    values, lengths, known = series([8, 6], channels=2)
    raw, increments = model(values, lengths, known, H)
    assert (raw.shape, increments.shape) == ((2, H, 2, 3), (2, H, 2))
    other, others = model(values.double() * torch.tensor([100.0, 0.01]), lengths, known.double(), H)
    torch.testing.assert_close(other.float(), raw, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(others.float(), increments, rtol=1e-3, atol=1e-3)
    values.requires_grad_()
    first = model(values, lengths, known, H)[0][:, :, 0].sum()
    first.backward()
    assert bool((values.grad is not None) and (values.grad[..., 1].abs().sum() > 0))


def test_missing_values_are_carried_forward_and_not_learnt() -> None:
    filled, observed = fill(torch.tensor([[NAN, 1.0, NAN, 3.0], [NAN, NAN, NAN, NAN]])[..., None])
    assert filled[..., 0].tolist() == [[1.0, 1.0, 1.0, 3.0], [0.0, 0.0, 0.0, 0.0]]
    assert observed[..., 0].tolist() == [[False, True, False, True], [False] * 4]
    model = forecaster()
    values, lengths, known = series([6, 4])
    values[0, 7] = NAN
    raw, increments = model(values, lengths, known, H)
    assert increments[..., 0].isnan().tolist() == [[False, True, True], [False] * 3]
    assert raw.isfinite().all()


def test_a_constant_context_has_a_scale() -> None:
    model = forecaster()
    raw, increments = model(torch.full((1, 5 + H, 1), 7.0), torch.tensor([5]), torch.zeros(1, 5 + H, K), H)
    assert raw.isfinite().all()
    assert increments.tolist() == [[[0.0]] * H]


@pytest.mark.parametrize("attends", [False, True])
@pytest.mark.parametrize("family", [StudentT(), Quantiles()])
def test_every_parameter_gets_a_gradient(attends: bool, family: Distribution) -> None:
    model = forecaster(attends=attends, distribution=family).train()
    values, lengths, known = series([7, 5])
    raw, increments = model(values, lengths, known, H)
    model.distribution.loss(raw, increments).sum().backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in model.parameters())


@pytest.mark.parametrize("family", [Gaussian(), StudentT()])
def test_densities_are_those_of_torch(family: Distribution) -> None:
    torch.manual_seed(1)
    raw, values = torch.randn(4, family.parameters), torch.randn(4)
    width = nn.functional.softplus(raw[:, 1]) + 1e-3
    known: torch.distributions.Distribution = torch.distributions.Normal(raw[:, 0], width)
    if isinstance(family, StudentT):
        freedom = 2 + nn.functional.softplus(raw[:, 2] + 2)
        known = torch.distributions.StudentT(freedom, raw[:, 0], width)
    torch.testing.assert_close(family.loss(raw, values), -known.log_prob(values))


def test_quantiles_ascend_and_their_loss_is_least_at_those_of_the_values() -> None:
    torch.manual_seed(1)
    family = Quantiles()
    assert (family.quantiles(5 * torch.randn(100, family.parameters)).diff(dim=-1) > 0).all()
    values = torch.randn(20_000)
    raw = torch.zeros(family.parameters, requires_grad=True)
    optimizer = torch.optim.Adam([raw], lr=0.05)
    for _ in range(150):
        optimizer.zero_grad()
        family.loss(raw, values).mean().backward()
        optimizer.step()
    levels = torch.tensor(LEVELS)
    torch.testing.assert_close(family.quantiles(raw.detach()), torch.special.ndtri(levels), atol=0.05, rtol=0)
    # The score of a normal distribution that is right is 1 / sqrt(pi) as levels become many.
    assert family.loss(raw, values).mean().item() == pytest.approx(math.pi**-0.5, rel=0.08)


def test_the_pinball_loss_of_one_value_by_hand() -> None:
    family, raw = Quantiles(), torch.zeros(len(LEVELS))
    losses = [
        2 * max(level * (2.0 - at), (level - 1) * (2.0 - at))
        for level, at in zip(LEVELS, family.quantiles(raw).tolist(), strict=True)
    ]
    assert family.loss(raw, torch.tensor(2.0)).item() == pytest.approx(sum(losses) / len(losses))


def test_what_a_step_reads_reaches_the_distribution_past_a_decoder_that_says_nothing() -> None:
    model = forecaster(season=2, autoregression=True)
    with torch.no_grad():
        model.head.weight[:, :4] = 0.0  # what the decoder makes of it
    values, lengths, known = series([8, 6])
    raw, _ = model(values, lengths, known, H)
    values[:, 4] += 1.0  # within both contexts: it moves scale, level and an increment of a season ago
    other, _ = model(values, lengths, known, H)
    assert (raw - other).abs().amax(dim=(1, 2)).min() > 1e-3
