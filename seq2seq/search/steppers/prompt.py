"""Steppers around a stepper: one makes every output begin with a prefix, the other observes what is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic

import numpy as np
import numpy.typing as npt

from seq2seq.search.stepper import IntArray, Proposal, State, Stepper, start_with, step_whole
from seq2seq.special import BOS


@dataclass(frozen=True, slots=True)
class PrefixState(Generic[State]):
    """The inner state, and whether the last token of the prompt is unread."""

    inner: State
    fresh: bool


class PrefixStepper(Generic[State]):
    """Makes a model read a prompt first: a search sees only what follows it.

    Args:
        inner: the model.
        prompt: token ids, without BOS.
        then: (V,) bool, the tokens that may follow the prompt, at least one; None: any.
    """

    def __init__(self, inner: Stepper[State], prompt: Sequence[int], then: npt.NDArray[np.bool_] | None = None) -> None:
        self._inner = inner
        self._prompt = [BOS, *prompt]
        self._then = then
        self.vocabulary = inner.vocabulary

    def start(self, sources: Sequence[Sequence[int]]) -> PrefixState[State]:
        """Start the model, and read all tokens of the prompt except the last."""
        return self.start_with(sources, [()] * len(sources))

    def start_with(self, sources: Sequence[Sequence[int]], tokens: Sequence[Sequence[int]]) -> PrefixState[State]:
        """:meth:`start`, with more tokens in the shortlist of each source, if there is one."""
        state = start_with(self._inner, sources, tokens)
        for token in self._prompt[:-1]:
            _, state = self._inner.step(np.full(len(sources), token, dtype=np.int64), state, 1)
        return PrefixState(state, fresh=True)

    def step(self, tokens: IntArray, state: PrefixState[State], width: int) -> tuple[Proposal, PrefixState[State]]:
        """Read one token per row: at first the last of the prompt, in place of BOS."""
        if state.fresh:
            tokens = np.full_like(tokens, self._prompt[-1])
        if state.fresh and self._then is not None:
            whole, after = self._inner.step(tokens, state.inner, self.vocabulary)
            proposal = _among(whole, self._then, width)
        else:
            proposal, after = self._inner.step(tokens, state.inner, width)
        return proposal, PrefixState(after, fresh=False)

    def step_whole(self, tokens: IntArray, state: PrefixState[State]) -> tuple[Proposal, PrefixState[State]]:
        """:meth:`step` with every token id as a column."""
        if state.fresh:
            tokens = np.full_like(tokens, self._prompt[-1])
        proposal, after = step_whole(self._inner, tokens, state.inner)
        if state.fresh and self._then is not None:
            proposal.log_probs[:, ~self._then] = -np.inf
        return proposal, PrefixState(after, fresh=False)

    def select(self, state: PrefixState[State], rows: IntArray) -> PrefixState[State]:
        """Reorder, repeat or drop rows."""
        return PrefixState(self._inner.select(state.inner, rows), state.fresh)


def _among(proposal: Proposal, allowed: npt.NDArray[np.bool_], width: int) -> Proposal:
    """The likeliest of the allowed tokens. Every row proposes all tokens, so that equally many are left in each."""
    mask = allowed[proposal.tokens]
    rows = len(mask)
    log_probs = proposal.log_probs[mask].reshape(rows, -1)[:, :width]
    return Proposal(log_probs, proposal.tokens[mask].reshape(rows, -1)[:, :width], proposal.attention)


class ObservedStepper(Generic[State]):
    """Passes every token that a model reads except BOS to ``observe``, in a search with one row: the output so far."""

    def __init__(self, inner: Stepper[State], observe: Callable[[int], None]) -> None:
        self._inner = inner
        self._observe = observe
        self._reported: State | None = None
        self.vocabulary = inner.vocabulary

    def start(self, sources: Sequence[Sequence[int]]) -> State:
        """Start the model."""
        return self._inner.start(sources)

    def step(self, tokens: IntArray, state: State, width: int) -> tuple[Proposal, State]:
        """Let the model step, and report the token; a repeated step is reported once."""
        if tokens[0] != BOS and state is not self._reported:
            self._observe(int(tokens[0]))
        self._reported = state
        return self._inner.step(tokens, state, width)

    def select(self, state: State, rows: IntArray) -> State:
        """Reorder, repeat or drop rows."""
        return self._inner.select(state, rows)
