"""Programs as teachers: as many lines as they read, or an error that names the line."""

import pytest

from seq2seq.distillation.teachers.command import CommandTeacher
from seq2seq.distillation.teachers.teacher import CLASSIFICATION, Answer
from seq2seq.errors import TeacherError

SOURCES = ["one dog", "zwei Hunde", "trois 犬 😀"]


def texts(command: str, sources: list[str] = SOURCES) -> list[str]:
    return [answer.text for (answer,) in CommandTeacher(command).answer(sources)]


def test_lines_become_lines() -> None:
    assert texts("cat") == SOURCES
    assert texts("sed 's/ /_/' | tr -d x") == ["one_dog", "zwei_Hunde", "trois_犬 😀"]
    assert CommandTeacher("cat").answer(["a"]) == [[Answer("a", None)]]


def test_lines_become_labels() -> None:
    labels = CommandTeacher('sed \'s/two/{"b": 1, "a": 3}/\'', CLASSIFICATION)
    assert labels.answer(["one", "two"]) == [[Answer("one", 1.0)], [Answer("a", 0.75), Answer("b", 0.25)]]
    assert labels.identity != CommandTeacher(labels.command).identity
    assert CommandTeacher("sed s/.*//", CLASSIFICATION).answer(["one"]) == [[Answer("", 1.0)]]


@pytest.mark.parametrize("command", ["head -c -1", "sed 's/$/\\r/'"])
def test_ends_of_lines_are_not_text(command: str) -> None:
    assert texts(command) == SOURCES


def test_more_than_a_pipe_holds_is_written_and_read() -> None:
    many = [f"{number} {'x' * 500}" for number in range(2_000)]
    assert texts("cat", many) == many


@pytest.mark.parametrize("command", ["awk '!/zwei/'", "sed 's/zwei/zwei\\n/'"])
def test_the_line_that_is_lost_or_split_is_named(command: str) -> None:
    with pytest.raises(TeacherError) as error:
        texts(command)
    assert error.value.code == "distill.teacher-lines"
    assert "zwei Hunde" in str(error.value)


def test_a_program_that_loses_lines_of_large_input_is_asked_for_less() -> None:
    assert texts("head -n 2") == SOURCES


@pytest.mark.parametrize("command", ["false", "no-such-program-anywhere", "cat; echo why >&2; exit 3"])
def test_a_failure_says_what_the_program_said(command: str) -> None:
    with pytest.raises(TeacherError) as error:
        texts(command)
    assert error.value.code == "distill.teacher-failed"
    assert ("why" in str(error.value)) == ("why" in command)


def test_a_program_that_does_not_read_is_no_crash() -> None:
    with pytest.raises(TeacherError):
        texts("exec 0<&-; exit 1", ["x" * 1_000] * 1_000)
