"""One trouble is named once: what only follows from another one is shown as its consequence."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Subject

Measure = Callable[[Subject], Sequence[Finding]]


def first_trouble(subject: Subject, *measures: Measure) -> Finding | None:
    """The first trouble that some measures find; None: they find none."""
    for measure in measures:
        for finding in measure(subject):
            if finding.verdict is Verdict.TROUBLE:
                return finding
    return None


def as_consequence(finding: Finding, cause: Finding | None) -> Finding:
    """A trouble, or something to watch, as a consequence of a ``cause``, with its remedy; else the finding as it is."""
    if cause is None or finding.verdict not in (Verdict.TROUBLE, Verdict.WATCH):
        return finding
    sentence = f"{finding.sentence} It may only be a consequence of {cause.trouble}."
    return replace(finding, verdict=Verdict.WATCH, sentence=sentence, remedy=cause.remedy)
