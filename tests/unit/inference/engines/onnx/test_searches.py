"""Searches inside a graph give what NumPy's gives over the same networks: tokens, scores, attention, warnings."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from onnxruntime import InferenceSession
from support.exported import TARGET_VOCABULARY, built, exported, many_to_many, opened

from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.model import OneToManyConfig
from seq2seq.errors import ModelError
from seq2seq.export.onnx.proposal import GROUP
from seq2seq.export.onnx.search.beam import beam_graph
from seq2seq.export.onnx.search.greedy import greedy_graph
from seq2seq.inference.engines.onnx import searches
from seq2seq.inference.engines.onnx.stepper import OnnxState, OnnxStepper
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.search.beam import beam_search
from seq2seq.search.hypothesis import Hypothesis
from seq2seq.search.stepper import IntArray, Proposal

TOLERANCE = 1e-4
SEVERAL_GROUPS = 150
"""A vocabulary of which only a part is sorted."""


def cells(encoder: str, decoder: str, *, layers: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "encoder": {"cell": encoder, "hidden": 4, "layers": layers},
        "decoder": {"cell": decoder, "hidden": 8, "layers": layers},
        **more,
    }


SHAPES: dict[str, dict[str, Any]] = {
    "lstm": cells("lstm", "lstm"),
    "two gru": cells("lstm", "gru", layers=2),
    "tanh, two heads": cells("gru", "rnn_tanh", attention={"score": "additive", "heads": 2}),
    "relu, normalised": cells("lstm", "rnn_relu", layers=2, layer_norm=True, residual=True),
    "input feeding": cells("lstm", "lstm", layers=2, attention={"score": "general", "input_feeding": True}),
    "fixed": cells("gru", "lstm", attention=None),
    "fixed and fed": cells("gru", "gru", layers=2, attention=None, feed_context=True),
    "copied": cells("lstm", "lstm", layers=2, bridge="copy"),
}


def as_it_is(model: Seq2Seq) -> None:
    """Leave the weights random."""


def twins(model: Seq2Seq) -> None:
    """Every token has several ids, in one group of the vocabulary or in several: outputs tie, exactly."""
    for table in (model.target_embedding.weight, model.projection.weight, model.projection.bias):
        table[4:] = table[4 + torch.arange(len(table) - 4) % (7 if len(table) < GROUP else 37)]


def indifferent(model: Seq2Seq) -> None:
    """All tokens are as likely at every step."""
    model.projection.weight.zero_()
    model.projection.bias.zero_()


def final(model: Seq2Seq) -> None:
    """The end is likely from the beginning."""
    model.projection.bias[3] += 2.0


CHANGES: dict[str, Callable[[Seq2Seq], None]] = {
    "as it is": as_it_is,
    "twins": twins,
    "indifferent": indifferent,
    "final": final,
}


@cache
def networks(
    shape: str, change: str, seed: int, vocabulary: int, int8: bool
) -> tuple[OnnxStepper, InferenceSession, InferenceSession]:
    """A stepper, and the searches over the same weights."""
    if shape == "tags":
        config = OneToManyConfig.model_validate({"embedding": 6, "decoder": {"cell": "gru", "hidden": 8}})
        model = built(config, seed=seed, scale=2.0, vocabulary=vocabulary)
    else:
        model = built(many_to_many(**SHAPES[shape]), seed=seed, scale=2.0, vocabulary=vocabulary)
    assert isinstance(model, Seq2Seq)
    with torch.no_grad():
        CHANGES[change](model)
    greedy, beam = (opened(make(model, int8=int8).model()) for make in (greedy_graph, beam_graph))
    return exported(model, int8=int8), greedy, beam


def assert_same(found: list[list[Hypothesis]], expected: list[list[Hypothesis]]) -> None:
    assert [[one.tokens for one in line] for line in found] == [[one.tokens for one in line] for line in expected]
    for line, other in zip(found, expected, strict=True):
        for one, two in zip(line, other, strict=True):
            assert one.log_prob == pytest.approx(two.log_prob, abs=TOLERANCE)
            assert one.score == pytest.approx(two.score, abs=TOLERANCE)
            assert (one.finished, one.warning) == (two.finished, two.warning)
            assert (one.attention is None) is (two.attention is None)
            if one.attention is not None and two.attention is not None:
                np.testing.assert_allclose(one.attention, two.attention, atol=TOLERANCE)


@settings(max_examples=150, deadline=None)
@given(
    shape=st.sampled_from([*SHAPES, "tags"]),
    change=st.sampled_from(list(CHANGES)),
    seed=st.integers(0, 3),
    vocabulary=st.sampled_from([TARGET_VOCABULARY, SEVERAL_GROUPS]),
    int8=st.booleans(),
    sources=st.lists(st.lists(st.integers(4, 22), min_size=1, max_size=7), min_size=1, max_size=5),
    data=st.data(),
)
def test_a_graph_finds_what_numpy_finds(
    shape: str, change: str, seed: int, vocabulary: int, int8: bool, sources: list[list[int]], data: st.DataObject
) -> None:
    stepper, greedy, beam = networks(shape, change, seed, vocabulary, int8)
    width = data.draw(st.integers(1, 25))
    config = DecodingConfig(
        beam=width,
        nbest=data.draw(st.integers(1, width)),
        length_penalty=data.draw(st.sampled_from(["average", "wu", "none"])),
        alpha=data.draw(st.sampled_from([0.0, 0.6, 1.0])),
        min_length=data.draw(st.integers(0, 4)),
    )
    limits = np.array(data.draw(st.lists(st.integers(1, 9), min_size=len(sources), max_size=len(sources))))
    attention = data.draw(st.booleans())
    expected = beam_search(stepper, sources, limits, config, attention=attention)
    assert_same(searches.beam(beam, sources, limits, config, attention=attention), expected)
    if width == 1:
        assert_same(searches.greedy(greedy, sources, limits, config, attention=attention), expected)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("int8", [False, True], ids=["float32", "int8"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_greedy_graph_finds_what_numpy_finds(shape: str, change: str, int8: bool) -> None:
    sources = [[5, 6, 7, 8, 22], [9], [4, 4, 4, 4, 4, 4, 4], [10, 11]]
    stepper, greedy, _ = networks(shape, change, 0, SEVERAL_GROUPS, int8)
    for shortest in (0, 1, 3):
        config, limits = DecodingConfig(beam=1, min_length=shortest), np.array([9, 1, 12, 2])
        expected = beam_search(stepper, sources, limits, config, attention=True)
        assert_same(searches.greedy(greedy, sources, limits, config, attention=True), expected)


@pytest.mark.parametrize("change", ["as it is", "final"])
@pytest.mark.parametrize("seed", range(3))
def test_a_beam_in_a_graph_stops_when_numpys_does(change: str, seed: int) -> None:
    """Outputs are the same without the bound on what hypotheses can become, but take more steps."""
    stepper, _, beam = networks("lstm", change, seed, SEVERAL_GROUPS, False)
    config, limits = DecodingConfig(beam=4), np.array([30])
    calls: list[int] = []
    step = stepper.step

    def counted(tokens: IntArray, state: OnnxState, width: int) -> tuple[Proposal, OnnxState]:
        calls.append(len(tokens))
        return step(tokens, state, width)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(stepper, "step", counted)
        beam_search(stepper, [[5, 6, 7]], limits, config, attention=False)
    found = searches._run(beam, [[5, 6, 7]], limits, config, searches._of_beam(config, limits), attention=False)
    assert found["steps"].tolist() == [len(calls)]
    assert len(found["tokens"]) == len(calls)


def test_only_what_needs_nothing_between_two_steps_is_served() -> None:
    assert searches.serves(DecodingConfig())
    assert searches.serves(DecodingConfig(beam=1, min_length=7, length_penalty="wu"))
    for config in (
        DecodingConfig(method="sample"),
        DecodingConfig(no_repeat_ngram=2),
        DecodingConfig(allow_unknown=True),
    ):
        assert not searches.serves(config)


@pytest.mark.parametrize("search", ["greedy", "beam"])
def test_a_model_that_computes_nan_is_refused(search: str) -> None:
    model = built(many_to_many())
    assert isinstance(model, Seq2Seq)
    with torch.no_grad():
        model.projection.bias[TARGET_VOCABULARY - 1] = float("nan")
    make, run = {"greedy": (greedy_graph, searches.greedy), "beam": (beam_graph, searches.beam)}[search]
    config = DecodingConfig(beam=1 if search == "greedy" else 3)
    with pytest.raises(ModelError) as caught:
        run(opened(make(model, int8=False).model()), [[5]], np.array([4]), config, attention=False)
    assert caught.value.code == "model.not-finite"
