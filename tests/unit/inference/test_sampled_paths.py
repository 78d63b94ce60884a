"""Paths that are drawn with NumPy: what a network reads, the numbers drawn, and independence of neighbours."""

import numpy as np
import pytest
import torch
from support.forecasting import NAN, H, forecaster, series
from torch import nn

from seq2seq.inference.engines.torch.forecaster import TorchForecaster
from seq2seq.inference.forecasting.paths import sample_paths
from seq2seq.models.distributions import Distribution, Gaussian, Quantiles, StudentT
from seq2seq.series.distributions import LEVELS, SAMPLERS
from seq2seq.series.series import Floats
from seq2seq.series.steps import Paths, Scale


def seeded(*seeds: int) -> list[np.random.Generator]:
    return [np.random.default_rng(seed) for seed in seeds]


def mean_of(raw: Floats, _: np.random.Generator) -> Floats:
    return np.asarray(raw[..., 0])


@pytest.mark.parametrize("attends", [False, True])
@pytest.mark.parametrize("season", [1, 4])
def test_a_path_without_chance_is_what_teacher_forcing_expects_of_itself(attends: bool, season: int) -> None:
    """So NumPy reads at each step, of contexts with missing values and padding, what the module reads in training."""
    model = forecaster(attends=attends, season=season)
    values, lengths, known = series([9, 6])
    values[0, 3] = values[1, 0] = NAN
    paths = sample_paths(
        TorchForecaster(model), mean_of, values.double().numpy(), lengths.numpy(), known.double().numpy(),
        season=season, paths=2, random=seeded(1, 1),
    )  # fmt: skip
    assert paths.shape == (2, 2, H)
    np.testing.assert_allclose(paths[:, 0], paths[:, 1], rtol=1e-5)
    for row, length in enumerate(lengths.tolist()):
        values[row, length : length + H] = torch.from_numpy(paths[row, 0])
    raw, increments = model(values, lengths, known, H)
    torch.testing.assert_close(raw[..., 0], increments, atol=2e-4, rtol=1e-4)


def test_a_series_has_the_same_paths_whatever_is_beside_it() -> None:
    model = forecaster(attends=True, season=3)
    values, lengths, known = (part.numpy() for part in series([9, 2, 5]))
    network, sampler = TorchForecaster(model), SAMPLERS["student_t"]
    together = sample_paths(network, sampler, values, lengths, known, season=3, paths=7, random=seeded(1, 2, 3))
    for row, length in enumerate(lengths.tolist()):
        some, size = slice(row, row + 1), length + H
        alone = sample_paths(
            network, sampler, values[some, :size], lengths[some], known[some, :size],
            season=3, paths=7, random=seeded(row + 1),
        )  # fmt: skip
        np.testing.assert_allclose(alone[0], together[row], rtol=1e-4)


def test_what_is_read() -> None:
    values = np.array([[NAN, 2.0, 3.0, NAN, 7.0, 6.0], [5.0, 5.0, 5.0, NAN, NAN, NAN]])
    contexts = Paths.of(values, np.arange(6.0)[None, :, None].repeat(2, axis=0), season=2)
    assert contexts.filled[0, 0].tolist() == [2.0, 2.0, 3.0, 3.0, 7.0, 6.0]
    scale = Scale.of(contexts, np.array([6, 3]))
    assert scale.last[:, 0, 0].tolist() == [6.0, 5.0]
    assert scale.unit[:, 0, 0] == pytest.approx([(0 + 1 + 0 + 4 + 1) / 5, 1.0])
    assert scale.trend[:, 0, 0] == pytest.approx([(6 - 2) / 5 / 1.2, 0.0])
    read = contexts.read(np.array([[3, 4], [1, 2]]), scale)[:, 0]
    expected = [0.0, np.arcsinh(-3 / 1.2), 4 / 5 / 1.2, 0.0, 1 / 1.2, 4.0]
    assert read[0, 0] == pytest.approx(expected)  # the increment of a season before the step that is predicted
    assert read[0, 1] == pytest.approx([4 / 1.2, np.arcsinh(1 / 1.2), 4 / 5 / 1.2, 1.0, 0.0, 5.0])
    assert read[1, 0].tolist() == [0.0, 0.0, 0.0, 1.0, 0.0, 2.0]


@pytest.mark.parametrize(("name", "family"), [("gaussian", Gaussian()), ("student_t", StudentT())])
def test_numbers_are_drawn_from_the_densities_of_training(name: str, family: Distribution) -> None:
    torch.manual_seed(1)
    raw = torch.randn(4, family.parameters)
    drawn = SAMPLERS[name](np.broadcast_to(raw.double().numpy(), (40_000, *raw.shape)), np.random.default_rng(1))
    width = nn.functional.softplus(raw[:, 1]).numpy()
    quartiles = (np.quantile(drawn, [0.25, 0.5, 0.75], axis=0) - raw[:, 0].numpy()) / width
    known: torch.distributions.Distribution = torch.distributions.Normal(torch.zeros(4), torch.ones(4))
    if isinstance(family, StudentT):
        known = torch.distributions.StudentT(2 + nn.functional.softplus(raw[:, 2] + 2))
    theirs = np.quantile(known.sample((40_000,)).numpy(), [0.25, 0.5, 0.75], axis=0)
    np.testing.assert_allclose(quartiles, theirs, atol=0.05)


def test_numbers_are_drawn_from_the_quantiles_of_training() -> None:
    torch.manual_seed(1)
    family = Quantiles()
    raw = torch.randn(4, family.parameters)
    drawn = SAMPLERS["quantiles"](np.broadcast_to(raw.double().numpy(), (40_000, *raw.shape)), np.random.default_rng(1))
    quantiles = family.quantiles(raw).numpy()
    np.testing.assert_allclose(np.quantile(drawn, LEVELS, axis=0).T, quantiles, atol=0.06)
    # Tails: as many as there should be beyond the outermost quantiles, and a tenth of these a fixed step further.
    first = quantiles[:, 0] - (quantiles[:, 1] - quantiles[:, 0]) * np.log(10) / np.log(LEVELS[1] / LEVELS[0])
    assert (drawn < first).mean(axis=0) == pytest.approx(LEVELS[0] / 10, rel=0.35)
    last = quantiles[:, -1] + (quantiles[:, -1] - quantiles[:, -2]) * np.log(10) / np.log(4)
    assert (drawn > last).mean(axis=0) == pytest.approx(LEVELS[0] / 10, rel=0.35)
