"""Sentences worth reading."""

from sacrebleu.metrics.chrf import CHRF

from seq2seq.evaluation.translation_report import evaluate_translations
from seq2seq.scoring.systems.sentences import most_different, worst_sentences
from seq2seq.scoring.systems.system import System

REFERENCES = ["the cat sits on the mat", "a dog runs home", "the red bird sings", "who is it"]


def system(name: str, outputs: list[str]) -> System:
    return System(name=name, outputs=outputs, report=evaluate_translations(outputs, [REFERENCES]))


GOOD = system("good", ["the cat sits on the mat", "a dog runs", "the red bird sings", "who was it"])
BAD = system("bad", ["the cat", "a dog runs", "the bird sings red", "x"])


def test_the_worst_come_first_with_sacrebleus_chrf() -> None:
    found = worst_sentences([GOOD, BAD], count=2)
    expected = [
        sum(CHRF().sentence_score(one.outputs[row], [REFERENCES[row]]).score for one in (GOOD, BAD)) for row in range(4)
    ]
    assert [one.row for one in found] == sorted(range(4), key=expected.__getitem__)[:2]
    first = found[0]
    assert first.chrf["good"] == CHRF().sentence_score(GOOD.outputs[first.row], [REFERENCES[first.row]]).score
    assert first.to_dict() == {"line": first.row + 1, "chrf": first.chrf}


def test_the_most_different_leave_out_equal_sentences() -> None:
    found = most_different(GOOD, BAD)
    assert {one.row for one in found} == {0, 2, 3}
    sizes = [abs(one.chrf["good"] - one.chrf["bad"]) for one in found]
    assert sizes == sorted(sizes, reverse=True)
    assert most_different(GOOD, GOOD) == []
