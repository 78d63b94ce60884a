"""Contributions of words are right where they can be worked out by hand: for a linear classifier of words."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from support.refused import refused

from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.explanation import (
    MAX_SPANS,
    Explanation,
    label_odds,
    occluded_spans,
    occlusions,
    without,
)
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.inference.request.sources import MAX_TOKENS
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import VocabularyPair

WORDS = LabelVocabulary(["good", "film", "bad", "not", ".", *map(str, range(1000))], separated=True)
"""One token per word."""


class BagOfWords:
    """Logits are a bias, and a row of weights for each word."""

    def __init__(self, bias: Sequence[float], weights: dict[str, Sequence[float]]) -> None:
        self.bias = np.array(bias)
        self.weights = {WORDS.encode(word)[0]: np.array(row) for word, row in weights.items()}
        self.read: list[Sequence[int]] = []

    def logits(self, sources: Sequence[Sequence[int]]) -> NDArray[np.float64]:
        self.read += sources
        nothing = np.zeros_like(self.bias)
        return np.array([sum((self.weights.get(one, nothing) for one in ids), self.bias) for ids in sources])


def linear(
    bias: Sequence[float], weights: dict[str, Sequence[float]], labels: Sequence[str] = ("neg", "pos"), **options: float
) -> TextClassifier:
    vocabularies = VocabularyPair(WORDS, LabelVocabulary(labels, separated=False))
    return TextClassifier(BagOfWords(bias, weights), vocabularies, **options)  # type: ignore[arg-type]


REVIEWS = {"good": (0.0, 2.0), "bad": (1.5, 0.0), "not": (0.25, 0.0)}


def contributions(explanation: Explanation) -> dict[str, float]:
    return {word.text: word.contribution for word in explanation.words}


def test_a_words_contribution_is_its_weight_in_a_linear_model_of_two_labels() -> None:
    (found,) = linear((0.0, 0.25), REVIEWS).explain(["good film , bad"])
    assert found.label == "pos"
    assert found.log_odds == pytest.approx(0.75)
    assert found.probability == pytest.approx(1 / (1 + math.exp(-0.75)))
    assert contributions(found) == pytest.approx({"good": 2.0, "film": 0.0, ",": 0.0, "bad": -1.5})
    assert sum(contributions(found).values()) == pytest.approx(found.log_odds - 0.25)
    good = found.words[0]
    assert good.probability_without == pytest.approx(1 / (1 + math.exp(1.25)))
    assert [(word.start, word.end) for word in found.words] == [(0, 4), (5, 9), (10, 11), (12, 15)]


def test_contributions_are_of_calibrated_log_odds() -> None:
    (found,) = linear((0.0, 0.25), REVIEWS, temperature=2.0).explain(["good film bad"])
    assert contributions(found) == pytest.approx({"good": 1.0, "film": 0.0, "bad": -0.75})


def test_of_several_labels_the_others_are_taken_together() -> None:
    model = linear((0.0, 0.0, 0.0), {"good": (3.0, 0.0, 1.0), "bad": (0.0, 1.0, 2.0)}, labels=("a", "b", "c"))
    (found,) = model.explain(["good bad"])  # logits 3, 1, 3
    assert found.label == "a"
    whole = 3 - math.log(math.exp(1) + math.exp(3))
    without_good, without_bad = 0 - math.log(math.exp(1) + math.exp(2)), 3 - math.log(1 + math.exp(1))
    assert found.log_odds == pytest.approx(whole)
    assert contributions(found) == pytest.approx({"good": whole - without_good, "bad": whole - without_bad})


def test_another_label_can_be_explained() -> None:
    (found,) = linear((0.0, 0.25), REVIEWS).explain(["good film bad"], label="neg")
    assert (found.label, dict(found.probabilities)["neg"]) == ("neg", found.probability)
    assert contributions(found) == pytest.approx({"good": -2.0, "film": 0.0, "bad": 1.5})
    with refused("inference.unknown-label") as error:
        linear((0.0, 0.25), REVIEWS).explain(["good"], label="positive")
    assert "'neg', 'pos'" in str(error.value)


def test_without_its_only_word_a_text_is_eos_alone() -> None:
    model = linear((0.0, 0.25), REVIEWS)
    (found,) = model.explain(["bad"])
    assert contributions(found) == pytest.approx({"bad": 1.5})
    assert isinstance(model.network, BagOfWords)
    assert [] in model.network.read


def test_a_model_of_one_label_has_nothing_to_explain() -> None:
    (found,) = linear((1.0,), {"good": (2.0,)}, labels=("only",)).explain(["good film"])
    assert (found.label, found.probability, found.log_odds) == ("only", 1.0, 0.0)
    assert contributions(found) == {"good": 0.0, "film": 0.0}


def test_a_blank_line_has_no_words() -> None:
    warnings, steps = InputWarnings(), list[int]()
    first, blank, last = linear((0.0, 0.25), REVIEWS).explain(
        ["good", " ", "bad ."], warnings=warnings, advance=steps.append
    )
    assert (blank.label, blank.words, blank.log_odds) == ("", (), 0.0)
    assert (len(first.words), len(last.words)) == (1, 2)
    assert (warnings.lines, warnings.empty) == (3, 1)
    assert sum(steps) == 3


def test_the_strongest_words_first() -> None:
    (found,) = linear((0.0, 0.25), REVIEWS).explain(["not good film bad"])
    assert [word.text for word in found.supporting(5)] == ["good"]
    assert [word.text for word in found.opposing(5)] == ["bad", "not"]
    assert [word.text for word in found.opposing(1)] == ["bad"]


def test_one_text_is_refused() -> None:
    with pytest.raises(TypeError, match=r"\['good'\]"):
        linear((0.0, 0.25), REVIEWS).explain("good")


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("0123456789"), st.floats(-5, 5)), min_size=1, max_size=12))
def test_contributions_add_up_in_a_linear_model(chosen: list[tuple[str, float]]) -> None:
    weights = {word: (0.0, weight) for word, weight in chosen}
    text = " ".join(word for word, _ in chosen)
    (found,) = linear((0.0, 0.5), weights).explain([text], label="pos")
    expected = [weights[word][1] for word, _ in chosen]
    assert [word.contribution for word in found.words] == pytest.approx(expected, abs=1e-9)
    assert found.log_odds == pytest.approx(sum(expected) + 0.5)


# ------------------------------------------------------------------------------------------------- spans and deletion


def test_of_a_long_text_runs_of_words_are_deleted() -> None:
    text = " ".join(map(str, range(300)))
    spans = occluded_spans(text)
    assert len(spans) == 100 <= MAX_SPANS
    assert [text[start:end] for start, end in (spans[0], spans[-1])] == ["0 1 2", "297 298 299"]
    weights = {str(number): (0.0, 0.01 * number) for number in range(300)}
    (found,) = linear((0.0, 0.0), weights).explain([text])
    assert [word.contribution for word in found.words[:2]] == pytest.approx([0.03, 0.12])
    assert sum(word.contribution for word in found.words) == pytest.approx(0.01 * 299 * 150)


def test_words_that_are_cut_off_have_no_contribution() -> None:
    text = " ".join(["film"] * (MAX_TOKENS - 1) + ["good", "bad"] + ["film"] * 5_000)
    (found,) = linear((0.0, 0.25), REVIEWS).explain([text])
    assert found.note is not None
    assert sum(len(word.text.split()) for word in found.words) == MAX_TOKENS
    assert found.words[-1].text.endswith(" good")
    # The network reads the words behind instead: "bad" is within reach where others are deleted.
    assert [word.contribution for word in found.words] == pytest.approx([1.5] * (len(found.words) - 1) + [3.5])


@pytest.mark.parametrize("count", [1, 127, 128, 129, 255, 256, 257, 1000])
def test_every_word_is_in_a_span(count: int) -> None:
    text = " ".join("w" * count)
    spans = occluded_spans(text)
    assert len(spans) <= MAX_SPANS
    assert sum(text[start:end].count("w") for start, end in spans) == count
    assert len(spans) == count or count > MAX_SPANS


@pytest.mark.parametrize(
    ("text", "deleted", "left"),
    [
        ("a b c", ["b"], "a c"),
        ("a b c", ["a"], "b c"),
        ("a b c", ["c"], "a b"),
        ("  a b", ["a"], "b"),
        ("a b c d", ["a", "b"], "c d"),
        ("a b c d", ["b", "c"], "a d"),
        ("a b", ["a", "b"], ""),
        ("not good.", ["good"], "not."),
        ("say (it) now", ["it"], "say () now"),
        ("(it is)", ["it"], "(is)"),
        ("好きです", ["き"], "好です"),
    ],
)
def test_a_space_goes_with_the_word(text: str, deleted: list[str], left: str) -> None:
    assert without(text, [(text.index(word), text.index(word) + len(word)) for word in deleted]) == left


@settings(max_examples=50)
@given(st.text("ab .,()é漢 ", max_size=30), st.data())
def test_nothing_but_the_words_and_spaces_is_deleted(text: str, data: st.DataObject) -> None:
    spans = occluded_spans(text)
    chosen = [span for span in spans if data.draw(st.booleans())]
    others = "".join(text[start:end] for start, end in spans if (start, end) not in chosen)
    assert "".join(without(text, chosen).split()) == others


def test_variants_come_in_bounded_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seq2seq.inference.explanation._BLOCK", 10)
    texts = ["a b c", "", "d e"]
    found = list(occlusions(texts, [occluded_spans(text) for text in texts]))
    assert [[rest for *_, rest in block] for block in found] == [["b c", "a c"], ["a b", "e", "d"]]
    steps: list[int] = []
    words = linear((0.0, 0.25), REVIEWS).explain(texts, advance=steps.append)
    assert [len(one.words) for one in words] == [3, 0, 2]
    assert steps == [1, 0, 2]


def test_log_odds_do_not_overflow() -> None:
    assert label_odds(np.array([1000.0, 0.0]), 0) == (1000.0, 1.0)
    odds, probability = label_odds(np.array([math.log(3), 0.0, 0.0]), 0)
    assert (odds, probability) == pytest.approx((math.log(1.5), 0.6))
