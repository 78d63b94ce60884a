"""Similarity of two texts, and an index that finds similar ones among many.

The similarity is 1 - d / n, where d is the edit distance (Levenshtein 1966) in characters and n the length of the
longer text: the measure of most translation memories (Bloodgood and Strauss 2014, "Translation memory retrieval
methods", section 3.3). The distance is computed for a whole column of the matrix at once, in the bits of an integer
(Myers 1999, "A fast bit-vector algorithm for approximate string matching based on dynamic programming"; Hyyrö 2003).

The index lists the texts in which every trigram occurs. An edit destroys three trigrams at most, so that similar texts
share a number of them (Ukkonen 1992, "Approximate string-matching with q-grams"); it suffices to look up the rarest
ones of a text, of which a similar one has at least one (prefix filtering: Chaudhuri et al. 2006).
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

_GRAM: Final = 3
_MOST_CANDIDATES: Final = 200
"""Texts whose distance is computed, those first that share most trigrams."""


def edit_distance(first: str, second: str) -> int:
    """Characters to insert, delete and replace to make one text of the other, at least."""
    if len(first) > len(second):
        first, second = second, first
    if not first:
        return len(second)
    places: dict[str, int] = defaultdict(int)
    for place, character in enumerate(first):
        places[character] |= 1 << place
    whole, last = (1 << len(first)) - 1, 1 << (len(first) - 1)
    positive, negative, distance = whole, 0, len(first)
    for character in second:
        equal = places.get(character, 0)
        vertical = equal | negative
        horizontal = (((equal & positive) + positive) ^ positive) | equal
        rise, fall = negative | ~(horizontal | positive), positive & horizontal
        distance += bool(rise & last) - bool(fall & last)
        rise, fall = (rise << 1) | 1, fall << 1
        positive, negative = (fall | ~(vertical | rise)) & whole, rise & vertical & whole
    return distance


def similarity(first: str, second: str) -> float:
    """How similar two texts are: 1 if they are equal, 0 if no character is in its place."""
    longest = max(len(first), len(second))
    return 1.0 - edit_distance(first, second) / longest if longest else 1.0


class SimilarTexts:
    """Finds the most similar of some texts, if it reaches a threshold."""

    def __init__(self, texts: Sequence[str], threshold: float) -> None:
        self._texts = texts
        self._threshold = threshold
        self._places: dict[str, array[int]] = {}
        for number, text in enumerate(texts):
            for gram in set(_grams(text)):
                self._places.setdefault(gram, array("I")).append(number)

    def find(self, text: str) -> tuple[int, float] | None:
        """Number and similarity of the most similar text, the first of several; None: none is similar enough."""
        best: tuple[int, float] | None = None
        least = self._threshold
        for number in self._candidates(text):
            other = self._texts[number]
            if min(len(text), len(other)) < least * max(len(text), len(other)):
                continue
            found = similarity(text, other)
            if found >= least and (best is None or found > best[1] or (found == best[1] and number < best[0])):
                best, least = (number, found), found
        return best

    def _candidates(self, text: str) -> Iterable[int]:
        """Texts that may be similar, those first that share most of the rarest trigrams."""
        grams = sorted(set(_grams(text)), key=lambda gram: len(self._places.get(gram, ())))
        # A similar text is at most len / threshold long, so that it is at most this many edits away.
        edits = int((1 - self._threshold) * len(text) / self._threshold)
        rarest = [self._places[gram] for gram in grams[: edits * _GRAM + 1] if gram in self._places]
        if not rarest:
            return []
        shared = np.bincount(np.concatenate([np.frombuffer(places, np.uint32) for places in rarest]))
        found = np.flatnonzero(shared)
        most: list[int] = found[np.argsort(-shared[found], kind="stable")[:_MOST_CANDIDATES]].tolist()
        return most


def _grams(text: str) -> Iterable[str]:
    """The trigrams of a text, with marks at its ends so that short texts have some."""
    padded = f"\x02\x02{text}\x03\x03"
    return (padded[place : place + _GRAM] for place in range(len(padded) - _GRAM + 1))
