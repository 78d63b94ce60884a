"""Words left out are counted by attention, and by a lexicon."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from seq2seq.diagnostics.finding import Verdict
from seq2seq.diagnostics.subject import Example, Subject
from seq2seq.diagnostics.translation.outputs import Output
from seq2seq.diagnostics.translation.writing import coverage as module
from seq2seq.diagnostics.translation.writing.coverage import Counts, count, coverage, shares, translations


def test_a_token_gets_its_share_of_attention() -> None:
    weights = np.array([[0.5, 0.5, 0.0, 0.0], [0.0, 0.9, 0.0, 0.1], [0.0, 0.1, 0.0, 0.9]])
    assert shares(weights) == pytest.approx([0.75, 2.25, 0.0])  # 0.5, 1.5 and 0 of 2 on three words


def test_source_tokens_are_looked_for_in_the_target() -> None:
    lexicon = {5: [50], 6: [60, 61], 7: [70]}
    assert count([5, 6, 8], [50, 61], lexicon) == Counts(judged=2, dropped=0, twice=0)
    assert count([5, 6, 7], [50, 50, 50], lexicon) == Counts(judged=3, dropped=2, twice=1)
    assert count([5, 5], [50, 50], lexicon) == Counts(judged=2, dropped=0, twice=0)
    assert count([5, 5], [50], lexicon) == Counts(judged=2, dropped=1, twice=0)


class _Split:
    """Pairs of six words, each with one translation."""

    _words = np.random.default_rng(1).integers(10, 40, size=(300, 6))

    def __len__(self) -> int:
        return 300

    def source_ids(self, row: int) -> np.ndarray:
        return self._words[row]

    def target_ids(self, row: int) -> np.ndarray:
        return self._words[row] + 100


def test_translations_are_learnt_from_the_training_pairs(subject: Subject) -> None:
    learnt = translations(replace(subject, train=_Split()))  # type: ignore[arg-type]
    assert set(learnt) == set(range(10, 40))
    assert all(likely[0] == word + 100 for word, likely in learnt.items())


@pytest.mark.parametrize(
    ("kept", "verdict"), [(6, Verdict.FINE), (5, Verdict.WATCH), (4, Verdict.TROUBLE)], ids=["all", "five", "four"]
)
def test_dropped_words_are_named(
    subject: Subject, monkeypatch: pytest.MonkeyPatch, kept: int, verdict: Verdict
) -> None:
    words = [tuple(_Split._words[row].tolist()) for row in range(60)]
    examples = [Example("a", "b", one, tuple(word + 100 for word in one)) for one in words]
    seen = np.pad(np.eye(6), ((0, 0), (0, 1)))
    outputs = tuple(Output(one, "c", tuple(one.target_ids[:kept]), True, seen[:kept]) for one in examples)
    monkeypatch.setattr(module, "decoded", lambda _: outputs)
    whole = SimpleNamespace(attention=np.pad(seen, ((0, 1), (0, 0))))
    monkeypatch.setattr(module, "force", lambda *_, **__: [whole] * 60)
    monkeypatch.setattr(module, "has_learnt", lambda _: True)
    attention, found = coverage(replace(subject, train=_Split()))  # type: ignore[arg-type]
    assert attention.value == pytest.approx(100 * (6 - kept) / 6, abs=0.1)
    assert found.value == pytest.approx(100 * (6 - kept) / 6, abs=0.1)
    assert found.verdict is verdict
