"""Whether predicted labels have to do with expected ones at all, and how well they agree.

Labels are weighted alike, so that always predicting the most frequent one is no better than chance: the mean recall of
labels that occur (balanced accuracy: Brodersen et al. 2010). Its chance level is 1 divided by their number.

Letters: N examples, C labels.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.diagnostics.classification.reading import Integers

SHUFFLES: Final = 999
"""Permutations of the predictions."""
SURE: Final = 0.01
"""Probability, by chance, of agreement as good as what counts as informed: one measure in a hundred calls an untrained
model informed, and no model that has learnt something is missed with the numbers of examples that are judged."""


def mean_recall(predicted: Integers, expected: Integers) -> float:
    """Mean recall (0 to 1) of the labels among ``expected``; both are (N,), N at least 1."""
    totals = np.bincount(expected)
    right = np.bincount(expected[predicted == expected], minlength=len(totals))
    return float((right[totals > 0] / totals[totals > 0]).mean())


def standard_error(predicted: Integers, expected: Integers) -> float:
    """Standard error of :func:`mean_recall`: of a mean of independent shares."""
    totals = np.bincount(expected)
    right = np.bincount(expected[predicted == expected], minlength=len(totals))
    totals, right = totals[totals > 0], right[totals > 0]
    shares = (right + 1) / (totals + 2)  # a share of 0 or 1 in few examples is not certain
    return float(np.sqrt((shares * (1 - shares) / totals).sum()) / len(totals))


def chance_of(predicted: Integers, expected: Integers, generator: np.random.Generator) -> float:
    """Probability of so high a mean recall if predictions had nothing to do with texts (permutation test)."""
    found = mean_recall(predicted, expected)
    shuffled = (mean_recall(generator.permutation(predicted), expected) for _ in range(SHUFFLES))
    better = sum(one >= found - 1e-12 for one in shuffled)
    return (1 + better) / (1 + SHUFFLES)


def wilson(right: NDArray[np.float64], total: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """95 % intervals of shares (Wilson 1927)."""
    z = 1.96
    share = right / total
    middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    return middle - half, middle + half
