"""Sizes as people write them."""

import pytest

from seq2seq.storage.size import parse_size


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0", 0), ("20GB", 20 * 10**9), (" 1.5 kb ", 1_500), ("2KiB", 2_048), ("3 TB", 3 * 10**12), ("7b", 7)],
)
def test_a_number_with_its_unit(text: str, expected: int) -> None:
    assert parse_size(text) == expected


@pytest.mark.parametrize("text", ["", "GB", "-1GB", "1e9", "1 gigabyte", "1,5GB", "inf", "٣GB"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match="20GB"):
        parse_size(text)
