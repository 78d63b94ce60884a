"""Scores of a classifier on texts with labels."""

import time
from dataclasses import replace

import numpy as np

from seq2seq import log
from seq2seq.data.reading.examples import Examples
from seq2seq.evaluation.calibration import Calibration, measure_calibration
from seq2seq.evaluation.classification import classification_scores, group_scores
from seq2seq.evaluation.classification_report import ClassificationReport
from seq2seq.inference.classifier import Classified, TextClassifier
from seq2seq.inference.engines.ensemble import EnsembleNetwork
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.progress import show_progress
from seq2seq.scoring.scored import Scored
from seq2seq.text.sketch import Sketch


def score(
    classifier: TextClassifier, examples: Examples, *, sketch: Sketch | None = None
) -> Scored[ClassificationReport]:
    """Label texts, and compare with the expected labels.

    A text without a token has no label, and counts as wrong. The sketch is of the texts that the model was trained on.

    Raises:
        DataError: there is nothing to score.
    """
    log.warn_skipped(examples.skipped, examples.name)
    expected = [label.strip() for label in examples.targets]
    warnings = InputWarnings()
    start = time.perf_counter()
    with show_progress("classifying", total=len(expected), unit=classifier.unit) as bar:
        classified = classifier.classify(examples.sources, warnings=warnings, advance=bar.advance)
    seconds = time.perf_counter() - start
    warnings.report()
    predicted = [text.label for text in classified]
    report = ClassificationReport(
        classification_scores(predicted, expected, classifier.labels),
        group_scores(predicted, expected, classifier.labels, examples.groups) if examples.groups else {},
        _calibration(classifier, classified, expected),
        None if sketch is None else sketch.overlap(examples.sources),
    )
    return Scored(
        name=examples.name,
        report=report,
        seconds=seconds,
        count=len(expected),
        unit=classifier.unit,
        skipped=examples.skipped,
        outputs=predicted,
    )


def _calibration(classifier: TextClassifier, classified: list[Classified], expected: list[str]) -> Calibration | None:
    """The calibration on the examples whose label the model knows; None: there are none."""
    ids = {label: i for i, label in enumerate(classifier.labels)}
    known = [(text.logits, ids[label]) for text, label in zip(classified, expected, strict=True) if label in ids]
    pairs = [(logits, label) for logits, label in known if logits]
    if not pairs:
        return None
    logits, labels = zip(*pairs, strict=True)
    measured = measure_calibration(np.array(logits), np.array(labels), classifier.temperature)
    return replace(measured, temperature=None) if isinstance(classifier.network, EnsembleNetwork) else measured
