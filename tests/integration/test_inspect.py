"""``seq2seq inspect``: what a person or a script gets, for data in every format."""

import json
import os
import re
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from support.commands import failure, run
from support.faults import phrasebook

from seq2seq.errors import ConfigError

PAIRS = [("one", "eins"), ("two &amp; more", "zwei und mehr"), ("three", ""), ("four", "vier"), ("one", "eins")]
FOUND = {"html": 1, "empty": 1, "duplicate": 1}


@pytest.fixture(autouse=True)
def no_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    """What training would cost is measured on real steps: some seconds that these tests need not spend."""
    monkeypatch.setattr("seq2seq.cli.inspect._estimate", lambda _: None)


def write(folder: Path, kind: str, pairs: list[tuple[str, str]] | None = None) -> list[Path]:
    """The pairs, in a format; what is to be named on the command line."""
    pairs = PAIRS if pairs is None else pairs
    path = folder / f"pairs.{kind}"
    match kind:
        case "tsv":
            path.write_text("".join(f"{one}\t{other}\n" for one, other in pairs), encoding="utf-8")
        case "csv":
            rows = "".join(f'"{one}","{other}"\n' for one, other in pairs)
            path.write_text(f"source,target\n{rows}", encoding="utf-8")
        case "jsonl":
            rows = "".join(json.dumps({"source": one, "target": other}) + "\n" for one, other in pairs)
            path.write_text(rows, encoding="utf-8")
        case "parquet":
            columns = list(zip(*pairs, strict=True))
            parquet.write_table(pa.table({"source": columns[0], "target": columns[1]}), path)
        case _:
            paths = [folder / "pairs.en", folder / "pairs.de"]
            for side, file in enumerate(paths):
                file.write_text("".join(f"{pair[side]}\n" for pair in pairs), encoding="utf-8")
            return paths
    return [path]


