"""``seq2seq distill``: from a teacher of any kind to a student, by commands alone; killed, and resumed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support import tiny
from support.commands import failure, run, unwrapped

import seq2seq
from seq2seq.model_folder.description import Description

SOURCES = [f"{source} {number}" for number in range(12) for source in tiny.SOURCES]
QUICK = ("--set", "training.batch.max_tokens=256", "--set", "model.embedding=16", "--set", "model.encoder.hidden=16",
         "--set", "model.decoder.hidden=16", "--set", "tokenizer={kind: char, vocabulary: 80}", "--max-steps", "6",
         "--threads", "1", "--size", "tiny")  # fmt: skip
UPPER = "command:tr a-z A-Z"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEQ2SEQ_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    file = tmp_path / "pairs.tsv"
    file.write_text("".join(f"{one}\t{one[::-1]}\n" for one in ["source", *SOURCES]).replace("ecruos", "target"))
    return file


def rows(file: Path) -> list[list[str]]:
    return [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()[1:]]


def test_a_program_teaches(pairs: Path, tmp_path: Path) -> None:
    done = run("distill", UPPER, pairs, "--output", "run", *QUICK, "--json")
    table = json.loads(done.stdout)
    assert [system["name"] for system in table["systems"]] == ["teacher", *["student"] * 4, *["without a teacher"] * 4]
    assert {(one["name"], one["arithmetic"], one["beam"]) for one in table["systems"][1:]} == {
        (name, arithmetic, beam)
        for name in ("student", "without a teacher")
        for arithmetic in ("float32", "int8")
        for beam in (1, 5)
    }
    assert json.loads((tmp_path / "run" / "report.json").read_text(encoding="utf-8")) == table
    learnt = rows(tmp_path / "run" / "data" / "train.tsv")
    assert all(target == source.upper() for source, target in learnt)
    assert all(target == source[::-1] for source, target in rows(tmp_path / "run" / "data" / "references.tsv"))
    measured = rows(tmp_path / "run" / "data" / "dev.tsv")
    assert {source for source, _ in learnt + measured} == set(SOURCES)
    assert len(learnt) + len(measured) == len(SOURCES)
    description = Description.read(tmp_path / "run" / "model" / "config.json")
    teacher = description.measured["teacher"]
    assert isinstance(teacher, dict)
    assert teacher["name"] == "tr a-z A-Z"
    assert "Teacher: tr a-z A-Z" in (tmp_path / "run" / "model" / "README.md").read_text(encoding="utf-8")
    assert len(run("translate", "run", text="the dog\n").stdout.splitlines()) == 1
    assert "tr a-z A-Z" in unwrapped(run("info", "run").stdout)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (("--set", "training.max_step=6"), "config.invalid"),
        (("--set", "training.ema_decay=2"), "config.invalid"),
        (("--set", "tokenizer.kind=char", "--set", "tokenizer.sampling.alpha=0.2"), "config.invalid"),
        (("--set", "initial_model.model=nowhere"), "model.no-such-folder"),
        (("--reverse", "nowhere"), "model.no-such-folder"),
    ],
)
@pytest.mark.parametrize("monolingual", [False, True])
def test_a_student_that_cannot_be_trained_is_refused_before_its_teacher_is_asked(
    pairs: Path, tmp_path: Path, wrong: tuple[str, ...], code: str, monolingual: bool
) -> None:
    texts = tmp_path / "texts.txt"
    texts.write_text("".join(f"{source}\n" for source in SOURCES), encoding="utf-8")
    data = ("--monolingual", texts, "--languages", "en", "de") if monolingual else (pairs,)
    assert failure("distill", UPPER, *data, "--output", "run", *wrong).code == code
    assert not (tmp_path / "run").exists()
    assert failure("distill", UPPER, *data, "--output", "run", "--shard", "1/2", *wrong).code == code


def test_a_model_teaches_with_several_translations_and_its_reverse(pairs: Path, tmp_path: Path) -> None:
    teacher, reverse = tiny.save(tmp_path / "teacher"), tiny.save(tmp_path / "reverse", tied=True)
    options = ("--n-best", "3", "--pick", "all", "--reverse", reverse, "--drop", "0.5", "--with-references")
    done = run("distill", teacher, pairs, "--output", "run", *options, *QUICK, "--no-baseline", "--json")
    assert {one["name"] for one in json.loads(done.stdout)["systems"]} == {"teacher", "student"}
    assert not (tmp_path / "run" / "baseline").exists()
    learnt = rows(tmp_path / "run" / "data" / "train.tsv")
    own = rows(tmp_path / "run" / "data" / "references.tsv")
    assert learnt[-len(own) :] == own
    asked = [
        json.loads(line)
        for file in tmp_path.glob("run/answers/*/*.jsonl")
        for line in file.read_text().splitlines()[1:]
    ]
    given = {(row["source"], text) for row in asked for text, _ in row["answers"]}
    assert all(tuple(pair) in given for pair in learnt[: -len(own)])


def test_sources_alone_teach(tmp_path: Path) -> None:
    (tmp_path / "texts.en").write_text("\n".join(SOURCES), encoding="utf-8")
    options = ("--monolingual", "texts.en", "--languages", "en", "de")
    done = run("distill", UPPER, "--output", "run", *options, *QUICK, "--json")
    table = json.loads(done.stdout)
    assert {one["name"] for one in table["systems"]} == {"student"}
    assert all(target == source.upper() for source, target in rows(tmp_path / "run" / "data" / "dev.tsv"))
    assert Description.read(tmp_path / "run" / "model" / "config.json").recipe.data.languages == ("en", "de")


def test_the_same_command_does_nothing_again(pairs: Path, tmp_path: Path) -> None:
    counting = "command:tee -a asked | tr a-z A-Z"
    command = ("distill", counting, pairs, "--output", "run", *QUICK, "--no-baseline", "--json")
    first = json.loads(run(*command).stdout)
    asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    assert sorted(asked) == sorted(SOURCES)
    weights = (tmp_path / "run" / "model" / "weights.safetensors").read_bytes()
    second = json.loads(run(*command).stdout)
    assert (tmp_path / "asked").read_text(encoding="utf-8").splitlines() == asked
    assert (tmp_path / "run" / "model" / "weights.safetensors").read_bytes() == weights
    assert [one["bleu"] for one in second["systems"]] == [one["bleu"] for one in first["systems"]]
    # A student of another size learns from the same answers.
    run(*command, "--overwrite", "--set", "model.embedding=8")
    assert (tmp_path / "asked").read_text(encoding="utf-8").splitlines() == asked


def test_a_teacher_that_is_killed_is_resumed(pairs: Path, tmp_path: Path) -> None:
    """SIGKILL while it answers: what was answered is not asked for again, and every line has its own answer."""
    slow = "command:tee -a asked | tr a-z A-Z; sleep 0.05"
    command = [
        sys.executable,
        "-m",
        "seq2seq",
        "distill",
        slow,
        str(pairs),
        "--output",
        "run",
        "--shard-lines",
        "4",
        *QUICK,
    ]
    for kill in range(3):
        process = subprocess.Popen([*command, "--no-baseline"], stderr=subprocess.DEVNULL, env=os.environ)
        seen = len(list(tmp_path.glob("run/answers/*/*.jsonl")))
        until = time.monotonic() + 60
        while len(list(tmp_path.glob("run/answers/*/*.jsonl"))) < seen + 3 and time.monotonic() < until:
            time.sleep(0.01)
        assert process.poll() is None, f"ended before kill {kill}"
        process.send_signal(signal.SIGKILL)
        process.wait()
    run("distill", slow, pairs, "--output", "run", "--shard-lines", "4", *QUICK, "--no-baseline")
    learnt = rows(tmp_path / "run" / "data" / "train.tsv")
    assert all(target == source.upper() for source, target in learnt)
    assert [source for source, _ in learnt] == [source for source in SOURCES if source in dict(map(tuple, learnt))]  # type: ignore[arg-type]
    asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    assert set(asked) == set(SOURCES)
    assert len(asked) <= len(SOURCES) + 3 * 4


def test_several_processes_ask_one_teacher(pairs: Path, tmp_path: Path) -> None:
    counting = "command:tee -a asked | tr a-z A-Z"
    command = ("distill", counting, pairs, "--output", "run", "--shard-lines", "5", *QUICK, "--no-baseline")
    seen: set[str] = set()
    for number in (3, 1, 2):
        run(*command, "--shard", f"{number}/3")
        asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
        assert len(asked) == len(set(asked))
        assert len(set(asked) - seen) > 20
        seen = set(asked)
        assert not (tmp_path / "run" / "student").exists()
    assert seen == set(SOURCES)
    run(*command)
    assert len((tmp_path / "asked").read_text(encoding="utf-8").splitlines()) == len(SOURCES)
    assert rows(tmp_path / "run" / "data" / "train.tsv")
    assert not list((tmp_path / "run").glob(".shard*"))


def test_in_python(pairs: Path, tmp_path: Path) -> None:
    settings = {"training.max_steps": 4, "tokenizer": {"kind": "char", "vocabulary": 80}, "model.embedding": 16}
    done = seq2seq.distill(UPPER, pairs, tmp_path / "run", size="tiny", baseline=False, settings=settings, threads=1)
    assert done.path == tmp_path / "run" / "student" / "model"
    assert done.table is not None
    assert [system.name for system in done.table.systems] == ["teacher", *["student"] * 4]
    assert len(done.pipeline.translate(["the dog"])) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((UPPER, "--output", "run"), 2),
        ((UPPER, "pairs.tsv"), 2),
        ((UPPER, "pairs.tsv", "--output", "run", "--drop", "0.1"), 2),
        ((UPPER, "pairs.tsv", "--output", "run", "--pick", "all"), 2),
        ((UPPER, "--monolingual", "pairs.tsv", "--output", "run", "--with-references"), 2),
        ((UPPER, "a", "b", "c", "--output", "run"), 2),
    ],
)
def test_contradictions_are_usage_errors(pairs: Path, arguments: tuple[str, ...], code: int) -> None:
    assert pairs.exists()
    run("distill", *arguments, code=code)
    assert not Path("run").exists()


def test_what_is_refused_at_once_leaves_nothing(pairs: Path, tmp_path: Path) -> None:
    for teacher, more, code in (
        (UPPER, ("--devices", "2"), "distill.devices"),
        ("nowhere", (), "model.no-such-folder"),
    ):
        assert failure("distill", teacher, pairs, "--output", "run", *QUICK, *more).code == code
        assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("teacher", "code"),
    [
        ("command:head -n 1", "distill.too-small"),
        ("command:false", "distill.teacher-failed"),
        ("command:awk '!/dog/'", "distill.teacher-lines"),
        ("nowhere", "model.no-such-folder"),
        ("http://localhost:1", "distill.teacher-option"),
    ],
)
def test_errors_have_codes(pairs: Path, teacher: str, code: str) -> None:
    if code == "distill.too-small":
        pairs.write_text("".join(f"{one}\t{one}x\n" for one in SOURCES[:10]))
    assert failure("distill", teacher, pairs, "--output", "run", *QUICK).code == code
    shutil.rmtree("run", ignore_errors=True)
