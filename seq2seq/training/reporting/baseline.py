"""Losses that need no network, to compare a model's with: that of a guess, and that of the frequencies alone."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seq2seq.data.preparing.prepare import Prepared
from seq2seq.data.preparing.split import Split
from seq2seq.special import EOS, NAMES

_ADDED: Final = 1.0
"""Added to every count, so that what only the development split has is not impossible (Laplace)."""


class Baseline(NamedTuple):
    """Losses on the development split, in nats per target token (EOS included), or per label."""

    uniform_loss: float
    """Of a guess: ln V, or the logarithm of the number of labels."""
    unigram_loss: float
    """Of the frequencies in the training split: what a model reaches that sees neither source nor earlier tokens."""


def unigram_baseline(prepared: Prepared, *, labels: bool) -> Baseline:
    """Compare with frequencies of target tokens; or of ``labels``, of which those that the model lacks do not count."""
    size = prepared.tokenizers.target.size
    train, dev = (_counts(split, size, labels=labels) for split in (prepared.train, prepared.dev))
    smoothed = train + _ADDED
    loss = float(-(dev * np.log(smoothed / smoothed.sum())).sum() / max(dev.sum(), 1))
    return Baseline(uniform_loss=float(np.log(len(train))), unigram_loss=loss)


def _counts(split: Split, size: int, *, labels: bool) -> NDArray[np.int64]:
    """(V,) occurrences of each token as a target, each target's EOS included; (C,) of each label."""
    counts = split.target_counts(size)
    if labels:
        return counts[len(NAMES) :]
    counts[EOS] += len(split)
    return counts
