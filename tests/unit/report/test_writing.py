"""Figures and texts as a report writes them."""

import math
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from seq2seq.report.writing import figure, inline, power_of_ten, shortened, text_width, writable


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (None, None, "–"),
        (math.nan, None, "–"),
        (-math.inf, None, "−∞"),
        (0, None, "0"),
        (-0.0, None, "0"),
        (-0.001, 2, "0.00"),
        (1234567, None, "1,234,567"),
        (27.345, None, "27.3"),
        (0.00512, None, "0.00512"),
        (-3.14159, None, "−3.14"),
        (1999.6, None, "2,000"),
        (2.5e-7, None, "2.5 × 10⁻⁷"),
        (-2e30, None, "−2 × 10³⁰"),
        (5, 2, "5.00"),
    ],
)
def test_figures(value: float | None, digits: int | None, written: str) -> None:
    assert figure(value, digits) == written


def test_powers_of_ten() -> None:
    assert power_of_ten(-12) == "10⁻¹²"


def test_what_no_page_can_hold_is_replaced() -> None:
    assert writable("a\x00b\ud800c\x1bd\ufffee\tf\n") == "a\ufffdb\ufffdc\ufffdd\ufffde\tf\n"
    assert writable(Markup("<b>\x00</b>")) == Markup("<b>\ufffd</b>")
    assert isinstance(writable(Markup("x")), Markup)


@given(st.text(st.characters()))
def test_any_text_can_be_written(text: str) -> None:
    written = writable(text)
    written.encode()
    ET.fromstring(f"<t>{escape(written)}</t>")


def test_code_between_backticks() -> None:
    assert inline("set `a<b` & `c`") == "set <code>a&lt;b</code> &amp; <code>c</code>"
    assert inline("one ` alone") == "one ` alone"


def test_long_texts_are_shortened() -> None:
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcd efg", 6) == "abcd…"


def test_wide_letters_are_wide() -> None:
    assert text_width("翻訳", 10) == pytest.approx(20)
    assert text_width("il", 10) < text_width("ab", 10) < text_width("MW", 10)
    assert text_width("e\u0301", 10) == text_width("e", 10)
