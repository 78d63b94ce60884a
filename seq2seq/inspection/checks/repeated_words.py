"""Words that are repeated by mistake: ``the the``.

Many repetitions are correct, depending on the language: those that grammar requires are listed, those that are frequent
in the sample are learnt, and languages that repeat words regularly are not checked. Where the other side repeats a
word too, the repetition was translated.
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
from seq2seq.inspection.engine.finding import Check
from seq2seq.inspection.engine.texts import Texts
from seq2seq.text.markup.recognise import Span

REPEATED: Final = Check(
    "doubled-word", "a word that is repeated", "Remove one of the two, if it is a mistake.", guess=True
)
CHECKS: Final = (REPEATED,)

_REDUPLICATING: Final = frozenset(
    ["bn", "gu", "hi", "id", "jv", "km", "kn", "ku", "lo", "ml", "mr", "ms", "my", "ne", "pa", "si", "sw", "ta", "te",
     "th", "tl", "tr", "uz", "vi", "zh"]
)  # fmt: skip
"""Languages in which words are repeated for plural, emphasis or manner."""
# fmt: off
_CORRECT: Final[dict[str, frozenset[str]]] = {
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
"""Words that may be repeated, by language."""
_ARTICLES: Final = frozenset({"die", "der", "das", "den", "dem"})
"""Articles that may be repeated as relative pronouns: after a comma, or a comma and a preposition."""
_CLAUSE: Final = re.compile(r",\s+(?:\w+\s+)?\Z")
_ADDRESSES: Final = frozenset({"sie", "ihr"})
"""Forms of address, which may be capitalised anywhere."""
_OFTEN: Final = 5
"""Least number of repetitions of a word in the sample for them to be typical."""
_SHARE: Final = 0.02
"""Least share of a word's occurrences that are repetitions for them to be typical."""
_FREQUENT: Final = 0.003
"""Share of all words from which on a word is frequent: its repetitions are not learnt if its language has a list."""
_FREQUENT_LEAST: Final = 100
"""Least number of occurrences of a frequent word."""
_PAIR: Final = re.compile(r"(?<![\w'’-])([^\W\d_]+(?:['’][^\W\d_]+)?)\s+\1(?![\w'’-]|\.\w)", re.IGNORECASE)
_JAPANESE: Final = re.compile(r"(を)を|([\u4e00-\u9fff]{2,6}|[\u30a1-\u30ff]{3,})\2")
"""In Japanese, which has no spaces: the one particle that is never repeated, and longer words."""


class RepeatedWords:
    """Words that may be repeated on each side, from samples without markup; a side of unknown language is unchecked."""

    def __init__(self, samples: Mapping[str, Texts], languages: Mapping[str, tuple[str, ...]]) -> None:
        self._correct = {
            side: frozenset(_key(word) for name in names for word in _CORRECT.get(name, ()))
            | _typical(samples[side], listed=names[0] in _CORRECT)
            for side, names in languages.items()
            if names and not _REDUPLICATING & set(names)
        }
        self._japanese = {side for side, names in languages.items() if "ja" in names}
        self._german = {side for side, names in languages.items() if "de" in names}

    def check(self, batch: Batch) -> None:
        """Check both sides."""
        for side, correct in self._correct.items():
            texts, other = batch.side(side).texts, "target" if side == "source" else "source"
            # Markup separates the words of the text itself, and is no word of the side that it is compared with.
            rows = range(len(texts)) if side in self._japanese else _rows(batch.side(side)).tolist()
            elsewhere = set(_rows(batch.plain(other)).tolist()) & set(_rows(batch.side(other)).tolist())
            spots: dict[int, Spot] = {}
            for row in rows:
                if row in elsewhere or not batch.paired[row]:
                    continue
                matches = _PAIR.finditer(texts[row])
                if side in self._japanese:
                    matches = chain(matches, _JAPANESE.finditer(texts[row]))
                spans = batch.marked(side).spans.get(row, ())
                german = side in self._german
                mistake = next((match for match in matches if _is_mistake(match, correct, spans, german=german)), None)
                if mistake is not None:
                    word = next(filter(None, mistake.groups()))
                    spots[row] = Spot(f"'{word}' twice in the {side}", side, mistake.start(), mistake.end(), both=True)
            batch.add(REPEATED, sorted(spots), spots.__getitem__)


def _is_mistake(match: re.Match[str], correct: frozenset[int], spans: Sequence[Span], *, german: bool) -> bool:
    """Whether a repetition is neither correct nor markup, a name or an abbreviation in capitals."""
    word = next(filter(None, match.groups()))
    second = match[0][-len(word) :]
    if (word.isupper() and word.lower() != word) or match[0].startswith("一"):
        return False
    if word[0].islower() and second[0].isupper():  # in German, an adjective and a noun
        return False
    if _key(word) in correct and _may_follow(match, word, german=german):
        return False
    return not any(span.start < match.end() and match.start() < span.end for span in spans)


def _may_follow(match: re.Match[str], word: str, *, german: bool) -> bool:
    """Whether a word may be repeated in this place: not in capitals, and German articles only in a relative clause."""
    if german and word.lower() in _ARTICLES:
        return _CLAUSE.search(match.string[: match.start()]) is not None
    return not match[0][-len(word)].isupper() or (match.start() > 0 and word.lower() in _ADDRESSES)


def _typical(texts: Texts, *, listed: bool) -> frozenset[int]:
    """Words that are often repeated in a sample.

    Where the language has a list, the most frequent words are not learnt: they would be listed.
    """
    hashes = texts.words.hashes
    twice, times = np.unique(hashes[_repetitions(texts)], return_counts=True)
    words, counts = np.unique(hashes, return_counts=True)
    total = counts[np.searchsorted(words, twice)]
    often = (times >= _OFTEN) & (times >= _SHARE * total)
    if listed:
        often &= total < max(_FREQUENT * len(hashes), _FREQUENT_LEAST)
    return frozenset(twice[often].tolist())


def _repetitions(texts: Texts) -> NDArray[np.int64]:
    """Indices of words that equal the next word of their text, ignoring case and anything between them."""
    words = texts.words
    same = (words.hashes[1:] == words.hashes[:-1]) & (words.rows[1:] == words.rows[:-1])
    return np.flatnonzero(same)


def _rows(texts: Texts) -> NDArray[np.int64]:
    """Texts in which a word is repeated, ascending."""
    return np.unique(texts.words.rows[_repetitions(texts)])


@cache
def _key(word: str) -> int:
    """The hash of a word."""
    hashes = Texts([word]).words.hashes
    return int(hashes[0]) if len(hashes) == 1 else 0
