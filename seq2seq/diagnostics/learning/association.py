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


def association(split: Split, generator: np.random.Generator) -> Association | None:
    """How well the targets of a split go with their sources; None: there are too few pairs."""
    count = len(split)
    if count < FEWEST_PAIRS:
        return None
    # Neighbours stay together, so that targets that are off by a row can be found out.
    first = int(generator.integers(max(1, count - MOST_PAIRS + 1)))
    rows = range(first, min(count, first + MOST_PAIRS))
    sources = [np.unique(split.source_ids(row))[:_LONGEST] for row in rows]
    targets = [np.unique(split.target_ids(row))[:_LONGEST] for row in rows]
    found = {shift: _significance(sources, targets, shift) for shift in (0, *SHIFTS)}
    return Association(len(sources), found.pop(0), max(found.values()))


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
