"""Where the words of a text are, in any script, for measures that take words one by one."""

import unicodedata
from enum import Enum
from functools import cache
from typing import Final

from seq2seq.text.scripts import WITHOUT_SPACES, script_of

_JOINERS: Final = frozenset("'’-‐·\u200c")
"""Within a word between two letters or digits: ``don't``, ``twenty-one``."""
_DECIMAL: Final = frozenset(".,:")
"""Within a number between two digits: ``3.5``."""
_PREFIXES: Final = frozenset("#@")
"""Part of the word that follows: ``#hope``."""
_CLITIC: Final = 2
"""Most letters of a word that an apostrophe begins: ``'s``, ``'ll`` (as tokenised text has them)."""

Span = tuple[int, int]
"""First character of a text's part, and the one after its last, from 0."""


class _Kind(Enum):
    SPACE = "white space"
    WORD = "a letter, digit or underscore of a script with spaces between words"
    ALONE = "a letter or digit of a script without: a word by itself"
    MARK = "belongs to the character before it"
    PICTURE = "emoji and the like"
    PUNCTUATION = "any other character"


def word_spans(text: str) -> list[Span]:
    """The words of a text, in order; every character but white space belongs to one.

    Words are runs of letters and digits, with apostrophes, hyphens and decimal points inside, and ``#`` or ``@``
    before. Runs of punctuation, and runs of emoji, are units of their own. In scripts without spaces (Chinese,
    Japanese, Thai, ...), every letter with its marks is one.
    """
    kinds = [_kind(character) for character in text]
    spans: list[Span] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place < len(text) and _continues(text, kinds, place):
            continue
        if kinds[start] is not _Kind.SPACE:
            spans.append((start, place))
        start = place
    return spans


def _continues(text: str, kinds: list[_Kind], place: int) -> bool:
    """Whether a character belongs to the same unit as the one before it."""
    kind, before = kinds[place], _base(kinds, place - 1)
    if kind is _Kind.MARK:
        return before is not _Kind.SPACE
    if kind is _Kind.WORD and before is _Kind.PUNCTUATION:
        return _begins_word(text, kinds, place - 1)
    if kind is _Kind.PUNCTUATION and before is _Kind.WORD:
        return _is_inside(text, kinds, place)
    if kind is _Kind.PUNCTUATION and before is _Kind.PUNCTUATION:
        return not _begins_word(text, kinds, place) and not _is_inside(text, kinds, place - 1)
    return kind is before and kind is not _Kind.ALONE


def _base(kinds: list[_Kind], place: int) -> _Kind:
    """The kind of a character; of a mark, that of the character which it belongs to: without one, it stands alone."""
    first = place
    while first and kinds[first] is _Kind.MARK:
        first -= 1
    alone = kinds[first] is _Kind.MARK or (first < place and kinds[first] is _Kind.SPACE)
    return _Kind.PUNCTUATION if alone else kinds[first]


def _begins_word(text: str, kinds: list[_Kind], place: int) -> bool:
    """Whether a mark of punctuation is the first character of a word, or within one."""
    if _is_inside(text, kinds, place):
        return True
    if place + 1 >= len(text) or kinds[place + 1] is not _Kind.WORD or text[place] not in _JOINERS | _PREFIXES:
        return False
    if place and kinds[place - 1] is not _Kind.SPACE:
        return text[place] in _PREFIXES and kinds[place - 1] is _Kind.PUNCTUATION
    if text[place] in _PREFIXES:
        return True
    end = place + 1
    while end < len(text) and kinds[end] is _Kind.WORD:
        end += 1
    return text[place] in "'’" and end - place - 1 <= _CLITIC and (end == len(text) or kinds[end] is _Kind.SPACE)


def _is_inside(text: str, kinds: list[_Kind], place: int) -> bool:
    """Whether a mark of punctuation stands within a word."""
    if not 0 < place < len(text) - 1 or kinds[place + 1] is not _Kind.WORD or _base(kinds, place - 1) is not _Kind.WORD:
        return False
    return text[place] in _JOINERS or (
        text[place] in _DECIMAL and text[place - 1].isdecimal() and text[place + 1].isdecimal()
    )


@cache
def _kind(character: str) -> _Kind:
    category = unicodedata.category(character)
    if character.isspace():
        return _Kind.SPACE
    if category[0] in "LN" or character == "_":
        unspaced = script_of(character) in WITHOUT_SPACES
        return _Kind.ALONE if unspaced else _Kind.WORD
    if category[0] == "M" or character == "\u200d" or "\U0001f3fb" <= character <= "\U0001f3ff":
        return _Kind.MARK
    return _Kind.PICTURE if category == "So" else _Kind.PUNCTUATION
