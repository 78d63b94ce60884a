"""Searches inside a graph give what NumPy's gives over the same networks: tokens, scores, attention, warnings."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pytest
import torch
from onnx import GraphProto, ModelProto
from support.beam_cases import CASES, NAMES, found
from support.exported import TARGET_VOCABULARY, built, many_to_many, opened
from support.random_models import (
    CHANGES,
    SEVERAL_GROUPS,
    SHAPES,
    Networks,
    assert_same,
    networks,
    random_model,
)

from seq2seq.config.decoding import DecodingConfig
from seq2seq.errors import ModelError
from seq2seq.export.onnx.search.beam import beam_graph
from seq2seq.export.onnx.search.greedy import greedy_graph
from seq2seq.export.onnx.search.greedy_one import greedy_graph_of_one
from seq2seq.inference.engines.onnx import searches
from seq2seq.inference.engines.onnx.encoder import rectangle
from seq2seq.inference.engines.onnx.search_network import SearchNetwork
from seq2seq.inference.engines.onnx.stepper import OnnxState
from seq2seq.models.attention import GeneralAttention
from seq2seq.models.cells.lstm import LSTM
from seq2seq.models.decoder import Attentive
from seq2seq.models.encoder import Encoder
from seq2seq.models.nodes import GraphBuilder
from seq2seq.models.recurrent import Bidirectional
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.search.beam import beam_search
from seq2seq.search.penalties import LengthPenalty
from seq2seq.search.stepper import IntArray, Proposal
from seq2seq.special import EOS


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("int8", [False, True], ids=["float32", "int8"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_greedy_graph_finds_what_numpy_finds(shape: str, change: str, int8: bool) -> None:
    sources = [[5, 6, 7, 8, 22], [9], [4, 4, 4, 4, 4, 4, 4], [10, 11]]
    made = networks(shape, change, int8=int8)
    for shortest in (0, 1, 3):
        config, limits = DecodingConfig(beam=1, min_length=shortest), np.array([9, 1, 12, 2])
        expected = made.in_numpy(sources, limits, config, attention=True)
        assert_same(made.search(sources, limits, config, attention=True, beam=False), expected)


@pytest.mark.parametrize("change", ["as it is", "final"])
@pytest.mark.parametrize("seed", range(3))
def test_a_beam_in_a_graph_stops_when_numpys_does(change: str, seed: int) -> None:
    """Outputs are the same without the bound on what hypotheses can become, but take more steps."""
    made = networks("lstm", change, seed)
    config, limits = DecodingConfig(beam=4), np.array([30])
    calls: list[int] = []
    step = made.stepper.step

    def counted(tokens: IntArray, state: OnnxState, width: int) -> tuple[Proposal, OnnxState]:
        calls.append(len(tokens))
        return step(tokens, state, width)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(made.stepper, "step", counted)
        beam_search(made.stepper, [[5, 6, 7]], limits, config, attention=False)
    made.search([[5, 6, 7]], limits, config, attention=False)
    assert made.calls == [(1, len(calls))]


@pytest.mark.parametrize("beam", [1, 3])
def test_sentences_that_are_done_leave_the_batch(beam: int) -> None:
    made = networks("lstm", "as it is")
    limits = np.array([2, 9, 30, 4, 30, 3, 5, 2])
    made.search([[5, 6, 7]] * 8, limits, DecodingConfig(beam=beam), attention=False, beam=beam > 1)
    sentences = [count for count, _ in made.calls[beam > 1 :]]  # the first step of a beam has a call of its own
    assert all(later <= 0.75 * before for before, later in pairwise(sentences))
    assert sum(steps for _, steps in made.calls) <= 31
    assert len(sentences) > 2


def test_only_what_needs_nothing_between_two_steps_is_served() -> None:
    assert searches.serves(DecodingConfig())
    assert searches.serves(DecodingConfig(beam=1, min_length=7, length_penalty="wu"))
    assert searches.serves(DecodingConfig(method="sample", top_k=3, top_p=0.5, nbest=2))
    for config in (DecodingConfig(no_repeat_ngram=2), DecodingConfig(method="sample", allow_unknown=True)):
        assert not searches.serves(config)


@pytest.mark.parametrize("search", ["greedy", "beam"])
def test_a_model_that_computes_nan_is_refused(search: str) -> None:
    model = built(many_to_many())
    assert isinstance(model, Seq2Seq)
    with torch.no_grad():
        model.projection.bias[TARGET_VOCABULARY - 1] = float("nan")
    made = Networks(model)
    config = DecodingConfig(beam=1 if search == "greedy" else 3)
    with pytest.raises(ModelError) as caught:
        made.search([[5]], np.array([4]), config, attention=False, beam=search == "beam")
    assert caught.value.code == "model.not-finite"


@pytest.mark.parametrize("int8", [False, True], ids=["float32", "int8"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_graph_with_its_encoder_finds_the_same(shape: str, int8: bool) -> None:
    """The graphs of one file."""
    model = random_model(shape, "as it is", 0, SEVERAL_GROUPS)
    made = Networks(model, int8=int8)
    sources, limits = [[5, 6, 7, 8, 22], [9], [10, 11]], np.array([9, 3, 12])
    given_ = {"source": rectangle(sources), "limits": limits, "trips": np.array([13]), "min_length": np.array([1])}
    config = DecodingConfig(beam=1, min_length=1)
    expected = made.search(sources, limits, config, attention=False, beam=False)
    tokens, log_probs = opened(greedy_graph(model, int8=int8).model()).run(["tokens", "log_probs"], given_)
    for row, ((best,), written) in enumerate(zip(expected, tokens.T.tolist(), strict=True)):
        assert tuple(token for token in written if token > EOS) == best.tokens
        assert log_probs[row] == pytest.approx(best.log_prob)

    config = DecodingConfig(beam=3, min_length=1)
    expected = made.search(sources, limits, config, attention=False)
    divisors = LengthPenalty(config.length_penalty, config.alpha).divisor(np.arange(14))
    more = {"beam": np.array([3]), "nbest": np.array([1]), "divisors": divisors}
    found = dict(
        zip(
            ("log_probs", "tokens", "parents", "steps"),
            opened(beam_graph(model, int8=int8).model()).run(
                ["log_probs", "tokens", "parents", "steps"], {**given_, **more}
            ),
            strict=True,
        )
    )
    for row, (best, *_) in enumerate(expected):
        steps = int(found["steps"][row])
        ends = (found["tokens"][:steps, row, :3] == EOS).any()
        assert ends == best.finished
        if best.finished:
            where = np.argwhere(found["tokens"][:steps, row, :3] == EOS)
            scores = [found["log_probs"][step, row, place] / divisors[step + 1] for step, place in where]
            assert max(scores) == pytest.approx(best.score)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_beam_that_was_worked_out_by_hand(case: dict[str, Any]) -> None:
    class Network:
        """One call finds all."""

        def start(self, _: object) -> tuple[list[Any], list[Any]]:
            return [], []

        def run(self, *_: object) -> tuple[dict[str, Any], list[Any]]:
            after = {"next.last": np.zeros((1, 2)), "next.live": np.zeros((1, 2)), "next.best": np.zeros((1, 1))}
            return {**found(case), **after, "next.count": np.array([1]), "done": np.array([True])}, []

    config = DecodingConfig(beam=case["beam"], nbest=1, length_penalty=case["penalty"], alpha=1.0)
    ((best,),) = searches.beam(cast(SearchNetwork, Network()), [[4]], np.array([len(case["tokens"]) - 1]), config)
    assert list(best.tokens) == case["best"]["tokens"]
    assert best.score == pytest.approx(case["best"]["score"])
    assert best.finished == case["best"]["ended"]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("int8", [False, True], ids=["float32", "int8"])
def test_a_graph_of_one_sentence_finds_what_numpy_finds(shape: str, change: str, int8: bool) -> None:
    made = networks(shape, change, int8=int8)
    sources, limits = [[5, 6, 7, 8, 22], [9], [4, 4, 4, 4, 4, 4, 4], [10, 11]], np.array([9, 1, 12, 2])
    for shortest in (0, 1, 3):
        config = DecodingConfig(beam=1, min_length=shortest)
        expected = made.in_numpy(sources, limits, config, attention=False)
        assert_same(made.one_by_one(sources, limits, config), expected)
        for beam, nbest in ((2, 1), (5, 3)):
            config = DecodingConfig(beam=beam, nbest=nbest, min_length=shortest)
            expected = made.in_numpy(sources, limits, config, attention=False)
            assert_same(made.one_by_one(sources, limits, config, beam=True), expected)


class FourAxes(GeneralAttention):
    """Of another package: its nodes count on all axes."""

    def score_nodes(self, graph: GraphBuilder, queries: str, keys: str) -> str:
        swapped = graph.transpose(queries, 0, 1, 3, 2)
        return graph.op("MatMul", graph.transpose(swapped, 0, 1, 3, 2), keys)


class Gained(LSTM):
    """Of another package: its gates have numbers of their own, which differ by direction."""

    gain = 1.0

    def gate_nodes(self, graph: GraphBuilder, sums: str, state: Sequence[str]) -> list[str]:
        return super().gate_nodes(graph, graph.op("Mul", sums, graph.constant(np.float32(self.gain))), state)


def test_an_attention_of_another_package_keeps_its_axes() -> None:
    model = random_model("lstm", "as it is", 0, SEVERAL_GROUPS)
    assert isinstance(model.decoder, Attentive)
    config, limits = DecodingConfig(beam=3), np.array([9])
    expected = Networks(model).one_by_one([[5, 6, 7]], limits, config, beam=True)
    model.decoder.attention.__class__ = FourAxes
    assert_same(Networks(model).one_by_one([[5, 6, 7]], limits, config, beam=True), expected)


def test_a_cell_of_another_package_has_gates_of_its_own_in_each_direction() -> None:
    model = random_model("lstm", "as it is", 0, SEVERAL_GROUPS)
    assert isinstance(model.encoder, Encoder)
    (layer,) = model.encoder.layers
    assert isinstance(layer, Bidirectional)
    for cell, gain in ((layer.forward_layer, 1.0), (layer.backward_layer, -0.5)):
        assert isinstance(cell, LSTM)
        cell.__class__ = Gained
        cell.gain = gain  # type: ignore[attr-defined]
    made = Networks(model)
    sources, limits = [[5, 6, 7], [9]], np.array([6, 4])
    for beam in (1, 3):
        config = DecodingConfig(beam=beam)
        expected = made.in_numpy(sources, limits, config, attention=False)
        assert_same(made.one_by_one(sources, limits, config, beam=beam > 1), expected)


def test_a_vocabulary_without_text() -> None:
    """Of one sentence, nothing is read that the vocabulary does not have."""
    model = random_model("lstm", "as it is", 0, EOS + 1)
    made, limits = Networks(model), np.array([3])
    for shortest in (0, 2):
        for beam in (1, 3):
            ((best, *_),) = made.one_by_one(
                [[5]], limits, DecodingConfig(beam=beam, min_length=shortest), beam=beam > 1
            )
            assert best.tokens == ()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("change", CHANGES)
def test_one_sentence_without_scores_is_the_same(shape: str, change: str) -> None:
    """With fewer nodes per step: no logarithms of probabilities are among them."""
    model = random_model(shape, change, 0, SEVERAL_GROUPS)
    scored, bare = (greedy_graph_of_one(model, int8=False, scored=on).model() for on in (True, False))
    for source, limit in zip([[5, 6, 7, 8, 22], [9], [10, 11]], [9, 1, 2], strict=True):
        inputs = {"source": rectangle([source]), "trips": np.array([limit + 1]), "min_length": np.array([1])}
        (expected,) = opened(scored).run(["tokens"], inputs)
        (written,) = opened(bare).run(None, inputs)
        assert written.tolist() == expected.tolist()
    made = (scored, bare, greedy_graph(model, int8=False).model())
    steps = [[node.op_type for node in body_of(one).node] for one in made]
    assert len(steps[1]) < len(steps[0]) < len(steps[2]) - 20
    assert "LogSoftmax" not in steps[1]


def body_of(model: ModelProto) -> GraphProto:
    """The body of the loop of a search."""
    (loop,) = (node for node in model.graph.node if node.op_type == "Loop")
    return next(attribute.g for attribute in loop.attribute if attribute.name == "body")
