"""Whether the two sides of a pair say the same, as far as a simple model of translation can tell.

The model is IBM model 1 (Brown et al. 1993, section 4.2 and appendix B.1), learnt in both directions from a sample of
the pairs: t(f|e), how often e is translated by f. A pair is scored by how much better its words are explained by each
other than by their frequency: the mean over its words f, of both sides, of

    log (1 - a + a * mean over e of t(f|e) / p(f))        natural logarithm, a = 0.9

which is about 0 or below for sides that have nothing to do with each other. Words are cut to their first letters, so
that endings and compounds matter less. A wrong pair from which the model has learnt would explain itself; so there are
two models, each learnt from one half of the sample, and a row is scored by the one that has not seen it. Words of which
too little is known, and those in very many sentences, say nothing.

Letters: W words of a batch, X pairs of words (each of a source with each of its target).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.inspection.engine.lookup import Index
from seq2seq.inspection.engine.texts import Words, mix
from seq2seq.text.lexical_alignment import Cells, estimate

ITERATIONS: Final = 5
CELLS: Final = 4_000_000
"""Pairs of words that a model is learnt from, at most."""
LONGEST: Final = 48
"""Words of a side that are looked at."""
_RARE: Final = 3
"""A word in fewer sentences says nothing."""
_COMMON: Final = 0.3
"""A word in a larger share of the sentences says hardly anything."""
_VOCABULARY: Final = 60_000
_WEIGHT: Final = 0.9
_LEAST: Final = 1e-3
"""Translations less likely than that are forgotten."""


class Vocabulary:
    """Numbers of the words worth looking at.

    Args:
        words: of a sample of sentences.
    """

    def __init__(self, words: Words) -> None:
        sentences = len(words.starts) - 1
        # A word counts once a sentence.
        _, first = np.unique(words.stems ^ mix(words.rows.astype(np.uint64)), return_index=True)
        hashes, counts = np.unique(words.stems[first], return_counts=True)
        telling = (counts >= _RARE) & (counts <= max(_COMMON * sentences, _RARE))
        hashes, counts = hashes[telling], counts[telling]
        commonest = np.sort(np.argsort(-counts, kind="stable")[:_VOCABULARY])
        self.hashes: NDArray[np.uint64] = hashes[commonest]
        """(V,) the words."""
        self.shares: NDArray[np.float32] = (counts[commonest] / max(int(counts.sum()), 1)).astype(np.float32)
        """(V,) how frequent each is among all of them: p(f)."""
        self._index = Index(self.hashes)

    def __len__(self) -> int:
        return len(self.hashes)

    def find(self, words: Words) -> "Known":
        """The words that are known, of the first :data:`LONGEST` of each text."""
        if not len(self):
            return Known(np.zeros(0, np.int64), np.zeros(len(words.starts), np.int64))
        early = np.flatnonzero(np.arange(len(words.stems)) - words.starts[:-1][words.rows] < LONGEST)
        places, numbers = self._index.find(words.stems[early])
        return Known(numbers, np.searchsorted(early[places], words.starts))


@dataclass(frozen=True)
class Known:
    """The words of a batch that a vocabulary has."""

    numbers: NDArray[np.int64]
    """(W,) the words."""
    starts: NDArray[np.int64]
    """(N+1,) where each text begins among them."""

    @property
    def counts(self) -> NDArray[np.int64]:
        """(N,) words of each text."""
        return np.diff(self.starts)

    @property
    def rows(self) -> NDArray[np.int64]:
        """(W,) the text of each word."""
        return np.repeat(np.arange(len(self.starts) - 1), self.counts)

    def first(self, rows: int) -> "Known":
        """The first ``rows`` texts."""
        return Known(self.numbers[: self.starts[rows]], self.starts[: rows + 1])


def cells(source: Known, target: Known) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(X,), (X,): the index of the source word and of the target word of every pair of words; the latter ascending."""
    widths = np.repeat(source.counts, target.counts)
    ends = np.cumsum(widths)
    inside = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - widths, widths)
    first = np.repeat(np.repeat(source.starts[:-1], target.counts), widths)
    return first + inside, np.repeat(np.arange(len(target.numbers)), widths)


class Model:
    """IBM model 1, in both directions.

    Args:
        source: words of a sample.
        target: words of the same rows.
    """

    def __init__(self, source: Words, target: Words) -> None:
        self.source, self.target = Vocabulary(source), Vocabulary(target)
        left, right = self.source.find(source), self.target.find(target)
        enough = int(np.searchsorted(np.cumsum(left.counts * right.counts), CELLS, side="right"))
        left, right = left.first(enough), right.first(enough)
        one, other = cells(left, right)
        keys, entry, counts = np.unique(
            left.numbers[one] * max(len(self.target), 1) + right.numbers[other], return_inverse=True, return_counts=True
        )
        ones, others = keys // max(len(self.target), 1), keys % max(len(self.target), 1)
        # Two words that stood together once prove nothing.
        start = np.where(counts > 1, counts, 0).astype(np.float32)
        forward = _learn(start, ones, entry, other, len(right.numbers))
        backward = _learn(start, others, entry, one, len(left.numbers))
        kept = (forward > _LEAST) | (backward > _LEAST)
        self._forward, self._backward = forward[kept], backward[kept]
        self._index = Index(mix(keys[kept].astype(np.uint64)))

    def score(self, source: Words, target: Words) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """(N,) scores of pairs, in nats a word; and (N,) words by which they were judged, 0 if all are of one side."""
        left, right = self.source.find(source), self.target.find(target)
        judged = np.where((left.counts > 0) & (right.counts > 0), left.counts + right.counts, 0)
        if not len(self._forward):
            return np.zeros(len(judged), np.float32), np.zeros(len(judged), np.int64)
        one, other = cells(left, right)
        wanted = left.numbers[one] * len(self.target) + right.numbers[other]
        known, entries = self._index.find(mix(wanted.astype(np.uint64)))
        total = np.zeros(len(judged))
        for side, words, probability, shares, width in (
            (right, other, self._forward, self.target.shares, left.counts),
            (left, one, self._backward, self.source.shares, right.counts),
        ):
            explained = _sums(words[known], probability[entries], len(side.numbers))
            explained /= np.maximum(width[side.rows], 1) * shares[side.numbers]
            total += _sums(side.rows, np.log(1 - _WEIGHT + _WEIGHT * explained), len(judged))
        return (total / np.maximum(judged, 1)).astype(np.float32), judged


def _sums(places: NDArray[np.int64], values: NDArray[np.floating], size: int) -> NDArray[np.float64]:
    """(``size``,) sums of the values at each place."""
    return np.bincount(places, values, size).astype(np.float64)


def _learn(
    start: NDArray[np.float32],
    given: NDArray[np.int64],
    entry: NDArray[np.int64],
    word: NDArray[np.int64],
    words: int,
) -> NDArray[np.float32]:
    """t(f|e) of each entry, by EM.

    Args:
        start: (Y,) how often the two words of an entry stand together; 0: it gets no probability.
        given: (Y,) its e.
        entry: (X,) the entry of each pair of words.
        word: (X,) the f of each pair of words, as an index into the words of the sample.
        words: words of the sample.
    """
    if not len(start):
        return start
    total = np.maximum(np.bincount(given, start), 1e-12)
    cells = Cells(entry, given, start / total[given], word)
    estimate([cells], words, rounds=ITERATIONS)
    return cells.probabilities.astype(np.float32)
