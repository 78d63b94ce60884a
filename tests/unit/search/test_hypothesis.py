"""What counts as a loop."""

import pytest

from seq2seq.search.hypothesis import loops


@pytest.mark.parametrize(
    "tokens",
    [
        [5] * 8,
        [5, 6] * 4,
        [5, 6, 7] * 4,
        [9, 8, 5, 6, 5, 6, 5, 6, 5, 6, 7],
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] * 4,
    ],
)
def test_the_same_tokens_four_times_in_a_row_are_a_loop(tokens: list[int]) -> None:
    assert loops(tokens)


@pytest.mark.parametrize(
    "tokens",
    [
        [],
        [5],
        [5] * 7,  # the zeros of a number, spelt by character
        [5, 6] * 3,
        [5, 6, 7] * 3 + [5, 6],
        [5, 6, 9, 5, 6, 9, 5, 6, 8, 5, 6, 9],
        list(range(40)),
    ],
)
def test_anything_less_is_not(tokens: list[int]) -> None:
    assert not loops(tokens)
