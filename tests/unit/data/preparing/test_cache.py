import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.refused import refused

from seq2seq.data.preparing.cache import ABOUT, LIMIT, cache_folder, entries, open_or_build
from seq2seq.storage.manifest import CHECKSUMS


def build(folder: Path) -> dict[str, object]:
    (folder / "a.arrow").write_bytes(b"content")
    return {"rows": 3}


def test_built_once_and_opened_ever_after(tmp_path: Path) -> None:
    assert open_or_build(tmp_path / "cache", "x", build) == (tmp_path / "cache" / "x", {"rows": 3}, False)
    assert open_or_build(tmp_path / "cache", "x", build) == (tmp_path / "cache" / "x", {"rows": 3}, True)
    assert (tmp_path / "cache" / "x" / "a.arrow").read_bytes() == b"content"


def damage_byte(folder: Path) -> None:
    (folder / "a.arrow").write_bytes(b"contenT")


def damage_fact(folder: Path) -> None:
    """Still JSON, and of the right form."""
    path = folder / ABOUT
    path.write_text(path.read_text().replace('"rows": 3', '"rows": 7'))


def lose_checksums(folder: Path) -> None:
    """As before there were any."""
    (folder / CHECKSUMS).unlink()


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (damage_byte, "a.arrow has changed"),
        (damage_fact, "about.json has changed"),
        (lose_checksums, "checksums.json is missing"),
    ],
)
def test_a_damaged_folder_is_noticed_and_built_again(
    tmp_path: Path, warned: list[str], said: list[str], damage: Callable[[Path], None], problem: str
) -> None:
    folder, _, _ = open_or_build(tmp_path, "x", build)
    damage(folder)
    assert open_or_build(tmp_path, "x", build) == (folder, {"rows": 3}, False)
    assert warned == ["data.cache-damaged"]
    assert problem in said[-1]
    assert open_or_build(tmp_path, "x", build)[2]


def test_an_interrupted_build_leaves_nothing_that_is_taken_for_whole(tmp_path: Path) -> None:
    def interrupted(folder: Path) -> dict[str, object]:
        build(folder)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_or_build(tmp_path, "x", interrupted)
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]
    # Killed outright, a process leaves its folder behind.
    (tmp_path / ".x.new").mkdir()
    (tmp_path / ".x.new" / "b.arrow").write_bytes(b"half")
    folder, _, cached = open_or_build(tmp_path, "x", build)
    assert not cached
    assert sorted(path.name for path in folder.iterdir()) == ["a.arrow", ABOUT, CHECKSUMS]
    assert json.loads((folder / CHECKSUMS).read_text()).keys() == {"a.arrow", ABOUT}


def test_what_a_killed_process_left_is_counted_whole(tmp_path: Path) -> None:
    scratch = tmp_path / f".{'0' * 32}.new" / "scratch" / "train"
    scratch.mkdir(parents=True)
    (scratch / "texts").write_bytes(b"x" * 1000)
    (entry,) = entries(tmp_path)
    assert entry.bytes == 1000


def test_two_at_once_build_once(tmp_path: Path, said: list[str]) -> None:
    builds: list[int] = []

    def slow(folder: Path) -> dict[str, object]:
        builds.append(1)
        time.sleep(0.8)
        return build(folder)

    found: list[bool] = []
    threads = [threading.Thread(target=lambda: found.append(open_or_build(tmp_path, "x", slow)[2])) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(builds) == 1
    assert sorted(found) == [False, True]
    assert any("Another process is preparing the same data" in line for line in said)


def test_a_cache_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with refused("data.cache-unwritable", "SEQ2SEQ_CACHE"):
        open_or_build(tmp_path / "file" / "cache", "x", build)


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert cache_folder("here") == Path("here")
    assert cache_folder(None) == Path(os.environ["SEQ2SEQ_CACHE"])
    monkeypatch.delenv("SEQ2SEQ_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder(None) == tmp_path / "seq2seq"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder(None) == tmp_path / ".cache" / "seq2seq"


def test_a_limit_deletes_what_was_not_used_for_longest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    old, recent, new = ("0" * 32, "1" * 32, "2" * 32)
    for name in (old, recent):
        open_or_build(tmp_path, name, build)
    os.utime(tmp_path / old / ABOUT, (time.time() - 7200,) * 2)
    monkeypatch.setenv(LIMIT, "1")
    open_or_build(tmp_path, old, build)  # not added: nothing is deleted, and it was used
    assert said == []
    os.utime(tmp_path / old / ABOUT, (time.time() - 7200,) * 2)
    monkeypatch.setenv(LIMIT, "1 byte")
    with refused("data.cache-limit", LIMIT, "'1 byte'"):
        open_or_build(tmp_path, new, build)
    monkeypatch.setenv(LIMIT, "1")
    open_or_build(tmp_path, new, build)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == [recent, new]
    assert LIMIT in said[-1]
    monkeypatch.setenv(LIMIT, "1GB")
    open_or_build(tmp_path, old, build)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == [old, recent, new]
