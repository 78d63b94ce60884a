"""Paths that are drawn with NumPy: what a network reads, the numbers drawn, and independence of neighbours."""

import numpy as np
import pytest
import torch
from support.forecasting import NAN, H, forecaster, series
from torch import nn

from seq2seq.inference.engines.torch.forecaster import TorchForecaster
from seq2seq.inference.forecasting.paths import one_step_levels, sample_paths
from seq2seq.models.distributions import Distribution, Gaussian, Quantiles, StudentT
from seq2seq.series.copula import correlations, root
from seq2seq.series.distributions import LEVELS, SAMPLERS
from seq2seq.series.series import Floats
from seq2seq.series.steps import Paths, Scale


def seeded(*seeds: int) -> list[np.random.Generator]:
    return [np.random.default_rng(seed) for seed in seeds]


def mean_of(raw: Floats, random: np.random.Generator, normal: Floats | None = None) -> Floats:  # noqa: ARG001
    return np.asarray(raw[..., 0])


@pytest.mark.parametrize("attends", [False, True])
@pytest.mark.parametrize(("season", "channels"), [(1, 1), (4, 1), (4, 3)])
def test_a_path_without_chance_is_what_teacher_forcing_expects_of_itself(
    attends: bool, season: int, channels: int
) -> None:
    """So NumPy reads at each step, of contexts with missing values and padding, what the module reads in training."""
    model = forecaster(attends=attends, season=season, channels=channels, autoregression=channels > 1)
    values, lengths, known = series([9, 6], channels=channels)
    values[0, 3, 0] = values[1, 0] = NAN
    paths = sample_paths(
        TorchForecaster(model), mean_of, values.double().numpy(), lengths.numpy(), known.double().numpy(),
        season=season, paths=2, random=seeded(1, 1),
    )  # fmt: skip
    assert paths.shape == (2, 2, H, channels)
    np.testing.assert_allclose(paths[:, 0], paths[:, 1], rtol=1e-5)
    for row, length in enumerate(lengths.tolist()):
        values[row, length : length + H] = torch.from_numpy(paths[row, 0])
    raw, increments = model(values, lengths, known, H)
    torch.testing.assert_close(raw[..., 0], increments, atol=2e-4, rtol=1e-4)


@pytest.mark.parametrize("channels", [1, 2])
def test_a_series_has_the_same_paths_whatever_is_beside_it(channels: int) -> None:
    model = forecaster(attends=True, season=3, channels=channels)
    values, lengths, known = (part.numpy() for part in series([9, 2, 5], channels=channels))
    network, sampler = TorchForecaster(model), SAMPLERS["student_t"]
    together = sample_paths(network, sampler, values, lengths, known, season=3, paths=7, random=seeded(1, 2, 3))
    for row, length in enumerate(lengths.tolist()):
        some, size = slice(row, row + 1), length + H
        alone = sample_paths(
            network, sampler, values[some, :size], lengths[some], known[some, :size],
            season=3, paths=7, random=seeded(row + 1),
        )  # fmt: skip
        np.testing.assert_allclose(alone[0], together[row], rtol=1e-4)


def test_channels_are_read_one_after_the_other() -> None:
    values = np.random.default_rng(1).normal(size=(2, 6, 2))
    known, lengths, places = np.ones((2, 6, 1)), np.array([6, 4]), np.array([[1, 2], [0, 2]])

    def read(some: Floats) -> Floats:
        contexts = Paths.of(some, known, season=2)
        return contexts.read(places, Scale.of(contexts, lengths))[:, 0]

    of_each = [read(values[..., channel : channel + 1])[..., :-1] for channel in range(2)]
    np.testing.assert_array_equal(read(values), np.concatenate([*of_each, np.ones((2, 2, 1))], axis=2))


def test_what_is_read() -> None:
    values = np.array([[NAN, 2.0, 3.0, NAN, 7.0, 6.0], [5.0, 5.0, 5.0, NAN, NAN, NAN]])
    contexts = Paths.of(values[..., None], np.arange(6.0)[None, :, None].repeat(2, axis=0), season=2)
    assert contexts.filled[0, 0, :, 0].tolist() == [2.0, 2.0, 3.0, 3.0, 7.0, 6.0]
    scale = Scale.of(contexts, np.array([6, 3]))
    assert scale.last[:, 0, 0, 0].tolist() == [6.0, 5.0]
    assert scale.unit[:, 0, 0, 0] == pytest.approx([(0 + 1 + 0 + 4 + 1) / 5, 1.0])
    assert scale.trend[:, 0, 0, 0] == pytest.approx([(6 - 2) / 5 / 1.2, 0.0])
    read = contexts.read(np.array([[3, 4], [1, 2]]), scale)[:, 0]
    expected = [0.0, np.arcsinh(-3 / 1.2), 4 / 5 / 1.2, 0.0, 1 / 1.2, 4.0]
    assert read[0, 0] == pytest.approx(expected)  # the increment of a season before the step that is predicted
    assert read[0, 1] == pytest.approx([4 / 1.2, np.arcsinh(1 / 1.2), 4 / 5 / 1.2, 1.0, 0.0, 5.0])
    assert read[1, 0].tolist() == [0.0, 0.0, 0.0, 1.0, 0.0, 2.0]


