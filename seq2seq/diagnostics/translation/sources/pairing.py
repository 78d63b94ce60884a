"""Whether targets stand beside their own sources, or beside a neighbour's: by a lexicon, without the model.

A lexicon (IBM model 1, :mod:`seq2seq.text.lexical_alignment`) is learnt from targets and the sources of all lines
around them, so that it finds translations wherever within :data:`FARTHEST` lines they stand. It is learnt on one half
of the lines, and explains the other half. A pair's score is the mean over its target tokens f of

    log (1 - a + a * mean over source tokens e of t(f|e) / p(f))        natural logarithm, a = 0.9

which is about 0 or below for unrelated sides. Blocks of lines are then compared with themselves at other shifts.

Letters: N lines of a run, D shifts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.data.preparing.split import Split
from seq2seq.diagnostics.subject import Subject, once_per_subject
from seq2seq.special import EOS
from seq2seq.text.lexical_alignment import Lexicon, learn

FARTHEST: Final = 2
"""Lines by which targets may be off."""
SHIFTS: Final = tuple(sorted(range(-FARTHEST, FARTHEST + 1), key=lambda shift: (abs(shift), shift)))
"""0 first: equal scores count for it."""
BLOCK: Final = 50
"""Lines that are judged together: a file that slips stays so for many lines."""
_RUN: Final = 500
"""Lines of a run: consecutive lines of the file."""
_RUNS: Final = 6
_LONGEST: Final = 60
"""Tokens of a side that are read."""
_WEIGHT: Final = 0.9
"""a of the formula above."""
SURE: Final = 5.0
"""Standard errors by which a block must fit better at another shift: one in three million by chance, of some hundred
comparisons."""
_FEWEST: Final = 2 * BLOCK
"""Lines that a lexicon can be learnt from."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """How targets fit the sources around them."""

    scores: dict[int, float]
    """Mean score by shift: of target i beside source i + shift, in nats per token."""
    chance: float
    """Mean score of unrelated lines."""
    related: bool
    """Whether some shift is better than chance; if none is, the lexicon cannot judge."""
    lines: int
    """Lines that were judged."""
    sources: int
    """Different sources among them."""
    shifted: dict[int, int]
    """Lines in blocks that surely fit better at a shift than at 0, by shift."""
    first: int | None
    """Row of the first of them, within a block."""
    before: int | None = None
    """Last row of those judged before it, all of which fit; None: there are none."""

    @property
    def wrong(self) -> int:
        """Lines that are off."""
        return sum(self.shifted.values())


@once_per_subject
def training_pairing(subject: Subject) -> Pairing | None:
    """How the targets of the training split fit; None: it cannot be read, is too short, or its sources are vectors."""
    if not subject.reads_tokens or subject.train is None or len(subject.train) < 2 * _FEWEST:
        return None
    return pairing(subject.train)


def pairing(split: Split) -> Pairing:
    """Judge runs of consecutive lines, spread evenly over a split of at least 200 lines."""
    runs = [_Run(split, start, stop) for start, stop in _stretches(len(split))]
    halves = [runs[::2], runs[1::2]]
    scores: dict[int, NDArray[np.float64]] = {}
    for number, half in enumerate(halves):
        lexicon = _Scorer(halves[1 - number])
        for run in half:
            scores[run.start] = np.stack([lexicon.scores(run, shift) for shift in (*SHIFTS, None)], axis=1)
    found = judge_shifts([(run.start, scores[run.start]) for run in runs])
    return replace(found, sources=len({source.tobytes() for run in runs for source in run.sources}))


def judge_shifts(runs: Sequence[tuple[int, NDArray[np.float64]]]) -> Pairing:
    """Compare scores at all shifts, block by block.

    Args:
        runs: first row of each run; (N, D + 1) the scores of its lines at every one of :data:`SHIFTS`, and beside an
            unrelated source; NaN where a line has no neighbour.
    """
    every = np.concatenate([scores for _, scores in runs])
    means = np.nanmean(every, axis=0)
    chance = float(means[-1])
    gains = every[:, :-1] - every[:, -1:]
    best = int(np.argmax(means[:-1]))
    related = _sure(gains[:, best])
    gain = float(np.nanmean(gains[:, best]))
    shifted: dict[int, int] = {}
    first = before = None
    for start, scores in runs:
        for place in range(0, len(scores) - BLOCK // 2, BLOCK):
            block = scores[place : place + BLOCK]
            at = int(np.argmax(np.nanmean(block[:, :-1], axis=0)))
            fits = float(np.nanmean(block[:, at] - block[:, -1])) > gain / 2
            if related and fits and _sure(block[:, at] - block[:, 0]):
                shifted[SHIFTS[at]] = shifted.get(SHIFTS[at], 0) + len(block)
                first = start + place if first is None else first
            elif first is None:
                before = start + place + len(block) - 1
    return Pairing(
        {shift: float(mean) for shift, mean in zip(SHIFTS, means, strict=False)},
        chance,
        related,
        lines=len(every),
        sources=len(every),
        shifted=shifted,
        first=first,
        before=before,
    )


def _sure(differences: NDArray[np.float64]) -> bool:
    """Whether their mean is positive by :data:`SURE` standard errors."""
    known = differences[~np.isnan(differences)]
    return len(known) > 1 and float(known.mean()) > SURE * float(known.std(ddof=1)) / len(known) ** 0.5


def _stretches(rows: int) -> list[tuple[int, int]]:
    """First rows of the runs, and the rows after their last."""
    size = min(_RUN, rows // 2)
    count = min(_RUNS, max(2, rows // size))
    return [(start, start + size) for start in np.linspace(0, rows - size, count).astype(int).tolist()]


class _Run:
    """Consecutive lines of a split."""

    def __init__(self, split: Split, start: int, stop: int) -> None:
        self.start = start
        self.sources = [split.source_ids(row)[:_LONGEST] for row in range(start, stop)]
        self.targets = [split.target_ids(row)[:_LONGEST] for row in range(start, stop)]

    def partner(self, row: int, shift: int | None) -> int | None:
        """The source beside a target; None: an unrelated one, half a run away."""
        if shift is None:
            return (row + len(self.sources) // 2) % len(self.sources)
        return row + shift if 0 <= row + shift < len(self.sources) else None

    def surrounding(self, row: int) -> NDArray[np.integer[Any]]:
        """The tokens of all sources near a target, each once."""
        near = self.sources[max(0, row - FARTHEST) : row + FARTHEST + 1]
        return np.unique(np.concatenate(near))


class _Scorer:
    """A lexicon of some runs, and the scores that it gives to others."""

    def __init__(self, runs: Sequence[_Run]) -> None:
        sources = [run.surrounding(row) for run in runs for row in range(len(run.targets))]
        targets = [target for run in runs for target in run.targets]
        self._lexicon: Lexicon = learn(sources, targets)
        written = np.concatenate(targets) if targets else np.empty(0, np.int64)
        self._size = int(written.max(initial=0)) + 1
        self._shares = np.bincount(written, minlength=self._size) / max(1, written.size)
        self._keys = self._lexicon.sources * self._size + self._lexicon.targets

    def scores(self, run: _Run, shift: int | None) -> NDArray[np.float64]:
        """(N,) the score of each line at a shift; NaN where it has no partner or no known token."""
        scores = np.full(len(run.targets), np.nan)
        for row, target in enumerate(run.targets):
            partner = run.partner(row, shift)
            known = target[(target < self._size)]
            known = known[self._shares[known] > 0]
            if partner is None or not known.size:
                continue
            source = np.append(run.sources[partner], EOS).astype(np.int64)
            explained = self._probabilities(source, known).mean(axis=0) / self._shares[known]
            scores[row] = np.log(1 - _WEIGHT + _WEIGHT * explained).mean()
        return scores

    def _probabilities(self, source: NDArray[np.int64], target: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """(S, T) t(f|e)."""
        keys = source[:, None] * self._size + target[None, :]
        places = np.minimum(np.searchsorted(self._keys, keys), max(0, self._keys.size - 1))
        if not self._keys.size:
            return np.zeros(keys.shape)
        return np.where(self._keys[places] == keys, self._lexicon.probabilities[places], 0.0)
