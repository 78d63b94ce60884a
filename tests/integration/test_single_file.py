"""``seq2seq export --single``, and the programs of examples/single_file, in three languages."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import languages, tiny
from support.commands import failure, run

import seq2seq

PAGE = languages.ROOT / "docs" / "single-file.md"
SENTENCES = [*tiny.SOURCES, "", "  the  dog\t", "Ünbekannt ☃ the dog", "<s> the cat"]
TEXT = "\n".join(SENTENCES) + "\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tmp_path_factory.mktemp("models") / "model")


@pytest.fixture(scope="module")
def expected(model: Path) -> list[str]:
    return seq2seq.load(model, engine="torch").translate(SENTENCES)


def test_what_was_written_is_shown(model: Path, tmp_path: Path) -> None:
    file = tmp_path / "model.onnx"
    shown = run("export", model, "--single", file).stdout.split()
    assert shown[0] == str(file)
    assert not (model / "onnx").exists()
    content = json.loads(run("export", model, "--single", file, "--beam", "1", "--json").stdout)
    assert content == {"path": str(file), "bytes": {"model.onnx": file.stat().st_size}, "drift": {}}
    texts = tmp_path / "texts"
    texts.write_text(TEXT, "utf-8")
    rounded = ("--int8", "--calibrate", texts, "--max-drift", "10", "--json")
    content = json.loads(run("export", model, "--single", file, *rounded).stdout)
    assert content["drift"]["int8"]["compared"] > 0


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--beam", "2"], "--beam"),
        (["--token-ids"], "--token-ids"),
        (["--single", "model.onnx", "--shortlist"], "--shortlist"),
        (["--single", "model.onnx", "--max-drift", "1"], "--max-drift"),
        (["--single", "model.onnx", "--to", "de", "--token-ids"], "--to"),
        (["--single", "model.txt"], "--single"),
    ],
)
def test_options_that_make_no_sense(model: Path, options: list[str], named: str) -> None:
    assert run("export", model, *options, code=2).stderr.startswith(f"error: {named}")


def test_a_beam_for_a_classifier_is_refused(tmp_path: Path) -> None:
    folder = tiny.save_classifier(tmp_path / "labels")
    error = failure("export", folder, "--single", tmp_path / "labels.onnx", "--beam", "2")
    assert error.code == "export.needs-python"
    assert "--beam" in str(error)


# ------------------------------------------------------------------------------------------------------- three programs


def ready(make: Callable[[], languages.Program]) -> languages.Program:
    """A program; without its tools the test is skipped by name, and fails in CI (`.ci/run`)."""
    try:
        return make()
    except languages.MissingToolError as missing:
        if os.environ.get("SEQ2SEQ_LANGUAGES") == "required":
            pytest.fail(str(missing))
        pytest.skip(str(missing))


def test_python_translates_with_onnx_runtime_alone(model: Path, tmp_path: Path, expected: list[str]) -> None:
    run("export", model, "--single", tmp_path / "model.onnx")
    assert languages.python(tmp_path).run(tmp_path / "model.onnx", TEXT) == expected


def test_c_translates(model: Path, tmp_path: Path, expected: list[str]) -> None:
    program = ready(lambda: languages.c(tmp_path))
    run("export", model, "--single", tmp_path / "model.onnx")
    assert program.run(tmp_path / "model.onnx", TEXT) == expected


def test_node_translates(model: Path, tmp_path: Path, expected: list[str]) -> None:
    program = ready(lambda: languages.node(tmp_path, model / "tokenizer.model"))
    run("export", model, "--single", tmp_path / "ids.onnx", "--token-ids")
    assert program.run(tmp_path / "ids.onnx", TEXT) == expected


def test_node_translates_between_vocabularies_of_their_own(tmp_path: Path) -> None:
    model = tiny.save(tmp_path / "model", joint=False)
    program = ready(lambda: languages.node(tmp_path, model / "source.model", model / "target.model"))
    run("export", model, "--single", tmp_path / "ids.onnx", "--token-ids")
    assert program.run(tmp_path / "ids.onnx", TEXT) == seq2seq.load(model, engine="torch").translate(SENTENCES)


def test_the_program_of_the_page_runs(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run("export", model, "--single", "model.onnx")
    (program,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    found: dict[str, Any] = {}
    exec(program, found)
    expected = seq2seq.load(model, engine="torch").translate(["A dog runs.", "Two men sleep."])
    assert found["translations"].tolist() == expected
    assert len(found["scores"]) == 2
