"""Terms in texts: whole words, the longest first.

A term is found where no letter or digit touches it. Scripts without spaces have no such borders, and Korean words may
continue, since particles are attached to them. White space of any kind and length is one space.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from seq2seq.text.scripts import WITHOUT_SPACES, script_of

_KEY: Final = 3
"""Characters by whose lower case terms are looked up."""
_CONTINUED: Final = WITHOUT_SPACES | {"HANGUL"}
"""Scripts of words that may be followed by letters."""


@dataclass(frozen=True, slots=True)
class Match:
    """A term in a text."""

    start: int
    end: int
    """Its place, in characters: ``text[start:end]``."""
    term: int
    """Its index."""


class TermMatcher:
    """Finds terms, each given with whether upper and lower case make a difference."""

    def __init__(self, terms: Sequence[tuple[str, bool]]) -> None:
        self._terms: dict[str, list[tuple[int, str | None]]] = defaultdict(list)
        lengths: dict[str, set[int]] = defaultdict(set)
        for number, (term, case_sensitive) in enumerate(terms):
            text = plain(term)
            lower = _lower(text)
            self._terms[lower].append((number, text if case_sensitive else None))
            lengths[lower[:_KEY]].add(len(lower))
        self._lengths = {key: sorted(found) for key, found in lengths.items()}
        """Lengths of terms by their first characters."""

    def find(self, text: str) -> list[Match]:
        """The terms in a text (as :func:`plain` returns it), in their order, none overlapping another.

        Where terms overlap, the longest is taken; of equally long ones, the first in the text.
        """
        found: list[Match] = []
        taken = bytearray(len(text))
        for match in sorted(self._all(text), key=lambda match: (match.start - match.end, match.start)):
            if not any(taken[match.start : match.end]):
                taken[match.start : match.end] = b"\1" * (match.end - match.start)
                found.append(match)
        return sorted(found, key=lambda match: match.start)

    def _all(self, text: str) -> list[Match]:
        lower = _lower(text)
        found = []
        for start in range(len(text)):
            if not begins_word(text, start):
                continue
            for size in range(1, _KEY + 1):
                for length in self._lengths.get(lower[start : start + size], ()):
                    end = start + length
                    # A shorter key is that of terms as long as it.
                    if size in (length, _KEY) and end <= len(text) and ends_word(text, end):
                        found += [
                            Match(start, end, number)
                            for number, exact in self._terms.get(lower[start:end], ())
                            if exact in (None, text[start:end])
                        ]
        return found


def plain(text: str) -> str:
    """A text as terms are found in it: composed (NFC), each run of white space a space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def find_word(word: str, text: str, start: int = 0) -> int | None:
    """The first place of a word, or several, in a text; both as :func:`plain` returns them."""
    start = text.find(word, start)
    while start >= 0:
        if begins_word(text, start) and ends_word(text, start + len(word)):
            return start
        start = text.find(word, start + 1)
    return None


def begins_word(text: str, place: int) -> bool:
    """Whether no word continues across the beginning of ``text[place:]``."""
    if place in (0, len(text)) or not (_is_word(text[place - 1]) and _is_word(text[place])):
        return True
    return script_of(text[place - 1]) in WITHOUT_SPACES or script_of(text[place]) in WITHOUT_SPACES


def ends_word(text: str, place: int) -> bool:
    """Whether a word may end at the end of ``text[:place]``."""
    return begins_word(text, place) or script_of(text[place - 1]) in _CONTINUED


@cache
def _is_word(character: str) -> bool:
    return character == "_" or unicodedata.category(character)[0] in "LMN"


def _lower(text: str) -> str:
    """A text in lower case, as long as before."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(one if len(one := character.lower()) == 1 else character for character in text)
    return lower.replace("\u2019", "'")
