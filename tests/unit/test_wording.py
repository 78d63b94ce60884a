"""Phrases of messages."""

import pytest

from seq2seq.wording import listed, plural


@pytest.mark.parametrize(
    ("count", "noun", "expected"),
    [(1, "row", "1 row"), (0, "row", "0 rows"), (2_000, "row", "2,000 rows"), (3, "batch", "3 batches"),
     (2, "process", "2 processes"), (2, "byte", "2 bytes")],
)  # fmt: skip
def test_a_count_agrees_with_its_noun(count: int, noun: str, expected: str) -> None:
    assert plural(count, noun) == expected


def test_a_long_list_counts_the_rest() -> None:
    assert listed(["a", "b"]) == "'a', 'b'"
    assert listed(["a", "b", "c"], 1, quote=str) == "a and 2 more"
