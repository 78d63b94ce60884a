"""A teacher is asked for what it has not answered, shard by shard; when it fails, the rest is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier, Lock

import pytest

from seq2seq.distillation.answers import Answers
from seq2seq.distillation.ask import ask
from seq2seq.distillation.teachers.teacher import Answer, Identity, Task
from seq2seq.errors import TeacherError
from seq2seq.shards.shard import Shard

SOURCES = [f"line {number}" for number in range(25)]


@dataclass
class Fake:
    """Writes upper case; fails at some line."""

    task: Task = "translation"
    at_once: int = 1
    fails_at: str = ""
    gate: Barrier | None = None
    asked: list[list[str]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    @property
    def identity(self) -> Identity:
        return Identity("fake")

    def answer(self, sources: Sequence[str]) -> list[list[Answer]]:
        with self.lock:
            self.asked.append(list(sources))
        if self.gate is not None:
            self.gate.wait(30)
        if self.fails_at in sources:
            raise TeacherError("no", code="distill.teacher-failed")
        return [[Answer(source.upper())] for source in sources]


def test_it_is_asked_shard_by_shard_and_once(tmp_path: Path) -> None:
    teacher, answers = Fake(), Answers(tmp_path, Identity("fake"))
    ask(teacher, [*SOURCES, "", "  ", *SOURCES], answers, shard=10)
    assert list(map(len, teacher.asked)) == [10, 10, 5]
    assert [source for some in teacher.asked for source in some] == SOURCES
    assert answers["line 7"] == [Answer("LINE 7")]
    ask(teacher, SOURCES, answers, shard=10)
    ask(teacher, [*SOURCES, "new"], Answers(tmp_path, Identity("fake")), shard=3)
    assert teacher.asked[3:] == [["new"]]


def test_what_is_answered_is_kept_when_it_fails(tmp_path: Path) -> None:
    teacher = Fake(fails_at="line 12")
    with pytest.raises(TeacherError):
        ask(teacher, SOURCES, Answers(tmp_path, Identity("fake")), shard=5)
    again = Fake()
    ask(again, SOURCES, Answers(tmp_path, Identity("fake")), shard=5)
    assert [some[0] for some in again.asked] == ["line 10", "line 15", "line 20"]


def test_shards_are_asked_for_at_the_same_time_and_all_kept_when_one_fails(tmp_path: Path) -> None:
    teacher = Fake(at_once=2, fails_at="line 0", gate=Barrier(2))  # goes on when two are running
    with pytest.raises(TeacherError):
        ask(teacher, SOURCES[:10], Answers(tmp_path, Identity("fake")), shard=5)
    found = Answers(tmp_path, Identity("fake"))
    assert "line 0" not in found
    assert found["line 5"] == [Answer("LINE 5")]


@pytest.mark.parametrize("short", [[], [[Answer("one")]], [[Answer("one")], []]])
def test_an_answer_that_lacks_lines_is_refused(tmp_path: Path, short: list[list[Answer]]) -> None:
    teacher, answers = Fake(), Answers(tmp_path, Identity("fake"))
    teacher.answer = lambda _: short  # type: ignore[method-assign]
    with pytest.raises(TeacherError) as error:
        ask(teacher, ["a", "b"], answers)
    assert error.value.code == "distill.teacher-lines"
    assert len(answers) == 0


def test_shifted_lines_are_refused(tmp_path: Path) -> None:
    sources = ["word " * (3 + number * 7 % 23) + str(number) for number in range(200)]
    teacher, answers = Fake(), Answers(tmp_path, Identity("fake"))
    teacher.answer = lambda sources: [[Answer(text)] for text in [*sources[1:], "x"]]  # type: ignore[method-assign]
    with pytest.raises(TeacherError) as error:
        ask(teacher, sources, answers)
    assert error.value.code == "distill.teacher-shifted"
    assert len(answers) == 0


def test_processes_share_the_sources_by_their_places(tmp_path: Path) -> None:
    """Whatever others have answered meanwhile, every source belongs to one of them."""
    asked = []
    for number in (2, 3, 1):
        teacher = Fake()
        answers = Answers(tmp_path, teacher.identity)
        ask(teacher, SOURCES, answers, shard=4, only=Shard(number, 3))
        asked += [source for some in teacher.asked for source in some]
        assert teacher.asked[0] == SOURCES[4 * (number - 1) : 4 * number]
    assert sorted(asked) == sorted(SOURCES)
