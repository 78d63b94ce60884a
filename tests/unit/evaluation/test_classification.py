"""Scores of a classifier, against values worked out by hand."""

import json

import pytest
from support.refused import refused

from seq2seq.evaluation.classification import ClassScores, classification_scores, group_scores

EXPECTED = ["a", "a", "a", "b", "b", "c"]
PREDICTED = ["a", "a", "b", "b", "a", "a"]


def test_scores_by_hand() -> None:
    found = classification_scores(PREDICTED, EXPECTED, ["a", "b", "c"])
    assert found.confusion == ((2, 1, 0), (1, 1, 0), (1, 0, 0))
    assert found.classes[0] == ClassScores("a", 2 / 4, 2 / 3, pytest.approx(4 / 7), 3)
    assert found.classes[1] == ClassScores("b", 1 / 2, 1 / 2, 1 / 2, 2)
    assert found.classes[2] == ClassScores("c", 0, 0, 0, 1)
    assert (found.examples, found.accuracy) == (6, 3 / 6)
    assert found.macro_f1 == pytest.approx((4 / 7 + 1 / 2 + 0) / 3)
    assert found.unknown == ()


def test_baseline_is_the_score_of_always_answering_the_commonest_label() -> None:
    found = classification_scores(PREDICTED, EXPECTED, ["a", "b", "c"])
    always = classification_scores(["a"] * 6, EXPECTED, ["a", "b", "c"])
    assert found.baseline_label == "a"
    assert found.baseline == always.accuracy == 3 / 6
    assert found.baseline_macro_f1 == pytest.approx(always.macro_f1) == pytest.approx(2 / 9)


def test_a_label_that_the_model_does_not_know_is_no_baseline() -> None:
    """Nobody can always answer what is no answer: of six, the two of `a` are what the baseline gets right."""
    expected = ["new", "new", "new", "a", "a", "b"]
    found = classification_scores(["a"] * 6, expected, ["b", "a"])
    assert (found.baseline_label, found.baseline, found.accuracy) == ("a", 2 / 6, 2 / 6)
    # Precision 2 / 6 and recall 1 are an F1 of 1 / 2; three classes occur.
    assert found.baseline_macro_f1 == pytest.approx(1 / 2 / 3) == pytest.approx(found.macro_f1)


def test_where_no_label_is_known_nothing_is_right() -> None:
    found = classification_scores(["a", "b"], ["new", "newer"], ["a", "b"])
    assert (found.baseline_label, found.baseline, found.baseline_macro_f1) == ("a", 0, 0)
    assert found.remarks() == [
        "No example in the data: 'a', 'b'.",
        "2 of 2 examples with labels that the model does not know: 'new', 'newer'.",
    ]
    alone = classification_scores(["a", "a"], ["new", "new"], ["a"])
    assert alone.remarks()[0] == "All examples have the label 'new': the accuracy says little."


def test_of_labels_that_are_equally_common_the_first_of_the_model_is_the_baseline() -> None:
    assert classification_scores(["a", "a"], ["a", "b"], ["b", "a"]).baseline_label == "b"


def test_classes_that_do_not_occur_do_not_lower_macro_f1() -> None:
    found = classification_scores(["a", "b"], ["a", "b"], ["z", "a", "b"])
    assert found.labels == ("z", "a", "b")
    assert (found.macro_f1, found.classes[0].support) == (1.0, 0)


def test_labels_that_the_model_does_not_know_come_last_and_count_as_wrong() -> None:
    found = classification_scores(["a", "b", "a"], ["new", "b", "a"], ["b", "a"])
    assert (found.labels, found.unknown) == (("b", "a", "new"), ("new",))
    assert found.confusion == ((1, 0, 0), (0, 1, 0), (0, 1, 0))
    assert found.macro_f1 == pytest.approx((1 + 2 / 3 + 0) / 3)


def test_groups_in_the_order_of_their_appearance() -> None:
    groups = ["seen", None, "held out", "seen", "seen", None]
    found = group_scores(PREDICTED, EXPECTED, ["a", "b", "c"], groups)
    assert list(found) == ["seen", "held out"]
    assert (found["seen"].examples, found["seen"].accuracy, found["seen"].baseline_label) == (3, 2 / 3, "b")
    assert found["held out"].accuracy == 0


def test_nothing_to_score() -> None:
    with refused("evaluation.empty"):
        classification_scores([], [], ["a"])


def test_numbers_that_differ() -> None:
    with refused("evaluation.not-aligned", "2 predictions", "1 expected labels"):
        classification_scores(["a", "b"], ["a"], ["a", "b"])
    with refused("evaluation.not-aligned", "2 groups"):
        group_scores(["a"], ["a"], ["a"], ["x", "y"])


def test_remarks() -> None:
    found = classification_scores(["a", "a", "a", "a"], ["a", "a", "b", "[new]"], ["a", "b", "c"])
    assert found.remarks() == [
        "Always predicting 'a' would be right at least as often as the model.",
        "Never predicted: 'b'.",
        "No example in the data: 'c'.",
        "1 of 4 examples with labels that the model does not know: '[new]'.",
    ]
    assert classification_scores(["a"], ["a"], ["a"]).remarks() == [
        "All examples have the label 'a': the accuracy says little."
    ]
    many = classification_scores(["l0"] * 8 + ["l1"] * 2, [*(f"l{i}" for i in range(8)), "l1", "l1"], ["l0", "l1"])
    listed = "'l2', 'l3', 'l4', 'l5', 'l6' and 1 more"
    assert many.remarks()[-1] == f"6 of 10 examples with labels that the model does not know: {listed}."


def test_all_is_well_and_nothing_is_said() -> None:
    assert classification_scores(["a", "b"], ["a", "b"], ["a", "b"]).remarks() == []


def test_mistakes_the_commonest_first() -> None:
    found = classification_scores(["b", "a", "a", "a"], ["a", "b", "b", "a"], ["a", "b"])
    assert found.mistakes() == [("b", "a", 2), ("a", "b", 1)]


def test_json() -> None:
    scores = classification_scores(["a", "b"], ["a", "b"], ["a", "b"])
    assert json.loads(json.dumps(scores.to_dict())) == {
        "accuracy": 1.0,
        "macro_f1": 1.0,
        "baseline": 0.5,
        "baseline_macro_f1": pytest.approx(1 / 3),
        "baseline_label": "a",
        "examples": 2,
        "classes": [
            {"label": "a", "precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1},
            {"label": "b", "precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1},
        ],
        "labels": ["a", "b"],
        "confusion": [[1, 0], [0, 1]],
        "unknown": [],
    }
