"""The kind of a teacher, by its name; what its kind cannot do is refused before anything is done."""

from pathlib import Path

import pytest
from support import tiny

from seq2seq.distillation.teachers.command import CommandTeacher
from seq2seq.distillation.teachers.ctranslate2 import CTranslate2Teacher
from seq2seq.distillation.teachers.http import ChatTeacher, LibreTranslateTeacher
from seq2seq.distillation.teachers.models import ClassifierTeacher, ModelTeacher
from seq2seq.distillation.teachers.open import TeacherOptions, open_teacher
from seq2seq.distillation.teachers.teacher import CLASSIFICATION, Answer
from seq2seq.distillation.teachers.transformers import TransformersTeacher
from seq2seq.errors import ConfigError, ModelError
from seq2seq.inference.translator import Translator

EN_DE = ("en", "de")


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("command:cat | tr a b", TeacherOptions(workers=3), CommandTeacher("cat | tr a b", at_once=3)),
        ("hf:user/name", TeacherOptions(nbest=2), TransformersTeacher("user/name", ("", ""), nbest=2, beam=5)),
        ("ct2:some/folder", TeacherOptions(beam=4), CTranslate2Teacher(Path("some/folder"), beam=4)),
        (
            "http://localhost:5000/",
            TeacherOptions(languages=EN_DE),
            LibreTranslateTeacher("http://localhost:5000", EN_DE),
        ),
        (
            "https://example.org/v1",
            TeacherOptions(languages=EN_DE, model="m", workers=8),
            ChatTeacher("https://example.org/v1", "m", EN_DE, at_once=8),
        ),
    ],
)
def test_the_name_says_which_kind_it_is(name: str, options: TeacherOptions, expected: object) -> None:
    assert open_teacher(name, options) == expected


@pytest.mark.parametrize(
    ("name", "options", "option"),
    [
        ("command:cat", TeacherOptions(nbest=2), "--n-best"),
        ("command:cat", TeacherOptions(beam=2), "--beam"),
        ("command:cat", TeacherOptions(ensemble=("a",)), "--ensemble"),
        ("command:cat", TeacherOptions(model="m"), "--teacher-model"),
        ("command:cat", TeacherOptions(task=CLASSIFICATION, languages=EN_DE), "--languages"),
        ("hf:user/name", TeacherOptions(task=CLASSIFICATION), "--task"),
        ("hf:user/name", TeacherOptions(nbest=5, beam=4), "--n-best"),
        ("http://localhost", TeacherOptions(), "--languages"),
        ("http://localhost", TeacherOptions(languages=EN_DE, model="m"), "--teacher-model"),
        ("http://localhost/v1", TeacherOptions(languages=EN_DE), "--teacher-model"),
        ("http://localhost/v1", TeacherOptions(languages=EN_DE, model="m", nbest=2), "--n-best"),
    ],
)
def test_what_it_cannot_do_is_refused(name: str, options: TeacherOptions, option: str) -> None:
    with pytest.raises(ConfigError) as error:
        open_teacher(name, options)
    assert error.value.code == "distill.teacher-option"
    assert [problem.startswith(option) for problem in error.value.problems] == [True]


def test_a_folder_is_a_model_of_ours(tmp_path: Path) -> None:
    model = tiny.save(tmp_path / "model")
    teacher = open_teacher(str(model), TeacherOptions(nbest=2))
    assert isinstance(teacher, ModelTeacher)
    found = teacher.answer(["the dog sleeps", "a bird sings"])
    expected = teacher.translator.translate_nbest(["the dog sleeps", "a bird sings"], teacher.decoding)
    assert [[one.text for one in some] for some in found] == [[one.text for one in some] for some in expected]
    again = open_teacher(str(model), TeacherOptions(nbest=2))
    assert again.identity == teacher.identity
    others = [
        open_teacher(str(model), TeacherOptions(nbest=1)),
        open_teacher(str(tiny.save(tmp_path / "b", tied=True)), TeacherOptions(nbest=2)),
    ]
    assert all(other.identity.settings != teacher.identity.settings for other in others)


def test_a_classifier_answers_with_all_its_labels(tmp_path: Path) -> None:
    """Calibrated, the most probable first; another calibration is another teacher."""
    model = tiny.save_classifier(tmp_path / "model", temperature=1.5)
    teacher = open_teacher(str(model), TeacherOptions())
    assert isinstance(teacher, ClassifierTeacher)
    texts = list(tiny.SOURCES)
    expected = [sorted(one.probabilities, key=lambda pair: -pair[1]) for one in teacher.classifier.classify(texts)]
    assert [[tuple(answer) for answer in some] for some in teacher.answer(texts)] == expected
    assert {label for label, _ in expected[0]} == set(tiny.LABELS)
    assert teacher.answer(["\u200b"]) == [[Answer("")]]
    other = tiny.save_classifier(tmp_path / "other", temperature=2.0)
    assert open_teacher(str(other), TeacherOptions()).identity.settings != teacher.identity.settings


def test_several_models_decide_together(tmp_path: Path) -> None:
    one, two = tiny.save(tmp_path / "one"), tiny.save(tmp_path / "two", tied=True)
    teacher = open_teacher(str(one), TeacherOptions(ensemble=(str(two),)))
    expected = Translator.load(one, ensemble=[two]).translate(tiny.SOURCES)
    assert [best.text for best, *_ in teacher.answer(tiny.SOURCES)] == expected
    settings = teacher.identity.settings["models"]
    assert isinstance(settings, list)
    assert len(set(map(str, settings))) == 2


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        open_teacher(str(tmp_path / "nothing"), TeacherOptions())
