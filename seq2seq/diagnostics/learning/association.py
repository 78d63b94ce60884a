"""Whether targets have anything to do with their sources, by the tokens that occur together; no model is needed.

A table of p(target token | source token) is counted on half of the pairs (one step of the model 1 of Brown et al.
1993, from a uniform start). On the other half, the gain of a pair is the mean over its target tokens of
ln p(t | source) / p(t). Pairs that belong together gain more than the same sources with the targets of other rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.data.preparing.split import Split

MOST_PAIRS: Final = 4_000
"""Pairs that are looked at, half of them to count: with fewer, what belongs together is found all the same."""
FEWEST_PAIRS: Final = 100
"""Pairs below which the answer would be left to chance."""
FEWEST_SOURCES: Final = 0.5
"""Share of the rows that have a source of their own, at least: the same source for many targets cannot go with one."""
RANKED_PAIRS: Final = 400
"""Pairs whose own target is ranked among others."""
OTHERS: Final = 20
"""Targets of other rows beside which it is ranked."""
SHIFTS: Final = (-3, -2, -1, 1, 2, 3)
"""Rows by which all targets may be off."""
_PRIOR: Final = 2.0
"""Occurrences of p(t) added to the counts of every source token."""
_LONGEST: Final = 60
"""Most different tokens of a text that are looked at."""


@dataclass(frozen=True, slots=True)
class Association:
    """How much more pairs gain than chance, in standard errors."""

    pairs: int
    own: float
    """Of targets with their own sources."""
    shifted: float
    """The largest of targets with sources of rows near by."""
    low: float = 0.0
    """Share of the pairs whose own target gains less than half of the targets of other rows do: half of the pairs that
    do not belong together, and few of those that do."""
    top: float = 1.0
    """Share of the pairs whose own target gains more than all others."""


def association(split: Split, generator: np.random.Generator) -> Association | None:
    """How well the targets of a split go with their sources; None: too few pairs, or too many with the same source."""
    count = len(split)
    if count < FEWEST_PAIRS:
        return None
    # Neighbours stay together, so that targets that are off by a row can be found out.
    first = int(generator.integers(max(1, count - MOST_PAIRS + 1)))
    rows = range(first, min(count, first + MOST_PAIRS))
    sources = [np.unique(split.source_ids(row))[:_LONGEST] for row in rows]
    targets = [np.unique(split.target_ids(row))[:_LONGEST] for row in rows]
    if len({split.source_ids(row).tobytes() for row in rows}) < FEWEST_SOURCES * len(rows):
        return None
    found = {shift: _significance(sources, targets, shift) for shift in (0, *SHIFTS)}
    low, top = _ranks(sources, targets, generator)
    return Association(len(sources), found.pop(0), max(found.values()), low, top)


def _significance(sources: Sequence[NDArray[np.int32]], targets: Sequence[NDArray[np.int32]], shift: int) -> float:
    """Standard errors by which pairs (i, i + shift) gain more than pairs of far rows do."""
    count = len(sources)
    pairs = [(row, row + shift) for row in range(count) if 0 <= row + shift < count]
    half = len(pairs) // 2
    learnt, judged = pairs[:half], pairs[half:]
    table = _Table([(sources[i], targets[j]) for i, j in learnt])
    own = np.array([table.gain(sources[i], targets[j]) for i, j in judged])
    turned = judged[len(judged) // 2 :] + judged[: len(judged) // 2]
    other = np.array([table.gain(sources[i], targets[j]) for (i, _), (_, j) in zip(judged, turned, strict=True)])
    difference = own - other
    error = difference.std(ddof=1) / len(difference) ** 0.5
    return float(difference.mean() / error) if error else 0.0


def _ranks(
    sources: Sequence[NDArray[np.int32]], targets: Sequence[NDArray[np.int32]], generator: np.random.Generator
) -> tuple[float, float]:
    """Shares of the pairs whose own target is in the lower half of others, and above all of them."""
    half = len(sources) // 2
    table = _Table(list(zip(sources[:half], targets[:half], strict=True)))
    judged = half + generator.permutation(len(sources) - half)[:RANKED_PAIRS]
    low = top = 0
    for row in judged.tolist():
        others = generator.choice(len(sources) - 1, OTHERS, replace=False)
        others += others >= row
        gains = np.array([table.gain(sources[row], targets[other]) for other in others.tolist()])
        own = table.gain(sources[row], targets[row])
        low += bool((gains < own).sum() < (gains > own).sum())
        top += not (gains > own).any()
    return low / len(judged), top / len(judged)


class _Table:
    """Probabilities of target tokens beside source tokens."""

    def __init__(self, pairs: Sequence[tuple[NDArray[np.int32], NDArray[np.int32]]]) -> None:
        self._size = 1 + max((int(side.max(initial=0)) for pair in pairs for side in pair), default=0)
        keys = np.concatenate([(source[:, None] * np.int64(self._size) + target).ravel() for source, target in pairs])
        self._keys, counts = np.unique(keys, return_counts=True)
        self._counts = counts.astype(np.float64)
        self._sources = np.bincount(np.concatenate([source for source, _ in pairs]), minlength=self._size)
        targets = np.bincount(np.concatenate([target for _, target in pairs]), minlength=self._size)
        self._shares = (targets + 0.5) / (len(pairs) + 1)

    def gain(self, source: NDArray[np.int32], target: NDArray[np.int32]) -> float:
        """Mean over the target tokens of ln p(t | source) / p(t); tokens that are new count for nothing."""
        source, target = source[source < self._size], target[target < self._size]
        if not len(source) or not len(target):
            return 0.0
        wanted = source[:, None] * np.int64(self._size) + target
        places = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        together = np.where(self._keys[places] == wanted, self._counts[places], 0.0)
        shares = self._shares[target]
        likely = (together + _PRIOR * shares) / (self._sources[source][:, None] + _PRIOR)
        return float(np.log(likely.mean(axis=0) / shares).mean())
