"""``seq2seq export --web``: a page of a model, whose engine is a folder's."""

import hashlib
import json
from pathlib import Path

import pytest
from support import tiny
from support.commands import failure, run

from seq2seq.errors import ConfigError, ModelError
from seq2seq.export.onnx import storage
from seq2seq.export.web import runtime as web_runtime


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return tiny.save(tmp_path / "model")


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Small files in place of the engine, and their digests in place of its."""
    folder = tmp_path / "onnxruntime-web"
    folder.mkdir()
    digests = {}
    for name in web_runtime.FILES:
        (folder / name).write_text(name)
        digests[name] = hashlib.sha256(name.encode()).hexdigest()
    monkeypatch.setattr(web_runtime, "FILES", digests)
    return folder


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = tmp_path / "texts.txt"
    path.write_text("\n".join(tiny.SOURCES))
    return path


def test_the_page_is_written_and_the_model_left_as_it_is(
    model: Path, runtime: Path, texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "_SMALLEST", 100)  # matrices are small here
    before = {path: path.read_bytes() for path in model.rglob("*") if path.is_file()}
    page = tmp_path / "my page"
    loose = ["--calibrate", texts, "--max-drift", "10"]
    shown = run("export", model, "--web", page, "--runtime", runtime, *loose).stdout
    assert shown.splitlines()[0] == str(page)
    assert f"--directory '{page}'" in shown
    assert {path: path.read_bytes() for path in model.rglob("*") if path.is_file()} == before
    rounded = (page / "model" / "model.onnx").stat().st_size
    content = json.loads(run("export", model, "--web", page, "--runtime", runtime, "--no-int8", "--json").stdout)
    sizes = {path.relative_to(page).as_posix(): path.stat().st_size for path in page.rglob("*") if path.is_file()}
    assert content == {"path": str(page), "bytes": sizes}
    assert sizes["model/model.onnx"] > rounded


def test_rounded_weights_that_drift_too_far_are_refused(
    model: Path, runtime: Path, texts: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page"
    assert failure("export", model, "--web", page, "--runtime", runtime).code == "export.no-data"
    error = failure("export", model, "--web", page, "--runtime", runtime, "--calibrate", texts, "--max-drift", "1e-9")
    assert error.code == "export.drift"
    assert not page.exists()


def test_what_an_export_has_measured_is_not_measured_again(
    model: Path, runtime: Path, texts: Path, tmp_path: Path
) -> None:
    run("export", model, "--calibrate", texts, "--max-drift", "10")
    page = tmp_path / "page"
    tight = failure("export", model, "--web", page, "--runtime", runtime, "--max-drift", "1e-9")
    assert tight.code == "export.no-data"
    assert run("export", model, "--web", page, "--runtime", runtime, "--max-drift", "10").stderr == ""


def test_the_search_is_that_of_the_recipe(model: Path, runtime: Path, tmp_path: Path) -> None:
    beams = []
    for options in ([], ["--beam", "1"]):
        run("export", model, "--web", tmp_path / "page", "--runtime", runtime, "--no-int8", *options)
        description = json.loads((tmp_path / "page" / "model" / "model.json").read_text())
        beams.append(description["decoding"]["beam"])
    assert beams == [tiny.recipe().decoding.beam, 1]


def test_what_is_in_the_way_is_kept(model: Path, runtime: Path, tmp_path: Path) -> None:
    error = failure("export", model, "--web", tmp_path, "--runtime", runtime)
    assert isinstance(error, ModelError)
    assert error.code == "export.other-folder"
    assert model.exists()


def test_what_the_page_lacks_is_named(runtime: Path, tmp_path: Path) -> None:
    model = tiny.save_classifier(tmp_path / "classifier")
    error = failure("export", model, "--web", tmp_path / "page", "--runtime", runtime, "--to", "de", "--beam", "2")
    assert isinstance(error, ConfigError)
    assert error.code == "export.page-lacks"
    assert "--beam" in str(error)
    assert "--to" in str(error)


def test_a_language_that_the_model_does_not_know_is_refused(model: Path, runtime: Path, tmp_path: Path) -> None:
    error = failure("export", model, "--web", tmp_path / "page", "--runtime", runtime, "--to", "fr")
    assert error.code == "inference.unknown-tag"


@pytest.mark.parametrize(
    "options",
    [
        ["--runtime", "."],
        ["--beam", "2"],
        ["--to", "de"],
        ["--web", "page", "--shortlist"],
        ["--web", "page", "--no-int8", "--max-drift", "1"],
    ],
)
def test_options_that_have_no_effect_are_refused(model: Path, options: list[str]) -> None:
    named = {"--runtime", "--beam", "--to", "--shortlist", "--max-drift"} & set(options)
    assert named.pop() in run("export", model, *options, code=2).stderr
