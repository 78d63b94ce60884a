"""Runs all measures that apply to a model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from seq2seq.diagnostics.classification.baseline import measure_bag_of_words
from seq2seq.diagnostics.classification.calibration import measure_calibration
from seq2seq.diagnostics.classification.confusion import measure_confusion
from seq2seq.diagnostics.classification.labels import measure_labels
from seq2seq.diagnostics.consequences import name_causes
from seq2seq.diagnostics.diagnosis import Diagnosis, Part
from seq2seq.diagnostics.finding import Finding
from seq2seq.diagnostics.forecasting.errors import measure_errors
from seq2seq.diagnostics.forecasting.intervals import measure_intervals
from seq2seq.diagnostics.forecasting.reading_back import measure_reading_back
from seq2seq.diagnostics.forecasting.residuals import measure_residuals
from seq2seq.diagnostics.learning.measures import measure_learning, measure_updates
from seq2seq.diagnostics.learning.padding import measure_padding
from seq2seq.diagnostics.learning.parameters import measure_parameters
from seq2seq.diagnostics.learning.vocabulary import measure_vocabulary
from seq2seq.diagnostics.network.cells import measure_cells
from seq2seq.diagnostics.network.embeddings import measure_embeddings
from seq2seq.diagnostics.network.gradient_flow import measure_gradient_flow
from seq2seq.diagnostics.network.memorisation import measure_memorisation
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.synthesis.deviations import measure_deviations
from seq2seq.diagnostics.synthesis.likelihood import measure_likelihood
from seq2seq.diagnostics.synthesis.residuals import measure_residuals as measure_vector_residuals
from seq2seq.diagnostics.synthesis.samples import measure_samples
from seq2seq.diagnostics.synthesis.tags import measure_tags
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
from seq2seq.models.synthesizer import Synthesizer
from seq2seq.progress import show_progress
from seq2seq.wording import plural


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
        "learning",
        "Learning: loss, course of the run, data",
        (measure_learning, measure_padding, measure_parameters, measure_vocabulary),
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
    Section(
        "classification",
        "Labels and their probabilities",
        (measure_labels, measure_bag_of_words, measure_confusion, measure_calibration),
    ),
)
"""All measures of models that write texts and labels, in the order of a report."""
OF_SERIES: Final[tuple[Section, ...]] = (
    Section(
        "forecasting",
        "Forecasts: errors, intervals, what is read",
        (measure_errors, measure_intervals, measure_residuals, measure_reading_back),
    ),
    Section("network", SECTIONS[0].title, (measure_gradient_flow, measure_cells)),
    Section(
        "learning", "Learning: updates, padding, parameters", (measure_updates, measure_padding, measure_parameters)
    ),
)
"""Those of a forecaster."""
OF_VECTORS: Final[tuple[Section, ...]] = (
    Section(
        "synthesis",
        "Vectors: likelihood, tags, distributions, samples",
        (measure_likelihood, measure_tags, measure_deviations, measure_vector_residuals, measure_samples),
    ),
    *OF_SERIES[1:],
)
"""Those of a synthesizer."""


def sections_of(subject: Subject) -> tuple[Section, ...]:
    """The measures that are for a model."""
    if isinstance(subject.model, Synthesizer):
        return OF_VECTORS
    return OF_SERIES if subject.windows else SECTIONS


def examine(subject: Subject, sections: Sequence[Section] = SECTIONS) -> Diagnosis:
    """Measure a model in every way that applies to it, with a progress bar."""
    parts = []
    total = sum(len(section.measures) for section in sections)
    with show_progress("diagnosing", total=total, unit="measures") as shown:
        for section in sections:
            findings: list[Finding] = []
            for measure in section.measures:
                findings += measure(subject)
                shown.advance(1)
            if findings:
                parts.append(Part(section.name, section.title, tuple(findings)))
    path, run, count = subject.loaded.path, subject.run, len(subject.examples)
    counted = f"{count:,} series" if subject.windows else plural(count, "example")
    about: dict[str, JsonValue] = {
        "model": str(path),
        "run": None if run is None else str(run),
        "data": subject.data,
        "examples": count,
        "seed": subject.seed,
        "training_data": subject.no_train or "read",
    }
    heading = f"{path}: {counted} of {subject.data}"
    return Diagnosis(heading, subject.loaded.description.name, about, name_causes(parts))
