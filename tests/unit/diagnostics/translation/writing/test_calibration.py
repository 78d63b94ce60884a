"""Probabilities are compared with how often they are right."""

from dataclasses import replace

import numpy as np
import pytest

from seq2seq.diagnostics.finding import Verdict
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.teacher_forcing import Forced
from seq2seq.diagnostics.translation.writing import calibration as module
from seq2seq.diagnostics.translation.writing.calibration import calibration, reliability


def _forced(confidence: float, right: float, sentences: int = 50) -> tuple[Forced, ...]:
    """Sentences of 20 tokens, of which a share is right."""
    tokens = np.full(20, 7)
    best = np.where(np.arange(20) < round(20 * right), 7, 8)
    return (Forced(tokens, np.ones(20), best, np.full(20, confidence), None),) * sentences


def test_bins_have_the_means_of_their_tokens() -> None:
    one = Forced(np.array([7, 7, 7, 7]), np.ones(4), np.array([7, 8, 7, 8]), np.array([0.95, 0.93, 0.3, 0.31]), None)
    assert reliability([one]) == [
        {"tokens": 1, "confidence": 0.3, "accuracy": 1.0},
        {"tokens": 1, "confidence": 0.31, "accuracy": 0.0},
        {"tokens": 2, "confidence": 0.94, "accuracy": 0.5},
    ]


@pytest.mark.parametrize(
    ("confidence", "right", "train", "verdict"),
    [
        (0.82, 0.8, 0.8, Verdict.FINE),
        (0.9, 0.8, 0.8, Verdict.WATCH),
        (0.99, 0.7, 0.7, Verdict.TROUBLE),
        (0.99, 0.7, 0.95, Verdict.WATCH),
        (0.75, 0.95, 0.95, Verdict.FINE),
        (0.5, 0.95, 0.95, Verdict.TROUBLE),
    ],
    ids=["right", "too sure", "far too sure", "of what it does not know by heart", "unsure", "far too unsure"],
)
def test_confidence_is_judged(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, confidence: float, right: float, train: float, verdict: Verdict
) -> None:
    monkeypatch.setattr(module, "forced_examples", lambda _: _forced(confidence, right))
    monkeypatch.setattr(module, "forced_train_examples", lambda _: _forced(confidence, train))
    monkeypatch.setattr(module, "has_learnt", lambda _: True)
    (found,) = calibration(replace(subject))
    assert found.verdict is verdict
    assert found.trouble == (None if verdict is Verdict.FINE else "confidence.wrong")
    assert found.value == pytest.approx(100 * abs(confidence - right), abs=0.06)
