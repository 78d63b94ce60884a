"""What people and programs are shown."""

import json

from rich.console import Console, RenderableType

from seq2seq.evaluation.report import evaluate, render_comparisons
from seq2seq.evaluation.significance import Comparison

REFERENCES = ["The cat sits on the mat.", "A dog runs home very quickly."]
OUTPUTS = ["The cat sits on the mat.", "A dog runs home quickly."]


def shown(renderable: RenderableType) -> str:
    console = Console(width=100, color_system=None)
    with console.capture() as capture:
        console.print(renderable)
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def test_table_of_a_corpus() -> None:
    lines = shown(evaluate(OUTPUTS, [REFERENCES]).render()).splitlines()
    assert lines[0].split() == ["sentences", "BLEU", "chrF", "TER", "exact", "match"]
    assert lines[1].split()[0] == "2"
    assert lines[1].split()[-1] == "50.0%"
    assert [line.split(":")[0] for line in lines[2:]] == ["BLEU", "chrF", "TER"]


def test_groups_stand_above_the_whole() -> None:
    report = evaluate(OUTPUTS, [REFERENCES], groups=["seen", "[new]"], metrics=("bleu",))
    lines = shown(report.render()).splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["group", "seen", "[new]", "all"]
    assert report.to_dict()["groups"] == {
        "seen": report.groups["seen"].to_dict(),
        "[new]": report.groups["[new]"].to_dict(),
    }


def test_remarks_are_shown() -> None:
    report = evaluate(["", "A dog runs home very quickly."], [REFERENCES], metrics=("bleu",))
    assert "note: 1 of 2 outputs are empty." in shown(report.render())


def test_json_has_the_scores_at_the_top() -> None:
    report = evaluate(OUTPUTS, [REFERENCES], sources=["a", "b"])
    found = json.loads(json.dumps(report.to_dict()))
    assert set(found) == {"bleu", "chrf", "ter", "exact_match", "sentences", "outputs"}
    assert set(found["ter"]) == {"score", "signature"}
    assert found["outputs"]["copied"] == 0


def test_a_comparison_with_its_signature() -> None:
    found = Comparison("bleu", 35.6, 37.9, 2.3, 1.1, 3.4, 0.001, "nrefs:1")
    lines = shown(render_comparisons([found])).splitlines()
    assert lines[1].split() == ["BLEU", "35.6", "37.9", "+2.3", "+1.1", "to", "+3.4", "0.001"]
    assert lines[2] == "BLEU: nrefs:1"
