"""An estimate as it is meant: prepared data, a process that takes real steps, and what is said of them."""

import json
from pathlib import Path

import numpy as np
import pytest
from support import toy
from support.commands import run

from seq2seq.config.load import dump_recipe, parse_recipe
from seq2seq.training.estimate import estimate as module
from seq2seq.training.estimate.estimate import estimate
from seq2seq.training.estimate.probe import measure


def test_lines_and_json_with_the_memory_of_the_training_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever this process holds is not counted."""
    monkeypatch.setattr(module, "_SECONDS", 0.1)
    ballast = np.ones(1 << 27)  # 1 GiB: more than any build of torch
    wide = toy.recipe(tmp_path, ema_decay=0.9).model_dump(mode="json")
    wide["model"]["decoder"]["hidden"] = 900
    found = estimate(parse_recipe(wide, "a test"), threads=1)
    read = json.loads(json.dumps(found.to_dict()))
    assert read["duration"]["steps"] == 12
    assert read["measured"]["threads"] == 1
    assert read["sides"]["source"]["longest"] == 7
    memory = read["memory"]
    held = memory["weights"] + memory["gradients"] + memory["moments"] + memory["average"]
    assert held == 5 * 4 * memory["parameters"] > 60e6
    assert memory["program"] + held < memory["peak"]
    assert memory["program"] < ballast.nbytes
    titles = [line.split("  ")[0].strip() for line in found.lines()]
    assert titles == ["vocabulary", "source", "target", "left out", "training", "time", "", "memory", ""]
    assert f"about {memory['peak'] / 1e6:,.0f} MB at the peak" in "\n".join(found.lines())


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A recipe in a file."""
    path = tmp_path / "recipe.yaml"
    path.write_text(dump_recipe(toy.recipe(tmp_path)), encoding="utf-8")
    return path


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps are taken in this process, and few of them."""
    monkeypatch.setattr(
        module,
        "probe",
        lambda recipe, *, threads, seconds: measure(recipe, threads=threads, seconds=seconds / 100),
    )


@pytest.mark.usefixtures("probed")
def test_inspect_estimates_a_recipe(written: Path) -> None:
    found = json.loads(run("inspect", written, "--json").stdout)["estimate"]
    assert found["duration"]["steps"] == 12
    assert found["sides"]["source"]["vocabulary"] == 12
    shown = run("inspect", written).stdout
    assert "12 steps in" in shown
    assert "both sides: the recipe asks for 12 tokens, the text fills them" in shown


def test_a_recipe_that_cannot_be_trained_is_a_finding(written: Path) -> None:
    text = (
        written.read_text(encoding="utf-8")
        .replace("kind: word", "kind: unigram")
        .replace("vocabulary: 12", "vocabulary: 6")
    )
    written.write_text(text, encoding="utf-8")
    assert "cannot be trained: " in (shown := run("inspect", written).stdout)
    assert "tokenizer.vocabulary: 6 is too small" in shown
    found = json.loads(run("inspect", written, "--json").stdout)["estimate"]
    assert "tokenizer.vocabulary: 6 is too small" in found["problem"]
