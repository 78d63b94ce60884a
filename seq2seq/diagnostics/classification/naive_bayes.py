"""Naive Bayes over tokens: what labels can be read off texts without a network.

A token counts once per text, and one is added to every count (Wang and Manning 2012, section 2.1; McCallum and Nigam
1998). With ``longest`` above 1, so do runs of up to as many tokens, by a hash.

Letters: N texts, C labels.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.diagnostics.classification.reading import Integers

_SIZE: Final = 1 << 16
"""Features. Tokens have one each in a vocabulary of up to as many; runs of tokens share them."""
_FACTOR: Final = 1_000_003


class NaiveBayes:
    """A classifier of texts with labels from 0 to ``count`` - 1; features that no text of training has are ignored."""

    def __init__(self, texts: Sequence[Integers], labels: Integers, count: int, *, longest: int = 1) -> None:
        self._longest = longest
        found = [_features(text, longest) for text in texts]
        rows = np.repeat(labels, [len(one) for one in found])
        cells = np.concatenate([*found, np.zeros(0, np.int64)]) * count + rows
        counts = np.bincount(cells, minlength=_SIZE * count).reshape(_SIZE, count).astype(np.float64)
        seen = counts.sum(axis=1) > 0
        smoothed = counts[seen] + 1.0
        self._log_features: NDArray[np.float64] = np.zeros((_SIZE, count))
        self._log_features[seen] = np.log(smoothed / smoothed.sum(axis=0))
        self._log_labels = np.log((np.bincount(labels, minlength=count) + 1.0) / (len(labels) + count))

    def predict(self, texts: Sequence[Integers]) -> Integers:
        """(N,) the most probable label of each text."""
        scores = [self._log_labels + self._log_features[_features(text, self._longest)].sum(axis=0) for text in texts]
        return np.array([score.argmax() for score in scores], np.int64)


def cross_validated(
    texts: Sequence[Integers], labels: Integers, count: int, generator: np.random.Generator, *, longest: int = 1
) -> Integers:
    """(N,) the label of each text by the other half of the texts."""
    order = generator.permutation(len(texts))
    predicted = np.zeros(len(texts), np.int64)
    for fold in (order[::2], order[1::2]):
        rest = np.setdiff1d(order, fold)
        model = NaiveBayes([texts[row] for row in rest], labels[rest], count, longest=longest)
        predicted[fold] = model.predict([texts[row] for row in fold])
    return predicted


def _features(text: Integers, longest: int) -> Integers:
    """The features of a text, each once."""
    runs = [text % _SIZE]
    for length in range(1, longest):
        runs.append((runs[-1][:-1] * _FACTOR + text[length:] + 1) % _SIZE)
    return np.unique(np.concatenate(runs))
