"""What training needs of memory, and what there is."""

from pathlib import Path

import pytest
import torch
from support import toy

from seq2seq.config.training import TrainingConfig
from seq2seq.training.estimate import memory
from seq2seq.training.estimate.memory import RequiredMemory, free_memory, report_required_memory
from seq2seq.training.fit import fit

CPU = torch.device("cpu")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files in which Linux says how much memory there is."""
    monkeypatch.setattr(memory, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "_GROUP", tmp_path)
    (tmp_path / "meminfo").write_text("MemTotal:       8000 kB\nMemFree:        100 kB\nMemAvailable:   5000 kB\n")
    return tmp_path


@pytest.mark.parametrize(
    ("optimizer", "average", "expected"),
    [
        ({"name": "adam"}, 0.0, (40, 40, 80, 0, 160)),
        ({"name": "adamw"}, 0.9, (40, 40, 80, 40, 200)),
        ({"name": "sgd"}, 0.0, (40, 40, 0, 0, 80)),
        ({"name": "sgd", "momentum": 0.9}, 0.0, (40, 40, 40, 0, 120)),
    ],
)
def test_what_is_needed_of_ten_parameters(
    optimizer: dict[str, object], average: float, expected: tuple[int, ...]
) -> None:
    config = TrainingConfig.model_validate_json('{"max_steps": 1}').model_copy(
        update={
            "ema_decay": average,
            "optimizer": TrainingConfig().optimizer.model_copy(update=optimizer),
        }
    )
    found = RequiredMemory.of(10, config)
    assert (found.weights, found.gradients, found.moments, found.average, found.total) == expected
    assert ("moving average" in str(found)) == bool(average)


def test_free_memory_is_that_of_the_machine_or_of_the_container(machine: Path) -> None:
    assert free_memory(CPU) == 5000 * 1024
    (machine / "memory.max").write_text("max\n")
    (machine / "memory.current").write_text("1000000\n")
    assert free_memory(CPU) == 5000 * 1024
    (machine / "memory.max").write_text("1500000\n")
    assert free_memory(CPU) == 500_000
    (machine / "memory.current").write_text("1600000\n")
    assert free_memory(CPU) == 0
    for name in ("meminfo", "memory.max"):
        (machine / name).unlink()
    assert free_memory(CPU) is None


def test_a_model_that_may_not_fit_is_reported_before_the_first_step(
    machine: Path, said: list[str], warned: list[str]
) -> None:
    """Weights and average are allocated: the other 4 MB do not fit into 1 MB."""
    needed = RequiredMemory(250_000_000, weights=10**9, gradients=10**6, moments=3 * 10**6, average=10**9)
    report_required_memory(needed, CPU)
    (line,) = said
    assert "2,004 MB (weights 1,000 MB, gradients 1.0 MB, optimiser 3.0 MB, moving average 1,000 MB)" in line
    assert not warned
    (machine / "meminfo").write_text("MemAvailable: 1000 kB\n")
    report_required_memory(needed, CPU)
    assert warned == ["training.memory-short"]
    assert "4.0 MB more" in said[-1]
    assert "1.0 MB are free on cpu" in said[-1]


def test_a_run_says_it(tmp_path: Path, said: list[str]) -> None:
    fit(toy.recipe(tmp_path, max_steps=1), tmp_path / "run")
    (line,) = [line for line in said if line.startswith("memory: ")]
    assert "gradients" in line
    assert "moving average" not in line
