"""Characters as they matter between words: letters of scripts with and without spaces, and punctuation."""

import unicodedata
from functools import cache
from typing import Final

from seq2seq.text.scripts import WITHOUT_SPACES, script_of

OPENING: Final = dict(zip("([{“„«‘「『（【《〈‹\"'`", ")]}”“»’」』）】》〉›\"'`", strict=True))
"""Brackets and quotation marks that open, and their partners."""
_CLOSING_MARKS: Final = frozenset(".,;:!?…%)]}”»’」』）】》〉›。、，；：！？؟،؛।")


@cache
def is_word(character: str) -> bool:
    """Whether it is part of a word: a letter, a digit, or a mark on one."""
    return unicodedata.category(character)[0] in "LNM"


@cache
def is_unspaced(character: str) -> bool:
    """Whether no space is expected beside it: a letter of a script without spaces, or a mark of such a script."""
    if is_word(character):
        return script_of(character) in WITHOUT_SPACES
    return unicodedata.category(character)[0] == "P" and unicodedata.east_asian_width(character) in ("W", "F")


def closes_word(character: str) -> bool:
    """Whether a mark follows a word without a space."""
    return character in _CLOSING_MARKS


def opens_word(character: str) -> bool:
    """Whether a mark precedes a word without a space."""
    return character in OPENING


def has_letters(text: str) -> bool:
    """Whether a text holds language: a letter of any script."""
    return any(map(str.isalpha, text))


def has_words(text: str) -> bool:
    """Whether a text holds letters or digits."""
    return any(map(is_word, text))