def report(*arguments: str | Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(run("inspect", *arguments, "--json").stdout)
    return content


def counts(content: dict[str, Any]) -> dict[str, int]:
    return {finding["check"]: finding["count"] for finding in content["findings"]}


@pytest.mark.parametrize("kind", ["tsv", "csv", "jsonl", "parquet", "aligned"])
def test_every_format(tmp_path: Path, kind: str) -> None:
    paths = write(tmp_path, kind)
    content = report(*paths)
    assert counts(content) == FOUND
    assert content["splits"]["train"]["rows"] == 5
    header = kind == "csv"
    example = next(finding for finding in content["findings"] if finding["check"] == "html")["examples"][0]
    assert {name: example[name] for name in ("file", "line", "what", "source", "target")} == {
        "file": str(paths[0]),
        "line": 2 + header,
        "what": "'&amp;' in the source",
        "source": "two &amp; more",
        "target": "zwei und mehr",
    }
    assert f"{paths[0]}:{3 + header}: " in run("inspect", *paths).stdout


@pytest.mark.parametrize("kind", ["tsv", "csv", "jsonl", "parquet", "aligned"])
def test_the_fixed_copy_has_the_same_format_and_nothing_is_found_in_it(tmp_path: Path, kind: str) -> None:
    paths, out = write(tmp_path, kind), tmp_path / "fixed"
    done = run("inspect", *paths, "--fix", out)
    for fact in ("empty 1, duplicate 1", str(out / "inspection" / "left_out.tsv")):
        assert fact in done.stderr
    content = report(*(out / path.name for path in paths))
    assert content["findings"] == []
    assert content["splits"]["train"]["rows"] == 3
    assert {path.name for path in (out / "inspection").iterdir()} == {"inspection.json", "left_out.tsv", "changed.tsv"}
    assert {path.name for path in out.iterdir()} == {"inspection", *(path.name for path in paths)}


def test_json_of_a_fix_says_what_was_left_out(tmp_path: Path) -> None:
    (path,) = write(tmp_path, "tsv")
    content = report(path, "--fix", tmp_path / "fixed")
    assert content["fixed"]["train"] == {
        "files": ["pairs.tsv"], "kept": 3, "mended": 1, "left_out": {"empty": 1, "duplicate": 1}
    }  # fmt: skip


def test_a_folder_with_splits(tmp_path: Path) -> None:
    (tmp_path / "train.tsv").write_text("one\teins\ntwo\tzwei\n")
    (tmp_path / "dev.tsv").write_text("Two!\tZwei!\n")
    content = report(tmp_path)
    assert {name: split["rows"] for name, split in content["splits"].items()} == {"train": 2, "dev": 1}
    (finding,) = content["findings"]
    assert (finding["check"], finding["split"]) == ("near-leak", "train")
    assert f"{tmp_path / 'dev.tsv'}:1" in finding["examples"][0]["what"]
    report(tmp_path, "--fix", tmp_path / "fixed")
    assert report(tmp_path / "fixed")["splits"].keys() == {"train", "dev"}, "the report is no split"


def test_a_recipe_says_where_and_how(tmp_path: Path) -> None:
    assert report("toy/sort")["findings"] == []
    recipe = tmp_path / "mine.yaml"
    (tmp_path / "a.tsv").write_text("1\tgood day\n0\tbad day\n", encoding="utf-8")
    recipe.write_text(
        f"task: classification\ndata: {{train: {tmp_path / 'a.tsv'}, "
        "columns: {source: 1, target: 0}, labels: {0: bad}}\ntraining: {max_steps: 1}\n",
        encoding="utf-8",
    )
    content = report(recipe)
    assert content["splits"]["train"]["labels"] == {"bad": 1}
    assert counts(content)["label"] == 1
    refused = run("inspect", recipe, "--task", "generation", code=2)
    assert refused.stderr.startswith(f"error: --task: {recipe} ")


def test_data_are_read_as_a_recipe_would(tmp_path: Path) -> None:
    (tmp_path / "own.tsv").write_text("text\tlabel\nit was good\tpositive\nit was bad\tnegative\n", encoding="utf-8")
    content = report(tmp_path / "own.tsv", "--recipe", "reviews")
    assert content["splits"]["train"]["labels"] == {"positive": 1, "negative": 1}
    error = failure("inspect", tmp_path / "own.tsv", "--recipe", "reviews", "--task", "translation")
    assert isinstance(error, ConfigError)
    assert [problem.partition(":")[0] for problem in error.problems] == ["task"]


def test_tasks_and_columns(tmp_path: Path) -> None:
    path = tmp_path / "labelled.tsv"
    rows = [(source, "long" if len(source) > 30 else "short") for source, _ in phrasebook()[:300]]
    path.write_text("a\tb\n" + "".join(f"{label}\t{text}\n" for text, label in rows), encoding="utf-8")
    columns = ("--source-column", "b", "--target-column", "a")
    content = report(path, *columns)
    proposed = next(finding for finding in content["findings"] if finding["check"] == "labelled")
    assert "--task classification" in proposed["mend"]
    content = report(path, "--task", "classification", *columns)
    assert set(content["splits"]["train"]["labels"]) == {"long", "short"}
    assert not {"labelled", "language", "copy"} & set(counts(content))
    novel = tmp_path / "novel.txt"
    novel.write_text("A line.\n\nAnother&nbsp;line.\n", encoding="utf-8")
    content = report(novel, "--task", "generation", "--source-column", "null")
    assert counts(content) == {"html": 1}


def test_errors_are_found_not_raised(tmp_path: Path) -> None:
    """What training would stop at is a finding; exit code 0."""
    path = tmp_path / "bad.tsv"
    path.write_bytes(b"one\teins\ntwo\tzwei\tdrei\nth\xffree\tdrei\n")
    content = report(path)
    assert {one["check"]: (one["severity"], one["count"]) for one in content["findings"]} == {
        "columns": ("error", 1), "encoding": ("error", 1)
    }  # fmt: skip
    shown = run("inspect", path).stdout
    assert re.search(r"^ERROR .*\(columns\)\n  train: 1 row \(33\.3%\)$", shown, re.MULTILINE)
    assert failure("inspect", tmp_path / "nothing.tsv").code == "data.no-such-file"


def test_what_cannot_be_read_at_all(tmp_path: Path) -> None:
    path = tmp_path / "empty.tsv"
    path.write_text("")
    assert failure("inspect", path).code == "inspection.unreadable"
    path.write_text("one column\nanother\n")
    error = failure("inspect", path)
    assert error.code == failure("inspect", path, "--examples", "0").code == "inspection.unreadable"
    assert f"{path}:1: expected 2 columns (source, target), found 1" in str(error)


def test_wrong_usage(tmp_path: Path) -> None:
    (path,) = write(tmp_path, "tsv")
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "x").write_text("mine")
    assert failure("inspect", path, "--fix", tmp_path / "there").code == "inspection.folder-exists"
    error = failure("inspect", path, "--fix", tmp_path / "new", "--fix-only", "htlm")
    assert error.code == "inspection.unknown-check"
    assert "'htlm'" in str(error)
    assert not (tmp_path / "new").exists()
    assert "--fix-only" in run("inspect", path, "--fix-only", "html", code=2).stderr
    assert "--task: 'poetry' " in run("inspect", path, "--task", "poetry", code=2).stderr
    assert "poetry" in str(failure("inspect", path, "--recipe", "poetry"))


