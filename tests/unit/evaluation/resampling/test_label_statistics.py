"""Scores of labels by sums over examples, and classifiers compared."""

from itertools import product
from random import Random

import numpy as np
import pytest
from support.refused import refused

from seq2seq.evaluation.classification import classification_scores
from seq2seq.evaluation.resampling.bootstrap import confidence_interval
from seq2seq.evaluation.resampling.label_statistics import compare_labels, label_statistics, only_right

EXPECTED = ["a", "a", "b", "c", "c", "c", "e"]
PREDICTED = ["a", "b", "b", "c", "d", "c", ""]


def noisy(expected: list[str], share: float, seed: int) -> list[str]:
    random = Random(seed)
    return [random.choice("abc") if random.random() < share else label for label in expected]


def test_sums_give_the_scores_of_labels() -> None:
    found = label_statistics(PREDICTED, EXPECTED)
    scores = classification_scores(PREDICTED, EXPECTED, ["a", "b", "c", "d"])
    assert found["accuracy"].score == pytest.approx(scores.accuracy) == 4 / 7
    # a: 1 of 1 predicted, 2 expected; b: 1, 2, 1; c: 2, 2, 3; d, e and none: never right
    by_class = [2 / 3, 2 / 3, 4 / 5, 0, 0, 0]
    assert found["macro_f1"].score == pytest.approx(scores.macro_f1) == pytest.approx(np.mean(by_class))


def test_the_interval_of_an_accuracy_is_that_of_a_share() -> None:
    expected = ["a", "b", "c", "a"] * 150
    predicted = noisy(expected, 0.3, 1)
    statistics = label_statistics(predicted, expected)["accuracy"]
    interval = confidence_interval(statistics)
    assert interval is not None
    error = (statistics.score * (1 - statistics.score) / 600) ** 0.5
    assert interval.mean == pytest.approx(statistics.score, abs=0.2 * error)
    assert interval.half_width == pytest.approx(1.96 * error, rel=0.1)


def test_accuracy_is_compared_by_the_texts_of_which_one_is_right() -> None:
    expected = ["a"] * 20
    one = ["a"] * 16 + ["b"] * 4
    other = ["b"] * 7 + ["a"] * 13
    assert only_right(one, other, expected) == ([*range(7)], [*range(16, 20)])
    accuracy, _ = compare_labels(one, other, expected)
    assert (accuracy.test, accuracy.metric) == ("mcnemar", "accuracy")
    assert accuracy.p_value == pytest.approx(1124 / 2048)
    assert accuracy.delta == pytest.approx(-0.15)


def test_randomisation_of_macro_f1_meets_all_exchanges() -> None:
    """Seven texts with different labels can be exchanged in 128 ways, which are all scored here."""
    expected = ["a", "b", "c"] * 8
    one, other = list(expected), list(expected)
    for row in range(2):
        one[row] = "a" if expected[row] != "a" else "b"
    for row in range(10, 15):
        other[row] = "c" if expected[row] != "c" else "a"
    different = [row for row in range(24) if one[row] != other[row]]
    assert len(different) == 7
    observed = f1(other, expected) - f1(one, expected)
    large = 0
    for kept in product([True, False], repeat=7):
        pair = [list(one), list(other)]
        for row, own in zip(different, kept, strict=True):
            if not own:
                pair[0][row], pair[1][row] = other[row], one[row]
        large += abs(f1(pair[1], expected) - f1(pair[0], expected)) >= abs(observed) - 1e-12
    _, found = compare_labels(one, other, expected)
    assert found.test == "randomisation"
    assert found.p_value == pytest.approx(large / 128, abs=0.02)
    assert large / 128 > 0.1  # some are exactly as large, and count


def f1(predicted: list[str], expected: list[str]) -> float:
    return classification_scores(predicted, expected, ["a", "b", "c"]).macro_f1


def test_different_numbers_are_refused() -> None:
    with refused("evaluation.not-aligned"):
        compare_labels(["a"], ["a", "b"], ["a"])
