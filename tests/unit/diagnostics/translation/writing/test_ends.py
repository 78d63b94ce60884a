"""A model that never ends is named; one that has learnt nothing is only watched."""

from dataclasses import replace

import numpy as np
import pytest

from seq2seq.diagnostics.finding import Verdict
from seq2seq.diagnostics.subject import Subject
from seq2seq.diagnostics.translation.outputs import Output
from seq2seq.diagnostics.translation.teacher_forcing import Forced
from seq2seq.diagnostics.translation.writing import ends as module
from seq2seq.diagnostics.translation.writing.ends import ends


@pytest.mark.parametrize(
    ("probability", "unfinished", "learnt", "verdict"),
    [
        (0.9, 0, True, Verdict.FINE),
        (0.01, 40, True, Verdict.TROUBLE),
        (0.05, 40, True, Verdict.TROUBLE),
        (0.01, 40, False, Verdict.WATCH),
        (0.01, 0, True, Verdict.WATCH),
        (0.9, 10, True, Verdict.WATCH),
    ],
    ids=["ends", "never ends", "hardly ever ends", "has learnt nothing", "ends sooner than references", "loops"],
)
def test_ends_are_judged(
    subject: Subject,
    monkeypatch: pytest.MonkeyPatch,
    probability: float,
    unfinished: int,
    learnt: bool,
    verdict: Verdict,
) -> None:
    tokens = np.array([7] * 9 + [3])
    forced = Forced(tokens, np.array([1.0] * 9 + [-np.log(probability)]), tokens, np.ones(10), None)
    monkeypatch.setattr(module, "forced_examples", lambda _: (forced,) * 40)
    outputs = [Output(subject.examples[0], "", (), row >= unfinished, None) for row in range(40)]
    monkeypatch.setattr(module, "decoded", lambda _: outputs)
    monkeypatch.setattr(module, "has_learnt", lambda *_, **__: learnt)
    (found,) = ends(replace(subject))
    assert found.verdict is verdict
    cut = "references.cut" if unfinished == 0 else "eos.never-learnt"
    assert found.trouble == (None if verdict is Verdict.FINE else cut)
    assert found.value == pytest.approx(100 * probability)
    assert found.details["share_of_tokens"] == 0.1
