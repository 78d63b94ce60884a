"""Whether the model's probabilities hold what they promise: of labels predicted with 0.8, eight in ten are right.

Letters: N examples, C labels.
"""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.diagnostics.classification.chance import wilson
from seq2seq.diagnostics.classification.labels import measure_labels
from seq2seq.diagnostics.classification.reading import is_classifier, labelled
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Subject
from seq2seq.evaluation.calibration import calibration_error
from seq2seq.report.drawings.lines import Lines, Series

FEWEST: Final = 100
"""Examples from which probabilities are judged: of fewer, a share is uncertain by more than a tenth."""
SOME: Final = 0.05
"""Calibration error, beyond that of sampling, that is worth knowing: one promise in twenty."""
MUCH: Final = 0.15
"""Calibration error, beyond that of sampling, with which probabilities are of no use as such: networks that were never
calibrated reach it at their worst (Guo et al. 2017, table 1: up to 16.5 %)."""
SURE: Final = 0.01
"""Probability of so large an error if the probabilities were right."""
BINS: Final = 15
"""As in the table of Guo et al. 2017."""
DRAWN: Final = 10
"""Bins of the drawing."""
_SAMPLES: Final = 999


def measure_calibration(subject: Subject) -> list[Finding]:
    """The expected calibration error of a classifier; no finding about other models.

    Even right probabilities have an error in a sample: it is resampled (consistency resampling: Bröcker and Smith
    2007), and what is judged is the error beyond its mean.
    """
    if not is_classifier(subject):
        return []
    found = labelled(subject)
    confidence, right = found.probabilities.max(axis=1), found.predicted == found.expected
    if len(right) < FEWEST or len(found.names) < 2:
        sentence = f"{len(right)} examples are too few to judge probabilities by (at least {FEWEST})."
        return [_finding(None, sentence)]
    error = calibration_error(confidence, right, bins=BINS)
    generator = subject.generator("label-calibration")
    draws = (generator.random(len(right)) < confidence for _ in range(_SAMPLES))
    sampled = np.array([calibration_error(confidence, correct, bins=BINS) for correct in draws])
    excess, chance = error - float(sampled.mean()), (1 + int((sampled >= error).sum())) / (1 + _SAMPLES)
    over = float(confidence.mean() - right.mean()) > 0
    sentence = (
        f"{right.mean():.1%} of {len(right)} labels are right, and the model expects {confidence.mean():.1%}. The "
        f"calibration error is {error:.1%}; right probabilities would have {sampled.mean():.1%} in such a sample."
    )
    fine = replace(
        _finding(round(100 * error, 1), sentence),
        verdict=Verdict.FINE,
        drawings=(_drawing(confidence, right),),
        details={
            "examples": len(right),
            "ece": round(error, 6),
            "sampling_ece": round(float(sampled.mean()), 6),
            "chance": chance,
            "confidence": round(float(confidence.mean()), 6),
            "accuracy": round(float(right.mean()), 6),
        },
    )
    if excess < SOME or chance > SURE:
        return [fine]
    caused = measure_labels(subject)[0].trouble
    trouble = excess >= MUCH and caused is None
    note = f" It may only be a consequence of {caused}." if caused else ""
    return [
        replace(
            fine,
            verdict=Verdict.TROUBLE if trouble else Verdict.WATCH,
            sentence=f"Probabilities are too {'high' if over else 'low'}. {sentence}{note}",
            trouble="confidence.wrong",
            remedy="The temperature is fitted to the development split when training ends: choose one that is like "
            f"these texts (`data.dev`). Smooth labels {'more' if over else 'less'} (`training.label_smoothing`).",
        )
    ]  # fmt: skip


def _finding(value: float | None, sentence: str) -> Finding:
    return Finding(
        measure="label-calibration",
        title="Calibration error of label probabilities",
        value=value,
        unit="%",
        verdict=Verdict.UNJUDGED,
        sentence=sentence,
        source="Guo et al. 2017, eq. 3; Bröcker and Smith 2007",
    )


def _drawing(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> Lines:
    """A reliability diagram (Guo et al. 2017, figure 1): accuracy by confidence, in bins of equally many examples."""
    parts = np.array_split(np.argsort(confidence, kind="stable"), DRAWN)
    means = np.array([confidence[part].mean() for part in parts])
    totals = np.array([float(len(part)) for part in parts])
    hits = np.array([float(right[part].sum()) for part in parts])
    low, high = wilson(hits, totals)
    return Lines(
        title="Reliability of label probabilities",
        x_label="probability of the predicted label",
        y_label="share that is right",
        series=[
            Series(name="these examples", x=means, y=hits / totals, low=low, high=high),
            Series(name="right probabilities", x=means[[0, -1]], y=means[[0, -1]]),
        ],
    )
