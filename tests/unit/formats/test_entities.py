"""Entities, as Python reads them, and numbers of any length, which Python refuses."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.formats.entities import unescape

PARTS = ["&", "#", "x", "X", ";", "amp", "lt", "0", "65", "41", "9", "1114112", "00000065", "110000", "d800", " ", "a"]


@given(st.lists(st.sampled_from(PARTS)).map("".join))
def test_entities_are_read_as_python_reads_them(text: str) -> None:
    assert unescape(text) == html.unescape(text)


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        (f"&#{'0' * 10_000}65;", "A"),
        (f"&#x{'0' * 10_000}41;", "A"),
        (f"&#{'9' * 10_000}; b", "\ufffd b"),
        (f"&#X{'f' * 10_000}b", "\ufffd"),
        (f"&#{'0' * 10_000}", "\ufffd"),
    ],
    ids=range(5),
)
def test_numbers_of_any_length(reference: str, text: str) -> None:
    assert unescape(reference) == text
