"""Texts of a batch as arrays of characters and words: most checks are then a table look-up and a sum.

Letters: N texts of the batch, C their characters together, W their words together.
"""

import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from seq2seq.text.scripts import WITHOUT_SPACES, script_of

Number = TypeVar("Number", bound=np.number)

CONTROL: Final = 1
"""Control characters other than a tab."""
INVISIBLE: Final = 2
"""Zero-width characters, soft hyphens, marks of direction."""
REPLACEMENT: Final = 4
"""U+FFFD, which replaces what could not be decoded, and code points for private use."""
UNCOMPOSED: Final = 8
"""Characters that the normal form NFC may change: combining marks, and duplicates of other letters."""
MISREAD: Final = 16
"""First letters of UTF-8 sequences that were read as Windows-1252 or -1251."""
DIGIT: Final = 32
"""Decimal digits of any script."""

STEM: Final = 5
"""First letters of a word that are its stem."""
_SPACED: Final = 1
"""Characters that form words together with their neighbours (0: characters of no word)."""
_ALONE: Final = 2
"""Characters that are words by themselves, as in Chinese."""
SCRIPTS: Final = [
    "none", "LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "HEBREW", "ARABIC", "SYRIAC", "THAANA", "DEVANAGARI", "BENGALI",
    "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "THAI", "LAO", "TIBETAN",
    "MYANMAR", "GEORGIAN", "ETHIOPIC", "CHEROKEE", "KHMER", "MONGOLIAN", "HANGUL", "HIRAGANA", "KATAKANA", "BOPOMOFO",
    "CJK",
]  # fmt: skip
"""Known scripts, by the first word of their letters' Unicode names; the first stands for all others."""
_INVISIBLE: Final = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u3164\ufeff\uffa0"
_LEADS: Final = "ÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðВГДЕРСвгд"
_IDEOGRAPHS: Final = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x32000))
_SYLLABLES: Final = (0xAC00, 0xD7A4)
_PRIVATE: Final = ((0xE000, 0xF900), (0xF0000, 0x110000))


@dataclass(frozen=True)
class Tables:
    """Properties of every code point; each array has 0x110000 entries."""

    flags: NDArray[np.uint8]
    """Bits such as :data:`CONTROL`."""
    words: NDArray[np.uint8]
    """0, ``_SPACED`` or ``_ALONE``."""
    scripts: NDArray[np.uint8]
    """Index of a letter's script in :data:`SCRIPTS`; 0 for other characters, and letters common to all scripts."""
    folded: NDArray[np.uint32]
    """The character in lower case and of normal width."""


@cache
def tables() -> Tables:
    """The tables, built from Python's own Unicode database."""
    size = sys.maxunicode + 1
    flags, words, scripts = (np.zeros(size, np.uint8) for _ in range(3))
    folded = np.arange(size, dtype=np.uint32)
    numbers = {name: number for number, name in enumerate(SCRIPTS)}
    for first, stop in (*_IDEOGRAPHS, _SYLLABLES):
        words[first:stop] = _SPACED if first == _SYLLABLES[0] else _ALONE
        scripts[first:stop] = numbers["HANGUL" if first == _SYLLABLES[0] else "CJK"]
    for code in (*range(0x3400), *range(0xA000, 0xAC00), *range(0xF900, 0x20000)):
        character = chr(code)
        category = unicodedata.category(character)
        if category[0] in "LMN":
            words[code] = _SPACED
            script = script_of(character)
            if category[0] == "L":
                scripts[code] = numbers.get(script, 0)
            if script in WITHOUT_SPACES:
                words[code] = _ALONE
            lower = character.lower()
            folded[code] = ord(lower) if len(lower) == 1 else code
            if category == "Nd":
                flags[code] |= DIGIT
                folded[code] = ord("0") + unicodedata.decimal(character)
        elif category == "Cc" and character not in "\t\n":
            flags[code] |= CONTROL
        elif category == "Cf" or character in _INVISIBLE:
            flags[code] |= INVISIBLE
        if unicodedata.combining(character) or unicodedata.normalize("NFC", character) != character:
            flags[code] |= UNCOMPOSED
    flags[0x1100:0x1200] |= UNCOMPOSED  # parts of Hangul syllables
    folded[0xFF01:0xFF5F] = folded[0x21:0x7F]
    for character in _INVISIBLE:
        flags[ord(character)] |= INVISIBLE
    for first, stop in _PRIVATE:
        flags[first:stop] |= REPLACEMENT
    flags[0xE0000:0xE1000] |= INVISIBLE
    flags[0xE0100:0xE01F0] = 0  # variation selectors belong to the character before them
    flags[0xFFFD] |= REPLACEMENT
    for character in _LEADS:
        flags[ord(character)] |= MISREAD
    return Tables(flags, words, scripts, folded)


def mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter 64-bit values (the finaliser of MurmurHash3, Appleby 2011)."""
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    mixed: NDArray[np.uint64] = values ^ (values >> np.uint64(33))
    return mixed


def sums(values: NDArray[Number], starts: NDArray[np.int64]) -> NDArray[Number]:
    """(N, ...) sums of the stretches of values (C, ...) that begin at ``starts`` (N+1,); 0 for an empty stretch.

    Unlike differences of a running sum, no row's rounding error reaches the next.
    """
    total = np.zeros((len(starts) - 1, *values.shape[1:]), values.dtype)
    filled = np.flatnonzero(starts[1:] > starts[:-1])
    if len(filled):
        total[filled] = np.add.reduceat(values, starts[filled], axis=0)
    return total


class Texts:
    """The N texts of one side of a batch."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.codes: NDArray[np.uint32] = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
        """(C,) code points of all texts, concatenated."""
        self.lengths: NDArray[np.int64] = np.fromiter(map(len, texts), np.int64, len(texts))
        """(N,) characters of each text."""
        self.starts: NDArray[np.int64] = np.concatenate([[0], np.cumsum(self.lengths)])
        """(N+1,) where each text begins among the characters, and where the last ends."""

    @cached_property
    def blank(self) -> NDArray[np.bool_]:
        """(N,) whether a text holds only white space."""
        return np.fromiter((not text or text.isspace() for text in self.texts), np.bool_, len(self.texts))

    @cached_property
    def marks(self) -> NDArray[np.uint8]:
        """(C,) flags of each character."""
        return tables().flags[self.codes]

    @cached_property
    def flags(self) -> NDArray[np.uint8]:
        """(N,) flags that any character of a text has."""
        flags = np.zeros(len(self.texts), np.uint8)
        filled = np.flatnonzero(self.lengths)
        if len(filled):
            flags[filled] = np.bitwise_or.reduceat(self.marks, self.starts[filled])
        return flags

    def having(self, flag: int) -> NDArray[np.int64]:
        """Rows in which some character has a flag."""
        return np.flatnonzero(self.flags & flag)

    def before(self, flag: int, followers: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Rows in which a character with a flag is followed by one of the ``followers``, a table of code points."""
        places = np.flatnonzero(self.marks[:-1] & flag)
        places = places[followers[np.minimum(self.codes[places + 1], len(followers) - 1)]]
        return np.unique(np.searchsorted(self.starts, places, side="right") - 1)

    @cached_property
    def scripts(self) -> NDArray[np.uint8]:
        """(C,) script of each character, an index into :data:`SCRIPTS`."""
        return tables().scripts[self.codes]

    @cached_property
    def folded(self) -> NDArray[np.uint32]:
        """(C,) characters in lower case; those of no word are blanks."""
        of = tables()
        return np.where(of.words[self.codes] > 0, of.folded[self.codes], np.uint32(32))

    @cached_property
    def words(self) -> "Words":
        """The words, folded."""
        kinds = tables().words[self.codes]
        inside = kinds > 0
        begins = inside.copy()
        begins[1:] &= (kinds[1:] == _ALONE) | (kinds[1:] != kinds[:-1])
        first = self.starts[:-1][self.lengths > 0]
        begins[first] = inside[first]
        places = np.flatnonzero(inside)
        starting = np.flatnonzero(begins)
        if not len(starting):
            return Words(np.zeros(len(self.starts), np.int64), np.zeros(0, np.uint64), np.zeros(0, np.uint64))
        offset = np.arange(len(self.codes)) - starting[np.maximum(np.cumsum(begins) - 1, 0)]
        letters = mix(self.folded[places].astype(np.uint64) + (offset[places].astype(np.uint64) << np.uint64(32)))
        first = np.searchsorted(places, starting)
        stems = np.add.reduceat(np.where(offset[places] < STEM, letters, np.uint64(0)), first)
        return Words(np.searchsorted(starting, self.starts), np.add.reduceat(letters, first), stems)


@dataclass(eq=False)
class Ragged:
    """A ragged array: the items, such as words, of N texts one after the other."""

    starts: NDArray[np.int64]
    """(N+1,) where each text begins among the items."""

    @property
    def counts(self) -> NDArray[np.int64]:
        """(N,) items of each text."""
        return np.diff(self.starts)

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """(W,) the text of each item."""
        return np.repeat(np.arange(len(self.starts) - 1), self.counts)

    def places(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For some texts alone, in the order of ``rows``: where each begins; and the indices of their items here."""
        counts = self.counts[rows]
        starts = np.concatenate([[0], np.cumsum(counts)])
        return starts, np.arange(starts[-1]) + np.repeat(self.starts[:-1][rows] - starts[:-1], counts)


@dataclass(eq=False)
class Words(Ragged):
    """The words of a batch's texts, as 64-bit hashes of their lower-case form without punctuation."""

    hashes: NDArray[np.uint64]
    """(W,) one per word."""
    stems: NDArray[np.uint64]
    """(W,) hashes of the first :data:`STEM` letters."""

    def take(self, rows: NDArray[np.int64]) -> "Words":
        """The words of some texts, in the order of ``rows``."""
        starts, places = self.places(rows)
        return Words(starts, self.hashes[places], self.stems[places])

    def with_rows(self, rows: NDArray[np.int64], other: "Words") -> "Words":
        """The words of all texts, with those of ``other`` for some ``rows``."""
        order = np.arange(len(self.starts) - 1)
        order[rows] = len(order) + np.arange(len(rows))
        both = Words(
            np.concatenate([self.starts, self.starts[-1] + other.starts[1:]]),
            np.concatenate([self.hashes, other.hashes]),
            np.concatenate([self.stems, other.stems]),
        )
        return both.take(order)

    def digests(self) -> NDArray[np.uint64]:
        """(N,) one hash per text, equal if texts differ only by case and punctuation; 0 for texts without words."""
        place = (np.arange(len(self.hashes)) - self.starts[:-1][self.rows]).astype(np.uint64)
        return sums(mix(self.hashes + mix(place + np.uint64(1))), self.starts)
