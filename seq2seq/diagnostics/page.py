"""A diagnosis as one HTML file."""

from collections.abc import Iterator
from typing import Final

from seq2seq.diagnostics.consequences import by_urgency
from seq2seq.diagnostics.diagnosis import Diagnosis
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.render import summary
from seq2seq.report.blocks import Block, Figure, FindingCard, Prose, Section
from seq2seq.report.page import Page
from seq2seq.report.table import Table

_WORDS: Final = {verdict: "not judged" if verdict is Verdict.UNJUDGED else verdict.value for verdict in Verdict}

_FACTS: Final = {
    "model": "Model",
    "recipe": "Recipe",
    "run": "Run",
    "data": "Examples from",
    "examples": "Examples",
    "seed": "Seed",
    "training_data": "Training data",
}


def page(diagnosis: Diagnosis) -> Page:
    """The page: what is wrong first, then every finding with its pictures."""
    facts = {_FACTS[name]: "–" if value is None else str(value) for name, value in diagnosis.about.items()}
    return Page(
        title=f"Diagnosis of {diagnosis.name}",
        lead=f"{summary(diagnosis)[:1].upper()}{summary(diagnosis)[1:]}.",
        facts=facts,
        sections=[
            Section(title="In short", blocks=list(_in_short(diagnosis))),
            *(
                Section(title=title, blocks=[_card(finding) for finding in findings])
                for _, title, findings in diagnosis.parts
            ),
        ],
    )


def _in_short(diagnosis: Diagnosis) -> Iterator[Block]:
    """What asks for action; then every figure in a table."""
    remarks = [f"{finding.title}: {finding.sentence} {finding.remedy}" for finding in by_urgency(diagnosis.findings)]
    yield Prose(remarks or ["Nothing asks for action."])
    rows = [
        [finding.title, _WORDS[finding.verdict], finding.value, finding.unit, title]
        for _, title, findings in diagnosis.parts
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
        examples=finding.examples,
    )
