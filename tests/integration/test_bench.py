"""``seq2seq bench`` on models and recipes that take a blink: what it prints, for people and for programs."""

import json
from pathlib import Path

import pytest
from support import tiny, toy
from support.commands import failure, run

from seq2seq.bench import decoding, operations
from seq2seq.bench.decoding_worker import measure
from seq2seq.cli import bench
from seq2seq.config.load import dump_recipe, parse_recipe
from seq2seq.errors import ConfigError

QUICK = ("--rounds", "1", "--threads", "1")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small product, few texts at a time, and no process but this one."""
    monkeypatch.setattr(operations, "_PEAK_SIZE", 64)
    monkeypatch.setattr(decoding, "_SINGLES", 2)
    monkeypatch.setattr(decoding, "run_worker", measure)


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """A recipe in a file, with a test split."""
    found = toy.recipe(tmp_path).model_dump(mode="json")
    found["data"]["test"] = str(toy.write_pairs(tmp_path / "test.tsv", toy.reversal_pairs(20, seed=1)))
    path = tmp_path / "recipe.yaml"
    path.write_text(dump_recipe(parse_recipe(found, "a test")), encoding="utf-8")
    return path


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    file = tmp_path / "texts"
    file.write_text("\n".join(tiny.SOURCES) + "\n", "utf-8")
    return file


def test_training_is_split_by_part(recipe: Path) -> None:
    done = run("bench", "train", recipe, "--set", "training.ema_decay=0.9", *QUICK, "--steps", "2").stdout
    for title in ("encoder", "attention", "decoder", "projection, loss", "optimiser", "waiting for data", "whole step"):
        assert any(line.startswith(title) for line in done.splitlines()), title
    found = json.loads(run("bench", "train", recipe, *QUICK, "--steps", "2", "--json").stdout)
    assert found["recipe"] == str(recipe)
    assert found["machine"]["cores"] >= 1
    assert (found["training"]["rounds"], found["training"]["steps"]) == (1, 2)
    assert found["training"]["parts"]["decoder"]["gigaoperations"]["median"] > 0


def test_a_setting_that_there_is_not_is_refused(recipe: Path) -> None:
    assert "model.no" in str(failure("bench", "train", recipe, "--set", "model.no=1"))


def test_engines_are_compared(tmp_path: Path, texts: Path) -> None:
    model = tiny.save(tmp_path / "model")
    run("export", model, "--no-int8")
    lines = run("bench", "decode", model, texts, *QUICK).stdout.splitlines()
    rows = [line.split("  ")[0] for line in lines if line.startswith(("torch", "onnx"))]
    assert rows == ["torch, beam 1", "onnx, beam 1", "torch, beam 5", "onnx, beam 5"]
    asked = ("--engine", "onnx", "--beam", "2", "--workers", "1", "--json")
    found = json.loads(run("bench", "decode", model, texts, *QUICK, *asked).stdout)["decoding"]
    assert [(one["engine"], one["beam"]) for one in found["engines"]] == [("onnx", 2)]
    assert found["texts"] == len(tiny.SOURCES)


def test_an_engine_that_the_folder_lacks_is_named_with_its_mend(tmp_path: Path, texts: Path) -> None:
    model = tiny.save(tmp_path / "model")
    assert f"seq2seq export {model}" in str(failure("bench", "decode", model, texts, *QUICK, "--engine", "onnx"))


def test_a_beam_for_labels_is_refused(tmp_path: Path, texts: Path) -> None:
    error = failure("bench", "decode", tiny.save_classifier(tmp_path / "model"), texts, "--beam", "2")
    assert isinstance(error, ConfigError)
    assert error.where == "--beam"


def test_all_of_it_in_one_table(recipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "_RECIPE", str(recipe))
    lines = run("bench", *QUICK).stdout.splitlines()
    assert "cores: " in lines[0]
    assert lines[2].startswith("peak ")
    titles = [line.split("  ")[0] for line in lines[4:]]
    assert titles == [
        "train",
        *(f"decode, {engine}, beam {beam}" for beam in (1, 5) for engine in ("torch", "onnx", "onnx-int8")),
    ]


def test_with_a_model_of_ones_own(recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "_RECIPE", str(recipe))
    model = tiny.save_generator(tmp_path / "model")
    found = json.loads(run("bench", "--model", model, *QUICK, "--json").stdout)
    assert set(found) == {"machine", "training", "decoding"}
    assert found["decoding"]["model"] == str(model)
    assert [one["beam"] for one in found["decoding"]["engines"]] == [None]


def test_options_stand_behind_the_command_that_they_are_for(recipe: Path) -> None:
    done = run("bench", "--rounds", "2", "train", recipe, code=2)
    assert done.stderr.startswith("error: --rounds: ")
