"""The graphs of a network that writes vectors compute what the module does; those of forecasters: test_forecasting."""

import numpy as np
import pytest
from support import synthesis
from support.synthesis import F

from seq2seq.export.onnx.networks import graphs
from seq2seq.inference.engines.onnx.sessions import make_session
from seq2seq.inference.engines.onnx.synthesizer import OnnxSynthesizer
from seq2seq.inference.engines.torch.synthesizer import TorchSynthesizer


@pytest.mark.parametrize("fed", [False, True])
@pytest.mark.parametrize("distribution", ["gaussian", "student_t"])
def test_every_step_equals_that_of_the_module(fed: bool, distribution: str) -> None:
    model = synthesis.synthesizer(feed_context=fed, distribution=distribution, decoder={"hidden": 9, "layers": 2})
    made = graphs(model, int8=False)
    assert set(made) == {"encoder", "step"}
    sessions = (make_session(made[name].SerializeToString(), threads=1, where=name) for name in ("encoder", "step"))
    engines = (TorchSynthesizer(model), OnnxSynthesizer(*sessions))
    states = [network.start([[4], [], [5, 4]]) for network in engines]
    random = np.random.default_rng(1)
    read = np.zeros((3, F), np.float32)
    for _ in range(4):
        (one, first), (other, second) = (
            network.step(read, state) for network, state in zip(engines, states, strict=True)
        )
        states = [first, second]
        np.testing.assert_allclose(other, one, atol=1e-5)
        assert np.abs(one[0] - one[2]).max() > 1e-3
        read = random.normal(size=(3, F)).astype(np.float32)
