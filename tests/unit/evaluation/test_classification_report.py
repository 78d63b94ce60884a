"""How the evaluation of a classifier is shown to people and to programs."""

import json

import pytest
from rich.console import Console, RenderableType

from seq2seq.evaluation.calibration import Calibration
from seq2seq.evaluation.classification import classification_scores
from seq2seq.evaluation.classification_report import LARGEST_MATRIX, ClassificationReport, shortened

EXPECTED = ["a", "a", "a", "b", "b", "c"]
PREDICTED = ["a", "a", "b", "b", "a", "a"]


def shown(renderable: RenderableType, width: int = 100) -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        console.print(renderable)
    return [line.rstrip() for line in capture.get().splitlines()]


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
        "note: Always predicting 'a' would be right at least as often as the model.",
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


def test_of_many_classes_the_most_frequent_mistakes_are_listed() -> None:
    labels = [f"c{i}" for i in range(LARGEST_MATRIX + 1)]
    lines = shown(ClassificationReport(classification_scores([*labels, "c1"], [*labels, "c2"], labels)).render())
    assert lines[-2].split() == ["expected", "predicted", "most", "frequent", "mistakes"]
    assert lines[-1].split() == ["c2", "c1", "1"]


@pytest.mark.parametrize("width", [3, 5, 6, 9])
def test_shortened(width: int) -> None:
    assert shortened("abcdefghij", 10) == "abcdefghij"
    found = shortened("abcdefghij", width)
    start, end = found.split("…")
    assert len(found) == width
    assert "abcdefghij".startswith(start)
    assert "abcdefghij".endswith(end)
