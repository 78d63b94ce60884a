"""``--shard`` and ``seq2seq merge``: as many processes as there are shards write what one would have written."""

import json
import os
import random
import shutil
import sys
from pathlib import Path

import pytest
from support import tiny
from support.commands import failure, run

ROOT = Path(__file__).resolve().parents[2]
SOAK = int(os.environ.get("SOAK", "0"))
"""Kills of processes; 0: the quick form."""
FIXTURES = ROOT / "tests" / "fixtures"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tmp_path_factory.mktemp("shards") / "model")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.txt"
    draw = random.Random(3)
    words = sorted({word for sentence in tiny.SOURCES for word in sentence.split()})
    lines = [" ".join(draw.choices(words, k=draw.randint(0, 5))) for _ in range(60)]
    path.write_bytes("\r\n".join(["- " + lines[0], *lines[1:]]).encode())  # the last line has no end
    return path


def in_shards(command: str, model: Path, source: Path, output: Path, count: int, *options: str | Path) -> None:
    for number in range(1, count + 1):
        run(command, model, source, "--output", output, *options, "--shard", f"{number}/{count}")
    run("merge", output, "--delete-parts")


@pytest.mark.parametrize(
    "options", [(), ("--format", "lines"), ("--nbest", "2")], ids=["paragraphs", "lines", "numbered"]
)
@pytest.mark.parametrize("count", [1, 3, 70])
def test_shards_are_translated_as_the_whole(
    count: int, options: tuple[str, ...], model: Path, source: Path, tmp_path: Path
) -> None:
    run("translate", model, source, "--output", tmp_path / "one", *options)
    in_shards("translate", model, source, tmp_path / "out", count, *options)
    assert (tmp_path / "out").read_bytes() == (tmp_path / "one").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.txt", "one", "out"]


def test_json_is_numbered_through(model: Path, source: Path, tmp_path: Path) -> None:
    run("translate", model, source, "--output", tmp_path / "one", "--json")
    in_shards("translate", model, source, tmp_path / "out", 4, "--json")
    one, out = ([json.loads(line) for line in (tmp_path / name).read_text().splitlines()] for name in ("one", "out"))
    assert [record["line"] for record in out] == list(range(1, 61))
    for left, right in zip(one, out, strict=True):
        assert left["translation"] == right["translation"]
        assert [token["tokens"] for token in left["sentences"]] == [token["tokens"] for token in right["sentences"]]


@pytest.mark.parametrize("options", [(), ("--json",), ("--explain",)], ids=["labels", "json", "explain"])
def test_shards_are_classified_as_the_whole(options: tuple[str, ...], source: Path, tmp_path: Path) -> None:
    labels = FIXTURES / "models" / "classification-1"
    run("classify", labels, source, "--output", tmp_path / "one", *options)
    in_shards("classify", labels, source, tmp_path / "out", 5, *options)
    one, out = ((tmp_path / name).read_text().splitlines() for name in ("one", "out"))
    if "--json" in options:
        one, out = ([f"{json.loads(line)['line']} {json.loads(line)['label']}" for line in each] for each in (one, out))
    assert [line.split("\t")[0] for line in out] == [line.split("\t")[0] for line in one]
    assert len(out) == 60


def test_what_is_done_is_not_done_again(model: Path, source: Path, tmp_path: Path) -> None:
    shard = ("translate", model, source, "--output", tmp_path / "out", "--shard", "1/2")
    run(*shard)
    part = tmp_path / "out.part-00001-of-00002"
    first = part.stat().st_mtime_ns
    run(*shard, "--resume")
    assert part.stat().st_mtime_ns == first
    for options in (("--beam", "1"), ("--prefix", "d"), ("--protect", "dog"), ("--json",)):
        run(*shard, *options, "--resume")
        assert part.stat().st_mtime_ns > first
        first = part.stat().st_mtime_ns
    glossary = tmp_path / "terms.tsv"
    for term in ("dog\tHund\n", "dog\tKatze\n"):
        glossary.write_text(term)
        run(*shard, "--glossary", glossary, "--resume")
        assert part.stat().st_mtime_ns > first
        first = part.stat().st_mtime_ns


def test_shards_of_two_settings_are_not_merged(model: Path, source: Path, tmp_path: Path) -> None:
    shards = ("translate", model, source, "--output", tmp_path / "out")
    run(*shards, "--shard", "1/2")
    run(*shards, "--shard", "2/2", "--beam", "1")
    error = failure("merge", tmp_path / "out")
    assert error.code == "shards.parts"
    assert "decoding.beam is 1, but 3" in str(error)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("in.txt", "--shard", "1/2"), "--output"),
        (("--output", "out", "--shard", "1/2"), "standard input"),
        (("in.txt", "--output", "out", "--shard", "0/2"), "1/2 to 2/2"),
        (("in.txt", "--output", "out", "--shard", "1"), "I/N"),
        (("in.txt", "--output", "out", "--resume"), "--shard"),
        (("in.html", "--output", "out.html", "--shard", "1/2"), "html"),
        (("in.csv", "--column", "a", "--output", "out.csv", "--shard", "1/2"), "csv"),
        (("in.txt", "--output", "out", "--shard", "1/2", "--report", "report.txt"), "--report"),
        (("in.txt", "--output", "out", "--shard", "1/2", "--method", "sample"), "--method sample"),
    ],
)
def test_what_cannot_be_cut_is_refused(
    options: tuple[str, ...], named: str, model: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(source.parent)
    for name in ("in.html", "in.csv"):
        Path(name).write_text("a\nb\n")
    assert named in run("translate", model, *options, text="", code=2).stderr
    assert not list(source.parent.glob("out*"))


@pytest.mark.timeout(300 + 60 * SOAK)
def test_killed_processes_lose_nothing(tmp_path: Path) -> None:
    """A quick form of `python benchmarks/shards.py`, and a longer one: processes are killed at random moments."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import shards

    shutil.copytree(FIXTURES / "models" / "translation-1", tmp_path / "model")
    shutil.copytree(FIXTURES / "exported" / "translation-1", tmp_path / "model", dirs_exist_ok=True)
    kills, lines = SOAK or 3, 20_000 * SOAK or 8_000
    done = shards.prove(
        tmp_path / "model", tmp_path, lines=lines, count=4, processes=2, kills=kills, longest=1.0 + SOAK, seed=5
    )
    assert done.equal
    assert done.kills == kills
