"""A language model of n-grams: what a decoder could predict that sees the last tokens, but no source.

Interpolated Kneser-Ney smoothing (Kneser and Ney 1995; Chen and Goodman 1999, section 2.7), with one discount per
order, D = n1 / (n1 + 2 n2). Lower orders count the tokens that a context follows, not how often it does; contexts that
hold the begin of a text follow nothing, and keep their counts. The lowest order is interpolated with 1 / V.

It is counted in a second, where a network without a source would have to be trained.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seq2seq.special import BOS, EOS

Keys = NDArray[np.int64]
"""n-grams as numbers in base V, oldest token first."""


@dataclass(frozen=True, slots=True)
class _Order:
    """The counts of one order: of n-grams, and of their contexts of n - 1 tokens; keys ascend."""

    grams: Keys
    counts: NDArray[np.float64]
    contexts: Keys
    totals: NDArray[np.float64]
    """Sum of the counts after each context."""
    followers: NDArray[np.float64]
    """Number of different tokens after each context."""
    discount: float


class NgramModel:
    """Probabilities of the next token after the last ``order`` - 1.

    Args:
        texts: token ids, without BOS and EOS.
        vocabulary: V, the number of token ids.
        order: of the longest n-grams; less where V to this power exceeds an integer.
    """

    def __init__(self, texts: Iterable[Sequence[int]], vocabulary: int, order: int) -> None:
        while vocabulary**order >= 2**62:
            order -= 1
        self.vocabulary, self.order = vocabulary, order
        keys, counts = np.unique(self._keys(texts), return_counts=True)
        numbers = counts.astype(np.float64)
        self._orders: list[_Order] = []
        for size in range(order, 0, -1):
            self._orders.insert(0, _order(keys, numbers, vocabulary))
            if size == 1:
                break
            shorter = keys % vocabulary ** (size - 1)
            found, places = np.unique(shorter, return_inverse=True)
            different = np.bincount(places).astype(np.float64)
            whole = np.bincount(places, weights=numbers)
            begins = found // vocabulary ** (size - 2) == BOS
            keys, numbers = found, np.where(begins, whole, different) if size > 2 else different

    def loss(self, texts: Iterable[Sequence[int]]) -> tuple[float, int]:
        """Nats of texts, each one's EOS included, and their number of tokens."""
        log_probs = self.log_probs(texts)
        return -float(log_probs.sum()), len(log_probs)

    def log_probs(self, texts: Iterable[Sequence[int]]) -> NDArray[np.float64]:
        """(N,) log-probabilities in nats of all tokens of texts, in order, each one's EOS included."""
        keys = self._keys(texts)
        probs = np.full(len(keys), 1 / self.vocabulary)
        for size, order in enumerate(self._orders, start=1):
            probs = _interpolated(order, keys % self.vocabulary**size, self.vocabulary, probs)
        logs: NDArray[np.float64] = np.log(probs)
        return logs

    def _keys(self, texts: Iterable[Sequence[int]]) -> Keys:
        """The n-gram that ends at each token, after as many BOS as it needs."""
        begin = [BOS] * (self.order - 1)
        padded = [np.array([*begin, *text, EOS], dtype=np.int64) for text in texts]
        parts = [np.zeros(0, dtype=np.int64)]
        for text in padded:
            keys = np.zeros(len(text) - self.order + 1, dtype=np.int64)
            for place in range(self.order):
                keys = keys * self.vocabulary + text[place : place + len(keys)]
            parts.append(keys)
        return np.concatenate(parts)


def _order(keys: Keys, counts: NDArray[np.float64], vocabulary: int) -> _Order:
    contexts, places = np.unique(keys // vocabulary, return_inverse=True)
    once, twice = (counts == 1).sum(), (counts == 2).sum()
    return _Order(
        keys,
        counts,
        contexts,
        totals=np.bincount(places, weights=counts).astype(np.float64),
        followers=np.bincount(places).astype(np.float64),
        discount=float(once / (once + 2 * twice)) if once else 0.5,
    )


def _interpolated(order: _Order, keys: Keys, vocabulary: int, lower: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities of one order, interpolated with those of the order below; these alone after an unseen context."""
    counts = _found(order.grams, order.counts, keys)
    contexts = keys // vocabulary
    totals = _found(order.contexts, order.totals, contexts)
    followers = _found(order.contexts, order.followers, contexts)
    known = totals > 0
    share = np.divide(np.maximum(counts - order.discount, 0), totals, out=np.zeros(len(keys)), where=known)
    rest = np.divide(order.discount * followers, totals, out=np.ones(len(keys)), where=known)
    mixed: NDArray[np.float64] = share + rest * lower
    return mixed


def _found(keys: Keys, values: NDArray[np.float64], wanted: Keys) -> NDArray[np.float64]:
    """The values of some keys; 0 for those that are not there."""
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found: NDArray[np.float64] = np.where(keys[places] == wanted, values[places], 0.0)
    return found
