"""Data and text in the forms that people have, through the commands that read them."""

import bz2
import gzip
import json
import lzma
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from support import tiny
from support.commands import failure, run

TEXT = "the dog sleeps\n\na bird sings\n"
PAIRS = [("one", "eins"), ("two &amp; more", "zwei; und mehr"), ("three", ""), ("four", "vier"), ("one", "eins")]
PACKED = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, ".zst": zstandard.compress}


@pytest.fixture(autouse=True)
def no_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seq2seq.cli.inspect._estimate", lambda _: None)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tmp_path_factory.mktemp("reading") / "model")


def report(*arguments: str | Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(run("inspect", *arguments, "--json").stdout)
    return content


def notes_on_form(content: dict[str, Any]) -> list[str]:
    """What is noted of how the training split was read; not that it is too small to be judged."""
    return [note for note in content["splits"]["train"]["notes"] if not note.startswith("too little text")]


# ------------------------------------------------------------------------------------------------------ compression


@pytest.mark.parametrize("ending", PACKED)
def test_text_is_read_however_it_is_packed(model: Path, tmp_path: Path, ending: str) -> None:
    packed, plain = tmp_path / f"in.txt{ending}", tmp_path / "plain.txt"
    packed.write_bytes(PACKED[ending](TEXT.encode()))
    plain.write_text(TEXT)
    expected = run("translate", model, text=TEXT).stdout
    assert run("translate", model, packed).stdout == expected
    assert run("translate", model, text=packed.read_bytes()).stdout == expected
    packed.rename(tmp_path / "in.txt")
    assert run("translate", model, tmp_path / "in.txt", "--output", tmp_path / "out.txt").stdout == ""
    assert (tmp_path / "out.txt").read_text() == expected
    arguments = ("--hypotheses", tmp_path / "in.txt", "--references", plain, "--json")
    assert json.loads(run("evaluate", *arguments).stdout)["exact_match"] == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_text_is_read_however_it_is_encoded(model: Path, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "in.txt"
    path.write_bytes(TEXT.encode(encoding))
    assert run("translate", model, path).stdout == run("translate", model, text=TEXT).stdout


@pytest.mark.parametrize("ending", PACKED)
def test_the_fixed_copy_is_packed_as_the_original(tmp_path: Path, ending: str) -> None:
    path, out = tmp_path / f"pairs.tsv{ending}", tmp_path / "fixed"
    path.write_bytes(PACKED[ending]("".join(f"{one}\t{other}\n" for one, other in PAIRS).encode()))
    run("inspect", path, "--fix", out)
    written = (out / path.name).read_bytes()
    assert written[:2] == path.read_bytes()[:2]
    assert (report(out / path.name)["findings"], report(out / path.name)["splits"]["train"]["rows"]) == ([], 3)


# ------------------------------------------------------------------------------------------------------------ tables


@pytest.mark.parametrize(
    "form", ["semicolons", "bars", "sep", "single quotes", "array", "one line", "wrapper", "nested", "dict", "txt"]
)
def test_the_fixed_copy_keeps_its_form(tmp_path: Path, form: str) -> None:
    rows = [{"source": one, "target": other} for one, other in PAIRS]
    nested = [{"translation": {"en": one, "de": other}} for one, other in PAIRS]
    spelt = "".join('"' + str(row["translation"]).replace('"', '""') + '"\n' for row in nested)
    name, text = {
        "semicolons": ("a.csv", "source;target\n" + "".join(f'"{one}";"{other}"\n' for one, other in PAIRS)),
        "bars": ("a.csv", "source|target\n" + "".join(f"{one}|{other}\n" for one, other in PAIRS)),
        "sep": ("a.csv", "sep=;\nsource;target\n" + "".join(f'"{one}";"{other}"\n' for one, other in PAIRS)),
        "single quotes": ("a.csv", "".join(f"'{one}';'{other}'\n" for one, other in PAIRS)),
        "array": ("a.json", json.dumps(rows, indent=2)),
        "one line": ("a.jsonl", json.dumps(rows)),
        "wrapper": ("a.json", json.dumps({"version": 1, "data": rows})),
        "nested": ("a.jsonl", "".join(json.dumps(row) + "\n" for row in nested)),
        "dict": ("a.csv", "translation\n" + spelt),
        "txt": ("a.txt", "".join(f"{one}\t{other}\n" for one, other in PAIRS)),
    }[form]
    path, out = tmp_path / name, tmp_path / "fixed"
    path.write_text(text, encoding="utf-8")
    content = report(path)
    assert {finding["check"]: finding["count"] for finding in content["findings"]} == {
        "html": 1,
        "empty": 1,
        "duplicate": 1,
    }
    run("inspect", path, "--fix", out)
    fixed = report(out / name)
    assert fixed["findings"] == []
    assert fixed["splits"]["train"]["rows"] == 3
    assert notes_on_form(fixed) == [note.replace(str(path), str(out / name)) for note in notes_on_form(content)]
    written = (out / name).read_text(encoding="utf-8")
    assert "two & more" in written
    if form == "wrapper":
        assert json.loads(written)["version"] == 1


def test_what_was_said_of_a_table_works_when_it_is_done(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("Nr,Quelle,Ziel\n" + "".join(f'{n},"{a}","{b}"\n' for n, (a, b) in enumerate(PAIRS)))
    told = str(failure("inspect", path))
    assert "'Nr', 'Quelle', 'Ziel'" in told
    by_number = told.splitlines()[-1].split()
    assert by_number == ["--source-column", "0", "--target-column", "1"]
    assert report(path, *by_number)["splits"]["train"]["rows"] == 6
    by_name = ("--source-column", "Quelle", "--target-column", "Ziel")
    assert report(path, *by_name)["splits"]["train"]["rows"] == 5
    told = str(failure("inspect", path, "--source-column", "Quelle", "--target-column", "de"))
    for fact in ("'de'", "'Nr', 'Quelle', 'Ziel'", "--target-column NAME"):
        assert fact in told
    assert "--set" not in told


def test_one_column_of_labels_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("text,section\n" + "".join(f"this is text {n},{'ab'[n % 2]}\n" for n in range(10)))
    for columns in ((), ("--target-column", "section"), ("--source-column", "text")):
        content = report(path, "--task", "classification", *columns)
        assert content["splits"]["train"]["labels"] == {"a": 5, "b": 5}
    error = failure("inspect", path, "--task", "classification", "--target-column", "sektion")
    assert error.code == "data.no-column"
    assert "'text', 'section'" in str(error)


def test_classes_have_names(tmp_path: Path) -> None:
    from datasets import ClassLabel, Dataset, Features, Value

    features = Features({"text": Value("string"), "label": ClassLabel(names=["bad", "good"])})
    data = {"text": [f"this is text {n}" for n in range(10)], "label": [n % 2 for n in range(10)]}
    Dataset.from_dict(data, features=features).to_parquet(tmp_path / "a.parquet")
    content = report(tmp_path / "a.parquet", "--task", "classification")
    assert content["splits"]["train"]["labels"] == {"bad": 5, "good": 5}
    pq.write_table(pa.table(data), tmp_path / "b.parquet")
    content = report(tmp_path / "b.parquet", "--task", "classification")
    assert content["splits"]["train"]["labels"] == {"0": 5, "1": 5}


def test_a_line_break_in_a_field_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('source,target\n"one\none",eins\ntwo,zwei\n')
    (tmp_path / "a.jsonl").write_text('{"source": "one\\none", "target": "eins"}\n{"source": "x", "target": "y"}\n')
    for name in ("a.csv", "a.jsonl"):
        assert notes_on_form(report(tmp_path / name)) == ["a line break inside a field became a space in 1 row"]
        assert "became a space in 1 row" in run("inspect", tmp_path / name).stdout


def test_a_table_of_any_name_is_evaluated(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "pairs.txt"
    path.write_text("".join(f"{one}\t{other}\n" for one, other in zip(tiny.SOURCES, tiny.TARGETS, strict=True)))
    assert json.loads(run("evaluate", model, path, "--json").stdout)["sentences"] == len(tiny.SOURCES)


def test_pipes_are_read_as_often_as_it_takes(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("".join(f"{one}\t{other}\n" for one, other in PAIRS))
    seq2seq = shlex.join([sys.executable, "-m", "seq2seq"])
    for arguments in ("<(cat a.tsv)", "<(cut -f1 a.tsv) <(cut -f2 a.tsv)", "/dev/stdin < <(cat a.tsv)"):
        command = ["bash", "-c", f"{seq2seq} inspect --json {arguments}"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["splits"]["train"]["rows"] == 5


# --------------------------------------------------------------------------------------------------- what it is instead


@pytest.mark.parametrize("command", ["translate", "classify", "inspect", "evaluate"])
def test_what_is_no_text_is_named(tmp_path: Path, model: Path, command: str) -> None:
    path = tmp_path / "pairs.csv"
    path.write_bytes(b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml\r" + os.urandom(300) + b"xl/workbook.xml")
    labels = tiny.save_classifier(tmp_path / "classifier") if command == "classify" else model
    arguments = {"inspect": (path,), "translate": (model, path, "--column", "0")}.get(command, (labels, path))
    told = str(failure(command, *arguments))
    assert "(.xlsx)" in told
    assert "CSV in UTF-8" in told
    assert "iconv" not in told


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("pairs.tsv", "the dog\tder Hund\n", "separated by tabs"),
        (None, "the dog\tder Hund\n" * 3, "separated by tabs"),
        ("a.po", 'msgid "the dog"\nmsgstr ""\n', "(gettext PO)"),
        (None, "1\n00:00:01,000 --> 00:00:03,500\nthe dog\n", "(SubRip)"),
        ("a.md", "the dog\n", "Markdown"),
        (None, "<!doctype html>\n<p>the dog</p>\n", "HTML"),
        (None, '{"text": "the dog"}\n{"text": "a bird"}\n', "JSON Lines"),
    ],
)
def test_what_is_no_list_of_sentences_is_named_and_translated_all_the_same(
    model: Path, tmp_path: Path, name: str | None, text: str, word: str
) -> None:
    if name is None:
        done = run("translate", model, text=text)
    else:
        (tmp_path / name).write_text(text)
        done = run("translate", model, tmp_path / name, "--format", "lines")
    assert len(done.stdout.splitlines()) == len(text.splitlines())
    first = done.stderr.splitlines()[0]
    assert first.startswith("warning: ")
    assert word in first
    assert done.stderr.count("looks like") == 1


def test_a_stream_is_answered_before_it_is_known_what_it_is(model: Path) -> None:
    command = [sys.executable, "-m", "seq2seq", "translate", str(model)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        for line in ("the dog\tder Hund", "a bird\tein Vogel", "the cat\tdie Katze"):
            process.stdin.write(f"{line}\n")
            process.stdin.flush()
            assert process.stdout.readline()
        process.stdin.close()
        assert process.wait(timeout=60) == 0
        assert process.stderr.read().count("looks like a table") == 1


def test_ordinary_text_is_translated_without_a_word(model: Path) -> None:
    for text in (TEXT, "the\tdog\n", "the dog\n- a bird\n# the\n"):
        assert "looks like" not in run("translate", model, text=text).stderr
