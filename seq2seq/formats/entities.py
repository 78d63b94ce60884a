"""Entities of HTML and references to characters, as text."""

import html
import re
from typing import Final

_LONG: Final = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,})")
_DIGITS: Final = 8
"""Digits with which every number is beyond the last character, U+10FFFF; Python refuses to read thousands of them."""


def unescape(text: str) -> str:
    """As ``html.unescape``, for numbers of any length: those of no character are U+FFFD."""
    return html.unescape(_LONG.sub(_shortened, text)) if "&" in text else text


def _shortened(reference: re.Match[str]) -> str:
    mark = "&#x" if reference[0][2] in "xX" else "&#"
    return mark + (reference[0][len(mark) :].lstrip("0")[:_DIGITS] or "0")
