"""The graphs of a network that continues series compute what the module does."""

import numpy as np
import pytest
from support.forecasting import H, forecaster, series

from seq2seq.export.onnx.networks import graphs
from seq2seq.inference.engines.onnx.forecaster import OnnxForecaster
from seq2seq.inference.engines.onnx.sessions import make_session
from seq2seq.inference.engines.torch.forecaster import TorchForecaster
from seq2seq.inference.forecasting.paths import sample_paths
from seq2seq.models.forecaster import Forecaster
from seq2seq.series.distributions import SAMPLERS
from seq2seq.series.steps import Paths, Scale


def exported(model: Forecaster) -> OnnxForecaster:
    made = graphs(model, int8=False)
    assert set(made) == {"encoder", "step"}
    return OnnxForecaster(*(make_session(made[name].SerializeToString(), threads=1, where=name) for name in made))


@pytest.mark.parametrize(
    ("attends", "channels", "autoregression"), [(False, 1, False), (True, 1, False), (True, 2, False), (True, 2, True)]
)
def test_parameters_of_every_step_equal_those_of_the_module(attends: bool, channels: int, autoregression: bool) -> None:
    """Teacher forcing, step by step: two paths of each series read what came, and the first one twice as much."""
    model = forecaster(attends=attends, season=2, channels=channels, autoregression=autoregression)
    values, lengths, known = (part.numpy() for part in series([7, 2, 5], channels=channels))
    contexts = Paths.of(values, known, season=2)
    scale = Scale.of(contexts, lengths)
    first = contexts.read(np.broadcast_to(np.arange(6), (3, 6)), scale)[:, 0]
    engines = (TorchForecaster(model), exported(model))
    states = [network.start(first, lengths - 1, 2) for network in engines]
    for step in range(H):
        read = contexts.read(lengths[:, None] - 1 + step, scale)[:, 0]
        both = np.stack([2 * read[:, 0], read[:, 0]], axis=1)
        found = [network.step(both, state) for network, state in zip(engines, states, strict=True)]
        states = [state for _, state in found]
        np.testing.assert_allclose(found[1][0], found[0][0], atol=1e-5)
        assert np.abs(found[0][0][:, 0] - found[0][0][:, 1]).max() > 1e-3


def test_a_seed_gives_the_quantiles_of_torch() -> None:
    model = forecaster(season=2)
    values, lengths, known = (part.numpy() for part in series([7, 2, 5]))
    torch_paths, onnx_paths = (
        sample_paths(
            network, SAMPLERS["student_t"], values, lengths, known,
            season=2, paths=400, random=[np.random.default_rng(1) for _ in lengths],
        )
        for network in (TorchForecaster(model), exported(model))
    )  # fmt: skip
    levels = (0.1, 0.5, 0.9)
    spread = torch_paths.std(axis=1)
    differences = np.quantile(onnx_paths, levels, axis=1) - np.quantile(torch_paths, levels, axis=1)
    assert (np.abs(differences) < 0.15 * spread).all()
