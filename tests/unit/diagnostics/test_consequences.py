"""Of troubles that follow from each other, the cause alone is a trouble."""

from dataclasses import replace

import pytest

from seq2seq.diagnostics.consequences import CAUSES, name_causes
from seq2seq.diagnostics.diagnosis import Part
from seq2seq.diagnostics.finding import Finding, Verdict


def trouble(name: str, verdict: Verdict = Verdict.TROUBLE) -> Finding:
    return Finding(
        measure=name, title=name, value=1.0, verdict=verdict, sentence="It is so.", trouble=name, remedy=f"mend {name}"
    )


def verdicts(*findings: Finding) -> dict[str, tuple[str, str | None]]:
    parts = name_causes([Part("one", "One", findings[:1]), Part("other", "Other", findings[1:])])
    return {finding.measure: (finding.verdict.value, finding.remedy) for part in parts for finding in part.findings}


def test_a_consequence_is_watched_and_has_the_remedy_of_its_cause() -> None:
    found = verdicts(trouble("outputs.one-for-all"), trouble("gradients.vanishing"), trouble("padding.leaks"))
    assert found == {
        "outputs.one-for-all": ("watch", "mend gradients.vanishing"),
        "gradients.vanishing": ("trouble", "mend gradients.vanishing"),
        "padding.leaks": ("trouble", "mend padding.leaks"),
    }


@pytest.mark.parametrize("verdict", [Verdict.TROUBLE, Verdict.WATCH])
def test_a_consequence_that_is_only_watched_names_its_cause_too(verdict: Verdict) -> None:
    cause = trouble("source.ignored")
    (part,) = name_causes([Part("one", "One", (trouble("outputs.repeat", verdict), cause))])
    found = part.findings[0]
    assert (found.verdict, found.trouble, found.remedy) == (Verdict.WATCH, "outputs.repeat", cause.remedy)
    assert "source.ignored" in found.sentence


def test_others_stay_as_they_are() -> None:
    fine = replace(trouble("outputs.repeat"), verdict=Verdict.FINE, trouble=None, remedy=None)
    part = Part("one", "One", (trouble("over-fitting"), fine, trouble("source.ignored")))
    assert name_causes([part]) == (part,)


def test_what_is_only_watched_is_no_cause() -> None:
    found = verdicts(trouble("outputs.repeat"), trouble("learning-rate.too-high", Verdict.WATCH))
    assert found["outputs.repeat"] == ("trouble", "mend outputs.repeat")


def test_no_two_troubles_explain_each_other() -> None:
    assert not [(one, other) for one in CAUSES for other in CAUSES if other in CAUSES[one] and one in CAUSES[other]]
    order = list(CAUSES)
    for cause, follows in CAUSES.items():  # a consequence that is itself a cause stands behind its own cause
        assert all(order.index(one) > order.index(cause) for one in follows if one in CAUSES)
