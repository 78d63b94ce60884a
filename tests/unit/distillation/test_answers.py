"""What a teacher has answered is found by its source, and is neither lost nor mixed up."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from seq2seq.distillation.answers import Answers
from seq2seq.distillation.teachers.teacher import Answer, Identity

TEACHER = Identity("somebody", settings={"beam": 5})
SOURCES = ["one", "two", "three\u00a0lines", "four 😀"]
ANSWERS = [[Answer("eins", -0.5), Answer("ein", -1.0)], [Answer("zwei")], [Answer("drei")], [Answer("vier 😀", 0.0)]]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    Answers(tmp_path, TEACHER).add(SOURCES, ANSWERS, 2.0)
    return tmp_path


def shard(run: Path) -> Path:
    (file,) = run.glob("answers/*/*.jsonl")
    return file


def test_they_are_found_again(run: Path) -> None:
    found = Answers(run, TEACHER)
    assert [found[source] for source in SOURCES] == ANSWERS
    assert len(found) == 4
    assert "five" not in found
    assert found.rate == 2.0


def test_a_shard_says_how_many_sources_it_has_and_which(run: Path) -> None:
    head, *rows = map(json.loads, shard(run).read_text(encoding="utf-8").split("\n")[:-1])
    assert head["sources"] == len(rows) == 4
    assert [row["source"] for row in rows] == SOURCES


def test_shards_of_earlier_releases_are_read(run: Path) -> None:
    """They said translations, not answers."""
    head, *rows = shard(run).read_text(encoding="utf-8").split("\n")
    old = "\n".join(row.replace('"answers"', '"translations"') for row in rows)
    content = hashlib.sha256(old.encode()).hexdigest()
    shard(run).write_text(json.dumps({**json.loads(head), "content": content}) + "\n" + old, encoding="utf-8")
    assert Answers(run, TEACHER)["one"] == ANSWERS[0]


def test_those_of_another_teacher_or_other_settings_lie_apart(run: Path) -> None:
    other = Answers(run, Identity("somebody", settings={"beam": 1}))
    assert "one" not in other
    assert other.rate is None
    assert "one" in Answers(run, Identity("the same by another name", settings={"beam": 5}))


@pytest.mark.parametrize("damage", ["cut", "shifted", "changed", "empty", "no text"])
def test_a_damaged_shard_is_asked_for_again(run: Path, damage: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = shard(run)
    lines = file.read_bytes().split(b"\n")
    contents = {
        "cut": b"\n".join(lines[:-3]),
        "shifted": b"\n".join([lines[0], lines[2], lines[1], *lines[3:]]),
        "changed": file.read_bytes().replace(b"zwei", b"drei"),
        "empty": b"",
        "no text": b"\xff\xfe",
    }
    file.write_bytes(contents[damage])
    found = Answers(run, TEACHER)
    assert len(found) == 0
    assert "damaged" in capsys.readouterr().err
    assert not file.exists()
    found.add(SOURCES, ANSWERS, 1.0)
    assert Answers(run, TEACHER)["two"] == [Answer("zwei")]


def test_several_processes_may_write_at_the_same_time(tmp_path: Path) -> None:
    """The same files, too: all write what says which teacher it is, and two may have been given the same sources."""

    def write(_: int) -> None:
        Answers(tmp_path, TEACHER).add(SOURCES, ANSWERS, 2.0)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(64)))
    assert len(Answers(tmp_path, TEACHER)) == 4
    assert sorted(path.suffix for path in tmp_path.glob("answers/*/*")) == [".json", ".jsonl"]
    assert not list(tmp_path.glob("answers/*/.*"))


def test_a_source_without_an_answer_is_not_asked_for_again(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As of a program that labels, and wrote a blank line."""
    Answers(run, TEACHER).add(["five", "six"], [[], [Answer("sechs")]], 1.0)
    found = Answers(run, TEACHER)
    assert (found["five"], found["six"]) == ([], [Answer("sechs")])
    assert "damaged" not in capsys.readouterr().err
