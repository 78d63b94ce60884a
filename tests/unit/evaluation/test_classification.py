"""Scores of a classifier, against values worked out by hand."""

import json

import pytest
from rich.console import Console, RenderableType

from seq2seq.errors import DataError
from seq2seq.evaluation.calibration import Calibration
from seq2seq.evaluation.classification import (
    LARGEST_MATRIX,
    ClassificationReport,
    ClassScores,
    classification_scores,
    group_scores,
    shortened,
)

EXPECTED = ["a", "a", "a", "b", "b", "c"]
PREDICTED = ["a", "a", "b", "b", "a", "a"]


def shown(renderable: RenderableType, width: int = 100) -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        console.print(renderable)
    return [line.rstrip() for line in capture.get().splitlines()]


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
        "Without an example in the data: 'a', 'b'.",
        "2 of 2 examples have labels that the model does not know: 'new', 'newer'.",
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
    with pytest.raises(DataError, match="nothing to score: no predictions"):
        classification_scores([], [], ["a"])


def test_numbers_that_differ() -> None:
    with pytest.raises(DataError, match="2 predictions, but 1 expected labels"):
        classification_scores(["a", "b"], ["a"], ["a", "b"])
    with pytest.raises(DataError, match="1 predictions, but 2 groups"):
        group_scores(["a"], ["a"], ["a"], ["x", "y"])


def test_remarks() -> None:
    found = classification_scores(["a", "a", "a", "a"], ["a", "a", "b", "[new]"], ["a", "b", "c"])
    assert found.remarks() == [
        "Always answering 'a' would be right at least as often as the model is.",
        "Never predicted: 'b'.",
        "Without an example in the data: 'c'.",
        "1 of 4 examples have labels that the model does not know: '[new]'.",
    ]
    assert classification_scores(["a"], ["a"], ["a"]).remarks() == [
        "All examples have the label 'a': the accuracy says little."
    ]
    many = classification_scores(["l0"] * 8 + ["l1"] * 2, [*(f"l{i}" for i in range(8)), "l1", "l1"], ["l0", "l1"])
    listed = "'l2', 'l3', 'l4', 'l5', 'l6' and 1 more"
    assert many.remarks()[-1] == f"6 of 10 examples have labels that the model does not know: {listed}."


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


def test_json_of_a_report() -> None:
    scores = classification_scores(["a", "b"], ["a", "b"], ["a", "b"])
    assert ClassificationReport(scores).to_dict() == scores.to_dict()
    calibration = Calibration(2.0, 0.2, 0.1, 0.9, 0.8, 5)
    found = json.loads(json.dumps(ClassificationReport(scores, {"x": scores}, calibration).to_dict()))
    assert found["groups"]["x"]["accuracy"] == 1.0
    assert found["calibration"]["temperature"] == 2.0


def test_tables_of_a_corpus() -> None:
    lines = shown(ClassificationReport(classification_scores(PREDICTED, EXPECTED, ["a", "b", "c"])).render())
    assert lines == [
        "examples  accuracy  baseline  macro-F1  baseline  baseline: always",
        "       6     50.0%     50.0%     0.357     0.222  a",
        "",
        "class  precision  recall     F1  support",
        "a          0.500   0.667  0.571        3",
        "b          0.500   0.500  0.500        2",
        "c          0.000   0.000  0.000        1",
        "",
        "expected \\ predicted  a  b  c",
        "a                     2  1  0",
        "b                     1  1  0",
        "c                     1  0  0",
        "",
        "note: Always answering 'a' would be right at least as often as the model is.",
        "note: Never predicted: 'c'.",
    ]


def test_groups_stand_above_the_whole_and_the_calibration_below() -> None:
    scores = classification_scores(["a", "[b]"], ["a", "[b]"], ["a", "[b]"])
    lines = shown(ClassificationReport(scores, {"[new]": scores}, Calibration(2.0, 0.2, 0.1, 0.9, 0.8, 5)).render())
    assert [line.split()[0] for line in lines[:3]] == ["group", "[new]", "all"]
    assert lines[-5].split() == ["expected", "\\", "predicted", "a", "[b]"]
    assert lines[-1] == "temperature 2.00: calibration error 0.200 -> 0.100, NLL 0.900 -> 0.800 nats (5 examples)"


def test_a_temperature_that_does_harm_is_explained() -> None:
    scores = classification_scores(["a", "b"], ["a", "b"], ["a", "b"])
    harm = Calibration(1.35, 0.053, 0.123, 0.4, 0.5, 9)
    assert ClassificationReport(scores, {}, harm).remarks() == harm.remarks()
    assert len(harm.remarks()) == 1
    assert shown(ClassificationReport(scores, {}, harm).render())[-1] == f"note: {harm.remarks()[0]}"
    assert Calibration(1.35, 0.1231, 0.1234, 0.4, 0.5, 9).remarks() == []  # as printed, it is the same


def test_long_names_are_numbered_and_an_80_column_terminal_holds_them() -> None:
    labels = [f"a rather long name of category {i}" for i in range(LARGEST_MATRIX)]
    lines = shown(ClassificationReport(classification_scores(labels * 100, labels * 100, labels)).render(), width=80)
    assert lines[-LARGEST_MATRIX - 1].split()[3:] == [str(i) for i in range(1, LARGEST_MATRIX + 1)]
    assert lines[-1].split()[-LARGEST_MATRIX:] == ["0"] * (LARGEST_MATRIX - 1) + ["100"]
    assert lines[-1].startswith("12 a rather…egory 11")


def test_of_many_classes_the_commonest_mistakes_are_listed() -> None:
    labels = [f"c{i}" for i in range(LARGEST_MATRIX + 1)]
    lines = shown(ClassificationReport(classification_scores([*labels, "c1"], [*labels, "c2"], labels)).render())
    assert lines[-2].split() == ["expected", "predicted", "commonest", "mistakes"]
    assert lines[-1].split() == ["c2", "c1", "1"]


@pytest.mark.parametrize("width", [3, 5, 6, 9])
def test_shortened(width: int) -> None:
    assert shortened("abcdefghij", 10) == "abcdefghij"
    found = shortened("abcdefghij", width)
    start, end = found.split("…")
    assert len(found) == width
    assert "abcdefghij".startswith(start)
    assert "abcdefghij".endswith(end)
