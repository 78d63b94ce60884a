"""Pairs that are the wrong way round are named by the nats that they save the other way."""

import numpy as np
import pytest

from seq2seq.diagnostics.finding import Verdict
from seq2seq.diagnostics.subject import Example, Subject
from seq2seq.diagnostics.translation.sources import direction as module
from seq2seq.diagnostics.translation.sources.direction import direction


@pytest.mark.parametrize(
    ("there", "back", "trouble"),
    [(30.0, 120.0, None), (120.0, 30.0, "direction.wrong"), (30.0, 30.0, None), (30.0, 27.0, None)],
)
def test_the_cheaper_way_is_the_right_one(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, there: float, back: float, trouble: str | None
) -> None:
    def losses(_: Subject, examples: list[Example]) -> tuple[np.ndarray, np.ndarray]:
        given = examples[0].source == subject.examples[0].source
        noise = np.random.default_rng(1).normal(0, 2, size=len(examples))
        return (there if given else back) + noise, np.ones(len(examples), dtype=np.int64)

    monkeypatch.setattr(module, "nats_of", losses)
    (found,) = direction(subject)
    assert found.trouble == trouble
    assert found.value == pytest.approx(100 * (there - back) / there, abs=2)
    assert found.verdict is (Verdict.TROUBLE if trouble else Verdict.FINE)


def test_a_model_that_cannot_read_its_sources_has_the_wrong_direction(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(examples: list[Example]) -> float:
        return 0.5 if examples[0].source == subject.examples[0].source else 0.01

    monkeypatch.setattr(module, "_unknown", unknown)
    assert direction(subject)[0].trouble == "direction.wrong"


def test_targets_that_the_model_cannot_read_are_of_another_language(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    def given(examples: list[Example]) -> bool:
        return examples[0].source == subject.examples[0].source

    def losses(_: Subject, examples: list[Example]) -> tuple[np.ndarray, np.ndarray]:
        nats = np.full(len(examples), 90.0 if given(examples) else 40.0)
        return nats, np.ones(len(examples), dtype=np.int64)

    monkeypatch.setattr(module, "nats_of", losses)
    monkeypatch.setattr(module, "_unknown", lambda examples: 0.0 if given(examples) else 0.5)
    (found,) = direction(subject)
    assert (found.verdict, found.trouble) == (Verdict.UNJUDGED, None)
