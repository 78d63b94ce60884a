import dataclasses

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.data.batching.batch import Batch, collate
from seq2seq.special import BOS, EOS, PAD


def test_rows_are_ended_and_filled() -> None:
    batch = collate([[5, 6], [7]], [np.array([8], np.int32), np.array([9, 10, 11], np.int32)], rows=[40, 2])
    assert batch.source.tolist() == [[5, 6, EOS], [7, EOS, PAD]]
    assert batch.target.tolist() == [[BOS, 8, EOS, PAD, PAD], [BOS, 9, 10, 11, EOS]]
    assert batch.source_lengths.tolist() == [3, 2]
    assert batch.target_lengths.tolist() == [2, 4]
    assert batch.rows == (40, 2)
    assert (batch.source_tokens, batch.target_tokens, len(batch)) == (5, 6, 2)
    assert batch.source.dtype == batch.target.dtype == batch.source_lengths.dtype == torch.int64


def test_an_empty_sentence_is_its_end_alone() -> None:
    batch = collate([[]], [[]])
    assert batch.source.tolist() == [[EOS]]
    assert batch.target.tolist() == [[BOS, EOS]]


def test_inputs_and_labels_are_the_target_shifted() -> None:
    batch = collate([[5]], [[8, 9]])
    assert batch.target[:, :-1].tolist() == [[BOS, 8, 9]]
    assert batch.target[:, 1:].tolist() == [[8, 9, EOS]]
    assert batch.target[:, 1:].shape[1] == int(batch.target_lengths.max())


def test_moving_keeps_everything() -> None:
    batch = collate([[5, 6]], [[8]], rows=[3])
    moved = batch.to("cpu")
    for field in dataclasses.fields(batch):
        one, other = getattr(batch, field.name), getattr(moved, field.name)
        assert torch.equal(one, other) if isinstance(one, torch.Tensor) else one == other


def test_lengths_stay_where_they_can_be_read_without_waiting() -> None:
    moved = collate([[5, 6]], [[8]]).to("meta")
    assert (moved.source.device.type, moved.target.device.type) == ("meta", "meta")
    assert (moved.source_lengths.device.type, moved.target_lengths.device.type) == ("cpu", "cpu")


def equal(one: Batch, other: Batch) -> bool:
    pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in dataclasses.fields(one)]
    return all(torch.equal(a, b) if isinstance(a, torch.Tensor) else a == b for a, b in pairs)


IDS = st.lists(st.integers(4, 20), max_size=6)


@given(st.lists(st.tuples(IDS, IDS), min_size=2, max_size=9))
def test_halves_are_what_their_rows_alone_would_be(examples: list[tuple[list[int], list[int]]]) -> None:
    """Each as narrow as its own longest; nothing is lost, and nothing comes twice."""
    sources, targets = zip(*examples, strict=True)
    rows = [7 * number for number in range(len(examples))]
    first, second = collate(sources, targets, rows).halves()
    middle = len(examples) // 2
    assert equal(first, collate(sources[:middle], targets[:middle], rows[:middle]))
    assert equal(second, collate(sources[middle:], targets[middle:], rows[middle:]))


def test_one_row_has_no_halves() -> None:
    batch = collate([[5, 6]], [[8]], rows=[3])
    (same,) = batch.halves()
    assert equal(same, batch)


def test_halves_of_a_window_that_continues_a_text_continue_it() -> None:
    batch = dataclasses.replace(collate([[5], [6]], [[8], [9]]), first=False)
    assert not any(half.first for half in batch.halves())
