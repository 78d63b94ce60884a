"""Byte order marks, by which the encoding of a text is known (Unicode 16.0, section 23.8)."""

import codecs
from typing import Final

MARKS: Final = (
    ("utf-8", codecs.BOM_UTF8),
    ("utf-32-le", codecs.BOM_UTF32_LE),  # before UTF-16, whose mark it begins with
    ("utf-32-be", codecs.BOM_UTF32_BE),
    ("utf-16-le", codecs.BOM_UTF16_LE),
    ("utf-16-be", codecs.BOM_UTF16_BE),
)
"""Encodings and their marks."""


def find_mark(data: bytes) -> tuple[str, bytes] | None:
    """The encoding that a text declares by its mark, and the mark; None: there is none."""
    return next(((encoding, mark) for encoding, mark in MARKS if data.startswith(mark)), None)
