"""Texts in a third language, and sentences that were left untranslated within a row.

The languages of a side are learnt from a sample. A cheap measure (how much better they explain a text than an average
language) excludes most texts; the others are compared with all languages. The margin between the best of two groups of
languages is divided by the square root of the number of bytes, since naive Bayes is overconfident, more so for longer
texts.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.inspection.checks.language_identifier import LANGUAGES, RARE, UNLIKELY, Features, identifier, related
from seq2seq.inspection.engine.batch import Batch, Mask
from seq2seq.inspection.engine.example import Spot
from seq2seq.inspection.engine.finding import Check
from seq2seq.inspection.engine.texts import Texts

THIRD: Final = Check(
    "third-language",
    "a text in a language that is not that of its side",
    "Check whether it belongs here, and leave such rows out.",
    "left out where it is clear from 8 plain words or more",
    guess=True,
)
UNTRANSLATED: Final = Check(
    "untranslated",
    "a sentence in the language of the other side",
    "Translate the sentence, or leave the pair out: a model learns to leave sentences untranslated.",
    guess=True,
)
CHECKS: Final = (THIRD, UNTRANSLATED)

_SAMPLE: Final = 2000
"""Most texts from which the languages of a side are determined."""
_LEAST: Final = 20
"""Least number of texts from which the languages of a side are determined."""
_MAIN: Final = 0.1
"""Least share of these texts in a language of the side."""
_TOGETHER: Final = 0.6
"""Least share of these texts in all languages of the side together; below it, they are unknown."""
_LIKENESS: Final = 4.0
"""Nats per feature: texts less like the languages of their side are compared with all languages."""
_COMPARED: Final = (0.15, 0.3)
"""Least and greatest share of the texts that are compared with all languages."""
_SENTENCE: Final = re.compile(r"(?<=[.!?…:;])[\"'”’»)\]]*\s+(?=\S)|(?<=[。！？])(?=.)")
_WORD: Final = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*")
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_QUOTED: Final = re.compile(r"\s*[\"'„“”‚‘’«»‹›「『《].*[\"'”“’‘»«›‹」』》][.,;:!?\s]*", re.DOTALL)
_MARGINS: Final = np.array([np.inf, np.inf, np.inf, 3.0, 2.5, 1.5, 1.0], np.float32)
"""Least margin of a text in a third language, by its number of plain words (6: six or more)."""
_RELATED: Final = ((9, 1.0), (5, 2.0))
"""Least number of plain words and least margin of a language that is rare, or related to one of the sides."""
_PART: Final = 0.5
"""Additional margin of a single sentence within a text."""
_CLEAR: Final = 3.0
"""Least margin at which ``--fix`` leaves a row out."""
_PLENTY: Final = 8
"""Least number of plain words at which ``--fix`` leaves a row out."""
_UNTRANSLATED: Final = (4, 0.5)
"""Least number of plain words of an untranslated sentence, and its least margin over all other languages."""
_COPIED: Final = (3, 0.0)
"""The same limits for a sentence that the other side contains exactly."""
_BETWEEN_RELATED: Final = (6, 1.0)
"""The same limits where the languages of the two sides are related."""


@dataclass(frozen=True)
class _Part:
    """A text to classify: the whole text of a row, or one of its sentences."""

    row: int
    text: str
    whole: bool


class OtherLanguages:
    """Finds texts in other languages than those of their side, which are learnt from samples without markup."""

    def __init__(self, samples: dict[str, Texts]) -> None:
        texts = {side: list(sample.texts[:: len(sample.texts) // _SAMPLE + 1]) for side, sample in samples.items()}
        self.main: dict[str, tuple[str, ...]] = {side: main_languages(sample) for side, sample in texts.items()}
        """The languages of each side; none where they are unknown."""
        self._limits = {side: self._limit(texts[side], main) for side, main in self.main.items()}
        known = {name for main in self.main.values() for name in main}
        if not known:
            return
        languages = identifier().languages
        self._known = [languages.index(name) for name in sorted(known)]
        close = [
            number for number, name in enumerate(languages) if name in RARE or any(related(name, of) for of in known)
        ]
        ignored = {languages.index(name) for name in UNLIKELY} | set(self._known)
        self._close = [number for number in close if number not in ignored]
        self._distant = [number for number in range(len(languages)) if number not in {*close, *ignored}]

    @staticmethod
    def _limit(texts: list[str], main: tuple[str, ...]) -> float:
        if not main:
            return 0.0
        model = identifier()
        least, most = np.quantile(model.likeness(model.features(texts), main), _COMPARED).tolist()
        return float(np.clip(_LIKENESS, least, most))

    def check(self, batch: Batch, reported: Mask) -> Mask:
        """Find texts in a third language, and sentences in the language of the other side.

        Returns (N,) rows with a text in a third language; rows that are ``reported`` (N,) already are not checked.
        """
        for side, main in self.main.items():
            if main:
                self._check(batch, side, main, reported)
        return batch.flagged(THIRD)

    def _check(self, batch: Batch, side: str, main: tuple[str, ...], known: Mask) -> None:
        model = identifier()
        parts = _parts(batch.plain(side).texts, known)
        features = model.features([part.text for part in parts])
        suspected = np.flatnonzero(model.likeness(features, main) < self._limits[side])
        words = np.array([plain_words(parts[number].text) for number in suspected.tolist()], np.int64)
        suspected, words = suspected[words >= _COPIED[0]], words[words >= _COPIED[0]]
        if not len(suspected):
            return
        chosen = [parts[number] for number in suspected.tolist()]
        features = features.take(suspected)
        scores = model.score(features)
        third, best = self._third(scores, features, words, np.array([part.whole for part in chosen]))
        spots: dict[int, Spot] = {}
        for number in np.flatnonzero(third).tolist():
            part = chosen[number]
            name = LANGUAGES[model.languages[int(best[number])]]
            what = f"{'the' if part.whole else 'a sentence of the'} {side} looks like {name}"
            spots.setdefault(part.row, _spot(what, side, batch.side(side).texts[part.row], part))
        clear = third & (self._margin(scores, features, self._distant, self._known)[0] > _CLEAR) & (words >= _PLENTY)
        out = sorted({chosen[number].row for number in np.flatnonzero(clear).tolist() if chosen[number].whole})
        batch.add(THIRD, sorted(spots), spots.__getitem__, out=out)
        other = "target" if side == "source" else "source"
        theirs = self.main.get(other, ())
        if not theirs or set(theirs) & set(main):
            return
        spots = {}
        left = self._untranslated(scores, features, words, main, theirs, _copied(batch, other, chosen))
        left &= np.array([_QUOTED.fullmatch(part.text) is None for part in chosen])  # quotations stay untranslated
        for row, inside in _by_row(chosen, left & ~third).items():
            if batch.paired[row] and len(inside) < len(sentences(batch.plain(side).texts[row])):
                what = f"a sentence of the {side} looks like {LANGUAGES[theirs[0]]}"
                spots[row] = _spot(what, side, batch.side(side).texts[row], inside[0])
        batch.add(UNTRANSLATED, sorted(spots), spots.__getitem__)

    @staticmethod
    def _margin(
        scores: NDArray[np.float32], features: Features, ones: list[int], others: list[int]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """(N,) margin of the best of some languages over the best of others; and (N,) that best language."""
        if not ones or not others:
            return np.full(len(scores), -np.inf, np.float32), np.zeros(len(scores), np.int64)
        best = np.array(ones)[scores[:, ones].argmax(1)]
        margin = scores[np.arange(len(scores)), best] - scores[:, others].max(1)
        return margin / np.sqrt(np.maximum(features.sizes, 1)).astype(np.float32), best

    def _third(
        self, scores: NDArray[np.float32], features: Features, words: NDArray[np.int64], whole: NDArray[np.bool_]
    ) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """(N,) whether a text is in a language of neither side; and (N,) that language."""
        more = np.where(whole, 0.0, _PART)
        margin, best = self._margin(scores, features, self._distant, self._known)
        third = margin > _MARGINS[np.minimum(words, len(_MARGINS) - 1)] + more
        third &= whole | (words >= len(_MARGINS) - 1)
        margin, close = self._margin(scores, features, self._close, self._known + self._distant)
        for least, limit in _RELATED:
            new = (words >= least) & (margin > limit + more) & ~third
            best = np.where(new, close, best)
            third = third | new
        return third, best

    def _untranslated(
        self,
        scores: NDArray[np.float32],
        features: Features,
        words: NDArray[np.int64],
        main: tuple[str, ...],
        theirs: tuple[str, ...],
        copied: NDArray[np.bool_],
    ) -> NDArray[np.bool_]:
        """(N,) whether a text is in the language of the other side."""
        languages = identifier().languages
        ones = [languages.index(name) for name in theirs]
        others = [number for number in range(len(languages)) if number not in ones]
        margin, _ = self._margin(scores, features, ones, others)
        least, limit = (
            _BETWEEN_RELATED if any(related(own, their) for own in main for their in theirs) else _UNTRANSLATED
        )
        return ((words >= least) & (margin > limit)) | (copied & (words >= _COPIED[0]) & (margin > _COPIED[1]))


def main_languages(texts: list[str]) -> tuple[str, ...]:
    """The languages of most texts of a side, most frequent first; none, if they are unknown."""
    judged = [text for text in texts if plain_words(text) >= 4]
    if len(judged) < _LEAST:
        return ()
    model = identifier()
    best = model.score(model.features(judged)).argmax(1).tolist()
    main = [(number, count) for number, count in Counter(best).most_common() if count >= _MAIN * len(judged)]
    if sum(count for _, count in main) < _TOGETHER * len(judged):
        return ()
    return tuple(model.languages[number] for number, _ in main)


def plain_words(text: str) -> int:
    """Words that are not capitalised as names are; 0 if most are. In Chinese and the like, a word is two characters."""
    unspaced = len(_UNSPACED.findall(text))
    words = _WORD.findall(text)
    if unspaced * 2 > sum(map(len, words)):
        return unspaced // 2
    plain = len(words[:1]) + sum(not word[0].isupper() for word in words[1:])
    return plain if plain * 2 > len(words) else 0


def sentences(text: str) -> list[str]:
    """The sentences of a text, also split at colons and semicolons."""
    return [part for part in _SENTENCE.split(text) if part]


def _parts(texts: Sequence[str], known: Mask) -> list[_Part]:
    """The texts, and the sentences of those that have several, except of rows that are ``known`` (N,)."""
    parts = []
    for row in np.flatnonzero(~known).tolist():
        text = texts[row]
        inside = sentences(text) if _SENTENCE.search(text) else []
        parts.append(_Part(row, text, whole=True))
        if len(inside) > 1:
            parts += [_Part(row, part, whole=False) for part in inside]
    return parts


def _by_row(parts: list[_Part], found: NDArray[np.bool_]) -> dict[int, list[_Part]]:
    """The sentences in ``found``, by their row."""
    rows: dict[int, list[_Part]] = {}
    for number in np.flatnonzero(found).tolist():
        if not parts[number].whole:
            rows.setdefault(parts[number].row, []).append(parts[number])
    return rows


def _copied(batch: Batch, other: str, parts: list[_Part]) -> NDArray[np.bool_]:
    """(N,) whether the other side contains a sentence exactly."""
    texts = batch.plain(other).texts
    return np.fromiter(
        (not part.whole and part.text.strip(" .!?:;") in texts[part.row] for part in parts), np.bool_, len(parts)
    )


def _spot(what: str, side: str, text: str, part: _Part) -> Spot:
    """The place of a sentence without markup in its text with markup."""
    place = -1 if part.whole else text.find(part.text)
    return Spot(what, side, max(place, 0), place + len(part.text) if place >= 0 else 0, both=True)
