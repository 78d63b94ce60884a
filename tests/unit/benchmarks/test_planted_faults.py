"""Faults are planted as they are described, and the table counts what is named, missed and wrongly named."""

import sys
from pathlib import Path

import pytest
import torch
from support import tiny

from seq2seq.config.model import EncoderConfig, InitialisationConfig, ManyToManyConfig
from seq2seq.diagnostics.finding import Verdict
from seq2seq.diagnostics.learning.padding import measure_padding
from seq2seq.diagnostics.subject import Subject
from seq2seq.models.build import build_model
from seq2seq.models.cells.lstm import LSTM

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from planted_faults import faults, patches, run

ROWS = [(f"source {n}", f"target {n}") for n in range(10)]


def test_changes_of_rows() -> None:
    half = faults.shifted(0.5)(ROWS)
    assert half[:5] == ROWS[:5]
    assert half[6:] == [(f"source {n}", f"target {n - 1}") for n in range(6, 10)]
    assert sorted(target for _, target in half) == sorted(target for _, target in ROWS)
    mixed = faults.shuffled(0.6)(ROWS)
    assert sorted(target for _, target in mixed) == sorted(target for _, target in ROWS)
    assert 2 <= sum(row != own for row, own in zip(mixed, ROWS, strict=True)) <= 6
    assert faults.swapped(0.2)(ROWS) == [("target 0", "source 0"), ("target 1", "source 1"), *ROWS[2:]]
    assert faults.first(3)(ROWS) == ROWS[:3]
    assert {source for source, _ in faults.one_source(ROWS)} == {"source 0"}


def test_every_fault_has_two_recipes_and_two_strengths() -> None:
    trials = list(run.trials(7))
    planted = [trial for trial in trials if trial.fault is not None]
    assert len(planted) == 4 * len(faults.FAULTS) >= 4 * 15
    assert len(trials) - len(planted) >= 10
    assert len({trial.folder for trial in trials}) == len(trials)
    assert all(trial.settings["training.seed"] == 7 for trial in trials)


@pytest.mark.parametrize("patch", [patches.unmasked_attention, patches.padded_lengths])
def test_padding_that_is_not_masked_is_named(tmp_path: Path, patch: patches.Patch) -> None:
    tiny.save(tmp_path / "model")
    data = tmp_path / "pairs.tsv"
    data.write_text("".join(f"{a}\t{b}\n" for a, b in zip(tiny.SOURCES, tiny.TARGETS, strict=True)), encoding="utf-8")
    subject = Subject.open(tmp_path / "model", str(data), device="cpu")
    assert [finding.verdict for finding in measure_padding(subject)] == [Verdict.FINE]
    with patch():
        assert [finding.trouble for finding in measure_padding(subject)] == ["padding.leaks"]
    assert [finding.verdict for finding in measure_padding(subject)] == [Verdict.FINE]


def test_initial_weights_are_changed_while_the_patch_lasts() -> None:
    config = ManyToManyConfig(embedding=8, encoder=EncoderConfig(hidden=6))

    def lstm() -> LSTM:
        torch.manual_seed(1)
        model = build_model(config, 20, 20)
        return next(module for module in model.modules() if isinstance(module, LSTM))

    plain = lstm()
    with patches.recurrent_scale(3.0)():
        assert torch.allclose(lstm().weights.recurrent, 3 * plain.weights.recurrent)
    with patches.gate_bias(5.0)():
        bias = lstm().weights.input_bias.chunk(4)
        assert [part.unique().tolist() for part in bias] == [[-5.0], [5.0], [0.0], [-5.0]]
    assert torch.equal(lstm().weights.recurrent, plain.weights.recurrent)
    assert config.initialisation == InitialisationConfig()


def test_the_table_counts() -> None:
    trials = {trial.folder: trial for trial in run.trials(1)}
    high = next(trial for trial in trials.values() if trial.fault and trial.fault.name == "learning rate far too high")
    healthy = next(trial for trial in trials.values() if trial.fault is None)
    found = [
        (high, ["learning-rate.too-high", "nothing-learnt"]),
        (high, ["learning-rate.too-high", "padding.leaks"]),
        (high, ["nothing-learnt"]),
        (healthy, []),
        (healthy, ["over-fitting"]),
    ]
    *rows, counts = run.table(found)
    assert [row.split(" | ")[3] for row in rows[2:5]] == ["yes", "yes", "**no**"]
    assert "**padding.leaks**" in rows[3]
    assert counts.startswith(
        "2 of 3 faults named, 1 missed, 1 with a trouble that is wrong (bold); 1 of 2 healthy runs"
    )
