"""Continuations of live hypotheses, of which a search chooses some.

Letters: N sentences, K live hypotheses per sentence, W proposals per row, C candidates per sentence.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from seq2seq.search.stepper import IntArray

FloatArray = npt.NDArray[np.float64]


class Candidates(NamedTuple):
    """Some continuations of every sentence, in the order in which they get a place."""

    log_probs: FloatArray
    """(N, C), descending unless phrases are required."""
    tokens: IntArray
    """(N, C)."""
    rows: IntArray
    """(N, C) the rows that they continue."""


def best_candidates(
    log_probs: FloatArray, steps: npt.NDArray[np.floating[Any]], tokens: IntArray, *, count: int
) -> Candidates:
    """The likeliest continuations of each sentence.

    Args:
        log_probs: (N, K) of the live hypotheses.
        steps: (N x K, W) log-probabilities of the continuations of each.
        tokens: (N x K, W) the tokens of the continuations.
        count: the largest C.
    """
    sentences, live = log_probs.shape
    width = steps.shape[1]
    totals = (log_probs[:, :, None] + steps.reshape(sentences, live, width)).reshape(sentences, -1)
    sentence = np.arange(sentences)[:, None]
    order = np.argsort(-totals, axis=1, kind="stable")[:, :count]
    return Candidates(
        totals[sentence, order], tokens.reshape(sentences, -1)[sentence, order], order // width + sentence * live
    )


def distinct(candidates: Candidates) -> Candidates:
    """The same candidates in their order, -inf where a possible one occurs again."""
    log_probs, tokens, rows = candidates
    keys = np.where(log_probs > -np.inf, rows * (tokens.max() + 1) + tokens, -1)
    order = np.argsort(keys, axis=1, kind="stable")
    ordered = np.take_along_axis(keys, order, axis=1)
    sentences, columns = np.nonzero((np.diff(ordered, axis=1, prepend=-2) == 0) & (ordered >= 0))
    log_probs = log_probs.copy()
    log_probs[sentences, order[sentences, columns]] = -np.inf
    return Candidates(log_probs, tokens, rows)
