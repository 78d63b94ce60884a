"""Steppers around a stepper: one that makes every output begin as it is told, one that listens to what is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic

import numpy as np
import numpy.typing as npt

from seq2seq.search.stepper import IntArray, Proposal, State, Stepper
from seq2seq.special import BOS


@dataclass(frozen=True, slots=True)
class PrefixState(Generic[State]):
    """The inner state, and whether the last token of the prompt is still to be read."""

    inner: State
    fresh: bool


class PrefixStepper(Generic[State]):
    """Makes a model read a prompt before it goes on: a search sees what follows it only.

    Args:
        inner: the model.
        prompt: token ids, without BOS.
        then: (V,) bool, the tokens that may follow the prompt, one of which does; None: any.
    """

    def __init__(self, inner: Stepper[State], prompt: Sequence[int], then: npt.NDArray[np.bool_] | None = None) -> None:
        self._inner = inner
        self._prompt = [BOS, *prompt]
        self._then = then
        self.vocabulary = inner.vocabulary

    def start(self, sources: Sequence[Sequence[int]]) -> PrefixState[State]:
        """Start as the model does, and read all of the prompt but its last token."""
        state = self._inner.start(sources)
        for token in self._prompt[:-1]:
            _, state = self._inner.step(np.full(len(sources), token, dtype=np.int64), state, 1)
        return PrefixState(state, fresh=True)

    def step(self, tokens: IntArray, state: PrefixState[State], width: int) -> tuple[Proposal, PrefixState[State]]:
        """Read one token a row: at first the last of the prompt, in the place of BOS."""
        if state.fresh:
            tokens = np.full_like(tokens, self._prompt[-1])
        if state.fresh and self._then is not None:
            whole, after = self._inner.step(tokens, state.inner, self.vocabulary)
            proposal = _among(whole, self._then, width)
        else:
            proposal, after = self._inner.step(tokens, state.inner, width)
        return proposal, PrefixState(after, fresh=False)

    def select(self, state: PrefixState[State], rows: IntArray) -> PrefixState[State]:
        """Reorder, repeat or drop rows."""
        return PrefixState(self._inner.select(state.inner, rows), state.fresh)


def _among(proposal: Proposal, allowed: npt.NDArray[np.bool_], width: int) -> Proposal:
    """The likeliest of the tokens that are allowed; every row proposes all tokens, so that as many are left in each."""
    kept = allowed[proposal.tokens]
    rows = len(kept)
    log_probs = proposal.log_probs[kept].reshape(rows, -1)[:, :width]
    return Proposal(log_probs, proposal.tokens[kept].reshape(rows, -1)[:, :width], proposal.attention)


class ObservedStepper(Generic[State]):
    """Tells somebody every token that a model reads, of a search with one row: what has been written so far.

    Args:
        inner: the model.
        listen: called with each token, BOS apart.
    """

    def __init__(self, inner: Stepper[State], listen: Callable[[int], None]) -> None:
        self._inner = inner
        self._listen = listen
        self._heard: State | None = None
        self.vocabulary = inner.vocabulary

    def start(self, sources: Sequence[Sequence[int]]) -> State:
        """Start as the model does."""
        return self._inner.start(sources)

    def step(self, tokens: IntArray, state: State, width: int) -> tuple[Proposal, State]:
        """Step as the model does, and tell what it reads; a step that is asked for again is told once."""
        if tokens[0] != BOS and state is not self._heard:
            self._listen(int(tokens[0]))
        self._heard = state
        return self._inner.step(tokens, state, width)

    def select(self, state: State, rows: IntArray) -> State:
        """Reorder, repeat or drop rows."""
        return self._inner.select(state, rows)
