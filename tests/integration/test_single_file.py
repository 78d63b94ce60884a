"""``seq2seq export --single``, and the programs of examples/single_file, in three languages."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnxruntime
import pytest
from support import tiny
from support.commands import failure, run
from support.extensions import library

import seq2seq

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES, PAGE = ROOT / "examples" / "single_file", ROOT / "docs" / "single-file.md"
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


def answers(command: Sequence[str | Path], **environment: str) -> list[str]:
    """The lines that a program writes, given the sentences."""
    done = subprocess.run(
        [str(word) for word in command],
        input=TEXT,
        env=os.environ | environment,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1]


def required(tool: str, found: object) -> None:
    """Skip a test by name where a tool is missing; fail in CI (`.ci/run`)."""
    if not found:
        if os.environ.get("SEQ2SEQ_LANGUAGES") == "required":
            pytest.fail(f"needs {tool}, not found")
        pytest.skip(f"needs {tool}, not found")


def test_python_translates_with_onnx_runtime_alone(model: Path, tmp_path: Path, expected: list[str]) -> None:
    file = tmp_path / "model.onnx"
    run("export", model, "--single", file)
    (tmp_path / "seq2seq.py").write_text("raise ImportError", "utf-8")  # it must not be imported
    assert answers([sys.executable, EXAMPLES / "translate.py", file], PYTHONPATH=str(tmp_path)) == expected


def test_the_program_of_the_page_runs(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run("export", model, "--single", "model.onnx")
    (program,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    found: dict[str, Any] = {}
    exec(program, found)
    expected = seq2seq.load(model, engine="torch").translate(["A dog runs.", "Two men sleep."])
    assert found["translations"].tolist() == expected
    assert len(found["scores"]) == 2


def test_c_translates(model: Path, tmp_path: Path, expected: list[str]) -> None:
    """The operators' library is that of the Python package, which needs Python's."""
    headers = os.environ.get("ONNXRUNTIME_INCLUDE")
    python = Path(sysconfig.get_config_var("LIBDIR"), sysconfig.get_config_var("INSTSONAME"))
    required("a C compiler", shutil.which("cc"))
    required("onnxruntime_c_api.h in $ONNXRUNTIME_INCLUDE", headers and Path(headers, "onnxruntime_c_api.h").is_file())
    required("a shared library of Python", ".so" in python.name and python.is_file())
    runtime = next(Path(onnxruntime.__file__).parent.glob("capi/libonnxruntime.so.*"), None)
    required("a shared library of ONNX Runtime", runtime)
    file, program = tmp_path / "model.onnx", tmp_path / "translate"
    run("export", model, "--single", file)
    for name in ("libonnxruntime.so", "libonnxruntime.so.1"):
        (tmp_path / name).symlink_to(str(runtime))
    strict = ["-std=c11", "-Wall", "-Wextra", "-Werror"]
    places = [f"-I{headers}", f"-L{tmp_path}", f"-Wl,-rpath,{tmp_path}"]
    subprocess.run(["cc", *strict, *places, EXAMPLES / "translate.c", "-lonnxruntime", "-o", program], check=True)
    assert answers([program, file, library()], LD_PRELOAD=str(python)) == expected


def test_node_translates(model: Path, tmp_path: Path, expected: list[str]) -> None:
    modules = os.environ.get("NODE_MODULES")
    required("Node", shutil.which("node"))
    required("onnxruntime-node in $NODE_MODULES", modules and Path(modules, "onnxruntime-node").is_dir())
    file = tmp_path / "ids.onnx"
    run("export", model, "--single", file, "--token-ids")
    program = tmp_path / "examples" / "single_file" / "translate.mjs"  # packages are looked for above the program
    program.parent.mkdir(parents=True)
    shutil.copy(EXAMPLES / "translate.mjs", program)
    (tmp_path / "node_modules").symlink_to(str(modules))
    shutil.copytree(ROOT / "seq2seq" / "web", tmp_path / "seq2seq" / "web")
    assert answers(["node", program, file, model / "tokenizer.model"]) == expected
