"""What is not learnt yet is distinguished from what goes wrong."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation import learnt as module
from seq2seq.diagnostics.translation.learnt import has_learnt, still_learning, unigram_nats
from seq2seq.diagnostics.translation.teacher_forcing import Forced


@pytest.mark.parametrize(("share", "expected"), [(0.5, True), (0.85, True), (0.95, False), (1.2, False)])
def test_a_model_has_learnt_if_it_is_better_than_a_unigram(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, share: float, expected: bool
) -> None:
    nats = share * unigram_nats(subject.examples)
    tokens = np.array([7, 7, 3])
    forced = Forced(tokens, np.array([nats, nats, 50.0]), tokens, np.ones(3), None)  # EOS has its own measure
    monkeypatch.setattr(module, "forced_examples", lambda _: (forced,))
    assert has_learnt(subject) is expected


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([4.0, 3.0], True),
        ([4.0, 3.0, 2.5, 2.2, 2.0, 1.9], True),
        ([4.0, 3.0, 2.5, 2.2, 2.195, 2.19], False),
        ([4.0, 3.0, 2.5, 2.2, 2.6, 3.1], False),
    ],
    ids=["too few validations", "falling", "settled", "rising"],
)
def test_a_run_still_learns_while_its_loss_falls(
    subject: Subject, tmp_path: Path, losses: list[float], expected: bool
) -> None:
    lines = [{"kind": "validation", "step": step, "loss": loss} for step, loss in enumerate(losses)]
    (tmp_path / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert still_learning(replace(subject, run=tmp_path)) is expected


def test_without_a_run_it_is_not_known(subject: Subject) -> None:
    assert still_learning(subject) is None
