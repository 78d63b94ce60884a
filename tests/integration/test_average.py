"""``seq2seq average``: models, or the checkpoints of a run, in; a model folder out, which all commands use."""

import json
from pathlib import Path

import pytest
from safetensors.torch import load_file
from support import tiny, toy
from support.commands import failure, run, unwrapped

from seq2seq.training.fit import LaunchOptions, fit


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tmp_path_factory.mktemp("models") / "one")


def test_a_mean_is_a_model_as_any_other(model: Path, pairs: Path, tmp_path: Path) -> None:
    mean = tmp_path / "mean"
    run("average", model, model, "--output", mean)
    text = "the dog sleeps\n"
    assert run("translate", mean, "--scores", text=text).stdout == run("translate", model, "--scores", text=text).stdout
    facts = json.loads(run("info", mean, "--json").stdout)
    assert facts["name"] == "mean"
    assert facts["measured"]["averaged"] == [{"model": "tiny", "step": None}] * 2
    assert facts["problems"] == []
    assert "the mean of the weights of tiny, tiny" in run("info", mean).stdout
    run("export", mean, "--calibrate", pairs, "--max-drift", "1000")
    assert run("translate", mean, "--engine", "onnx-int8", text=text).stdout.strip()
    assert run("translate", mean, "--ensemble", model, "--engine", "torch", text=text).stdout.strip()


def test_the_checkpoints_of_a_run_are_averaged(tmp_path: Path) -> None:
    recipe = toy.recipe(tmp_path, checkpoint_every_steps=3, keep_checkpoints=3)
    fit(recipe, tmp_path / "run", LaunchOptions(accelerator="cpu"))
    run("average", tmp_path / "run", "--last", "3", "--output", tmp_path / "mean")
    facts = json.loads(run("info", tmp_path / "mean", "--json").stdout)
    assert [member["step"] for member in facts["measured"]["averaged"]] == [12, 9, 6]
    one, mean = (load_file(path / "weights.safetensors") for path in (tmp_path / "run/model", tmp_path / "mean"))
    assert one.keys() == mean.keys()
    assert len(run("translate", tmp_path / "mean", text="a b\nc d\n").stdout.splitlines()) == 2
    error = failure("average", tmp_path / "run", "--last", "4", "--output", tmp_path / "four")
    assert (error.code, error.exit_code) == ("average.too-few-checkpoints", 1)
    assert not (tmp_path / "four").exists()


def test_what_has_no_mean_is_refused(model: Path, tmp_path: Path) -> None:
    other = tiny.save(tmp_path / "other", attention=False)
    error = failure("average", model, other, "--output", tmp_path / "mean")
    assert (error.code, error.exit_code) == ("average.models-differ", 2)
    assert "parameter decoder." in str(error)
    assert failure("average", model, tmp_path / "none", "--output", tmp_path / "mean").code == "model.no-such-folder"
    assert failure("average", model, model, "--output", other).code == "average.folder-not-empty"
    assert not (tmp_path / "mean").exists()


def test_what_is_typed_is_checked(model: Path, tmp_path: Path) -> None:
    output = ["--output", tmp_path / "mean"]
    assert "--last" in unwrapped(run("average", model, *output, code=2).stderr)
    assert "--last" in unwrapped(run("average", model, model, "--last", "2", *output, code=2).stderr)
    assert "--last" in unwrapped(run("average", model, "--last", "1", *output, code=2).stderr)
    assert "--output" in unwrapped(run("average", model, model, code=2).stderr)
