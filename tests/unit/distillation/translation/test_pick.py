"""Which of a teacher's translations a student learns."""

from pathlib import Path

import pytest

from seq2seq.distillation.answers import Answers
from seq2seq.distillation.teachers.teacher import Answer, Identity
from seq2seq.distillation.translation.pick import Pair, Picked, drop_unlikely, pick

REFERENCES = {"a": ["the dog sleeps in the house"], "b": ["a cat"]}


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    found = Answers(tmp_path, Identity("fake"))
    several = [Answer("a dog is asleep", -0.1), Answer("the dog sleeps in a house", -0.2), Answer("a dog is asleep")]
    found.add(["a", "b", "c", "d"], [several, [Answer("the cat")], [Answer(" ")], [Answer(""), Answer("last")]], 1.0)
    return found


@pytest.mark.parametrize(
    ("how", "of_a"),
    [
        ("score", ["a dog is asleep"]),
        ("reference", ["the dog sleeps in a house"]),
        ("all", ["a dog is asleep", "the dog sleeps in a house"]),
    ],
)
def test_the_pairs_of_each_way(answers: Answers, how: str, of_a: list[str]) -> None:
    picked = pick(["a", "b", "c", "d"], answers, REFERENCES, how)  # type: ignore[arg-type]
    expected = [*(Pair("a", text) for text in of_a), Pair("b", "the cat"), Pair("d", "last")]
    assert list(picked.pairs) == expected
    assert picked.blank == 1


def test_sources_without_references_get_the_best(answers: Answers) -> None:
    assert pick(["a"], answers, {}, "reference").pairs == (Pair("a", "a dog is asleep"),)


class Reverse:
    """Likes sources that are the target backwards; its pieces are letters."""

    @property
    def tokenizers(self) -> "Reverse":
        return self

    target = tokenizers

    @staticmethod
    def encode_batch(texts: list[str]) -> list[list[int]]:
        return [[1] * len(text) for text in texts]

    @staticmethod
    def score(sources: list[str], targets: list[str]) -> list[float]:
        assert all(sources)
        return [-1.0 if target == source[::-1] else -9.0 for source, target in zip(sources, targets, strict=True)]


@pytest.mark.parametrize(("share", "kept"), [(0.0, "a bbb cat d"), (0.25, "bbb cat d"), (0.5, "cat d"), (0.75, "cat")])
def test_what_does_not_lead_back_is_dropped(share: float, kept: str) -> None:
    """By nats per token: 9 of 2 tokens, 9 of 4, 1 of 4 and 1 of 2."""
    pairs = (Pair("a", "no"), Pair("bbb", "no"), Pair("cat", "tac"), Pair("d", "d"))
    picked = drop_unlikely(Picked(pairs, 0), Reverse(), share)  # type: ignore[arg-type]
    assert " ".join(pair.source for pair in picked.pairs) == kept
    assert picked.dropped == 4 * share
