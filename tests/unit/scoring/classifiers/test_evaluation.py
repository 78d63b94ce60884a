"""Classifiers side by side: figures, tables that fit, and a page that no text can break."""

from pathlib import Path
from random import Random

import pytest
from rich.console import Console
from support.refused import refused

from seq2seq.data.reading.examples import Examples
from seq2seq.report.table import Table
from seq2seq.scoring.classifiers.evaluation import ClassificationEvaluation
from seq2seq.scoring.classifiers.run import evaluate_labels
from seq2seq.scoring.systems.compared import Significance

EXPECTED = ["good", "bad", "so-so"] * 40
TEXTS = [f"<i>text</i> {number}" for number in range(120)]
HOW = Significance(samples=60)


def noisy(share: float, seed: int) -> list[str]:
    random = Random(seed)
    return [random.choice(EXPECTED) if random.random() < share else label for label in EXPECTED]


def evaluated(*outputs: tuple[str, list[str]], details: bool = True, **more: object) -> ClassificationEvaluation:
    groups = ["x", "y"] * 60
    return evaluate_labels(
        Examples("te<st>.tsv", TEXTS, EXPECTED, groups),
        [],
        outputs,
        HOW,
        details=details,
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module")
def evaluation() -> ClassificationEvaluation:
    return evaluated(
        ("/a/long/path/of/november/one.labels", noisy(0.3, 1)), ("/a/long/path/of/november/<b>.labels", noisy(0.2, 2))
    )


def test_json_has_scores_differences_and_examples(evaluation: ClassificationEvaluation) -> None:
    content = evaluation.to_dict()
    assert (content["data"], content["examples"]) == ("te<st>.tsv", 120)
    one, other = content["systems"]  # type: ignore[misc]
    right = sum(label == truth for label, truth in zip(evaluation.systems[0].labels, EXPECTED, strict=True))
    assert one["accuracy"] == pytest.approx(right / 120)  # type: ignore[index, call-overload]
    assert one["intervals"]["macro_f1"]["low"] < one["macro_f1"] < one["intervals"]["macro_f1"]["high"]  # type: ignore[index, call-overload, operator]
    accuracy, f1 = content["comparisons"]  # type: ignore[misc]
    assert (accuracy["test"], f1["test"]) == ("mcnemar", "randomisation")  # type: ignore[index, call-overload]
    assert accuracy["delta"] == pytest.approx(other["accuracy"] - one["accuracy"])  # type: ignore[index, call-overload, operator]
    (agreement,) = content["agreement"]  # type: ignore[misc]
    examples = content["examples_to_read"]["different"][evaluation.systems[1].name]  # type: ignore[index, call-overload]
    shown = min(12, agreement["only_baseline_right"]) + min(12, agreement["only_system_right"])  # type: ignore[index, call-overload, type-var]
    assert len(examples) == shown  # type: ignore[arg-type]
    first = examples[0]  # type: ignore[index]
    assert first["labels"][evaluation.baseline.name] == first["expected"] == EXPECTED[first["line"] - 1]  # type: ignore[index, call-overload, operator]


def test_the_test_of_macro_f1_can_be_chosen() -> None:
    labels = [("a", noisy(0.3, 1)), ("b", noisy(0.2, 2))]
    found = evaluate_labels(Examples("e", TEXTS, EXPECTED), [], labels, Significance("bootstrap", 60))
    assert [one.test for one in found.comparisons["b"]] == ["mcnemar", "bootstrap"]


def test_a_baseline_is_no_system_of_its_own() -> None:
    found = evaluated(("b", noisy(0.2, 2)), baseline=("first", noisy(0.3, 1)))
    content = found.to_dict()
    assert found.single is found.systems[1]
    assert content["accuracy"] == found.systems[1].report.scores.accuracy
    assert set(content["comparison"]) == {"accuracy", "macro_f1"}  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [80, 120])
def test_tables_fit(evaluation: ClassificationEvaluation, width: int) -> None:
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        console.print(evaluation.render())
    lines = capture.get().splitlines()
    assert max(len(line.rstrip()) for line in lines) <= width
    rows = [line.split() for line in lines]
    assert ["always", "'bad'"] in [row[:2] for row in rows] or ["always", "'so-so'"] in [row[:2] for row in rows]
    assert any(row[:2] == ["<b>.labels", "accuracy"] for row in rows)


def test_the_page_has_the_figures_of_the_json(evaluation: ClassificationEvaluation, tmp_path: Path) -> None:
    evaluation.save_report(tmp_path / "page.html", facts={"command": "`<u>`"})
    html = (tmp_path / "page.html").read_text("utf-8")
    assert "te<st>" not in html
    assert "<i>text" not in html
    assert "&lt;i&gt;text" in html
    tables = {
        block.caption: block
        for section in evaluation.page({}).sections
        for block in section.blocks
        if isinstance(block, Table)
    }
    scores = tables["Scores and speed"].cells
    for row, system in zip(scores, evaluation.systems, strict=False):
        assert row[1] == (system.report.shown("accuracy"), system.report.scores.accuracy)
    differences = tables["Differences from one.labels"].cells
    p_values = [one.p_value for found in evaluation.comparisons.values() for one in found]
    assert [row[6][1] for row in differences] == p_values


def test_the_same_labels_have_no_p_value() -> None:
    found = evaluated(("a", noisy(0.3, 1)), ("b", noisy(0.3, 1)), details=False)
    rows = [row[5:7] for row in found.page({}).sections[1].blocks[0].cells]  # type: ignore[union-attr, attr-defined]
    assert [[cell[0] for cell in row] for row in rows] == [["–", "–"], ["–", "–"]]
    assert "examples_to_read" not in found.to_dict()


def test_wrong_files_are_named() -> None:
    with refused("evaluation.not-aligned", "b.labels", "119 lines"):
        evaluated(("a.labels", noisy(0, 1)), ("b.labels", noisy(0, 1)[1:]))
    with refused("evaluation.unknown-label", "a.labels:1", "'Good'", "Did you mean 'good'?"):
        evaluated(("a.labels", ["Good", "Bad", "So-so"] * 40))
    with refused("evaluation.empty", "nothing.tsv"):
        evaluate_labels(Examples("nothing.tsv", [], []), [], [("a", [])], HOW)


def test_rare_labels_are_no_error_without_a_model() -> None:
    found = evaluated(("a", ["rare", *EXPECTED[1:]]))
    assert found.baseline.report.scores.accuracy == pytest.approx(119 / 120)
    assert any("'rare'" in remark for remark in found.baseline.report.remarks())
