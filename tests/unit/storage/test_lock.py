"""Locks between processes: held by one, shared by some, and never by two files of one name."""

import fcntl
from pathlib import Path

import pytest

from seq2seq.storage.lock import acquire, release


def test_one_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    held = acquire(path)
    assert held is not None
    assert acquire(path) is None
    assert acquire(path, shared=True) is None
    release(held)
    again = acquire(path)
    assert again is not None
    release(again)


def test_some_share_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    shared = [acquire(path, shared=True) for _ in range(2)]
    assert acquire(path) is None
    for held in shared:
        assert held is not None
        release(held)
    assert acquire(path) is not None


def test_a_file_that_was_deleted_meanwhile_is_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opened before its holder deletes it, locked when another process has locked the new file of that name."""
    path = tmp_path / "lock"
    first = acquire(path)
    assert first is not None
    flock = fcntl.flock
    second: list[int | None] = []

    def late(descriptor: int, how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", flock)
        path.unlink()
        release(first)
        second.append(acquire(path))
        flock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", late)
    assert acquire(path) is None
    assert second[0] is not None


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        acquire(tmp_path / "none" / "lock")
