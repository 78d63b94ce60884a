"""Words that stand twice in a row by mistake: ``the the``.

Many doublings are right, and which ones depends on the language: those that grammar brings about are listed, those
that are frequent in the sample are learnt, and languages that double words as a matter of course are left alone. Where
the other side doubles a word, too, the doubling was translated.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.example import Spot
from seq2seq.inspection.engine.finding import Check, Severity
from seq2seq.inspection.engine.texts import Texts
from seq2seq.text.markup.recognise import Span

DOUBLED: Final = Check(
    "doubled-word",
    Severity.WARNING,
    "a word that stands twice in a row",
    "Remove one of the two, if it is a slip.",
    "kept",
    guess=True,
)
CHECKS: Final = (DOUBLED,)

_DOUBLING: Final = frozenset(
    ["bn", "gu", "hi", "id", "jv", "km", "kn", "ku", "lo", "ml", "mr", "ms", "my", "ne", "pa", "si", "sw", "ta", "te",
     "th", "tl", "tr", "uz", "vi", "zh"]
)  # fmt: skip
"""Languages in which a word stands twice for the plural, for emphasis or for the manner."""
# fmt: off
_RIGHT: Final[dict[str, frozenset[str]]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "that had very really so many much long too on in bye no yes well now far her again never ha ho "
              "knock there please ever wait hear more bad good old big little",
        "de": "die der das den dem sie ihr es was wer sehr viel ganz ja nein so immer nie lange weit",
        "nl": "die dat je ze u zij we wij in op aan uit heel zeer veel ja nee nooit wat wie",
        "fr": "vous nous très si bien oui non trop loin jamais plus beaucoup",
        "es": "muy sí ya más nunca casi poco poquito luego tan bien mucho",
        "pt": "muito sim já mais nunca quase tão bem pouco",
        "it": "molto sì più mai quasi piano così bene poco via",
        "ca": "molt sí ja més",
        "sv": "det den som var mycket väldigt ja nej så",
        "da": "det den som var meget ja nej så der",
        "no": "det den som var veldig ja nei så",
        "ru": "очень да нет еле чуть давно так далеко много ну",
        "pl": "bardzo nie tak już",
        "cs": "velmi ne ano už",
        "hu": "már nagyon nem igen egy ki",
        "fi": "hyvin ei niin",
        "fa": "تک کم یک دو",
    }.items()
}
# fmt: on
"""Words that may follow themselves, by the language."""
_ARTICLES: Final = frozenset({"die", "der", "das", "den", "dem"})
"""They follow themselves as a relative pronoun does, which stands behind a comma, or a preposition behind one."""
_CLAUSE: Final = re.compile(r",\s+(?:\w+\s+)?\Z")
_ADDRESSES: Final = frozenset({"sie", "ihr"})
"""They may be written with a capital anywhere."""
_OFTEN: Final = 5
"""A doubling that comes so often in the sample ..."""
_SHARE: Final = 0.02
"""... and with such a share of all times that its word comes, is usual ..."""
_FREQUENT: Final = 0.003
"""... unless its word makes up so much of the text ..."""
_FREQUENT_LEAST: Final = 100
"""... and comes so often."""
_PAIR: Final = re.compile(r"(?<![\w'’-])([^\W\d_]+(?:['’][^\W\d_]+)?)\s+\1(?![\w'’-]|\.\w)", re.IGNORECASE)
_JAPANESE: Final = re.compile(r"(を)を|([\u4e00-\u9fff]{2,6}|[\u30a1-\u30ff]{3,})\2")
"""Where there are no spaces: the one particle that never follows itself, and longer words."""


class Doubled:
    """Which words double as a matter of course.

    Args:
        samples: texts of each side, without markup.
        languages: those of each side; a side of which they are not known is not looked at.
    """

    def __init__(self, samples: Mapping[str, Texts], languages: Mapping[str, tuple[str, ...]]) -> None:
        self._right = {
            side: _right(names) | _usual(samples[side], listed=names[0] in _RIGHT)
            for side, names in languages.items()
            if names and not _DOUBLING & set(names)
        }
        self._japanese = {side for side, names in languages.items() if "ja" in names}
        self._german = {side for side, names in languages.items() if "de" in names}

    def check(self, batch: Batch) -> None:
        """Look at both sides."""
        for side, right in self._right.items():
            texts, other = batch.side(side).texts, "target" if side == "source" else "source"
            # Markup stands between words of the text itself, and is no word of what it is compared with.
            rows = range(len(texts)) if side in self._japanese else _rows(batch.side(side)).tolist()
            there = set(_rows(batch.plain(other)).tolist()) & set(_rows(batch.side(other)).tolist())
            spots: dict[int, Spot] = {}
            for row in rows:
                if row in there or not batch.paired[row]:
                    continue
                matches = _PAIR.finditer(texts[row])
                if side in self._japanese:
                    matches = chain(matches, _JAPANESE.finditer(texts[row]))
                spans = batch.marked(side).spans.get(row, ())
                found = next(
                    (match for match in matches if _is_slip(match, right, spans, german=side in self._german)), None
                )
                if found is not None:
                    word = next(filter(None, found.groups()))
                    spots[row] = Spot(f"'{word}' twice in the {side}", side, found.start(), found.end(), both=True)
            batch.add(DOUBLED, sorted(spots), spots.__getitem__)


def _is_slip(match: re.Match[str], right: frozenset[int], spans: Sequence[Span], *, german: bool) -> bool:
    """Whether a doubling is neither right nor markup, a name or an abbreviation in capitals."""
    word = next(filter(None, match.groups()))
    second = match[0][-len(word) :]
    if (word.isupper() and word.lower() != word) or match[0].startswith("一"):
        return False
    if word[0].islower() and second[0].isupper():  # in German, an adjective and a noun
        return False
    if _key(word) in right and _may_follow(match, word, german=german):
        return False
    return not any(span.start < match.end() and match.start() < span.end for span in spans)


def _may_follow(match: re.Match[str], word: str, *, german: bool) -> bool:
    """Whether a word that may follow itself does so where it may: not in capitals, and German articles in a clause."""
    if german and word.lower() in _ARTICLES:
        return _CLAUSE.search(match.string[: match.start()]) is not None
    return not match[0][-len(word)].isupper() or (match.start() > 0 and word.lower() in _ADDRESSES)


def _right(languages: Sequence[str]) -> frozenset[int]:
    """Words that may follow themselves."""
    return frozenset(_key(word) for language in languages for word in _RIGHT.get(language, ()))


def _usual(texts: Texts, *, listed: bool) -> frozenset[int]:
    """Words that often follow themselves in a sample.

    Where the language has a list, the most frequent words are not learnt: they would be on it.
    """
    hashes = texts.words.hashes
    twice, times = np.unique(hashes[_doubles(texts)], return_counts=True)
    words, counts = np.unique(hashes, return_counts=True)
    total = counts[np.searchsorted(words, twice)]
    often = (times >= _OFTEN) & (times >= _SHARE * total)
    if listed:
        often &= total < max(_FREQUENT * len(hashes), _FREQUENT_LEAST)
    return frozenset(twice[often].tolist())


def _doubles(texts: Texts) -> NDArray[np.int64]:
    """Words that the next word of the same text is equal to, but for case and what stands between."""
    words = texts.words
    same = (words.hashes[1:] == words.hashes[:-1]) & (words.rows[1:] == words.rows[:-1])
    return np.flatnonzero(same)


def _rows(texts: Texts) -> NDArray[np.int64]:
    """Texts in which a word follows itself, ascending."""
    return np.unique(texts.words.rows[_doubles(texts)])


@cache
def _key(word: str) -> int:
    """The hash of a word."""
    hashes = Texts([word]).words.hashes
    return int(hashes[0]) if len(hashes) == 1 else 0
