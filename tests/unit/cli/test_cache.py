"""``seq2seq cache``: what was prepared is listed, and deleted if nobody is preparing it."""

import json
import os
import time
from pathlib import Path

import pytest
from support.commands import run

from seq2seq.data.preparing.cache import open_or_build
from seq2seq.storage.lock import locked

ONE, TWO = "0" * 32, "f" * 32
HALF = f".{'a' * 32}.new"  # of a process that was killed


def build(folder: Path) -> dict[str, object]:
    (folder / "train.arrow").write_bytes(b"x" * 1000)
    return {"report": {"train": {"name": "pairs.tsv"}}}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("SEQ2SEQ_CACHE", str(folder))
    for name in (ONE, TWO):
        open_or_build(folder, name, build)
    (folder / HALF).mkdir()  # a process that was killed
    (folder / "pictures").mkdir()  # the user's own
    (folder / "pictures" / "about.json").write_text("{}", encoding="utf-8")
    return folder


def age(cache: Path, name: str, seconds: float) -> None:
    for path in (cache / name, cache / name / "about.json"):
        if path.exists():
            os.utime(path, (time.time() - seconds,) * 2)


def names(*arguments: object) -> list[str]:
    content = json.loads(run("cache", "list", "--json", *arguments).stdout)
    return [Path(entry["path"]).name for entry in content["entries"]]


def test_what_was_prepared_is_listed(cache: Path) -> None:
    age(cache, TWO, 3600)
    age(cache, HALF, 7200)
    assert names() == [ONE, TWO, HALF]
    shown = run("cache").stdout
    assert "pairs.tsv" in shown
    assert "used 1h" in shown
    assert str(cache) in shown
    open_or_build(cache, TWO, build)
    assert names()[0] == TWO  # it was used again
    assert names("--folder", cache / "none") == []


def test_it_is_deleted_and_nothing_else(cache: Path) -> None:
    age(cache, ONE, 40 * 86_400)
    run("cache", "clear", "--unused-for", "30d")
    assert ONE not in names()
    assert TWO in names()
    assert "(2)" in run("cache", "clear").stderr
    assert [path.name for path in cache.iterdir() if path.suffix != ".lock"] == ["pictures"]
    assert open_or_build(cache, TWO, build)[2] is False


def test_what_is_being_prepared_stays(cache: Path) -> None:
    with locked(cache / f"{ONE}.lock"):
        assert run("cache", "clear").stderr.splitlines()[-1].endswith(": 1.")
        assert names() == [ONE]


@pytest.mark.usefixtures("cache")
def test_a_time_that_is_none() -> None:
    assert "--unused-for: 'long' " in run("cache", "clear", "--unused-for", "long", code=2).stderr
    assert len(names()) == 3


def test_what_was_not_used_for_longest_is_deleted_down_to_a_size(cache: Path) -> None:
    (cache / HALF / "train.arrow").write_bytes(b"half")
    age(cache, ONE, 7200)
    age(cache, HALF, 9000)
    size = sum(file.stat().st_size for file in (cache / TWO).iterdir())
    run("cache", "clear", "--down-to", f"{2 * size}b")
    assert names() == [TWO, ONE]
    run("cache", "clear", "--down-to", f"{size / 1000}kB", "--unused-for", "3h")
    assert names() == [TWO, ONE]
    run("cache", "clear", "--down-to", f"{size / 1000}kB")
    assert names() == [TWO]


@pytest.mark.usefixtures("cache")
def test_a_size_that_is_none() -> None:
    assert "--down-to: 'much' " in run("cache", "clear", "--down-to", "much", code=2).stderr
    assert len(names()) == 3
