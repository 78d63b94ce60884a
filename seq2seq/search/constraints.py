"""Tokens that an output must not contain: unknown ones, an early end, a repeated n-gram.

Letters: R rows, W proposals per row, F forbidden tokens per row, t tokens written so far.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seq2seq.config.search_settings import SearchSettings
from seq2seq.errors import ModelError
from seq2seq.search.budgets import NOTHING, Budgets
from seq2seq.search.stepper import FloatArray, IntArray, Proposal, State, Stepper, step_whole
from seq2seq.special import EOS, UNK

_MARGIN = 4
"""Additional proposals where tokens have budgets: the likely ones that are forbidden, such as the end."""


@dataclass(frozen=True, slots=True)
class Constraints:
    """The constraints of one search."""

    min_length: int
    no_repeat_ngram: int
    allow_unknown: bool

    @classmethod
    def from_config(cls, config: SearchSettings) -> "Constraints":
        """The constraints of a recipe."""
        return cls(config.min_length, config.no_repeat_ngram, config.allow_unknown)

    def forbidden(self, history: IntArray, limits: IntArray) -> IntArray:
        """The tokens that must not follow.

        Args:
            history: (R, t) tokens written so far.
            limits: (R,) maximum lengths; a minimum above the maximum yields to it.

        Returns:
            (R, F) token ids, filled up with ``NOTHING``.
        """
        rows, written = history.shape
        columns: list[IntArray] = []
        if not self.allow_unknown:
            columns.append(np.full((rows, 1), UNK, dtype=np.int64))
        if written < self.min_length:
            columns.append(np.where(written < limits, EOS, NOTHING)[:, None])
        if 0 < self.no_repeat_ngram <= written:
            columns.append(self._repeating(history))
        return np.concatenate(columns, axis=1) if columns else np.empty((rows, 0), dtype=np.int64)

    def _repeating(self, history: IntArray) -> IntArray:
        """(R, F) the tokens that followed the last n - 1 tokens before."""
        context = self.no_repeat_ngram - 1
        starts = history.shape[1] - context
        seen = np.ones((history.shape[0], starts), dtype=np.bool_)
        for offset in range(context):
            seen &= history[:, offset : offset + starts] == history[:, starts + offset, None]
        columns = np.flatnonzero(seen.any(axis=0))
        return np.where(seen[:, columns], history[:, context + columns], NOTHING)


def largest(forbidden: IntArray) -> int:
    """The most tokens that any row forbids, and so the number of additional proposals."""
    return int((forbidden != NOTHING).sum(axis=1).max(initial=0))


def allowed(proposal: Proposal, forbidden: IntArray) -> npt.NDArray[np.float64]:
    """The log-probabilities (R, W) of a proposal in float64, -inf where the token is forbidden.

    Raises:
        ModelError: a log-probability is NaN.
    """
    log_probs = proposal.log_probs.astype(np.float64)
    require_finite(log_probs)
    if forbidden.shape[1]:
        log_probs[(proposal.tokens == forbidden.T[:, :, None]).any(axis=0)] = -np.inf
    return log_probs


def require_finite(log_probs: FloatArray) -> None:
    """Refuse NaN among log-probabilities; -inf is finite enough.

    Raises:
        ModelError: one is NaN.
    """
    if np.isnan(log_probs).any():
        raise ModelError(
            "The model computes probabilities that are not finite (NaN).\n"
            "  Its weights are damaged, or its training diverged: train again with a smaller `learning_rate`.",
            code="model.not-finite",
        )


def likeliest(
    stepper: Stepper[State],
    last: IntArray,
    state: State,
    width: int | None,
    forbidden: IntArray,
    *,
    budgets: Budgets | None,
    room: IntArray,
    ordered: bool = True,
) -> tuple[Proposal, State]:
    """A step of the model, -inf where a token is forbidden.

    Args:
        stepper: the model.
        last: (R,) the tokens written last; BOS at first.
        state: of the model.
        width: allowed tokens per row that matter (fewer if the vocabulary is smaller); None: all tokens, in any order.
        forbidden: (R, F) of :meth:`Constraints.forbidden`.
        budgets: of the rows.
        room: (R,) tokens that each row may still write.
        ordered: whether all tokens are in the model's order; else every id is a column
            (:func:`seq2seq.search.stepper.by_token`).

    Returns:
        The proposal, in float64, with at least the ``width`` likeliest allowed tokens of every row; and the next state.
    """
    if budgets is not None:
        forbidden = budgets.repeatable(forbidden)
    wide = stepper.vocabulary if width is None else width + largest(forbidden) + (_MARGIN if budgets else 0)
    if not ordered:
        proposal, after = step_whole(stepper, last, state)
    elif width is None:
        proposal, after = stepper.step(last, state, wide)
    else:
        proposal, after = propose(stepper, last, state, wide)
    log_probs, tokens = allowed(proposal, forbidden), proposal.tokens
    if budgets is not None:
        possible = budgets.mask(log_probs, tokens, room, np.arange(len(last)))
        if width is not None and wide < stepper.vocabulary:
            short = np.flatnonzero((log_probs > -np.inf).sum(axis=1) < np.minimum(width, possible))
            if short.size:  # what they may write is among the unlikely tokens
                whole, _ = propose(stepper, last[short], stepper.select(state, short), stepper.vocabulary)
                rest = allowed(whole, forbidden[short])
                budgets.mask(rest, whole.tokens, room[short], short)
                best = np.argsort(-rest, axis=1, kind="stable")[:, : tokens.shape[1]]
                log_probs[short] = np.take_along_axis(rest, best, axis=1)
                tokens[short] = np.take_along_axis(whole.tokens, best, axis=1)
    return Proposal(log_probs, tokens, proposal.attention), after


def propose(stepper: Stepper[State], tokens: IntArray, state: State, width: int) -> tuple[Proposal, State]:
    """A step of the model, with equally likely tokens in the order of their ids.

    An engine's order of them is arbitrary, and so is its choice at the border of the ``width`` likeliest: where the
    last proposal is as likely as the next, the whole vocabulary is requested.

    Args:
        stepper: the model.
        tokens: (R,) the tokens written last; BOS at first.
        state: of the model.
        width: proposals per row; fewer if the vocabulary is smaller.
    """
    proposal, after = stepper.step(tokens, state, min(width + 1, stepper.vocabulary))
    border = proposal.log_probs[:, width - 1 : width + 1]
    if border.shape[1] == 2 and ((border[:, 0] == border[:, 1]) & (border[:, 0] > -np.inf)).any():
        proposal, after = stepper.step(tokens, state, stepper.vocabulary)
    proposal = in_order(proposal)
    return Proposal(proposal.log_probs[:, :width], proposal.tokens[:, :width], proposal.attention), after


def in_order(proposal: Proposal) -> Proposal:
    """Put equally likely tokens, whose order is arbitrary, into the order of their ids."""
    log_probs, tokens = proposal.log_probs, proposal.tokens
    if not (log_probs[:, 1:] == log_probs[:, :-1]).any():
        return proposal
    order = np.lexsort((tokens, -log_probs), axis=-1)
    return Proposal(
        np.take_along_axis(log_probs, order, axis=1), np.take_along_axis(tokens, order, axis=1), proposal.attention
    )
