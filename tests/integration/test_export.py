"""``seq2seq export``, and the engines of the commands that use a model."""

import json
from pathlib import Path

import pytest
from support import tiny
from support.commands import run, unwrapped

TEXT = "\n".join(tiny.SOURCES) + "\n"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return tiny.save(tmp_path / "model")


@pytest.fixture
def calibration(tmp_path: Path) -> Path:
    file = tmp_path / "texts"
    file.write_text(TEXT, "utf-8")
    return file


def test_what_is_written_is_shown(model: Path, calibration: Path) -> None:
    shown = run("export", model, "--calibrate", calibration, "--max-drift", "10").stdout.splitlines()
    assert shown[0] == str(model)
    names = ["onnx/encoder.onnx", "onnx/step.onnx", "onnx/encoder.int8.onnx", "onnx/step.int8.onnx"]
    assert [line.split()[0] for line in shown[1:5]] == names
    assert shown[5].startswith("int8 moves log-probabilities by 0.")
    content = json.loads(run("export", model, "--no-int8", "--json").stdout)
    assert list(content["bytes"]) == names[:2]
    assert content["drift"] is None


def test_a_model_that_drifts_is_refused(model: Path, calibration: Path) -> None:
    done = run("export", model, "--calibrate", calibration, "--max-drift", "0", code=1)
    assert "the 8-bit networks drift too far" in done.stderr
    assert "Nothing was written" in done.stderr


def test_all_engines_translate(model: Path) -> None:
    run("export", model, "--no-int8")
    outputs = {
        engine: run("translate", model, "--engine", engine, "--device", "cpu", text=TEXT).stdout
        for engine in ("torch", "onnx", "auto")
    }
    assert len(outputs["torch"].splitlines()) == len(tiny.SOURCES)
    assert len(set(outputs.values())) == 1
    done = run("translate", model, "--engine", "onnx-int8", text=TEXT, code=1)
    assert f"seq2seq export {model}" in unwrapped(done.stderr)


def test_a_score_is_that_of_torch(model: Path, tmp_path: Path) -> None:
    run("export", model, "--no-int8")
    for name, lines in (("source", tiny.SOURCES), ("target", tiny.TARGETS)):
        (tmp_path / name).write_text("\n".join(lines) + "\n", "utf-8")
    data = (tmp_path / "source", "--references", tmp_path / "target")
    found = [
        json.loads(run("evaluate", model, *data, "--json", "--engine", engine).stdout) for engine in ("torch", "onnx")
    ]
    assert found[0]["chrf"] == found[1]["chrf"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--no-int8", "--max-drift", "1"], "--max-drift: of 8-bit networks only; leave out --no-int8."),
        (["--max-drift", "-1"], "Invalid value for '--max-drift'"),
        (["--calibrate", "nowhere"], "Invalid value for '--calibrate'"),
    ],
)
def test_options_that_make_no_sense(model: Path, options: list[str], message: str) -> None:
    assert message in unwrapped(run("export", model, *options, code=2).stderr)


def test_a_model_on_the_hub_is_not_written_into() -> None:
    done = run("export", "hf://user/name", code=2)
    assert "hf://user/name: a model on the hub is not written into; export a copy of it." in unwrapped(done.stderr)
