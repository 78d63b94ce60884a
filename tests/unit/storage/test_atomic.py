"""A folder is whole or not there, whenever writing it stops."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from seq2seq.storage.atomic import atomic_file, atomic_folder, atomic_stream, current_or_backup, restore_backup


def write(path: Path, text: str) -> None:
    with atomic_folder(path) as scratch:
        (scratch / "file").write_text(text, encoding="utf-8")


def write_half(path: Path) -> None:
    with atomic_folder(path) as scratch:
        (scratch / "file").write_text("half", encoding="utf-8")
        raise RuntimeError("disk full")


def test_it_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "folder"
    with atomic_folder(path) as scratch:
        (scratch / "file").write_text("new", encoding="utf-8")
        assert not path.exists()
    assert (path / "file").read_text(encoding="utf-8") == "new"
    assert [entry.name for entry in path.parent.iterdir()] == ["folder"]


def test_a_failure_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    write(path, "old")
    with pytest.raises(RuntimeError, match="disk full"):
        write_half(path)
    assert (path / "file").read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


def test_a_stop_between_the_renames_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    write(path, "old")
    path.rename(tmp_path / ".folder.old")  # as a machine would leave it that stops there
    restore_backup(path)
    assert (path / "file").read_text(encoding="utf-8") == "old"


def test_leftovers_of_a_stopped_machine_are_cleared(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    (tmp_path / ".folder.new").mkdir()
    (tmp_path / ".folder.new" / "half").touch()
    write(path, "new")
    assert [entry.name for entry in path.iterdir()] == ["file"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


def test_a_reader_finds_the_old_folder_and_leaves_it_where_it_is(tmp_path: Path) -> None:
    """The writer may be alive, between its two renames: moving its folder would end it."""
    path, old = tmp_path / "folder", tmp_path / ".folder.old"
    old.mkdir()
    assert current_or_backup(path) == old
    path.mkdir()
    assert current_or_backup(path) == path
    assert old.exists()


def test_a_link_stays_and_the_folder_behind_it_is_replaced(tmp_path: Path) -> None:
    """A folder on a larger disk: again and again, and with nothing left beside either."""
    disk = tmp_path / "disk"
    write(disk / "folder", "old")
    link = tmp_path / "link"
    link.symlink_to(disk / "folder")
    for text in ("one", "two", "three"):
        write(link, text)
        assert (disk / "folder" / "file").read_text(encoding="utf-8") == text
    assert link.is_symlink()
    assert [entry.name for entry in disk.iterdir()] == ["folder"]
    assert {entry.name for entry in tmp_path.iterdir()} == {"disk", "link"}


def test_behind_a_link_a_stop_between_the_renames_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "disk" / "folder")
    write(link, "old")
    aside = (tmp_path / "disk" / "folder").rename(tmp_path / "disk" / ".folder.old")
    assert current_or_backup(link) == aside
    restore_backup(link)
    assert (link / "file").read_text(encoding="utf-8") == "old"


def test_links_in_a_circle_are_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert current_or_backup(tmp_path / "a") == tmp_path / "a"


def test_the_name_of_a_file_is_on_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a power cut, a rename that is not on disk has not happened."""
    synced: list[Path] = []
    original = os.fsync

    def spy(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        original(descriptor)

    monkeypatch.setattr(os, "fsync", spy)
    atomic_file(tmp_path / "file", b"new")
    assert synced == [tmp_path / ".file.new", tmp_path]


def test_a_file_is_not_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("precious", encoding="utf-8")
    (tmp_path / "file").symlink_to(tmp_path / "other")
    atomic_file(tmp_path / "file", b"new")
    assert (tmp_path / "other").read_text(encoding="utf-8") == "precious"
    assert (tmp_path / "file").read_bytes() == b"new"


def test_processes_that_write_the_same_file_write_whole_ones(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    other = (
        "import sys, pathlib; from seq2seq.storage.atomic import atomic_stream\n"
        "with atomic_stream(pathlib.Path(sys.argv[1])) as file: file.write(b'theirs')"
    )
    with atomic_stream(path) as file:
        file.write(b"ou")
        subprocess.run([sys.executable, "-c", other, str(path)], check=True)
        assert path.read_bytes() == b"theirs"
        file.write(b"rs")
    assert path.read_bytes() == b"ours"
    assert list(tmp_path.iterdir()) == [path]
