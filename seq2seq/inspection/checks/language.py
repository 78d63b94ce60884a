"""Sides in the wrong language or script, found by letter trigrams without a list of languages.

The frequencies of trigrams are counted on each side of a sample. For a text, the sum of

    log p(trigram | source side) - log p(trigram | target side)

says which side it resembles (Cavnar and Trenkle 1994, with likelihoods for ranks): a pair whose sides both resemble the
other side is swapped; a pair of which one side does was not translated. Where the two sides are alike (copying, one
language), the sums stay near 0 and nothing is found.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.inspection.checks.other_language import OtherLanguages
from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.example import Spot
from seq2seq.inspection.engine.finding import Check
from seq2seq.inspection.engine.texts import SCRIPTS, Texts, sums

SWAPPED: Final = Check(
    "swapped", "the two sides look swapped", "Swap them back, or leave the pair out.", "left out", guess=True
)
LANGUAGE: Final = Check(
    "language",
    "a side looks like the other side's language",
    "Check whether it was left untranslated, and leave such pairs out.",
    "left out where the odds are beyond 1 to 400 million",
    guess=True,
)
SCRIPT: Final = Check(
    "script",
    "a text is in another script than the rest of its side",
    "Check whether it belongs here, and leave such rows out.",
    "left out",
    guess=True,
)
CHECKS: Final = (SWAPPED, LANGUAGE, SCRIPT)

_BUCKETS: Final = 1 << 16
_SMOOTHING: Final = 0.5
_MOST: Final = 4.0
"""Most nats that one trigram contributes."""
_PLAIN: Final = 0.5
"""Least nats per character by which a text resembles the other side."""
_SUM: Final = 10.0
"""Least nats in total by which it does: odds of 20,000 to 1."""
_LETTERS: Final = 4
"""Least number of letters in another script."""
_TYPICAL: Final = 0.01
"""Least share of a side's letters in a script that is typical there."""


def trigrams(texts: Texts) -> NDArray[np.int64]:
    """(C,) hash bucket of the trigram at each character; 0 for trigrams that extend into the next text."""
    folded = texts.folded.astype(np.uint32)
    count = len(folded)
    buckets = np.zeros(count, np.int64)
    if count < 3:
        return buckets
    hashed = (
        folded[:-2] * np.uint32(0x9E3779B1) ^ folded[1:-1] * np.uint32(0x85EBCA77) ^ folded[2:] * np.uint32(0xC2B2AE3D)
    )
    buckets[:-2] = (hashed ^ (hashed >> np.uint32(15))) & np.uint32(_BUCKETS - 1)
    for back in (1, 2):
        places = texts.starts[1:] - back
        buckets[places[places >= 0]] = 0
    return buckets


class SideLanguages:
    """Trigram model of the two sides, from a sample."""

    def __init__(self, source: Texts, target: Texts) -> None:
        logs = []
        for texts in (source, target):
            counts = np.bincount(trigrams(texts), minlength=_BUCKETS).astype(np.float64)
            counts[0] = 0
            logs.append(np.log((counts + _SMOOTHING) / (counts.sum() + _SMOOTHING * _BUCKETS)))
        self._gain = np.clip(logs[0] - logs[1], -_MOST, _MOST).astype(np.float32)
        self._gain[0] = 0.0

    def gain(self, texts: Texts) -> NDArray[np.float32]:
        """(N,) nats by which a text resembles the source side more than the target side."""
        return sums(self._gain[trigrams(texts)], texts.starts)

    def check(self, batch: Batch, scripts: "dict[str, SideScripts]", others: OtherLanguages) -> None:
        """Find swapped sides, and sides in another script, a third language, or the language of the other side.

        A row is reported by the first of these checks only.
        """
        source, target = batch.plain("source"), batch.plain("target")
        gains = (self.gain(source), -self.gain(target))
        other_side = [
            (gain < -_SUM) & (gain < -_PLAIN * texts.lengths)
            for gain, texts in zip(gains, (source, target), strict=True)
        ]
        both = gains[0] + gains[1]
        swapped = (np.maximum(*gains) < 0) & (both < -2 * _SUM)
        swapped &= both < -_PLAIN * (source.lengths + target.lengths)
        swapped &= batch.paired
        batch.add(SWAPPED, swapped, lambda _: "the source resembles the targets, and the target the sources", out=True)
        reported = swapped.copy()
        for side, typical in scripts.items():
            reported |= typical.check(batch, side, swapped)
        reported |= others.check(batch, reported)
        untranslated = (other_side[0] ^ other_side[1]) & batch.paired & ~reported
        plainly = untranslated & (np.minimum(*gains) < -2 * _SUM)

        def describe(row: int) -> Spot:
            this, other = ("source", "target") if other_side[0][row] else ("target", "source")
            return Spot(f"the {this} resembles the {other}s", this, both=True)

        batch.add(LANGUAGE, untranslated, describe, out=plainly)


class SideScripts:
    """The typical scripts of a side, from a sample."""

    def __init__(self, texts: Texts) -> None:
        counts = np.bincount(texts.scripts, minlength=len(SCRIPTS))[1:]
        self._typical = np.concatenate([[True], counts > _TYPICAL * counts.sum()])

    def check(self, batch: Batch, side: str, known: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(N,) texts most of whose letters are of another script, except those already ``known`` (N,)."""
        texts = batch.plain(side)
        letters = sums((texts.scripts > 0).astype(np.float32), texts.starts)
        others = sums((~self._typical[texts.scripts]).astype(np.float32), texts.starts)
        rows: NDArray[np.bool_] = (others >= _LETTERS) & (others * 2 > letters) & ~known

        def describe(row: int) -> Spot:
            part = texts.scripts[texts.starts[row] : texts.starts[row + 1]]
            strange = ~self._typical[part]
            script = SCRIPTS[int(np.bincount(part[strange]).argmax())]
            first, last = np.flatnonzero(strange)[[0, -1]].tolist()
            what = f"the {side} is mostly {'Chinese' if script == 'CJK' else script.capitalize()}"
            if row in batch.marked(side).spans:  # the place is known only in the text without markup
                return Spot(what, side, both=True)
            return Spot(what, side, first, last + 1, both=True)

        batch.add(SCRIPT, rows, describe, out=True)
        return rows