@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize(("name", "family"), [("gaussian", Gaussian()), ("student_t", StudentT())])
def test_numbers_are_drawn_from_the_densities_of_training(name: str, family: Distribution, given: bool) -> None:
    """Also those that go together as normal numbers do."""
    torch.manual_seed(1)
    raw = torch.randn(4, family.parameters)
    normal = np.random.default_rng(2).normal(size=(40_000, 4)) if given else None
    drawn = SAMPLERS[name](
        np.broadcast_to(raw.double().numpy(), (40_000, *raw.shape)), np.random.default_rng(1), normal
    )
    width = nn.functional.softplus(raw[:, 1]).numpy()
    quartiles = (np.quantile(drawn, [0.25, 0.5, 0.75], axis=0) - raw[:, 0].numpy()) / width
    known: torch.distributions.Distribution = torch.distributions.Normal(torch.zeros(4), torch.ones(4))
    if isinstance(family, StudentT):
        known = torch.distributions.StudentT(2 + nn.functional.softplus(raw[:, 2] + 2))
    theirs = np.quantile(known.sample((40_000,)).numpy(), [0.25, 0.5, 0.75], axis=0)
    np.testing.assert_allclose(quartiles, theirs, atol=0.05)


@pytest.mark.parametrize("given", [False, True])
def test_numbers_are_drawn_from_the_quantiles_of_training(given: bool) -> None:
    torch.manual_seed(1)
    family = Quantiles()
    raw = torch.randn(4, family.parameters)
    normal = np.random.default_rng(2).normal(size=(40_000, 4)) if given else None
    drawn = SAMPLERS["quantiles"](
        np.broadcast_to(raw.double().numpy(), (40_000, *raw.shape)), np.random.default_rng(1), normal
    )
    quantiles = family.quantiles(raw).numpy()
    np.testing.assert_allclose(np.quantile(drawn, LEVELS, axis=0).T, quantiles, atol=0.06)
    # Tails: as many as there should be beyond the outermost quantiles, and a tenth of these a fixed step further.
    first = quantiles[:, 0] - (quantiles[:, 1] - quantiles[:, 0]) * np.log(10) / np.log(LEVELS[1] / LEVELS[0])
    assert (drawn < first).mean(axis=0) == pytest.approx(LEVELS[0] / 10, rel=0.35)
    last = quantiles[:, -1] + (quantiles[:, -1] - quantiles[:, -2]) * np.log(10) / np.log(4)
    assert (drawn > last).mean(axis=0) == pytest.approx(LEVELS[0] / 10, rel=0.35)


def test_levels_of_what_came_are_even_if_it_is_as_expected() -> None:
    """Paths of a model, read as what came: their levels are even, and go together as they were drawn."""
    model = forecaster(season=2, channels=2)
    values, lengths, known = (part.numpy().astype(np.float64) for part in series([7] * 300, channels=2))
    lengths, network, sampler = lengths.astype(np.int64), TorchForecaster(model), SAMPLERS["student_t"]
    drawn = sample_paths(
        network, sampler, values, lengths, known, season=2, paths=2, random=seeded(*range(300)),
        together=root(np.array([[1, -0.8], [-0.8, 1]])),
    )  # fmt: skip
    values[:, 7:] = drawn[:, 0]
    values[0, 8, 1] = NAN
    levels = one_step_levels(
        network, sampler, values, lengths, known, season=2, draws=100, random=np.random.default_rng(1)
    )
    assert np.isnan(levels).sum(axis=(0, 1)).tolist() == [0, 2]  # to the missing value, and from it
    for quantile in (0.1, 0.5, 0.9):
        assert np.nanquantile(levels, quantile, axis=(0, 1)) == pytest.approx([quantile] * 2, abs=0.06)
    assert correlations(levels.reshape(-1, 2))[0, 1] == pytest.approx(-0.8, abs=0.06)
