"""Sampling inside a graph gives what NumPy's gives over the same networks and random numbers."""

import numpy as np
import pytest
import torch
from support.exported import TARGET_VOCABULARY, built, many_to_many, opened
from support.random_models import CHANGES, SHAPES, Networks, assert_same, networks, random_model

from seq2seq.config.decoding import DecodingConfig
from seq2seq.errors import ModelError
from seq2seq.export.onnx.networks import graphs
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import BOS, EOS

SOURCES = [[5, 6, 7, 8, 22], [9], [4, 4, 4, 4, 4, 4, 4], [10, 11]]
LIMITS = np.array([9, 1, 12, 2])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("int8", [False, True], ids=["float32", "int8"])
@pytest.mark.parametrize("change", CHANGES)
def test_of_every_shape(shape: str, change: str, int8: bool) -> None:
    made = networks(shape, change, int8=int8)
    for config in (
        DecodingConfig(method="sample"),
        DecodingConfig(method="sample", nbest=3, temperature=0.7, top_p=0.95),
        DecodingConfig(method="sample", top_k=4, min_length=3),
    ):
        expected = made.in_numpy(SOURCES, LIMITS, config, attention=True)
        assert_same(made.sample(SOURCES, LIMITS, config, attention=True), expected)


def test_shares_are_those_of_the_model() -> None:
    """The first tokens of 4,000 samples, against the probabilities of one step."""
    made = networks("lstm", "final")
    proposal, _ = made.stepper.step_whole(np.array([BOS]), made.stepper.start([[5, 6]]))
    shares = np.exp(proposal.log_probs[0].astype(np.float64) / 0.8)
    shares[:EOS] = 0.0
    config = DecodingConfig(method="sample", nbest=4000, temperature=0.8, min_length=0)
    (outputs,) = made.sample([[5, 6]], np.array([1]), config, attention=False)
    first = [output.tokens[0] if output.tokens else EOS for output in outputs]
    found = np.bincount(first, minlength=len(shares)) / 4000
    assert np.abs(found - shares / shares.sum()).max() < 0.03


def test_no_chance_chooses_what_top_p_leaves_out() -> None:
    """0, the largest number below 1, and the border of two tokens; of 15 equally likely ones, 8 are half."""
    made = graphs(random_model("lstm", "indifferent", 0, TARGET_VOCABULARY), int8=False)
    encoder, graph = opened(made["encoder"]), opened(made["sampling"])
    names = [end.name for end in encoder.get_outputs()]
    inputs = {
        **dict(zip(names, encoder.run(names, {"source": np.array([[5, EOS]])}), strict=True)),
        "last": np.array([BOS]),
        "limits": np.array([4]),
        "trips": np.array([5]),
        "min_length": np.array([4]),
        "enough": np.array([0]),
        "temperature": np.array([1.0]),
        "top_k": np.array([0]),
        "top_p": np.array([0.5]),
    }
    for chance, expected in ((0.0, EOS + 1), (np.nextafter(1.0, 0.0), EOS + 8), (0.25, EOS + 3)):
        (tokens,) = graph.run(["tokens"], {**inputs, "chances": np.full((5, 1), chance)})
        assert tokens[:4].ravel().tolist() == [expected] * 4


def test_samples_that_have_ended_leave_the_batch() -> None:
    made = networks("lstm", "as it is")
    config = DecodingConfig(method="sample", nbest=3)
    made.sample([[5, 6, 7], [8]], np.array([30, 20]), config, attention=False)
    assert made.calls == [(6, 21), (3, 10)]  # here all are cut, at their limits


@pytest.mark.parametrize("top_k", [0, 2])
def test_a_model_that_computes_nan_is_refused(top_k: int) -> None:
    model = built(many_to_many())
    assert isinstance(model, Seq2Seq)
    with torch.no_grad():
        model.projection.bias[TARGET_VOCABULARY - 1] = float("nan")
    config = DecodingConfig(method="sample", top_k=top_k)
    with pytest.raises(ModelError) as caught:
        Networks(model).sample([[5]], np.array([4]), config, attention=False)
    assert caught.value.code == "model.not-finite"
