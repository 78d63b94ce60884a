"""Short trainings with several cells, on the same data."""

from pathlib import Path

import pytest

from seq2seq.config.load import load_recipe
from seq2seq.diagnostics.finding import Verdict
from seq2seq.diagnostics.network.compare_cells import compare_cells
from seq2seq.diagnostics.subject import Subject
from seq2seq.training.fit import LaunchOptions, fit

STEPS = 6


def subject(folder: Path, **settings: object) -> Subject:
    """A model that has hardly learnt to remember a first symbol."""
    small = {
        "model.encoder.hidden": 8,
        "model.embedding": 4,
        "training.max_steps": 1,
        "training.max_epochs": None,
        "training.batch.max_tokens": 1024,
        **{name.replace("__", "."): value for name, value in settings.items()},
    }
    fit(load_recipe("toy/remember", small), folder, LaunchOptions(devices=1, accelerator="cpu", threads=1))
    return Subject.open(folder, device="cpu", sample=20)


def test_cells_are_trained_alike(tmp_path: Path) -> None:
    found = compare_cells(subject(tmp_path / "own"), ["rnn_tanh", "lstm"], steps=STEPS, folder=tmp_path / "cells")
    cells = found.details["cells"]
    assert [one["cell"] for one in cells] == ["rnn_tanh", "lstm"]  # type: ignore[union-attr, index, call-overload]
    assert {path.name for path in (tmp_path / "cells").iterdir()} == {"rnn_tanh", "lstm"}
    for one in cells:  # type: ignore[union-attr]
        assert [point["step"] for point in one["train"]] == list(range(1, STEPS + 1))  # type: ignore[index, call-overload, union-attr]
        assert len(one["gradient_flow"]["encoder"]["means"]) > 40  # type: ignore[index, call-overload, arg-type]
    losses = [one["dev_loss"] for one in cells]  # type: ignore[union-attr, index, call-overload]
    assert found.value == min(losses)
    assert found.verdict is Verdict.UNJUDGED
    assert all("<svg" in drawing.svg() for drawing in found.drawings)
    again = compare_cells(subject(tmp_path / "again"), ["lstm"], steps=STEPS)
    assert again.details["cells"] == cells[1:]  # type: ignore[index]


@pytest.mark.filterwarnings("ignore")
def test_a_training_that_breaks_off_is_a_result(tmp_path: Path) -> None:
    own = subject(tmp_path / "own", training__optimizer__learning_rate=1e30, training__max_skipped=1)
    found = compare_cells(own, ["rnn_relu"], steps=STEPS)
    (one,) = found.details["cells"]  # type: ignore[misc]
    assert found.value is None
    assert one["dev_loss"] is None  # type: ignore[index, call-overload]
