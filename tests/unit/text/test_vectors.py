"""Sequences of vectors as text."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.text.vectors import padded, read_vectors, write_vectors

NUMBERS = st.floats(-1e12, 1e12) | st.just(math.nan)


def test_steps_are_rows_and_null_is_missing() -> None:
    numbers = read_vectors("[[0.5, 2], [null, 3e2]]")
    np.testing.assert_array_equal(numbers, [[0.5, 2], [math.nan, 300]])
    assert numbers.dtype == np.float64


def test_numbers_alone_are_steps_of_one_channel() -> None:
    np.testing.assert_array_equal(read_vectors("[1, null, 3]"), [[1], [math.nan], [3]])


def test_arrays_and_nested_lists_are_read_as_they_are() -> None:
    expected = [[1.0, 2.0], [3.0, 4.0]]
    for value in (expected, np.array(expected, np.float32), np.array(expected, int)):
        np.testing.assert_array_equal(read_vectors(value), expected)


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "",
        "[]",
        "[[], []]",
        "[[1, 2], [3]]",
        "[[1, 2], 3]",
        '[["1", 2]]',
        "[[true, 2]]",
        "[[[1]]]",
        '{"a": 1}',
        "[{}]",
        "7",
        "[[1, Infinity]]",
        "[[1e999]]",
        f"[[1{'0' * 400}]]",
        "[" * 100_000,
    ],
)
def test_what_is_no_sequence_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_vectors(text)


@given(st.integers(1, 3).flatmap(lambda width: st.lists(st.lists(NUMBERS, min_size=width, max_size=width), min_size=1)))
def test_what_is_written_is_read(steps: list[list[float]]) -> None:
    np.testing.assert_array_equal(read_vectors(write_vectors(np.array(steps))), steps)


def test_shorter_sequences_are_filled_with_zeros() -> None:
    one, two = np.ones((1, 2), np.float32), np.full((3, 2), 5, np.float32)
    filled, lengths = padded([one, two])
    assert lengths.tolist() == [1, 3]
    np.testing.assert_array_equal(filled, [[[1, 1], [0, 0], [0, 0]], [[5, 5], [5, 5], [5, 5]]])


def test_nothing_is_no_list() -> None:
    with pytest.raises(ValueError, match="not a list"):
        read_vectors(None)
