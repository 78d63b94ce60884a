"""One trouble is named once."""

from dataclasses import replace

import pytest

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.causes import as_consequence, first_trouble

FINE = Finding(measure="a", title="A", value=1.0, verdict=Verdict.FINE, sentence="Good.")
TROUBLE = replace(FINE, measure="b", verdict=Verdict.TROUBLE, trouble="b.wrong", remedy="Repair b.")
OTHER = replace(TROUBLE, measure="c", trouble="c.wrong", remedy="Repair c.")


def test_the_first_trouble_is_found(subject: Subject) -> None:
    watch = replace(TROUBLE, verdict=Verdict.WATCH)
    assert first_trouble(subject, lambda _: [FINE, watch], lambda _: []) is None
    assert first_trouble(subject, lambda _: [FINE, watch], lambda _: [OTHER, TROUBLE]) is OTHER


@pytest.mark.parametrize("verdict", [Verdict.TROUBLE, Verdict.WATCH])
def test_a_consequence_is_watched_and_has_the_remedy_of_its_cause(verdict: Verdict) -> None:
    found = as_consequence(replace(TROUBLE, verdict=verdict), OTHER)
    assert (found.verdict, found.trouble, found.remedy) == (Verdict.WATCH, "b.wrong", "Repair c.")
    assert "c.wrong" in found.sentence


def test_others_stay_as_they_are() -> None:
    assert as_consequence(TROUBLE, None) is TROUBLE
    assert as_consequence(FINE, OTHER) is FINE
