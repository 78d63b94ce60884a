"""Pairs that are no translation by their form: copies, very different lengths, and outliers in length."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.finding import MOST, Check, Severity
from seq2seq.inspection.engine.texts import Texts, sums

COPY: Final = Check(
    "copy",
    "source and target are the same",
    "Leave the pair out: a few per cent of copies teach a translator to copy (Khayrallah and Koehn 2018).",
    "left out from 5 words on; shorter ones may be names",
    guess=True,
)
RATIO: Final = Check(
    "ratio",
    "one side is far longer than the other",
    "Look whether a side was cut, or holds a second sentence.",
    "left out where the ratio is beyond 6 times the typical one",
    guess=True,
)
LENGTH: Final = Check(
    "length",
    "texts of unusual length",
    "Look whether lines were joined or cut. Training leaves out what is longer than `data.filters.max_length`.",
    severity=Severity.NOTE,
    guess=True,
)
CHECKS: Final = (COPY, RATIO, LENGTH)

COPIED: Final = 3
"""Least number of words of a copy that is reported: shorter ones are often names."""
COPIED_OUT: Final = 5
"""Least number of words of a copy that ``--fix`` leaves out."""
_OFFSET: Final = 10
"""Characters added to both sides before their ratio is computed, so that short pairs are not outliers."""
_LEAST: Final = float(np.log(2.0))
"""Least log ratio, relative to the typical one, that is reported."""
_MOST: Final = float(np.log(6.0))
"""Log ratio beyond which ``--fix`` leaves a pair out."""
_SPREADS: Final = 5.0
"""Standard deviations beyond which a log ratio is an outlier."""
_FENCE: Final = 3.0
"""Interquartile ranges beyond the quartiles at which a value is far out (Tukey 1977)."""
_NARROW: Final = 0.5
"""Least interquartile range of log lengths: lengths that hardly vary have no outliers within it."""


@dataclass(frozen=True)
class TypicalLengths:
    """Typical lengths of texts and ratios of pairs, from a sample."""

    copies: float
    """Share of pairs whose sides are the same."""
    ratio: float
    """Median of the logarithm of target length / source length."""
    spread: float
    """1.48 x the median absolute deviation of ``ratio``: the standard deviation, if it is normally distributed."""
    fences: dict[str, tuple[float, float]]
    """The least and the greatest length in characters that is not far out, for each side that is text."""

    @classmethod
    def from_sample(cls, sample: dict[str, Texts], plain: dict[str, Texts]) -> "TypicalLengths":
        """From a sample of each side that is text, with and without its markup."""
        fences = {}
        for side, texts in sample.items():
            filled = texts.lengths[texts.lengths > 0]
            low, high = np.quantile(np.log(filled), (0.25, 0.75)) if len(filled) else (0.0, 0.0)
            beyond = _FENCE * max(high - low, _NARROW)
            fences[side] = (float(np.floor(np.exp(low - beyond))), float(np.ceil(np.exp(high + beyond))))
        if len(sample) < 2:
            return cls(0.0, 0.0, 0.0, fences)
        source, target = plain["source"], plain["target"]
        ratios = log_ratios(source.lengths, target.lengths)
        median = float(np.median(ratios))
        spread = float(1.4826 * np.median(np.abs(ratios - median)))
        return cls(float(np.mean(same(source, target))), median, spread, fences)


def log_ratios(source: NDArray[np.int64], target: NDArray[np.int64]) -> NDArray[np.float64]:
    """(N,) logarithms of target length / source length."""
    ratios: NDArray[np.float64] = np.log((target + _OFFSET) / (source + _OFFSET))
    return ratios


def check_ratio(batch: Batch, typical: TypicalLengths) -> None:
    """Find pairs whose ratio of lengths is far from the typical one."""
    plain = batch.plain("source"), batch.plain("target")
    blank = plain[0].blank | plain[1].blank  # only markup: then it counts
    source, target = (
        np.where(blank, batch.side(side).lengths, texts.lengths)
        for side, texts in zip(("source", "target"), plain, strict=True)
    )
    away = np.abs(log_ratios(source, target) - typical.ratio)
    limit = max(_LEAST, _SPREADS * typical.spread)
    batch.add(
        RATIO,
        batch.paired & (away > limit),
        lambda row: f"{source[row]:,} and {target[row]:,} characters",
        out=batch.paired & (away > max(_MOST, limit)),
    )


def check_lengths(batch: Batch, side: str, typical: TypicalLengths) -> None:
    """Find texts that are far shorter or longer than others."""
    lengths = batch.side(side).lengths
    low, high = typical.fences[side]
    rows = ((lengths < low) & ~batch.side(side).blank) | (lengths > high)
    batch.add(
        LENGTH, rows, lambda row: f"{lengths[row]:,} characters in the {side}; typical are {low:,.0f} to {high:,.0f}"
    )


def check_copies(batch: Batch, typical: TypicalLengths) -> None:
    """Find pairs whose sides differ at most by case and punctuation."""
    source = batch.plain("source")
    copied = batch.paired & same(source, batch.plain("target"))
    counts = source.words.counts
    if typical.copies <= MOST:  # otherwise copying is the task, and short copies count too
        copied &= (counts >= COPIED) & _lettered(source)
    batch.add(
        COPY, copied, lambda row: f"the same {counts[row]} words on both sides", out=copied & (counts >= COPIED_OUT)
    )


def same(source: Texts, target: Texts) -> NDArray[np.bool_]:
    """(N,) whether two texts have words, and are equal except for case and punctuation."""
    digests = source.words.digests()
    result: NDArray[np.bool_] = (digests == target.words.digests()) & (digests != 0)
    return result


def _lettered(texts: Texts) -> NDArray[np.bool_]:
    """(N,) whether at least half of the characters are letters: a line of figures is the same in all languages."""
    result: NDArray[np.bool_] = sums((texts.scripts > 0).astype(np.int64), texts.starts) * 2 >= texts.lengths
    return result
