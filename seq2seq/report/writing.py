"""Figures and texts as a report writes them."""

import math
import re
import unicodedata
from typing import Final

from markupsafe import Markup, escape

MISSING: Final = "–"
"""Stands where there is no figure."""
_UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CODE: Final = re.compile(r"`([^`]+)`")
_SUPERSCRIPT: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_NARROW: Final = frozenset("ijlftr.,:;'|!()[]{}-· ")
_WIDE: Final = frozenset("mwMW@%—")


def writable(text: str) -> str:
    """Replace what neither HTML nor XML can hold by U+FFFD: control characters such as NUL, lone surrogates."""
    cleaned = _UNWRITABLE.sub("\ufffd", text)
    return Markup(cleaned) if isinstance(text, Markup) else cleaned


def inline(text: str) -> Markup:
    """Escape a line of prose; what stands between backticks becomes code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(writable(text)))))


def figure(value: float | None, digits: int | None = None) -> str:
    """Write a number for people: ``1,234``, ``27.3``, ``0.0051``, ``2.5 × 10⁻⁷``, ``∞``; :data:`MISSING` for none.

    Args:
        value: the number; NaN counts as none.
        digits: decimals. By default whole numbers are written in full, and others to three significant digits.
    """
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    size = abs(value)
    if size >= 1e15 or (digits is None and (size >= 1e7 or 0 < size < 1e-4)):
        mantissa, exponent = f"{value:.2e}".split("e")
        return f"{mantissa.rstrip('0').rstrip('.')} × {power_of_ten(int(exponent))}".replace("-", "−")
    if digits is None:
        whole = float(value).is_integer()
        digits = 0 if whole or size >= 1000 else 2 - math.floor(math.log10(size))
    written = f"{value:,.{digits}f}"
    if float(written.replace(",", "")) == 0:
        written = written.lstrip("-")
    return written.replace("-", "−")


def power_of_ten(exponent: int) -> str:
    """``10⁻³`` for -3."""
    return f"10{str(exponent).translate(_SUPERSCRIPT)}"


def shortened(text: str, most: int) -> str:
    """Leave out the end of a text of more than ``most`` characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def text_width(text: str, size: float) -> float:
    """Approximate width of a text in a sans-serif font of ``size`` pixels, in pixels."""
    return size * sum(map(_character_width, text))


def _character_width(character: str) -> float:
    if character in _NARROW:
        return 0.36
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in _WIDE:
        return 0.88
    return 0.69 if character.isupper() else 0.6
