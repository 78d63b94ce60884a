"""Words of a text, for counting them."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from seq2seq.text.scripts import WITHOUT_SPACES, count_letters

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MOST: Final = 0.5
"""Share of letters in scripts without spaces from which on characters are counted in place of words."""


def has_words(texts: Iterable[str]) -> bool:
    """Whether texts set spaces between words; texts without letters do."""
    letters = count_letters(texts)
    return sum(letters[script] for script in WITHOUT_SPACES) <= _MOST * letters.total()


def words_of(text: str, *, spaced: bool) -> Sequence[str]:
    """The words of a text, without digits and punctuation and whatever their case; without spaces, its letters."""
    folded = text.casefold()
    return _WORD.findall(folded) if spaced else [letter for letter in folded if letter.isalpha()]


def length_of(text: str, *, spaced: bool) -> int:
    """Length of a text: parts between spaces; without spaces, characters."""
    return len(text.split()) if spaced else sum(not letter.isspace() for letter in text)
