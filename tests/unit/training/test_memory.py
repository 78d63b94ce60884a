"""What training needs of memory, what there is, and going on with less."""

from pathlib import Path

import pytest
import torch
from support import toy

from seq2seq import log
from seq2seq.config.training import TrainingConfig
from seq2seq.data.batching.batch import Batch, collate
from seq2seq.errors import TrainingError, is_out_of_memory
from seq2seq.training import memory
from seq2seq.training.fit import fit
from seq2seq.training.memory import Needed, available, enough_memory, in_parts, introduce

CPU = torch.device("cpu")


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(log, "say", lambda message, style=None: lines.append(message))  # noqa: ARG005
    return lines


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
            "average": average,
            "optimizer": TrainingConfig().optimizer.model_copy(update=optimizer),
        }
    )
    found = Needed.of(10, config)
    assert (found.weights, found.gradients, found.moments, found.average, found.total) == expected
    assert ("moving average" in str(found)) == bool(average)


def test_free_memory_is_that_of_the_machine_or_of_the_container(machine: Path) -> None:
    assert available(CPU) == 5000 * 1024
    (machine / "memory.max").write_text("max\n")
    (machine / "memory.current").write_text("1000000\n")
    assert available(CPU) == 5000 * 1024
    (machine / "memory.max").write_text("1500000\n")
    assert available(CPU) == 500_000
    (machine / "memory.current").write_text("1600000\n")
    assert available(CPU) == 0
    for name in ("meminfo", "memory.max"):
        (machine / name).unlink()
    assert available(CPU) is None


def test_a_model_that_will_hardly_fit_is_said_before_the_first_step(machine: Path, said: list[str]) -> None:
    """Weights and average are there already: the other 4 MB do not go into 1 MB."""
    needed = Needed(weights=10**9, gradients=10**6, moments=3 * 10**6, average=10**9)
    introduce(needed, CPU)
    assert said == [
        "memory: 2,004 MB (weights 1,000 MB, gradients 1.0 MB, optimiser 3.0 MB, moving average 1,000 MB), and what "
        "the batches need"
    ]
    (machine / "meminfo").write_text("MemAvailable: 1000 kB\n")
    introduce(needed, CPU)
    assert said[-1].startswith("warning: gradients and optimiser need 4.0 MB more, and 1.0 MB are free on cpu: ")
    assert "Lower the sizes under model" in said[-1]


def test_a_run_says_it(tmp_path: Path, said: list[str]) -> None:
    fit(toy.recipe(tmp_path, max_steps=1), tmp_path / "run")
    (line,) = [line for line in said if line.startswith("memory: ")]
    assert "gradients" in line
    assert "moving average" not in line


def test_work_is_done_in_halves_and_in_order(said: list[str]) -> None:
    batch = collate([[5]] * 7, [[row] for row in range(10, 17)])

    def work(part: Batch) -> list[int]:
        if len(part) > 2:
            raise MemoryError("no more")
        return part.target[:, 1].tolist()  # type: ignore[no-any-return]

    found = in_parts(batch, work, where=str)
    assert [row for _, rows in found for row in rows] == list(range(10, 17))
    assert [len(part) for part, _ in found] == [1, 2, 2, 2]
    assert said[0] == "warning: validation: out of memory (no more); 7 examples are judged in halves."


def test_an_example_for_which_there_is_no_room_is_left_out(said: list[str]) -> None:
    batch = collate([[5]] * 3, [[row] for row in range(10, 13)], rows=[7, 8, 9])

    def work(part: Batch) -> int:
        if 8 in part.rows:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return len(part)

    assert [part.rows for part, _ in in_parts(batch, work, where=lambda row: f"dev.tsv:{row}")] == [(7,), (9,)]
    assert said[-1].endswith("(CUDA out of memory.) for a single example, which is left out: dev.tsv:8")


def test_other_errors_pass(said: list[str]) -> None:
    def work(_: Batch) -> None:
        raise RuntimeError("oops")

    with pytest.raises(RuntimeError, match="oops"):
        in_parts(collate([[5]] * 4, [[6]] * 4), work, where=str)
    with pytest.raises(ValueError, match="oops"), enough_memory("now", "Wait."):
        raise ValueError("oops")
    with pytest.raises(RuntimeError, match="oops"), enough_memory("now", "Wait."):
        raise RuntimeError("oops")
    assert not said


def test_what_cannot_be_split_is_said() -> None:
    said = r"Out of memory at step 3 \(MemoryError\)\.\n  Wait\."
    with pytest.raises(TrainingError, match=said) as caught, enough_memory("at step 3", "Wait."):
        raise MemoryError
    assert isinstance(caught.value.__cause__, MemoryError)


def test_torch_itself_is_understood() -> None:
    """The error that torch raises on this machine when it asks for more than any machine has."""
    with pytest.raises((RuntimeError, MemoryError)) as caught:
        torch.empty(1 << 60, dtype=torch.float32)
    assert is_out_of_memory(caught.value)
    assert not is_out_of_memory(ValueError("out of memory"))
