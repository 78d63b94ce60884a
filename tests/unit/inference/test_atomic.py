"""A folder is whole or not there, whenever writing it stops."""

from pathlib import Path

import pytest

from seq2seq.inference.atomic import atomic_folder, recover, standing


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
    recover(path)
    assert (path / "file").read_text(encoding="utf-8") == "old"


def test_leftovers_of_a_stopped_machine_are_cleared(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    (tmp_path / ".folder.new").mkdir()
    (tmp_path / ".folder.new" / "half").touch()
    write(path, "new")
    assert [entry.name for entry in path.iterdir()] == ["file"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


def test_a_reader_finds_the_old_folder_and_leaves_it_where_it_is(tmp_path: Path) -> None:
    """The writer may be alive, between its two renames: whoever moves its folder ends it."""
    path, old = tmp_path / "folder", tmp_path / ".folder.old"
    old.mkdir()
    assert standing(path) == old
    path.mkdir()
    assert standing(path) == path
    assert old.exists()
