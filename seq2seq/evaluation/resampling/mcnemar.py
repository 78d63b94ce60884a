"""McNemar's exact test: are two classifiers equally often right (McNemar 1947)?

Only the n examples count on which exactly one of them is right. Of equally good classifiers, either is the one with
probability 1/2, so that the number of examples is binomial.
"""

from math import log

import numpy as np


def exact_p_value(only_one: int, only_other: int) -> float:
    """Two-sided: the probability of a split of the n examples as uneven as this one, or more.

    Args:
        only_one: examples on which only the first classifier is right.
        only_other: examples on which only the second one is.
    """
    total, fewer = only_one + only_other, min(only_one, only_other)
    steps = np.arange(1, fewer + 1)
    # log of total over k, for k from 0 to fewer
    binomials = np.concatenate([[0.0], np.cumsum(np.log(total - steps + 1) - np.log(steps))])
    return min(1.0, float(2 * np.exp(binomials - total * log(2)).sum()))
