"""TMX, XLIFF, PO and XLSX wherever data are read: trained on, fine-tuned on, evaluated on, inspected and fixed."""

import json
from pathlib import Path

import pytest
from support import tiny
from support.bilingual import WRITERS
from support.commands import failure, run

PAIRS = [
    (f"{source} {number}", f"{target} {number}")
    for number in range(6)
    for source, target in zip(tiny.SOURCES, tiny.TARGETS, strict=True)
]
QUICK = ("--set", "training.batch.max_tokens=256", "--max-steps", "2", "--threads", "1")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEQ2SEQ_CACHE", str(tmp_path / "cache"))


@pytest.fixture(params=WRITERS)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "a.xlsx":
        pytest.importorskip("openpyxl")
    path = tmp_path / request.param
    path.write_bytes(WRITERS[request.param](PAIRS))
    return path


def test_evaluated_on(file: Path, tmp_path: Path) -> None:
    model = tiny.save(tmp_path / "model")
    scores = []
    for source, target in (("en", "de"), ("de", "en")):
        options = ("--source-language", source, "--target-language", target, "--json")
        scores.append(json.loads(run("evaluate", model, file, *options).stdout))
    assert [score["sentences"] for score in scores] == [len(PAIRS)] * 2
    assert scores[0]["chrf"] != scores[1]["chrf"]


def test_inspected_and_fixed(file: Path) -> None:
    file.write_bytes(WRITERS[file.name]([*PAIRS, PAIRS[0], ("zero\u200bwidth", "ohne Breite")]))
    found = json.loads(run("inspect", file, "--json", "--fix", "fixed").stdout)
    assert found["fixed"]["train"]["left_out"] == {"duplicate": 1}
    (name,) = found["fixed"]["train"]["files"]
    assert name == "a.jsonl"
    rows = [json.loads(line) for line in Path("fixed", name).read_text(encoding="utf-8").splitlines()]
    assert len(rows) == len(PAIRS) + 1
    assert list(rows[-1].values()) == ["zerowidth", "ohne Breite"]
    assert json.loads(run("inspect", "fixed/a.jsonl", "--json").stdout)["findings"] == []


def test_trained_and_fine_tuned_on(file: Path) -> None:
    run("train", file, "--output", "run", *QUICK, "--set", "model.embedding=8", "--set", "data.dev_size=4")
    run("finetune", "run", file, "--output", "more", *QUICK, "--target-language", "de", "--source-language", "en")
    assert json.loads(run("info", "more", "--json").stdout)


def test_a_malformed_file_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">\n' for n in range(1, 10))
    Path("bomb.tmx").write_text(
        f'<?xml version="1.0"?>\n<!DOCTYPE tmx [\n<!ENTITY l0 "lol">\n{bomb}]>\n<tmx>&l9;</tmx>'
    )
    for command in (["train", "bomb.tmx", "--output", "run"], ["inspect", "bomb.tmx", "--fix", "out"]):
        error = failure(*command)
        assert error.code == "data.xml-entity"
        assert "bomb.tmx:3: " in str(error)
    assert [path.name for path in tmp_path.iterdir()] == ["bomb.tmx"]
