"""Several models as one: the mean of their next-token distributions, in one search.

It is the arithmetic mean of probabilities, (p₁ + ... + pₙ) / n, a distribution as well, in which a token is possible if
one of the models gives it a probability. The geometric mean (the mean of log-probabilities) would have to be
normalised, and lets each model forbid what it does not know.

Letters: R rows (hypotheses), S source length, V vocabulary, W width of a proposal, n models.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from seq2seq.search.stepper import FloatArray, IntArray, Proposal, Stepper, start_with, step_whole
from seq2seq.special import BOS, PAD

States = tuple[Any, ...]
"""The state of each model."""


class EnsembleStepper:
    """Stepper of the mean of models with one vocabulary; a step takes the time of a step of each.

    Args:
        members: the models, at least one.

    Raises:
        ValueError: there is none, or their vocabularies have different sizes.
    """

    def __init__(self, members: Sequence[Stepper[Any]]) -> None:
        sizes = {member.vocabulary for member in members}
        if len(sizes) != 1:
            raise ValueError(f"models of one vocabulary can be averaged; these have sizes {sorted(sizes)}")
        (self.vocabulary,) = sizes
        self._members = tuple(members)

    def start(self, sources: Sequence[Sequence[int]]) -> States:
        """Start every model."""
        return tuple(member.start(sources) for member in self._members)

    def start_with(self, sources: Sequence[Sequence[int]], tokens: Sequence[Sequence[int]]) -> States:
        """:meth:`start`, with more tokens in the shortlist of each source, if a model has one."""
        return tuple(start_with(member, sources, tokens) for member in self._members)

    def step(self, tokens: IntArray, state: States, width: int) -> tuple[Proposal, States]:
        """Let every model step; the ``width`` likeliest tokens by the mean, at most V - 2."""
        whole, after = self.step_whole(tokens, state)
        ids = np.delete(np.arange(self.vocabulary), [PAD, BOS])
        log_probs = whole.log_probs[:, ids]
        if width < ids.size:
            best = np.argpartition(log_probs, -width, axis=1)[:, -width:]
            best.sort(axis=1)  # by id, so that equally likely tokens are in this order below
        else:
            best = np.broadcast_to(np.arange(ids.size), log_probs.shape)
        order = np.argsort(-np.take_along_axis(log_probs, best, axis=1), axis=1, kind="stable")
        best = np.take_along_axis(best, order, axis=1)
        return Proposal(np.take_along_axis(log_probs, best, axis=1), ids[best], whole.attention), after

    def step_whole(self, tokens: IntArray, state: States) -> tuple[Proposal, States]:
        """:meth:`step` with every token id as a column. Attention is the mean of the models that have it."""
        steps = [step_whole(member, tokens, own) for member, own in zip(self._members, state, strict=True)]
        proposals = [proposal for proposal, _ in steps]
        weights = [proposal.attention for proposal in proposals if proposal.attention is not None]
        mean = Proposal(
            mean_of([proposal.log_probs for proposal in proposals]),
            proposals[0].tokens,
            np.mean(weights, axis=0) if weights else None,
        )
        return mean, tuple(after for _, after in steps)

    def select(self, state: States, rows: IntArray) -> States:
        """Reorder, repeat or drop rows."""
        return tuple(member.select(own, rows) for member, own in zip(self._members, state, strict=True))


def mean_of(log_probs: Sequence[FloatArray]) -> FloatArray:
    """The logarithm of the arithmetic mean of probabilities.

    Args:
        log_probs: (R, V) nats of each model; -inf is possible, and NaN stays NaN.

    Returns:
        (R, V) nats; exactly those of a model, if all are equal.
    """
    highest = np.maximum.reduce(log_probs)
    finite = np.where(highest == -np.inf, 0.0, highest).astype(highest.dtype, copy=False)
    total = np.zeros_like(highest)
    for one in log_probs:
        total += np.exp(one - finite)
    with np.errstate(divide="ignore"):  # log 0 is -inf
        return np.asarray(np.log(total / len(log_probs)) + finite)
