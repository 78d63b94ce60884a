"""The networks of several classifiers as one: the mean of their probabilities."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from seq2seq.evaluation.calibration import log_softmax
from seq2seq.inference.engines.open import Network
from seq2seq.search.steppers.ensemble import mean_of


class EnsembleNetwork:
    """The mean of classifiers of the same tokens and labels; a batch takes the time of each of them.

    Args:
        members: the networks, at least one, each with the temperature that divides its logits.
    """

    def __init__(self, members: Sequence[tuple[Network, float]]) -> None:
        self._members = tuple(members)

    def logits(self, sources: Sequence[Sequence[int]]) -> NDArray[np.float64]:
        """(N, C) logarithms of the mean of calibrated probabilities, of N sources, token ids without EOS."""
        log_probs = [log_softmax(network.logits(sources) / temperature) for network, temperature in self._members]
        return np.asarray(mean_of(log_probs), dtype=np.float64)
