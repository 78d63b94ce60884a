"""Work that is done in halves where memory runs out."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import pytest
import torch
from support.refused import refused

from seq2seq.data.batching.batch import Batch, collate
from seq2seq.errors import is_out_of_memory
from seq2seq.training.step.out_of_memory import enough_memory, in_smaller_batches

T = TypeVar("T")
CPU = torch.device("cpu")


def each(work: Callable[[Batch], T]) -> Callable[[Sequence[Batch]], Iterator[T]]:
    return lambda batches: map(work, batches)


def test_work_is_done_in_halves_and_in_order(said: list[str], warned: list[str]) -> None:
    batch = collate([[5]] * 7, [[row] for row in range(10, 17)])

    def work(part: Batch) -> list[int]:
        if len(part) > 2:
            raise MemoryError("no more")
        return part.target[:, 1].tolist()  # type: ignore[no-any-return]

    found = in_smaller_batches([batch], each(work), during="validation", where=str)
    assert [row for _, rows in found for row in rows] == list(range(10, 17))
    assert [len(part) for part, _ in found] == [1, 2, 2, 2]
    assert warned == ["training.batch-halved"] * 2
    assert "validation: out of memory (no more)" in said[0]


def test_an_example_that_does_not_fit_is_left_out(said: list[str], warned: list[str]) -> None:
    batch = collate([[5]] * 3, [[row] for row in range(10, 13)], rows=[7, 8, 9])

    def work(part: Batch) -> int:
        if 8 in part.rows:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return len(part)

    named = in_smaller_batches([batch], each(work), during="validation", where=lambda row: f"dev.tsv:{row}")
    assert [part.rows for part, _ in named] == [(7,), (9,)]
    assert warned == ["training.batch-halved", "training.batch-halved", "training.example-left-out"]
    assert said[-1].endswith("dev.tsv:8")


def test_other_errors_pass(said: list[str]) -> None:
    def work(_: Batch) -> None:
        raise RuntimeError("oops")

    with pytest.raises(RuntimeError, match="oops"):
        in_smaller_batches([collate([[5]] * 4, [[6]] * 4)], each(work), during="now", where=str)
    with pytest.raises(ValueError, match="oops"), enough_memory("now", "Wait."):
        raise ValueError("oops")
    with pytest.raises(RuntimeError, match="oops"), enough_memory("now", "Wait."):
        raise RuntimeError("oops")
    assert not said


def test_what_cannot_be_split_is_said() -> None:
    with refused("training.out-of-memory", "at step 3 ", "\n  Wait.") as caught, enough_memory("at step 3", "Wait."):
        raise MemoryError
    assert isinstance(caught.value.__cause__, MemoryError)


def test_torch_itself_is_understood() -> None:
    """The error that torch raises on this machine when it asks for more than any machine has."""
    with pytest.raises((RuntimeError, MemoryError)) as caught:
        torch.empty(1 << 60, dtype=torch.float32)
    assert is_out_of_memory(caught.value)
    assert not is_out_of_memory(ValueError("out of memory"))
