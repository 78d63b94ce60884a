"""A graph from token ids to the best output gives what the search in Python gives over the same networks."""

from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto
from support.beam_cases import CASES, NAMES, found
from support.exported import built, exported, many_to_many, opened

from seq2seq.config.decoding import DecodingConfig
from seq2seq.export.onnx.standalone.build import translation
from seq2seq.export.onnx.standalone.graph import StandaloneGraph
from seq2seq.export.onnx.standalone.outputs import beam_output
from seq2seq.inference.engines.onnx.stepper import OnnxStepper
from seq2seq.inference.request.sources import MAX_TOKENS
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.search.decode import search
from seq2seq.search.penalties import LengthPenalty
from seq2seq.special import PAD

TOLERANCE = 1e-4
SHAPES = {"attention": many_to_many(), "fixed": many_to_many(attention=None)}


@cache
def network(shape: str, seed: int, ends: float) -> tuple[Seq2Seq, OnnxStepper]:
    """A model; the larger ``ends``, the earlier its outputs end."""
    model = built(SHAPES[shape], seed=seed, scale=2.0)
    assert isinstance(model, Seq2Seq)
    model.projection.bias.data[3] += ends
    return model, exported(model)


def best(model: Seq2Seq, sources: list[list[int]], config: DecodingConfig) -> tuple[list[tuple[int, ...]], list[float]]:
    """What the graph gives: tokens and scores."""
    session = opened(translation(model, config, None, int8=False).model())
    ids = np.full((len(sources), max(map(len, sources))), PAD)
    for row, source in enumerate(sources):
        ids[row, : len(source)] = source
    written, scores = session.run(["translation_ids", "score"], {"ids": ids})
    lengths = (written != PAD).sum(axis=1)
    assert all((row[length:] == PAD).all() for row, length in zip(written, lengths, strict=True))
    return [tuple(row[:length].tolist()) for row, length in zip(written, lengths, strict=True)], scores.tolist()


@settings(max_examples=25, deadline=None)
@given(
    shape=st.sampled_from(list(SHAPES)),
    seed=st.integers(0, 3),
    ends=st.sampled_from([0.0, 2.0, -9.0]),
    sources=st.lists(st.lists(st.integers(4, 22), max_size=7), min_size=1, max_size=5).filter(any),
    config=st.builds(
        DecodingConfig,
        beam=st.integers(1, 7),
        length_penalty=st.sampled_from(["average", "wu", "none"]),
        alpha=st.sampled_from([0.0, 0.6, 1.0]),
        min_length=st.integers(0, 4),
        max_length_ratio=st.sampled_from([0.5, 1.0, 1.7]),
        max_length_extra=st.integers(0, 6),
    ),
)
def test_the_best_output_is_that_of_the_search(
    shape: str, seed: int, ends: float, sources: list[list[int]], config: DecodingConfig
) -> None:
    model, stepper = network(shape, seed, ends)
    expected = [outputs[0] for outputs in search(stepper, sources, config, attention=False)]
    tokens, scores = best(model, sources, config)
    assert tokens == [output.tokens for output in expected]
    assert scores == pytest.approx([output.score for output in expected], abs=TOLERANCE)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_an_output_that_was_worked_out_by_hand(case: dict[str, Any]) -> None:
    inputs = found(case)
    graph = StandaloneGraph("trace", int8=False)
    graph.input("log_probs", ("T", "N", "C"), TensorProto.DOUBLE)
    for name in ("tokens", "parents"):
        graph.input(name, ("T", "N", "C"), TensorProto.INT64)
    graph.input("steps", ("N",), TensorProto.INT64)
    tokens, score = beam_output(graph, graph.input("divisors", ("L",), TensorProto.DOUBLE), beam=case["beam"])
    graph.output("best", tokens, ("T", "N"), TensorProto.INT64)
    graph.output("score", score, ("N", 1), TensorProto.DOUBLE)
    divisors = LengthPenalty(case["penalty"], 1.0).divisor(np.arange(len(case["tokens"]) + 1))
    written, scored = opened(graph.model()).run(["best", "score"], {**inputs, "divisors": divisors})
    assert written[written != PAD].tolist() == case["best"]["tokens"]
    assert scored.item() == pytest.approx(case["best"]["score"])


@pytest.mark.parametrize("beam", [1, 3])
def test_a_source_is_cut_where_python_cuts_it(beam: int) -> None:
    model, stepper = network("fixed", 0, 0.0)
    source = [4 + place % 19 for place in range(MAX_TOKENS)]
    config = DecodingConfig(beam=beam, max_length_ratio=0.01, max_length_extra=2)
    ((expected,),) = search(stepper, [source], config.model_copy(update={"nbest": 1}), attention=False)
    assert best(model, [[*source, 5, 6]], config)[0] == [expected.tokens]


@pytest.mark.parametrize("beam", [1, 4])
def test_outputs_do_not_depend_on_their_batch(beam: int) -> None:
    model, _ = network("attention", 1, 0.0)
    sources, config = [[5, 6, 7, 8], [9], [10, 11, 12, 13, 14, 15], []], DecodingConfig(beam=beam)
    tokens, scores = best(model, sources, config)
    for source, output, score in zip(sources[:3], tokens, scores, strict=False):
        (alone,), (of_it,) = best(model, [source], config)
        assert alone == output
        assert of_it == pytest.approx(score, abs=TOLERANCE)
    assert (tokens[3], scores[3]) == ((), 0.0)


@pytest.mark.parametrize("beam", [1, 2])
def test_an_output_without_a_token_has_the_score_0(beam: int) -> None:
    """Nothing but EOS has a probability, and it is too early for EOS."""
    model = built(SHAPES["fixed"])
    assert isinstance(model, Seq2Seq)
    with torch.no_grad():
        model.projection.bias.fill_(-torch.inf)
        model.projection.bias[3] = 0.0
    assert best(model, [[5, 6]], DecodingConfig(beam=beam, min_length=1)) == ([()], [0.0])
    assert best(model, [[5, 6]], DecodingConfig(beam=beam, min_length=0)) == ([()], [0.0])
