"""Data that the user names are told apart from those that the model was made for, and how they differ."""

from dataclasses import replace

import pytest

from seq2seq.diagnostics.finding import Verdict
from seq2seq.diagnostics.learning.losses import Losses
from seq2seq.diagnostics.learning.other_data import differences, judge_other_data
from seq2seq.diagnostics.subject import Example

OWN = Losses(unit="token", units=5000, model=2.0, train=1.8, uniform=8.0, unigram=5.5, bigram=3.8, blind=3.4, error=0.1)
KNOWN = [f"A grey Cat sits on Mat number {n % 10}." for n in range(100)]


@pytest.mark.parametrize(
    ("texts", "word"),
    [
        (KNOWN[:30], None),
        ([f"<p><b>{one}</b></p>" for one in KNOWN], "<"),
        ([one.lower() for one in KNOWN], "capital"),
        ([one[:12] for one in KNOWN], "characters on average"),
        (["灰色の猫がマットの上に座っている。今日も明日も。" for _ in KNOWN], "の"),
    ],
    ids=["the same", "markup", "lower case", "cut", "another script"],
)
def test_differences_are_named(texts: list[str], word: str | None) -> None:
    found = differences(texts, KNOWN)
    assert (found == []) == (word is None)
    assert word is None or any(word in one for one in found)


@pytest.mark.parametrize(
    ("loss", "verdict"),
    [(2.0, Verdict.FINE), (1.5, Verdict.FINE), (2.6, Verdict.FINE), (2.8, Verdict.TROUBLE), (7.0, Verdict.TROUBLE)],
)
def test_a_much_higher_loss_is_that_of_other_data(loss: float, verdict: Verdict) -> None:
    known = [Example(one, one, (5,), (5,)) for one in KNOWN]
    these = [one._replace(source=f"<p><b>{one.source}</b></p>") for one in known]
    found = judge_other_data(replace(OWN, model=loss), OWN, these, known)
    assert (found.verdict, found.value) == (verdict, pytest.approx(loss - 2.0))
    assert found.trouble == (None if verdict is Verdict.FINE else "data.mismatch")
    assert ("<" in found.sentence) == (verdict is Verdict.TROUBLE)
    assert "the targets" not in found.sentence


def test_labels_have_no_texts_to_compare() -> None:
    label = [Example(one, "good", (5,), (5,)) for one in KNOWN]
    other = [one._replace(target="1" * 40) for one in label]
    own = replace(OWN, unit="label", bigram=None, blind=None, model=0.3)
    assert "target" not in judge_other_data(replace(own, model=3.0), own, other, label).sentence
