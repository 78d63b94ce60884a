"""Sides in the wrong language or script, told by runs of three letters; no list of languages is needed.

Each side of a sample gives the frequency of its trigrams. For a text, the sum of

    log p(trigram | source side) - log p(trigram | target side)

says which side it reads like (Cavnar and Trenkle 1994 with likelihoods for ranks): a pair whose sides both read like
the other one is swapped, one of which one side does has not been translated. Where the two sides are alike (copying,
one language), the sums stay near 0 and nothing is found.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.inspection.checks.foreign import Foreign
from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.example import Spot
from seq2seq.inspection.engine.finding import Check, Severity
from seq2seq.inspection.engine.texts import SCRIPTS, Texts, sums

SWAPPED: Final = Check(
    "swapped",
    Severity.WARNING,
    "the two sides look swapped",
    "Exchange them, or leave the pair out.",
    "left out",
    guess=True,
)
LANGUAGE: Final = Check(
    "language",
    Severity.WARNING,
    "a side looks like the other side's language",
    "Look whether it was left untranslated, and leave such pairs out.",
    "left out where the odds are beyond 1 to 400 million",
    guess=True,
)
SCRIPT: Final = Check(
    "script",
    Severity.WARNING,
    "a text is in another script than the rest of its side",
    "Look whether it belongs here, and leave such rows out.",
    "left out",
    guess=True,
)
CHECKS: Final = (SWAPPED, LANGUAGE, SCRIPT)

_BUCKETS: Final = 1 << 16
_SMOOTHING: Final = 0.5
_MOST: Final = 4.0
"""Nats that one trigram can tell."""
_PLAIN: Final = 0.5
"""Nats a character by which a text reads like the other side ..."""
_SUM: Final = 10.0
"""... and nats in all: odds of 20,000 to 1."""
_LETTERS: Final = 4
"""Letters by which a script is told."""
_USUAL: Final = 0.01
"""A script with a larger share of a side's letters is usual there."""


def trigrams(texts: Texts) -> NDArray[np.int64]:
    """(C,) bucket of the three characters that begin at each; those that reach into the next text are 0."""
    folded = texts.folded.astype(np.uint32)
    count = len(folded)
    found = np.zeros(count, np.int64)
    if count < 3:
        return found
    hashed = (
        folded[:-2] * np.uint32(0x9E3779B1) ^ folded[1:-1] * np.uint32(0x85EBCA77) ^ folded[2:] * np.uint32(0xC2B2AE3D)
    )
    found[:-2] = (hashed ^ (hashed >> np.uint32(15))) & np.uint32(_BUCKETS - 1)
    ends = texts.starts[1:]
    for back in (1, 2):
        places = ends - back
        found[places[places >= 0]] = 0
    return found


class Languages:
    """What the two sides are written in, from a sample.

    Args:
        source: sample of one side.
        target: of the other.
    """

    def __init__(self, source: Texts, target: Texts) -> None:
        logs = []
        for texts in (source, target):
            counts = np.bincount(trigrams(texts), minlength=_BUCKETS).astype(np.float64)
            counts[0] = 0
            logs.append(np.log((counts + _SMOOTHING) / (counts.sum() + _SMOOTHING * _BUCKETS)))
        self._gain = np.clip(logs[0] - logs[1], -_MOST, _MOST).astype(np.float32)
        self._gain[0] = 0.0

    def gain(self, texts: Texts) -> NDArray[np.float32]:
        """(N,) nats by which a text reads like the source side rather than the target side."""
        return sums(self._gain[trigrams(texts)], texts.starts)

    def check(self, batch: Batch, scripts: "dict[str, Scripts]", foreign: Foreign) -> None:
        """Look for swapped sides; for sides in another script, in a third language, or in the other one's language.

        What is found by one of these is not told again by the next.
        """
        source, target = batch.plain("source"), batch.plain("target")
        gains = (self.gain(source), -self.gain(target))
        found = [
            (gain < -_SUM) & (gain < -_PLAIN * texts.lengths)
            for gain, texts in zip(gains, (source, target), strict=True)
        ]
        both = gains[0] + gains[1]
        swapped = (np.maximum(*gains) < 0) & (both < -2 * _SUM)
        swapped &= both < -_PLAIN * (source.lengths + target.lengths)
        swapped &= batch.paired
        batch.add(
            SWAPPED, swapped, lambda _: "the source reads like the targets, and the target like the sources", out=True
        )
        told = swapped.copy()
        for side, usual in scripts.items():
            told |= usual.check(batch, side, swapped)
        told |= foreign.check(batch, told)
        one = (found[0] ^ found[1]) & batch.paired & ~told
        plainly = one & (np.minimum(*gains) < -2 * _SUM)

        def describe(row: int) -> Spot:
            this, other = ("source", "target") if found[0][row] else ("target", "source")
            return Spot(f"the {this} reads like the {other}s", this, both=True)

        batch.add(LANGUAGE, one, describe, out=plainly)


class Scripts:
    """Which scripts are usual on a side.

    Args:
        texts: a sample of the side.
    """

    def __init__(self, texts: Texts) -> None:
        counts = np.bincount(texts.scripts, minlength=len(SCRIPTS))[1:]
        self._usual = np.concatenate([[True], counts > _USUAL * counts.sum()])

    def check(self, batch: Batch, side: str, known: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Look for texts most of whose letters are of another script: (N,), but for those ``known`` already (N,)."""
        texts = batch.plain(side)
        letters = sums((texts.scripts > 0).astype(np.float32), texts.starts)
        others = sums((~self._usual[texts.scripts]).astype(np.float32), texts.starts)
        rows: NDArray[np.bool_] = (others >= _LETTERS) & (others * 2 > letters) & ~known

        def describe(row: int) -> Spot:
            part = texts.scripts[texts.starts[row] : texts.starts[row + 1]]
            strange = ~self._usual[part]
            script = SCRIPTS[int(np.bincount(part[strange]).argmax())]
            first, last = np.flatnonzero(strange)[[0, -1]].tolist()
            what = f"the {side} is mostly {'Chinese' if script == 'CJK' else script.capitalize()}"
            if row in batch.marked(side).spans:  # places are those of the text without its markup
                return Spot(what, side, both=True)
            return Spot(what, side, first, last + 1, both=True)

        batch.add(SCRIPT, rows, describe, out=True)
        return rows
