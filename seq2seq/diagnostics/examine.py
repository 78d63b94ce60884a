"""Runs all measures that apply to a model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.network.cells import measure_cells
from seq2seq.diagnostics.network.embeddings import measure_embeddings
from seq2seq.diagnostics.network.gradient_flow import measure_gradient_flow
from seq2seq.diagnostics.network.memorisation import measure_memorisation
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.sources.attention import attention
from seq2seq.diagnostics.translation.sources.direction import direction
from seq2seq.diagnostics.translation.sources.probe import probe
from seq2seq.diagnostics.translation.sources.shifted import shifted
from seq2seq.diagnostics.translation.sources.source_use import source_use
from seq2seq.diagnostics.translation.writing.calibration import calibration
from seq2seq.diagnostics.translation.writing.coverage import coverage
from seq2seq.diagnostics.translation.writing.degenerate import degenerate
from seq2seq.diagnostics.translation.writing.ends import ends
from seq2seq.diagnostics.translation.writing.exposure import exposure
from seq2seq.diagnostics.translation.writing.nearest import nearest
from seq2seq.progress import show_progress


@dataclass(frozen=True, slots=True)
class Section:
    """Measures that belong together."""

    name: str
    """In kebab case: `network`."""
    title: str
    measures: Sequence[Callable[[Subject], Sequence[Finding]]]
    """Each returns no finding where it does not apply to the model."""


SECTIONS: Final[tuple[Section, ...]] = (
    Section(
        "network",
        "The network: gradients, gates and states",
        (measure_gradient_flow, measure_cells, measure_memorisation, measure_embeddings),
    ),
    Section(
        "translation",
        "Sources, outputs and attention",
        (
            direction,
            shifted,
            source_use,
            ends,
            degenerate,
            exposure,
            coverage,
            attention,
            probe,
            calibration,
            nearest,
        ),
    ),
)
"""All measures, in the order of a report."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All findings about a model."""

    subject: Subject
    sections: tuple[tuple[Section, tuple[Finding, ...]], ...]
    """Those with findings."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them, in order."""
        return tuple(finding for _, findings in self.sections for finding in findings)

    def to_dict(self) -> dict[str, JsonValue]:
        """As JSON."""
        subject = self.subject
        return {
            "model": str(subject.loaded.path),
            "run": None if subject.run is None else str(subject.run),
            "data": subject.data,
            "examples": len(subject.examples),
            "seed": subject.seed,
            "troubles": [finding.trouble for finding in self.troubles],
            "sections": [
                {"name": section.name, "title": section.title, "findings": [one.to_dict() for one in findings]}
                for section, findings in self.sections
            ],
        }

    @property
    def troubles(self) -> tuple[Finding, ...]:
        """Those that name a trouble."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.TROUBLE)


def examine(subject: Subject, sections: Sequence[Section] = SECTIONS) -> Diagnosis:
    """Measure a model in every way that applies to it, with a progress bar."""
    found: dict[str, list[Finding]] = {section.name: [] for section in sections}
    total = sum(len(section.measures) for section in sections)
    with show_progress("diagnosing", total=total, unit="measures") as shown:
        for section in sections:
            for measure in section.measures:
                found[section.name] += measure(subject)
                shown.advance(1)
    return Diagnosis(
        subject, tuple((section, tuple(found[section.name])) for section in sections if found[section.name])
    )
