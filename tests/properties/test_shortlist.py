"""Over a shortlist, a model says what it says over all tokens, but for those not in the sentence's own list."""

import random
from dataclasses import replace
from functools import cache
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import tiny
from support.exported import exported

from seq2seq.inference.engines.onnx.shortlist import Lists
from seq2seq.inference.engines.onnx.stepper import OnnxStepper
from seq2seq.inference.translation import Translation
from seq2seq.inference.translator import Translator
from seq2seq.search.decode import score_targets
from seq2seq.special import BOS, EOS, PAD, UNK

SIZE = tiny.tokenizers().source.size
PIECES = tiny.tokenizers().target.pieces(range(SIZE))
WORDS = sorted({word for sentence in tiny.SOURCES for word in sentence.split()})
TOLERANCE = 1e-4  # nats: sums of floats in batches of other shapes


def random_lists(seed: int, *, always: int, each: int) -> Lists:
    """Lists of a few tokens."""
    rng = np.random.default_rng(seed)
    entries = [np.sort(rng.choice(np.arange(4, SIZE), rng.integers(0, each + 1), replace=False)) for _ in range(SIZE)]
    starts = np.concatenate([[0], np.cumsum([len(entry) for entry in entries])])
    same = np.array([UNK, EOS, *(4 + rng.choice(SIZE - 4, always, replace=False))])
    return Lists(np.sort(same), starts, np.concatenate(entries), SIZE)


LISTS = random_lists(1, always=8, each=3)


@cache
def steppers(*, int8: bool, attention: bool) -> tuple[OnnxStepper, OnnxStepper]:
    model = tiny.model(tiny.recipe(attention=attention))
    return exported(model, int8=int8, lists=LISTS), exported(model, int8=int8)


SOURCES = st.lists(st.lists(st.integers(4, SIZE - 1), min_size=1, max_size=5), min_size=1, max_size=5)


@settings(max_examples=25, deadline=None)
@given(data=st.data(), sources=SOURCES, width=st.integers(1, SIZE), int8=st.booleans(), attention=st.booleans())
def test_probabilities_are_those_of_all_tokens_normalised_over_a_sentences_own(
    data: st.DataObject, sources: list[list[int]], width: int, int8: bool, attention: bool
) -> None:
    mine, whole = steppers(int8=int8, attention=attention)
    rows = np.arange(len(sources))
    state, other = mine.start(sources), whole.start(sources)
    last = np.full(len(sources), BOS)
    for _ in range(3):
        all_at_once, _ = mine.step_whole(last, state)
        found, state = mine.step(last, state, width)
        proposed = np.take_along_axis(all_at_once.log_probs, found.tokens, axis=1)
        np.testing.assert_allclose(proposed, found.log_probs, atol=TOLERANCE)
        every, other = whole.step(last, other, SIZE)
        assert not np.isin(found.tokens, [PAD, BOS]).any()
        assert (found.log_probs[:, 1:] <= found.log_probs[:, :-1]).all()
        for row, sentence in enumerate(rows.tolist()):
            allowed = LISTS.allowed([sources[sentence]])[0]
            kept = allowed[every.tokens[row]]
            expected = every.log_probs[row][kept].astype(np.float64)
            expected -= np.log(np.exp(expected).sum())
            assert len(set(found.tokens[row].tolist())) == found.tokens.shape[1]
            possible = found.log_probs[row] > -np.inf
            assert allowed[found.tokens[row][possible]].all()
            assert possible.sum() == min(width, allowed.sum())
            np.testing.assert_allclose(found.log_probs[row][possible], expected[: possible.sum()], atol=2e-4)
        chosen = np.array(data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=1, max_size=6)))
        state, other = mine.select(state, chosen), whole.select(other, chosen)
        rows = rows[chosen]
        last = np.array(data.draw(st.lists(st.integers(4, SIZE - 1), min_size=len(rows), max_size=len(rows))))


# -------------------------------------------------------------------------------------------- nothing of its neighbours


def sentences(count: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(rng.choices(WORDS, k=rng.randint(0, 4))) for _ in range(count)]


def translator(*, int8: bool) -> Translator:
    return Translator(steppers(int8=int8, attention=True)[0], tiny.tokenizers(), tiny.recipe().decoding)


def assert_same(found: list[list[Translation]], expected: list[list[Translation]]) -> None:
    assert [[one.text for one in line] for line in found] == [[one.text for one in line] for line in expected]
    for one, other in zip(chain(*found), chain(*expected), strict=True):
        assert one.score == pytest.approx(other.score, abs=TOLERANCE)


@pytest.mark.parametrize("int8", [False, True], ids=["float32", "int8"])
@pytest.mark.parametrize("method", ["beam", "greedy", "sample"])
def test_the_batch_size_changes_nothing(method: str, int8: bool) -> None:
    changes = {"beam": {"nbest": 3}, "greedy": {"beam": 1}, "sample": {"method": "sample"}}[method]
    mine, texts = translator(int8=int8), sentences(40, seed=1)
    one, seven, all_together = (
        mine.translate_nbest(texts, mine.decoding.model_copy(update={**changes, "batch_size": size}))
        for size in (1, 7, 64)
    )
    assert_same(seven, one)
    assert_same(all_together, one)


@settings(max_examples=10, deadline=None)
@given(texts=st.lists(st.sampled_from(sentences(30, seed=2)), max_size=10), seed=st.integers(0, 2**16))
def test_a_translation_is_that_of_the_text_alone(texts: list[str], seed: int) -> None:
    mine = translator(int8=False)
    order = random.Random(seed).sample(range(len(texts)), k=len(texts))
    together = mine.translate_nbest([texts[row] for row in order])
    assert_same(together, [mine.translate_nbest([texts[row]])[0] for row in order])


def test_every_token_of_an_output_is_in_the_list_of_its_source() -> None:
    mine = translator(int8=False)
    for text, (best, *_) in zip(tiny.SOURCES, mine.translate_nbest(tiny.SOURCES), strict=True):
        allowed = LISTS.allowed([mine.tokenizers.source.encode_batch([text])[0]])[0]
        assert best.tokens
        assert allowed[[PIECES.index(piece) for piece in best.tokens]].all()


def test_what_is_not_in_the_list_cannot_be_written() -> None:
    stepper, _ = steppers(int8=False, attention=True)
    source = [5, 6]
    allowed = LISTS.allowed([source])[0]
    inside = [int(token) for token in np.flatnonzero(allowed) if token > EOS][:2]
    outside = next(token for token in range(4, SIZE) if not allowed[token])
    found = score_targets(stepper, [source, source], [inside, [*inside, outside]])
    assert -np.inf < found[0] < 0
    assert found[1] == -np.inf


def test_terms_of_a_glossary_join_the_list() -> None:
    mine = translator(int8=False)
    mine = replace(mine, decoding=mine.decoding.model_copy(update={"max_length_extra": 20}))
    found = mine.with_glossary({"dog": "Hund"}).translate_nbest(tiny.SOURCES[:2])
    assert [[use.met for use in best.terms] for best, *_ in found] == [[True], [True]]
