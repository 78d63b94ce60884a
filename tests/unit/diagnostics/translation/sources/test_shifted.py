"""Targets beside the source of another line are named, with the line."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from seq2seq.diagnostics.finding import Verdict
from seq2seq.diagnostics.subject import Example, Subject
from seq2seq.diagnostics.translation.sources import shifted as module
from seq2seq.diagnostics.translation.sources.pairing import SHIFTS, Pairing
from seq2seq.diagnostics.translation.sources.shifted import shifted, shifted_examples

RIGHT = Pairing(
    dict.fromkeys(SHIFTS, -0.5) | {0: 0.7}, -0.5, related=True, lines=3000, sources=3000, shifted={}, first=None
)


@pytest.mark.parametrize(
    ("pairing", "verdict", "value"),
    [
        (RIGHT, Verdict.FINE, 0.0),
        (replace(RIGHT, shifted={1: 1500, -1: 50}, first=1234), Verdict.TROUBLE, 51.7),
        (replace(RIGHT, shifted={1: 50}, first=1234), Verdict.FINE, 1.7),
        (replace(RIGHT, related=False), Verdict.UNJUDGED, None),
        (None, Verdict.UNJUDGED, None),
    ],
    ids=["right", "half", "a block", "unrelated", "not known"],
)
def test_training_pairs_are_judged(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, pairing: Pairing | None, verdict: Verdict, value: float | None
) -> None:
    monkeypatch.setattr(module, "training_pairing", lambda _: pairing)
    split = SimpleNamespace(where=lambda row: f"train.tsv:{row + 2}")
    found, *_ = shifted(replace(subject, train=split))  # type: ignore[arg-type]
    assert (found.verdict, found.value) == (verdict, value)
    if verdict is Verdict.TROUBLE:
        assert found.trouble == "targets.shifted"
        assert "train.tsv:1236" in found.sentence


@pytest.mark.parametrize(("off", "trouble"), [(0, None), (1, "targets.shifted"), (-2, "targets.shifted")])
def test_examples_are_judged_by_the_model(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, off: int, trouble: str | None
) -> None:
    examples = tuple(Example(str(row), str(row), (5,), (5,)) for row in range(150))

    def losses(_: Subject, pairs: list[Example]) -> tuple[np.ndarray, np.ndarray]:
        right = np.array([int(pair.source) == int(pair.target) + off for pair in pairs])
        noise = np.random.default_rng(len(pairs)).normal(0, 1, size=len(pairs))
        return 20 - 10 * right + noise, np.full(len(pairs), 10)

    monkeypatch.setattr(module, "nats_of", losses)
    monkeypatch.setattr(Subject, "stretches", lambda *_: [examples])
    (found,) = shifted_examples(replace(subject))
    assert found.trouble == trouble
    assert found.value == (100.0 if trouble else 0.0)


def test_few_examples_are_not_judged(subject: Subject) -> None:
    assert shifted_examples(replace(subject, texts=None)) == ()
