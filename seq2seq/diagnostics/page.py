"""A diagnosis as one HTML file."""

from collections.abc import Iterator
from typing import Final

from seq2seq.diagnostics.examine import Diagnosis
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.render import summary
from seq2seq.report.blocks import Block, Figure, FindingCard, Prose, Section
from seq2seq.report.page import Page
from seq2seq.report.table import Table
from seq2seq.wording import plural

_WORDS: Final = {verdict: "not judged" if verdict is Verdict.UNJUDGED else verdict.value for verdict in Verdict}


def page(diagnosis: Diagnosis) -> Page:
    """The page: what is wrong first, then every finding with its pictures."""
    subject = diagnosis.subject
    description = subject.loaded.description
    facts = {
        "Model": str(subject.loaded.path),
        "Recipe": description.name,
        "Examples": f"{plural(len(subject.examples), 'example')} of {subject.data}, sampled with seed {subject.seed}",
        "Training": str(subject.run) if subject.run else "the run folder is not there: its metrics cannot be read",
    }
    if subject.train is None:
        facts["Training data"] = f"cannot be read: {subject.no_train}"
    return Page(
        title=f"Diagnosis of {description.name}",
        lead=f"{summary(diagnosis)[:1].upper()}{summary(diagnosis)[1:]}.",
        facts=facts,
        sections=[
            Section(title="In short", blocks=list(_in_short(diagnosis))),
            *(
                Section(title=section.title, blocks=[_card(finding) for finding in findings])
                for section, findings in diagnosis.sections
            ),
        ],
    )


def _in_short(diagnosis: Diagnosis) -> Iterator[Block]:
    """What asks for action; then every figure in a table."""
    remarks = [
        f"{finding.title}: {finding.sentence} {finding.remedy}"
        for finding in diagnosis.findings
        if finding.verdict in (Verdict.TROUBLE, Verdict.WATCH)
    ]
    yield Prose(remarks or ["Nothing asks for action."])
    rows = [
        [finding.title, _WORDS[finding.verdict], finding.value, finding.unit, section.title]
        for section, findings in diagnosis.sections
        for finding in findings
    ]
    yield Table(caption="All measures", columns=["measure", "verdict", "figure", "unit", "part"], rows=rows)


def _card(finding: Finding) -> FindingCard:
    return FindingCard(
        title=finding.title,
        verdict=finding.verdict.value,
        value=finding.value,
        unit=finding.unit,
        sentence=finding.sentence,
        remedy=finding.remedy or "",
        source=finding.source,
        code=finding.trouble or finding.measure,
        figures=[Figure(drawing) for drawing in finding.drawings],
    )
