"""What a student learns of labels, by a teacher's answers and the labels of the data."""

from pathlib import Path

import pytest

pytest.importorskip("torch")

from support.refused import refused

from seq2seq.data.reading.examples import Examples
from seq2seq.distillation.answers import Answers
from seq2seq.distillation.classification.lesson import LabelLesson
from seq2seq.distillation.corpus import Corpus
from seq2seq.distillation.options import DistillationOptions
from seq2seq.distillation.teachers.teacher import Answer, Identity
from seq2seq.log import codes

GIVEN = {"one": [Answer("joy", 0.75), Answer("fear", 0.25)], "two": [Answer("")], "three": [Answer("fear")]}


def learnt(folder: Path, references: dict[str, list[str]], *, own: bool) -> tuple[dict[str, str], list[str]]:
    answers = Answers(folder, Identity("teacher"))
    answers.add(list(GIVEN), list(GIVEN.values()), 1.0)
    corpus = Corpus(tuple(GIVEN), references, Examples("dev", [], []), None, None)
    rows, left_out = LabelLesson().rows(corpus, answers, DistillationOptions(with_references=own))
    return dict(rows), list(left_out)


def test_a_teacher_gives_probabilities_and_the_data_half_of_them(tmp_path: Path) -> None:
    alone = {"one": '{"joy": 0.75, "fear": 0.25}', "three": '{"fear": 1.0}'}
    assert learnt(tmp_path, {}, own=False) == (alone, ["1 source without a label"])
    found, left_out = learnt(tmp_path, {"one": ["fear"], "two": ["joy", "joy", "fear"]}, own=True)
    assert found == {**alone, "one": '{"fear": 0.625, "joy": 0.375}', "two": '{"joy": 0.66667, "fear": 0.33333}'}
    assert left_out == []


@pytest.mark.parametrize(("label", "warned"), [("joy", True), ("fear", False)])
def test_labels_that_the_data_lack_are_named(
    tmp_path: Path, label: str, warned: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with codes(show=True):
        learnt(tmp_path, {"one": [label], "two": ["joy" if label == "fear" else label]}, own=False)
    assert ("distill.label-unknown" in capsys.readouterr().err) == warned


def test_a_teacher_of_other_labels_is_refused(tmp_path: Path) -> None:
    with refused("distill.other-labels"):
        learnt(tmp_path, {"one": ["anger"]}, own=False)
