"""A token is right as long as the reference still needs it, whichever prefix it follows."""

from dataclasses import replace

import numpy as np
import pytest

from seq2seq.diagnostics.finding import Verdict
from seq2seq.diagnostics.subject import Example, Subject
from seq2seq.diagnostics.translation.outputs import Output
from seq2seq.diagnostics.translation.teacher_forcing import Forced
from seq2seq.diagnostics.translation.writing import exposure as module
from seq2seq.diagnostics.translation.writing.exposure import after_own, after_reference, exposure


def test_tokens_are_right_while_they_are_needed() -> None:
    reference = [5, 6, 5, 7]
    assert after_own([6, 5, 5, 5, 9], reference) == [True, True, True, False, False]
    # Behind 5: 6 is next; behind 5 6: another 5 is needed still; behind 5 6 5: only 7 is.
    assert after_reference([5, 6, 6, 5], reference) == [True, True, False, False]
    assert after_reference([7, 7, 7, 7], reference) == [True] * 4


@pytest.mark.parametrize(
    ("own", "verdict"),
    [
        (lambda _: list(range(10, 18)), Verdict.FINE),
        (lambda _: [*range(10, 14), 99, 99, 99, 99], Verdict.TROUBLE),
        (lambda row: [*range(10, 16), 99, 99] if row % 2 else list(range(10, 18)), Verdict.WATCH),
    ],
    ids=["recovers", "lost from the middle on", "worse"],
)
def test_errors_that_accumulate_are_named(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, own: object, verdict: Verdict
) -> None:
    example = Example("a", "b", (5, 6), tuple(range(10, 18)))
    outputs = tuple(Output(example, "", tuple(own(row)), True, None) for row in range(50))  # type: ignore[operator]
    tokens = np.array([*example.target_ids, 3])
    forced = Forced(tokens, np.zeros(9), tokens, np.ones(9), None)
    monkeypatch.setattr(module, "greedy", lambda _: outputs)
    monkeypatch.setattr(module, "force", lambda *_: [forced] * 50)
    (found,) = exposure(replace(subject))
    assert found.verdict is verdict
    assert found.trouble == (None if verdict is Verdict.FINE else "exposure.gap")
    right = [[own(row)[place] == 10 + place for place in range(4, 8)] for row in range(50)]  # type: ignore[operator]
    assert found.value == pytest.approx(100 * (1 - np.mean(right)))
