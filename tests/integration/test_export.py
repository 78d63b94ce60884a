"""``seq2seq export``, and the engines of the commands that use a model."""

import json
from pathlib import Path

import pytest
from support import tiny
from support.commands import failure, run

from seq2seq.config.data import DataConfig
from seq2seq.data.preparing.prepare import prepare
from seq2seq.errors import ConfigError, DataError
from seq2seq.model_folder.writing.save import save_folder

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
    networks = [f"onnx/{name}" for name in ("encoder", "step", "greedy", "beam", "sampling", "greedy_one", "beam_one")]
    names = [f"{name}{ending}" for ending in (".onnx", ".int8.onnx") for name in networks]
    names += ["onnx/weights.bin", "onnx/weights.int8.bin"]
    assert [line.split()[0] for line in shown[1:-1]] == names
    assert shown[-1].startswith("int8 ")
    content = json.loads(run("export", model, "--no-int8", "--json").stdout)
    assert list(content["bytes"]) == [*names[: len(networks)], "onnx/weights.bin"]
    assert content["drift"] == {}


def test_a_model_that_drifts_is_refused(model: Path, calibration: Path) -> None:
    error = failure("export", model, "--calibrate", calibration, "--max-drift", "0")
    assert "--max-drift" in str(error)
    assert not (model / "onnx").exists()


def test_all_engines_translate(model: Path) -> None:
    run("export", model, "--no-int8")
    outputs = {
        engine: run("translate", model, "--engine", engine, "--device", "cpu", text=TEXT).stdout
        for engine in ("torch", "onnx", "auto")
    }
    assert len(outputs["torch"].splitlines()) == len(tiny.SOURCES)
    assert len(set(outputs.values())) == 1
    assert f"seq2seq export {model}" in str(failure("translate", model, "--engine", "onnx-int8", text=TEXT))


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
    ("options", "named"),
    [
        (["--no-int8", "--max-drift", "1"], "--max-drift"),
        (["--max-drift", "-1"], "--max-drift"),
        (["--calibrate", "nowhere"], "nowhere"),
    ],
)
def test_options_that_make_no_sense(model: Path, options: list[str], named: str) -> None:
    assert run("export", model, *options, code=2).stderr.startswith(f"error: {named}: ")


def test_a_model_on_the_hub_is_not_written_into() -> None:
    assert "hf://user/name" in run("export", "hf://user/name", code=2).stderr


# ------------------------------------------------------------------------------------------------------- a shortlist


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """A model beside the data that its recipe names."""
    rows = "".join(f"{source}\t{target}\n" for source, target in zip(tiny.SOURCES, tiny.TARGETS, strict=True))
    for name in ("train", "dev"):
        (tmp_path / f"{name}.tsv").write_text(rows, "utf-8")
    data = DataConfig(train=str(tmp_path / "train.tsv"), dev=str(tmp_path / "dev.tsv"))
    recipe = tiny.recipe().model_copy(update={"data": data})
    tokenizers = prepare(data, recipe.tokenizer, seed=recipe.training.seed).tokenizers
    network = tiny.random_model(recipe, tokenizers)
    save_folder(tmp_path / "model", model=network, tokenizers=tokenizers, recipe=recipe, name="tiny")
    return tmp_path / "model"


def test_a_shortlist_is_exported_and_used(trained: Path, tmp_path: Path) -> None:
    shown = run("export", trained, "--shortlist", "--max-drift", "10", "--json")
    assert {"onnx/step.shortlist.onnx", "onnx/step.shortlist.int8.onnx", "onnx/shortlist.safetensors"} < set(
        json.loads(shown.stdout)["bytes"]
    )
    for engine in ("onnx", "onnx-int8"):
        done = run("translate", trained, "--engine", engine, "--vocabulary-shortlist", text=TEXT)
        assert len(done.stdout.splitlines()) == len(tiny.SOURCES)
        # No list holds what stands in no target and not in the sentence: copies apart, of a joint vocabulary.
        for source, line in zip(tiny.SOURCES, done.stdout.splitlines(), strict=True):
            assert set(line) <= set("".join(tiny.TARGETS)) | set(source)
    scored = run("evaluate", trained, tmp_path / "dev.tsv", "--source-column", "0", "--target-column", "1",
                 "--engine", "onnx", "--vocabulary-shortlist", "--json")  # fmt: skip
    assert json.loads(scored.stdout)["chrf"]["score"] >= 0


def test_a_shortlist_that_cannot_be_used(model: Path, tmp_path: Path) -> None:
    asked = ("translate", model, "--vocabulary-shortlist", "--engine")
    assert "--engine onnx" in str(failure(*asked, "torch", text=TEXT))
    run("export", model, "--no-int8")
    assert f"seq2seq export --shortlist {model}" in str(failure(*asked, "onnx", text=TEXT))
    assert isinstance(failure("export", model, "--no-int8", "--shortlist"), DataError)
    labels = tiny.save_classifier(tmp_path / "labels")
    error = failure("evaluate", labels, "--vocabulary-shortlist")
    assert isinstance(error, ConfigError)
    assert error.where == "shortlist"
    run("classify", labels, "--vocabulary-shortlist", code=2)
    done = run("evaluate", "--hypotheses", __file__, "--references", __file__, "--vocabulary-shortlist", code=2)
    assert "--vocabulary-shortlist" in done.stderr
