"""The stepper over two graphs proposes what torch's does, whatever rows a search keeps."""

from functools import cache
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from support import tiny
from support.exported import exported, opened

from seq2seq.export.onnx.networks import graphs
from seq2seq.inference.engines.onnx.encoder import rectangle
from seq2seq.inference.engines.onnx.stepper import COLUMNS, DISTRIBUTION, OnnxStepper, without_unwritable
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.inference.generator import Generator
from seq2seq.inference.translator import Translator
from seq2seq.search.decode import score_targets
from seq2seq.special import BOS, EOS, PAD

SOURCES = [[5, 6, 7, 8], [9], [4, 4, 4, 4, 4, 4, 4]]


@cache
def steppers(*, attention: bool) -> tuple[OnnxStepper, TorchStepper]:
    model = tiny.model(tiny.recipe(attention=attention))
    return exported(model), TorchStepper(model)


@pytest.fixture(params=[True, False], ids=["attention", "fixed"])
def attention(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


# --------------------------------------------------------------------------------------------------- rows and slots


@settings(max_examples=15, deadline=None)
@given(data=st.data(), attention=st.booleans())
def test_any_rows_go_on_as_torchs_do(data: st.DataObject, attention: bool) -> None:
    """Rows are repeated, dropped and mixed up, sentence by sentence or not; each goes on as itself."""
    mine, theirs = steppers(attention=attention)
    state, other = mine.start(SOURCES), theirs.start(SOURCES)
    rows = len(SOURCES)
    for _ in range(3):
        tokens = np.array(data.draw(st.lists(st.integers(4, 30), min_size=rows, max_size=rows)))
        found, state = mine.step(tokens, state, 6)
        expected, other = theirs.step(tokens, other, 6)
        np.testing.assert_allclose(found.log_probs, expected.log_probs, atol=1e-4)
        if found.attention is not None and expected.attention is not None:
            np.testing.assert_allclose(found.attention, expected.attention, atol=1e-5)
        chosen = np.array(data.draw(st.lists(st.integers(0, rows - 1), min_size=1, max_size=7)))
        state, other = mine.select(state, chosen), theirs.select(other, chosen)
        rows = len(chosen)


def test_beams_share_the_memory_of_their_sentence() -> None:
    stepper, _ = steppers(attention=True)
    state = stepper.start(SOURCES)
    beams = stepper.select(state, np.repeat(np.arange(3), 5))
    assert (len(beams.slots), beams.width) == (15, 5)
    assert all(one is other for one, other in zip(beams.memory, state.memory, strict=True))
    moved = stepper.select(beams, np.array([1, 0, 2, 3, 4, 9, 9, 9, 9, 9, 10, 11, 12, 13, 14]))
    assert all(one is other for one, other in zip(moved.memory, state.memory, strict=True))


def test_sentences_that_are_finished_leave_the_batch() -> None:
    stepper, _ = steppers(attention=True)
    state = stepper.select(stepper.start(SOURCES), np.array([0, 0, 2, 2]))
    assert [len(part) for part in state.memory] == [2, 2, 2]
    assert [len(part) for part in state.layers] == [4] * len(state.layers)
    last = stepper.select(state, np.array([3]))
    assert [len(part) for part in [*last.memory, *last.layers]] == [1] * (3 + len(state.layers))


def test_an_empty_slot_is_not_shown() -> None:
    stepper, _ = steppers(attention=True)
    state = stepper.select(stepper.start(SOURCES), np.array([1, 0, 0, 0]))
    assert (state.width, len(state.layers[0])) == (3, 6)
    assert len(set(state.slots.tolist())) == 4
    proposal, _ = stepper.step(np.array([9, 5, 6, 7]), state, 4)
    assert proposal.tokens.shape == (4, 4)
    assert proposal.attention is not None
    assert proposal.attention.shape == (4, 8)


def test_states_are_left_as_they_are() -> None:
    """A search may go on from the same state twice."""
    stepper, _ = steppers(attention=True)
    state = stepper.start(SOURCES)
    first, _ = stepper.step(np.full(3, BOS), state, 5)
    stepper.select(state, np.array([2, 1]))
    again, _ = stepper.step(np.full(3, BOS), state, 5)
    np.testing.assert_array_equal(first.log_probs, again.log_probs)


def test_padding_and_beginning_are_never_proposed(attention: bool) -> None:
    stepper, _ = steppers(attention=attention)
    proposal, _ = stepper.step(np.array([BOS]), stepper.start([[5]]), stepper.vocabulary)
    assert set(proposal.tokens[0].tolist()) == set(range(stepper.vocabulary)) - {PAD, BOS}


def test_what_must_not_be_written_is_passed_over_in_order() -> None:
    log_probs = np.array([[-1, -2, -3, -4], [-1, -2, -3, -4], [-1, -2, -3, -4]], dtype=np.float32)
    ids = np.array([[5, 6, 7, PAD], [PAD, 5, BOS, 6], [5, BOS, 6, 7]])
    found, tokens = without_unwritable(log_probs, ids, 2)
    assert tokens.tolist() == [[5, 6], [5, 6], [5, 6]]
    assert found.tolist() == [[-1, -2], [-2, -4], [-1, -3]]


def test_a_batch_is_a_rectangle() -> None:
    assert rectangle([[5, 6], [], [7]]).tolist() == [[5, 6, EOS], [EOS, PAD, PAD], [7, EOS, PAD]]


def test_scoring_equals_torch(attention: bool) -> None:
    targets = [[6, 7], [], [9, 8, 7, 6, 5]]
    mine, theirs = steppers(attention=attention)
    np.testing.assert_allclose(
        score_targets(mine, SOURCES, targets), score_targets(theirs, SOURCES, targets), atol=1e-4
    )


# ------------------------------------------------------------------------------------------------ all probabilities


@pytest.mark.parametrize("int8", [False, True], ids=["float32", "int8"])
def test_all_probabilities_are_given_if_they_are_asked_for(attention: bool, int8: bool) -> None:
    """As NumPy computes them from the logarithms of the whole proposal: they sum to 1 with those never proposed."""
    stepper = exported(tiny.model(tiny.recipe(attention=attention)), int8=int8)
    state = stepper.start(SOURCES)
    whole, _ = stepper.step_whole(np.full(3, BOS), state)
    proposal, _ = stepper.step(np.full(3, BOS), state, stepper.vocabulary)
    assert whole.log_probs.shape == (3, stepper.vocabulary)
    assert (whole.log_probs[:, [PAD, BOS]] == -np.inf).all()
    np.testing.assert_array_equal(np.take_along_axis(whole.log_probs, proposal.tokens, axis=1), proposal.log_probs)
    inputs = {"tokens": np.full((3, 1), BOS), "width": np.array([1]), COLUMNS: np.array([0])}
    inputs |= {f"state.{number}": part for number, part in enumerate(state.layers)}
    inputs |= {f"memory.{number}": part for number, part in enumerate(state.memory)}
    session = opened(graphs(tiny.model(tiny.recipe(attention=attention)), int8=int8)["step"])
    assert session.run([DISTRIBUTION], inputs)[0].shape == (3, 0)
    (every,) = session.run([DISTRIBUTION], {**inputs, COLUMNS: np.array([stepper.vocabulary])})
    np.testing.assert_allclose(np.exp(every.astype(np.float64)).sum(axis=1), 1.0, atol=1e-5)


def earlier(graph: onnx.ModelProto, *, distribution: bool) -> onnx.ModelProto:
    """A step as earlier releases wrote it: with its distribution at every step, or without one."""
    made = onnx.ModelProto()
    made.CopyFrom(graph)
    inputs = [end for end in made.graph.input if end.name != COLUMNS]
    outputs = [end for end in made.graph.output if distribution or end.name != DISTRIBUTION]
    for ends, kept in ((made.graph.input, inputs), (made.graph.output, outputs)):
        del ends[:]
        ends.extend(kept)
    made.graph.initializer.append(onnx.numpy_helper.from_array(np.array([2**31]), COLUMNS))
    return made


@pytest.mark.parametrize("distribution", [True, False], ids=["always", "never"])
def test_exports_of_earlier_releases_run_as_before(distribution: bool) -> None:
    made = graphs(tiny.model(tiny.recipe()), int8=False)
    mine = exported(tiny.model(tiny.recipe()))
    old = OnnxStepper(
        opened(made["encoder"]), opened(earlier(made["step"], distribution=distribution)), mine.vocabulary
    )
    state, other = mine.start(SOURCES), old.start(SOURCES)
    for tokens in (np.full(3, BOS), np.array([5, 6, 7])):
        for found, expected in (
            (old.step_whole(tokens, other)[0], mine.step_whole(tokens, state)[0]),
            (old.step(tokens, other, 7)[0], mine.step(tokens, state, 7)[0]),
        ):
            np.testing.assert_array_equal(found.tokens, expected.tokens)
            np.testing.assert_array_equal(found.log_probs, expected.log_probs)
        (_, state), (_, other) = mine.step(tokens, state, 1), old.step(tokens, other, 1)


def test_probabilities_that_are_not_finite_are_seen() -> None:
    """One NaN among the logits makes all of its row NaN, whichever tokens are proposed."""
    model = tiny.model(tiny.recipe())
    with torch.no_grad():
        model.projection.bias[20] = float("nan")
    stepper = exported(model)
    proposal, _ = stepper.step(np.array([BOS]), stepper.start([[5]]), 3)
    assert np.isnan(proposal.log_probs).all()


# -------------------------------------------------------------------------------------------------------- same text

METHODS: dict[str, dict[str, Any]] = {
    "greedy": {"beam": 1},
    "beam 5": {"beam": 5, "nbest": 5},
    "beam 5, no repeats": {"beam": 5, "no_repeat_ngram": 2, "min_length": 4},
    "sample": {"method": "sample", "nbest": 3},
    "sample of few": {"method": "sample", "top_k": 4, "top_p": 0.9, "temperature": 0.7},
}


@pytest.mark.parametrize("method", METHODS)
def test_the_same_text_as_torch(attention: bool, method: str) -> None:
    recipe = tiny.recipe(attention=attention)
    config = recipe.decoding.model_copy(update=METHODS[method])
    found, expected = (
        Translator(stepper, tiny.tokenizers(), recipe.decoding).translate_nbest(
            tiny.SOURCES * 3, config, alignments=True
        )
        for stepper in steppers(attention=attention)
    )
    assert [[one.text for one in line] for line in found] == [[one.text for one in line] for line in expected]
    for line, other in zip(found, expected, strict=True):
        for one, two in zip(line, other, strict=True):
            assert one.log_prob == pytest.approx(two.log_prob, abs=1e-3)
            assert (one.alignment is None) is (two.alignment is None)


@pytest.mark.parametrize("prompt", ["", "GBd"])
def test_the_same_tunes_as_torch(prompt: str) -> None:
    model, tokenizers, config = tiny.generator(), tiny.tune_tokenizers(), tiny.generation_recipe().decoding
    tags = ["", "M:6/8 K:G", "K:D", "M:3/4"]
    found, expected = (
        Generator(stepper, tokenizers, config).generate(tags, prompt=prompt)
        for stepper in (exported(model), TorchStepper(model))
    )
    assert [one.text for one in found] == [one.text for one in expected]


def test_int8_writes_nearly_the_same(attention: bool) -> None:
    """Even a model of random weights, which is never sure."""
    recipe = tiny.recipe(attention=attention)
    model = tiny.model(recipe, scale=2.0)
    texts = tiny.SOURCES * 2
    exact, rounded = (
        score_targets(stepper, [tiny.tokenizers().source.encode(text) for text in texts], [[9, 8, 7]] * len(texts))
        for stepper in (TorchStepper(model), exported(model, int8=True))
    )
    assert 0 < np.abs(exact - rounded).max() < 0.4
