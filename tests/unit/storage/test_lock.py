"""Locks between processes: held by one, waited for, and never by two files of one name."""

import errno
import fcntl
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from seq2seq.storage.lock import locked


def test_one_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path), pytest.raises(BlockingIOError), locked(path):
        pass
    with locked(path):
        pass


def test_an_error_releases_it(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "lock"):
        raise ZeroDivisionError
    with locked(tmp_path / "lock"):
        pass


def test_a_second_one_waits_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    waits, order = threading.Event(), []

    def second() -> None:
        with locked(path, on_wait=waits.set):
            order.append("second")

    with locked(path):
        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(30)
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]


def test_a_short_wait_is_not_mentioned(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    waits: list[None] = []
    stack = ExitStack()
    stack.enter_context(locked(path))
    threading.Timer(0.1, stack.close).start()
    with locked(path, on_wait=lambda: waits.append(None)):
        assert waits == []


def test_a_file_that_was_deleted_meanwhile_is_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opened before its holder deletes it, locked when another process has locked the new file of that name."""
    path = tmp_path / "lock"
    first, second = ExitStack(), ExitStack()
    first.enter_context(locked(path))
    flock = fcntl.flock

    def late(descriptor: int, how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", flock)
        path.unlink()
        first.close()
        second.enter_context(locked(path))
        flock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with second, pytest.raises(BlockingIOError), locked(path):
        pass


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), locked(tmp_path / "none" / "lock"):
        pass


def test_a_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_descriptor: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with locked(tmp_path / "lock", optional=True):
        pass
    with pytest.raises(OSError, match="No locks"), locked(tmp_path / "lock"):
        pass
