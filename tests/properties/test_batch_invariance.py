"""No output depends on what is asked for with it: not on batch size, order, window or padding."""

import random
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import tiny

from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.engines.torch.classifier import TorchClassifier
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.inference.generator import Generator
from seq2seq.inference.translation import Translation
from seq2seq.inference.translator import Translator

WORDS = sorted({word for sentence in tiny.SOURCES for word in sentence.split()})
TOLERANCE = 1e-4  # nats: sums of floats in batches of other shapes


def translator(*, attention: bool) -> Translator:
    recipe = tiny.recipe(attention=attention)
    return Translator(TorchStepper(tiny.model(recipe)), tiny.tokenizers(), recipe.decoding)


TRANSLATORS = {attention: translator(attention=attention) for attention in (True, False)}


def sentences(count: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(rng.choices(WORDS, k=rng.randint(0, 4))) for _ in range(count)]


def assert_same(found: list[list[Translation]], expected: list[list[Translation]]) -> None:
    assert [[one.text for one in line] for line in found] == [[one.text for one in line] for line in expected]
    for one, other in zip(chain(*found), chain(*expected), strict=True):
        assert one.score == pytest.approx(other.score, abs=TOLERANCE)


@pytest.mark.parametrize("attention", [True, False], ids=["attention", "fixed"])
@pytest.mark.parametrize("method", ["beam", "greedy", "sample"])
def test_the_batch_size_changes_nothing(attention: bool, method: str) -> None:
    translator = TRANSLATORS[attention]
    changes = {"beam": {"nbest": 3}, "greedy": {"beam": 1}, "sample": {"method": "sample"}}[method]
    texts = sentences(66, seed=1)
    one, seven, all_together = (
        translator.translate_nbest(texts, translator.decoding.model_copy(update={**changes, "batch_size": size}))
        for size in (1, 7, 64)
    )
    assert_same(seven, one)
    assert_same(all_together, one)


@settings(max_examples=10, deadline=None)
@given(texts=st.lists(st.sampled_from(sentences(40, seed=2)), max_size=12), seed=st.integers(0, 2**16))
@pytest.mark.parametrize("attention", [True, False], ids=["attention", "fixed"])
def test_the_order_changes_nothing(attention: bool, texts: list[str], seed: int) -> None:
    translator = TRANSLATORS[attention]
    order = random.Random(seed).sample(range(len(texts)), k=len(texts))
    shuffled = translator.translate_nbest([texts[row] for row in order])
    straight = translator.translate_nbest(texts)
    assert_same(shuffled, [straight[row] for row in order])


CLASSIFIER = TextClassifier(TorchClassifier(tiny.classifier()), tiny.label_tokenizers())


@settings(max_examples=10, deadline=None)
@given(texts=st.lists(st.sampled_from(sentences(40, seed=3)), max_size=12), cut=st.integers(0, 12))
def test_a_label_is_that_of_the_text_alone(texts: list[str], cut: int) -> None:
    whole = CLASSIFIER.classify(texts)
    parts = CLASSIFIER.classify(texts[:cut]) + CLASSIFIER.classify(texts[cut:])
    assert [one.label for one in whole] == [one.label for one in parts]
    for one, other in zip(whole, parts, strict=True):
        assert one.logits == pytest.approx(other.logits, abs=TOLERANCE)


GENERATOR = Generator(TorchStepper(tiny.generator()), tiny.tune_tokenizers(), tiny.generation_recipe().decoding)


@settings(max_examples=10, deadline=None)
@given(
    tags=st.lists(st.sampled_from(["", *tiny.TAGS, "K:G M:6/8"]), min_size=1, max_size=8),
    seed=st.integers(0, 2**16),
    prompt=st.sampled_from(["", "GBd"]),
    data=st.data(),
)
def test_text_number_n_is_that_of_its_tags_seed_and_number(
    tags: list[str], seed: int, prompt: str, data: st.DataObject
) -> None:
    config = GENERATOR.decoding.model_copy(update={"seed": seed})
    whole = GENERATOR.generate(tags, config, prompt=prompt)
    first = data.draw(st.integers(0, len(tags) - 1))
    last = data.draw(st.integers(first + 1, len(tags)))
    part = GENERATOR.generate(tags[first:last], config, prompt=prompt, start=first)
    assert [one.text for one in part] == [one.text for one in whole[first:last]]
