"""How well the two sides of a pair translate each other, by IBM model 1.

The model (Brown et al. 1993, section 4.2 and appendix B.1) is trained in both directions on a sample of the pairs:
t(f|e) is the probability that e is translated by f. The score of a pair is how much better its words are explained by
each other than by their frequency: the mean over its words f, of both sides, of

    log (1 - a + a * mean over e of t(f|e) / p(f))        natural logarithm, a = 0.9

which is about 0 or below for unrelated sides. Words are cut to their first letters, so that endings and compounds
matter less. A wrong pair in the training sample would explain itself; so there are two models, each trained on one half
of the sample, and a row is scored by the one that was not trained on it. Very rare and very frequent words are ignored.
Whether a score is low is decided by comparison with random pairs: :mod:`misaligned`.

Letters: W words of a batch, X pairs of words (each source word with each target word of a row).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.inspection.engine.lookup import HashIndex
from seq2seq.inspection.engine.texts import Ragged, Words, mix
from seq2seq.text.lexical_alignment import Cells, estimate

ITERATIONS: Final = 5
CELLS: Final = 4_000_000
"""Most pairs of words that a model is trained on."""
LONGEST: Final = 48
"""Most words of a side that are read."""
_RARE: Final = 3
"""Least number of sentences with a word that is not ignored."""
_COMMON: Final = 0.3
"""Greatest share of sentences with a word that is not ignored."""
_VOCABULARY: Final = 60_000
"""Most words of a vocabulary."""
_WEIGHT: Final = 0.9
"""a of the formula above."""
_LEAST: Final = 1e-3
"""Less probable translations are dropped."""


class Vocabulary:
    """The words of a sample of one side that are neither too rare nor too frequent."""

    def __init__(self, words: Words) -> None:
        sentences = len(words.starts) - 1
        # A word counts once per sentence.
        _, first = np.unique(words.stems ^ mix(words.rows.astype(np.uint64)), return_index=True)
        hashes, counts = np.unique(words.stems[first], return_counts=True)
        informative = (counts >= _RARE) & (counts <= max(_COMMON * sentences, _RARE))
        hashes, counts = hashes[informative], counts[informative]
        frequent = np.sort(np.argsort(-counts, kind="stable")[:_VOCABULARY])
        self.hashes: NDArray[np.uint64] = hashes[frequent]
        """(V,) hashes of the words."""
        self.shares: NDArray[np.float32] = (counts[frequent] / max(int(counts.sum()), 1)).astype(np.float32)
        """(V,) relative frequency of each word: p(f)."""
        self._index = HashIndex(self.hashes)

    def __len__(self) -> int:
        return len(self.hashes)

    def find(self, words: Words) -> "KnownWords":
        """The known words among the first :data:`LONGEST` of each text."""
        if not len(self):
            return KnownWords(np.zeros(len(words.starts), np.int64), np.zeros(0, np.int64))
        early = np.flatnonzero(np.arange(len(words.stems)) - words.starts[:-1][words.rows] < LONGEST)
        places, numbers = self._index.find(words.stems[early])
        return KnownWords(np.searchsorted(early[places], words.starts), numbers)


@dataclass(eq=False)
class KnownWords(Ragged):
    """The words of a batch that are in a vocabulary."""

    numbers: NDArray[np.int64]
    """(W,) their numbers in the vocabulary."""

    def first(self, rows: int) -> "KnownWords":
        """The first ``rows`` texts."""
        return KnownWords(self.starts[: rows + 1], self.numbers[: self.starts[rows]])


def cells(source: KnownWords, target: KnownWords) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(X,), (X,): indices of the source word and the target word of every pair of words, the latter ascending."""
    widths = np.repeat(source.counts, target.counts)
    ends = np.cumsum(widths)
    inside = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - widths, widths)
    first = np.repeat(np.repeat(source.starts[:-1], target.counts), widths)
    return first + inside, np.repeat(np.arange(len(target.numbers)), widths)


class Model:
    """IBM model 1, in both directions, trained on the words of both sides of a sample."""

    def __init__(self, source: Words, target: Words) -> None:
        self.source, self.target = Vocabulary(source), Vocabulary(target)
        left, right = self.source.find(source), self.target.find(target)
        rows = int(np.searchsorted(np.cumsum(left.counts * right.counts), CELLS, side="right"))
        left, right = left.first(rows), right.first(rows)
        sources, targets = cells(left, right)
        keys, entry, counts = np.unique(
            left.numbers[sources] * max(len(self.target), 1) + right.numbers[targets],
            return_inverse=True,
            return_counts=True,
        )
        source_words, target_words = keys // max(len(self.target), 1), keys % max(len(self.target), 1)
        # Words that occurred together once are no evidence.
        start = np.where(counts > 1, counts, 0).astype(np.float32)
        forward = _learn(start, source_words, entry, targets, len(right.numbers))
        backward = _learn(start, target_words, entry, sources, len(left.numbers))
        probable = (forward > _LEAST) | (backward > _LEAST)
        self._forward, self._backward = forward[probable], backward[probable]
        self._index = HashIndex(mix(keys[probable].astype(np.uint64)))

    def score(self, source: Words, target: Words) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """(N,) scores of pairs, in nats per word; (N,) words by which they were judged, 0 if a side has none."""
        left, right = self.source.find(source), self.target.find(target)
        judged = np.where((left.counts > 0) & (right.counts > 0), left.counts + right.counts, 0)
        if not len(self._forward):
            return np.zeros(len(judged), np.float32), np.zeros(len(judged), np.int64)
        sources, targets = cells(left, right)
        keys = left.numbers[sources] * len(self.target) + right.numbers[targets]
        known, entries = self._index.find(mix(keys.astype(np.uint64)))
        total = np.zeros(len(judged))
        for side, words, probability, shares, width in (
            (right, targets, self._forward, self.target.shares, left.counts),
            (left, sources, self._backward, self.source.shares, right.counts),
        ):
            explained = _sums(words[known], probability[entries], len(side.numbers))
            explained /= np.maximum(width[side.rows], 1) * shares[side.numbers]
            total += _sums(side.rows, np.log(1 - _WEIGHT + _WEIGHT * explained), len(judged))
        return (total / np.maximum(judged, 1)).astype(np.float32), judged


def _sums(places: NDArray[np.int64], values: NDArray[np.floating], size: int) -> NDArray[np.float64]:
    """(``size``,) sums of the values with each index."""
    return np.bincount(places, values, size).astype(np.float64)


def _learn(
    start: NDArray[np.float32], given: NDArray[np.int64], entry: NDArray[np.int64], word: NDArray[np.int64], words: int
) -> NDArray[np.float32]:
    """t(f|e) of each entry, by EM.

    Args:
        start: (Y,) how often the two words of an entry occur together; 0: it gets no probability.
        given: (Y,) its e.
        entry: (X,) the entry of each pair of words.
        word: (X,) the f of each pair of words, as an index into the words of the sample.
        words: number of words of the sample.
    """
    if not len(start):
        return start
    total = np.maximum(np.bincount(given, start), 1e-12)
    cells = Cells(entry, given, start / total[given], word)
    estimate([cells], words, rounds=ITERATIONS)
    return cells.probabilities.astype(np.float32)
