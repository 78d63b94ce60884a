"""A classifier's scores on texts with labels."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pydantic import JsonValue, TypeAdapter

from seq2seq import log
from seq2seq.data.reading.examples import Examples
from seq2seq.evaluation.calibration import measure_calibration
from seq2seq.evaluation.classification import ClassificationReport, classification_scores, group_scores
from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.input_warnings import InputWarnings
from seq2seq.text.sketch import Sketch

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True)
class Labelled:
    """The result of :func:`score`."""

    name: str
    """What was scored."""
    report: ClassificationReport
    skipped: int
    """Malformed rows that were left out."""
    seconds: float

    @property
    def speed(self) -> str:
        """How fast it went, for people."""
        return f"{self.seconds:,.1f} s, {self.report.scores.examples / max(self.seconds, 1e-9):,.0f} texts a second"

    def render(self) -> "RenderableType":
        """The scores, for a rich console."""
        return self.report.render()

    def to_dict(self) -> dict[str, JsonValue]:
        """As JSON: the scores at the top, then what was labelled, and how fast."""
        run = {"data": self.name, "skipped": self.skipped, "seconds": round(self.seconds, 3)}
        return TypeAdapter(dict[str, JsonValue]).validate_python({**self.report.to_dict(), **run})


def score(classifier: TextClassifier, examples: Examples, *, sketch: Sketch | None = None) -> Labelled:
    """Label texts, and compare.

    A text without a token has no label, and counts as wrong.

    Args:
        classifier: the model.
        examples: texts and labels.
        sketch: of the texts that the model was trained on, if that is known.

    Raises:
        DataError: there is nothing to score.
    """
    log.warn_skipped(examples.skipped, examples.name)
    expected = [label.strip() for label in examples.targets]
    warnings = InputWarnings()
    start = time.perf_counter()
    with log.progress("classifying", total=len(expected), unit="texts") as bar:
        found = classifier.classify(examples.sources, warnings=warnings, advance=bar.advance)
    seconds = time.perf_counter() - start
    for message in warnings.messages():
        log.warn(message)
    predicted = [one.label for one in found]
    numbers = {label: number for number, label in enumerate(classifier.labels)}
    known = [row for row, one in enumerate(found) if one.logits and expected[row] in numbers]
    calibration = None
    if known:
        logits = np.array([found[row].logits for row in known])
        labels = np.array([numbers[expected[row]] for row in known])
        calibration = measure_calibration(logits, labels, classifier.temperature)
    report = ClassificationReport(
        classification_scores(predicted, expected, classifier.labels),
        group_scores(predicted, expected, classifier.labels, examples.groups) if examples.groups else {},
        calibration,
        None if sketch is None else sketch.overlap(examples.sources),
    )
    return Labelled(examples.name, report, examples.skipped, seconds)
