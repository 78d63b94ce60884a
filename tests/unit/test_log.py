"""What is said to people, and where it goes."""

import errno
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.terminal import open_terminal

from seq2seq import log
from seq2seq.errors import TrainingError


@pytest.fixture(autouse=True)
def _fresh_console() -> Iterator[None]:
    log.console.cache_clear()
    yield
    log.console.cache_clear()


def test_says_plain_lines_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    log.say("[bold]100 %[/bold] :smile: " + "long " * 100, style="bold")
    log.warn("mind the gap", code="test.gap")
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "[bold]100 %[/bold] :smile: " + "long " * 100 + "\nwarning: mind the gap\n"


def test_a_terminal_has_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = open_terminal(monkeypatch)
    log.warn("mind the gap", code="test.gap")
    assert terminal.getvalue() == "\x1b[33mwarning: mind the gap\x1b[0m\n"


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = open_terminal(monkeypatch)
    monkeypatch.setenv("NO_COLOR", "1")
    log.warn("mind the gap", code="test.gap")
    assert terminal.getvalue() == "warning: mind the gap\n"


def test_everything_said_goes_to_a_file_as_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "train.log"
    with log.to_file(path):
        log.say("one ü")
        assert path.read_text(encoding="utf-8") == "one ü\n"
        log.warn("two", code="test.two")
    log.say("three")
    with log.to_file(path):
        log.say("four")
    assert path.read_text(encoding="utf-8") == "one ü\nwarning: two\nfour\n"
    assert capsys.readouterr().err == "one ü\nwarning: two\nthree\nfour\n"


def test_a_file_is_let_go_when_something_fails(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="x"), log.to_file(tmp_path / "train.log"):
        raise ValueError("x")
    log.say("after")
    assert (tmp_path / "train.log").read_text(encoding="utf-8") == ""


def test_lines_are_broken_between_words_on_a_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    terminal = open_terminal(monkeypatch)
    monkeypatch.setenv("COLUMNS", "40")
    line = "step 1,050  epoch 0.52  validation loss 2.3  (best so far, kept)"
    with log.to_file(tmp_path / "log"):
        log.say(line)
    assert terminal.getvalue() == "step 1,050  epoch 0.52  validation loss\n  2.3  (best so far, kept)\n"
    assert (tmp_path / "log").read_text("utf-8") == f"{line}\n"


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("short", "short"),
        ("  indented text that is long", "  indented text\n    that is long"),
        ("  seq2seq translate runs/phrasebook", "  seq2seq translate runs/phrasebook"),
        ("/a/very/long/path/that/is/one/word: bad", "/a/very/long/path/that/is/one/word:\n  bad"),
        ("猫が魚を食べ る犬が眠る", "猫が魚を食べ\n  る犬が眠る"),
        ("one\n\ntwo", "one\n\ntwo"),
    ],
)
def test_what_fits_a_terminal(message: str, shown: str) -> None:
    assert log.fitted(message, 16) == shown


def test_what_is_said_does_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    log.say("a\x1b[2Jb\x9b31mc\x07d\ne\r")
    assert capsys.readouterr().err == "a\\u001b[2Jb\\u009b31mc\\u0007d\ne\\u000d\n"


def test_json_stays_json() -> None:
    text = "\x00\x1b\x7f\x80\x9f ü ☃"
    assert json.loads(log.visible(json.dumps(text, ensure_ascii=False))) == text


# ------------------------------------------------------------------------------------------------ disks that are full


class Disk:
    """A file of a disk that takes so many bytes more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
        self.room, self.error = room, errno.ENOSPC
        disk, opens = self, Path.open

        class Small(io.FileIO):
            def write(self, data: bytes) -> int:  # type: ignore[override]
                if not disk.room:
                    raise OSError(disk.error, os.strerror(disk.error))
                taken = super().write(bytes(data[: disk.room]))
                disk.room -= taken
                return taken

        def opened(path: Path, mode: str = "r", buffering: int = -1, **options: str) -> object:
            if mode != "ab":
                return opens(path, mode, buffering, **options)
            assert buffering == 0  # else a line might wait in here
            return Small(path, "a")

        monkeypatch.setattr(Path, "open", opened)


def test_what_a_full_disk_does_not_take_follows_byte_for_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warned: list[str]
) -> None:
    path = tmp_path / "metrics.jsonl"
    disk = Disk(monkeypatch, 7)
    file = log.Appender(path)
    for line in ("one", "two", "three"):  # the disk is full in the middle of the second
        file.add(line)
    assert path.read_bytes() == b"one\ntwo"
    assert warned == ["log.not-writable"]
    disk.room = 100
    file.add("four")
    assert path.read_bytes() == b"one\ntwo\nthree\nfour\n"
    assert len(warned) == 1
    disk.room = 0
    file.add("five")
    assert warned[1:] == ["log.not-writable"]  # once more: it is another time
    file.add("six")
    file.close()
    assert warned[2:] == ["log.lines-lost"]


def test_a_log_on_a_full_disk_does_not_speak_of_itself_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    disk = Disk(monkeypatch, 0)
    with log.to_file(tmp_path / "train.log"):
        log.say("one")
        log.say("two")
        disk.room = 1000
        log.say("three")
    lines = capsys.readouterr().err.splitlines()
    assert [line[:8] for line in lines] == ["one", "warning:", "two", "three"]
    assert sorted((tmp_path / "train.log").read_text().splitlines()) == sorted(lines)


def test_a_log_that_cannot_be_opened_ends_no_work(tmp_path: Path, warned: list[str]) -> None:
    (tmp_path / "train.log").mkdir()
    with log.to_file(tmp_path / "train.log"):
        log.say("one")
    assert warned == ["log.not-writable", "log.lines-lost"]


def test_what_ended_the_work_stands_at_the_end_of_the_log(tmp_path: Path) -> None:
    with pytest.raises(TrainingError), log.to_file(tmp_path / "train.log"):
        raise TrainingError("too much\n  Try less.\x1b[2J", code="test.much")
    assert (tmp_path / "train.log").read_text() == "error: too much\n  Try less.\\u001b[2J\n"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_standard_error_that_cannot_be_written_ends_no_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(sys, "stderr", Full())
    with log.to_file(tmp_path / "train.log"):
        log.say("one")
    assert (tmp_path / "train.log").read_text() == "one\n"


def test_a_reader_that_is_gone_ends_what_nothing_else_writes_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Gone())
    with pytest.raises(BrokenPipeError):
        log.say("one")
    with log.to_file(tmp_path / "train.log"):
        log.say("two")
    assert (tmp_path / "train.log").read_text() == "two\n"
