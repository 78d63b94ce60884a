"""Misaligned pairs: those that fit each other no better than sides paired at random.

1. :mod:`alignment` scores every pair of a split, and a sample of random pairs of about equal length.
2. The rank of a pair is the share of random pairs (judged by about as many words) that score no higher. Ranks of
   misaligned pairs are uniform from 0 to 1, because they are random pairs; ranks of correct pairs are near 1.
3. So the share of misaligned pairs is about ten times the share of pairs that rank below 0.1. With it, the precision of
   any limit follows: expected misaligned pairs below it, divided by all pairs below it (the estimator of Storey 2002
   for false discovery rates, with the roles of the hypotheses exchanged). :func:`find_limits` chooses the limits at
   which half (reported), and nine tenths (left out by ``--fix``) of the pairs below are misaligned.
4. Where most pairs within a window of consecutive rows have low ranks, one side has a line too many or too few: a slip.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.inspection.checks.alignment import Model
from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.finding import Check, Ledger
from seq2seq.inspection.engine.texts import Texts, Words

MISALIGNED: Final = Check(
    "misaligned",
    "pairs that look misaligned",
    "Check the pairs around each: one of them may have lost or gained a line.",
    "left out where an estimated nine in ten of such low scores are wrong, judged by 12 words or more",
    guess=True,
)
SLIPPED: Final = Check(
    "slipped",
    "a stretch of consecutive pairs that look misaligned",
    "Check its first line: one side has a line too many or too few there, and the other one at its end.",
    "left out",
    guess=True,
)
CHECKS: Final = (MISALIGNED, SLIPPED)

LEAST: Final = 4
"""Least number of words of both sides together by which a pair is judged."""
_PLENTY: Final = 12
"""Least number of words by which a pair is left out."""
_EDGES: Final = np.array([4, 6, 8, 12, 16, 24, 40])
"""Buckets of numbers of words: pairs are compared with random pairs of the same bucket."""
_RANDOM: Final = 100
"""Least number of random pairs in a bucket."""
_GRID: Final = 256
"""Limits that are tried, evenly from 0 to 1."""
_HIGHEST: Final = 0.98
"""Greatest rank of a misaligned pair."""
_LOW: Final = (0.1, 0.2, 0.3, 0.5)
"""Ranks that hardly any correct pair is below; the least of their estimates is used."""
_HALF, _NINE_TENTHS = 0.5, 0.9
_WINDOW: Final = 12
"""Consecutive pairs in which a slip is searched for."""
_DENSE: Final = 0.7
"""Least share of pairs within a slip that score like random ones."""


class Aligner:
    """Ranks pairs by comparison with random pairs of a sample; ``parity`` (N,), 0 or 1, is the half of each row."""

    def __init__(self, source: Texts, target: Texts, parity: NDArray[np.int8], *, seed: int = 1) -> None:
        halves = [np.flatnonzero(parity == half) for half in (0, 1)]
        self._models = [Model(source.words.take(rows), target.words.take(rows)) for rows in reversed(halves)]
        # Random pairs of about equal length, as a slip produces them in even text.
        order = np.lexsort((np.random.default_rng(seed).random(len(parity)), target.lengths))
        partner = np.empty(len(parity), np.int64)
        partner[order] = np.roll(order, 1)
        scores, judged = self._score(source.words, target.words.take(partner), parity)
        bucket = np.searchsorted(_EDGES, judged, side="right")
        self._random = [np.sort(scores[bucket == number]) for number in range(1, len(_EDGES) + 1)]

    def _score(
        self, source: Words, target: Words, parity: NDArray[np.int8]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """(N,) scores, each by the model that was not trained on the row; (N,) words by which they were judged."""
        scores, judged = np.zeros(len(parity), np.float32), np.zeros(len(parity), np.int64)
        for half, model in enumerate(self._models):
            rows = np.flatnonzero(parity == half)
            scores[rows], judged[rows] = model.score(source.take(rows), target.take(rows))
        return scores, judged

    def rank(self, batch: Batch, parity: NDArray[np.int8]) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
        """(N,) share of random pairs (0 to 1) that score no higher, NaN for a pair that cannot be judged.

        And (N,) words by which it was judged. Correct pairs have ranks near 1; others, any.
        """
        scores, judged = self._score(batch.plain("source").words, batch.plain("target").words, parity)
        ranks = np.full(len(scores), np.nan, np.float32)
        bucket = np.searchsorted(_EDGES, judged, side="right")
        for number, random in enumerate(self._random, 1):
            rows = np.flatnonzero((bucket == number) & batch.paired)
            if len(random) >= _RANDOM:
                ranks[rows] = np.searchsorted(random, scores[rows], side="right") / len(random)
        return ranks, judged.astype(np.uint8)


def check_misaligned(
    ledger: Ledger, ranks: NDArray[np.float32], judged: NDArray[np.uint8], limits: tuple[float, float]
) -> None:
    """Report pairs, and stretches of pairs, that score like random ones.

    ``ranks`` (N,) and ``judged`` (N,) are those of :meth:`Aligner.rank`, ``limits`` those of :func:`find_limits`.
    """
    inside = np.zeros(len(ranks), np.bool_)
    for first, last in stretches(ranks, ledger.file):
        inside[first : last + 1] = True
        rows = np.arange(first, last + 1)
        what = f"from here to line {ledger.line[last]:,}, {len(rows):,} pairs in a row look unrelated"
        ledger.add_stretch(SLIPPED, first, what, rows=len(rows), last=last)
        ledger.leave_out(SLIPPED, rows)
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero((ranks <= limits[0]) & ~inside)
        out = np.flatnonzero((ranks <= limits[1]) & (judged >= _PLENTY) & ~inside)
    ledger.add(
        MISALIGNED,
        rows,
        lambda row: f"the sides look unrelated: {1 - ranks[row]:.0%} of random pairs fit each other better",
        out=out,
    )


def find_limits(ranks: NDArray[np.float32]) -> tuple[float, float]:
    """Ranks up to which an estimated half, and nine tenths, of the pairs are misaligned.

    See the module's docstring. 0: there is no such limit, or most pairs cannot be judged.
    """
    judged = ranks[~np.isnan(ranks)]
    if not len(judged) or len(judged) * 2 < len(ranks):
        return 0.0, 0.0
    # Half a pair is added, so that the one worst pair of a clean corpus can be found.
    wrong = min((np.count_nonzero(judged <= low) + 0.5) / (low * len(judged)) for low in _LOW)
    grid = np.arange(1, _GRID + 1) / _GRID
    grid = grid[grid <= _HIGHEST]
    below = np.searchsorted(np.sort(judged), grid, side="right") / len(judged)
    precision = np.where(below > 0, wrong * grid / np.maximum(below, 1e-12), 0.0)

    def highest(share: float) -> float:
        good = np.flatnonzero((precision >= share) & (below > 0))
        return float(grid[good[-1]]) if len(good) else 0.0

    return highest(_HALF), highest(_NINE_TENTHS)


def stretches(ranks: NDArray[np.float32], file: NDArray[np.int32]) -> list[tuple[int, int]]:
    """First and last row of every stretch of pairs within a file, most of which score like random ones."""
    known = np.flatnonzero(~np.isnan(ranks))
    if len(known) < _WINDOW:
        return []
    low = (ranks[known] <= 0.95).astype(np.int64)
    dense = np.flatnonzero(np.convolve(low, np.ones(_WINDOW, np.int64), mode="valid") >= _DENSE * _WINDOW)
    found: list[tuple[int, int]] = []
    for start in dense.tolist():
        inside = known[start : start + _WINDOW][low[start : start + _WINDOW] == 1]
        first, last = int(inside[0]), int(inside[-1])
        if file[first] != file[last]:
            continue
        if found and first <= found[-1][1] + 1 and file[found[-1][0]] == file[last]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found
