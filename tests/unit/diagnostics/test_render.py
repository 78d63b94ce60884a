"""What a diagnosis shows on a terminal: every figure in a line, then what asks for action, causes first."""

from dataclasses import replace

import pytest

from seq2seq.diagnostics.consequences import name_causes
from seq2seq.diagnostics.diagnosis import Diagnosis, Part
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.render import lines

FINE = Finding(
    measure="padding", title="Influence of padding", value=0.0, unit="nats", verdict=Verdict.FINE, sentence="It is nil."
)


def trouble(name: str, verdict: Verdict = Verdict.TROUBLE) -> Finding:
    return replace(FINE, measure=name, title=f"About {name}", verdict=verdict, trouble=name, remedy="Mend it.",
                   sentence=f"So it is with {name}.")  # fmt: skip


def shown(*findings: Finding, part: str = "learning", details: bool = False, width: int = 80) -> list[str]:
    parts = name_causes([Part(part, "Learning", findings)])
    return [line.plain for line in lines(Diagnosis("a model", "model", {}, parts), width, details=details)]


def test_only_what_asks_for_action_is_explained_the_cause_before_what_follows_from_it() -> None:
    found = shown(
        FINE, trouble("odd", Verdict.WATCH), trouble("other"), trouble("targets.shifted"),
        trouble("outputs.copy"),
    )  # fmt: skip
    text = "\n".join(found)
    explained = [line for line in found if "So it is with" in line]
    assert [line.split()[-1] for line in explained] == ["targets.shifted.", "other.", "odd."]
    assert "It is nil." not in text
    assert "About outputs.copy: 0 nats (see targets.shifted)" in text


@pytest.mark.parametrize(("part", "details"), [("learning", True), ("experiments", False), ("what-if", False)])
def test_everything_is_explained_once_where_it_is_asked_for(part: str, details: bool) -> None:
    found = shown(FINE, trouble("targets.shifted"), part=part, details=details)
    assert sum("It is nil." in line for line in found) == 1
    assert sum("So it is with" in line for line in found) == 1


@pytest.mark.parametrize("details", [True, False])
def test_no_line_is_wider_than_the_terminal(details: bool) -> None:
    long = replace(trouble("targets.shifted"), title="Targets that are " + "very " * 20 + "much shifted")
    assert max(len(line) for line in shown(long, FINE, details=details)) <= 80
