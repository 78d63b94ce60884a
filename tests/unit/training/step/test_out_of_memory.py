"""Work that is done in halves where memory does not suffice."""

import pytest
import torch

from seq2seq.data.batching.batch import Batch, collate
from seq2seq.errors import TrainingError, is_out_of_memory
from seq2seq.training.step.out_of_memory import enough_memory, in_parts

CPU = torch.device("cpu")


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