def test_few_examples_or_none(tmp_path: Path) -> None:
    path = tmp_path / "many.tsv"
    path.write_text("".join(f"source {number}\t\n" for number in range(20)), encoding="utf-8")
    for shown in (0, 3):
        text = run("inspect", path, "--examples", str(shown)).stdout
        assert text.count(f"{path}:") == shown
        assert "train: 20 rows (100.0%)" in text


def test_markup_is_declared(tmp_path: Path) -> None:
    path = write(tmp_path, "tsv", [("Open <file> now", "Jetzt öffnen"), ("one &amp; two", "eins &amp; zwei")])[0]
    assert counts(report(path)) == {"html": 1}
    assert counts(report(path, "--markup", "html", "--markup", "icu")) == {"markup-lost": 1}
    assert "--markup" in run("inspect", path, "--markup", "latex", code=2).stderr


def test_entities_of_messages_are_told_and_not_repaired(tmp_path: Path) -> None:
    plain = [(f"This is sentence {number}.", f"Das ist Satz {number}.") for number in range(100, 140)]
    holders = [("%s days", "%s Tage"), ("{n} of %s", "{n} von %s")]
    for name, pairs, text in (
        ("plain", plain, "Bread & butter."),
        ("messages", plain + holders, "Bread &amp; butter."),
    ):
        (tmp_path / name).mkdir()
        path = write(tmp_path / name, "tsv", [*pairs, ("Bread &amp; butter.", "Brot und Butter.")])[0]
        assert counts(report(path, "--fix", tmp_path / name / "out"))["html"] == 1
        fixed = (tmp_path / name / "out" / "pairs.tsv").read_text(encoding="utf-8").splitlines()
        assert fixed[-1] == f"{text}\tBrot und Butter."


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
def test_shards_are_merged_to_the_report_of_one_process(tmp_path: Path, options: tuple[str, ...]) -> None:
    data = tmp_path / "data" / "train"
    data.mkdir(parents=True)
    for number in range(3):
        write(data, "tsv").pop().rename(data / f"{number}.tsv")
    one, out = tmp_path / "one", tmp_path / "out"
    whole = run("inspect", data.parent, *options)
    run("inspect", data.parent, *options, "--output", one)
    assert one.read_text() == whole.stdout
    for shard in ("1/2", "2/2"):
        run("inspect", data.parent, *options, "--output", out, "--shard", shard)
    run("merge", out, "--delete-parts")
    assert out.read_text() == whole.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "one", "out"]


def test_a_recipe_is_inspected_in_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = "classification/reviews"
    asked: list[str] = []
    monkeypatch.setattr("seq2seq.cli.inspect._estimate", lambda of: asked.append(of.task))
    run("inspect", recipe, "--json", "--output", tmp_path / "out", "--shard", "1/1")
    assert asked == []  # the merge estimates
    run("merge", tmp_path / "out")
    assert json.loads((tmp_path / "out").read_text()) == report(recipe)
    assert asked == ["classification"] * 2


@pytest.mark.parametrize(
    "options",
    [("--shard", "1/2"), ("--resume",), ("--shard", "1/2", "--output", "out", "--fix", "fixed")],
    ids=["output", "resume", "fix"],
)
def test_usage_of_shards(tmp_path: Path, options: tuple[str, ...]) -> None:
    (path,) = write(tmp_path, "tsv")
    assert run("inspect", path, *options, code=2).stdout == ""


def test_the_report_does_not_overwrite_the_data(tmp_path: Path) -> None:
    (path,) = write(tmp_path, "tsv")
    before = path.read_text()
    run("inspect", path, "--output", path, code=2)
    assert path.read_text() == before


def test_a_pipe_cannot_be_cut(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.tsv"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text("one\teins\n"))
    writer.start()
    assert failure("inspect", pipe, "--output", tmp_path / "out", "--shard", "1/2").code == "shards.no-file"
    writer.join()
