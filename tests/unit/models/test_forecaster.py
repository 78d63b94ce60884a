"""The network that continues a series."""

import pytest
import torch
from support.forecasting import NAN, H, K, forecaster, series
from torch import nn

from seq2seq.models.distributions import Distribution, Gaussian, StudentT
from seq2seq.models.forecaster import fill


@pytest.mark.parametrize("attends", [False, True])
def test_padding_and_neighbours_change_nothing(attends: bool) -> None:
    model = forecaster(attends=attends, season=3)
    values, lengths, known = series([9, 2, 5])
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


def test_missing_values_are_carried_forward_and_not_learnt() -> None:
    filled, observed = fill(torch.tensor([[NAN, 1.0, NAN, 3.0], [NAN, NAN, NAN, NAN]]))
    assert filled.tolist() == [[1.0, 1.0, 1.0, 3.0], [0.0, 0.0, 0.0, 0.0]]
    assert observed.tolist() == [[False, True, False, True], [False] * 4]
    model = forecaster()
    values, lengths, known = series([6, 4])
    values[0, 7] = NAN
    raw, increments = model(values, lengths, known, H)
    assert increments.isnan().tolist() == [[False, True, True], [False] * 3]
    assert raw.isfinite().all()


def test_a_constant_context_has_a_scale() -> None:
    model = forecaster()
    raw, increments = model(torch.full((1, 5 + H), 7.0), torch.tensor([5]), torch.zeros(1, 5 + H, K), H)
    assert raw.isfinite().all()
    assert increments.tolist() == [[0.0] * H]


@pytest.mark.parametrize("attends", [False, True])
def test_every_parameter_gets_a_gradient(attends: bool) -> None:
    model = forecaster(attends=attends).train()
    values, lengths, known = series([7, 5])
    raw, increments = model(values, lengths, known, H)
    model.distribution.nll(raw, increments).sum().backward()
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
    torch.testing.assert_close(family.nll(raw, values), -known.log_prob(values))
