"""The interface between model and search: the model proposes, search disposes.

Letters: R rows (live hypotheses), W proposals per row, S source length (EOS included).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeVar, runtime_checkable

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.floating[Any]]
IntArray: TypeAlias = npt.NDArray[np.int64]

State = TypeVar("State")


def places_of(source: Any) -> int:
    """Places of a source that a model may attend to: its tokens and EOS; or its steps, where it is vectors (S, N)."""
    return len(source) + (not isinstance(source, np.ndarray) or source.ndim == 1)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The likeliest next tokens of every row. The arrays belong to the caller."""

    log_probs: FloatArray
    """(R, W) nats, descending in every row."""
    tokens: IntArray
    """(R, W) token ids; neither PAD nor BOS is among them, and none occurs twice in a row."""
    attention: FloatArray | None = None
    """(R, S) weights of this step over the source (:func:`places_of`); None for a fixed context."""


class Stepper(Protocol[State]):
    """A model that writes token by token. Its rows are independent of each other."""

    @property
    def vocabulary(self) -> int:
        """Token ids in the target vocabulary, special ones included."""

    def start(self, sources: Sequence[Sequence[int]]) -> State:
        """Read the sources, one row each: token ids without EOS, which the stepper adds; or vectors (S, N)."""

    def step(self, tokens: IntArray, state: State, width: int) -> tuple[Proposal, State]:
        """Propose the next tokens.

        Args:
            tokens: (R,) the tokens written last; BOS at first.
            state: from :meth:`start`, :meth:`step` or :meth:`select`.
            width: proposals per row; fewer if the vocabulary is smaller.
        """

    def select(self, state: State, rows: IntArray) -> State:
        """Reorder, repeat or drop rows: row ``i`` of the new state is row ``rows[i]`` of the old one."""


@runtime_checkable
class Scorer(Protocol):
    """A model that scores a whole output at once, instead of token by token."""

    def score(self, sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]]) -> FloatArray:
        """See :func:`seq2seq.search.decode.score_targets`; there is at least one source."""


@runtime_checkable
class WholeStepper(Protocol):
    """A model that gives the log-probabilities of its whole vocabulary at once, without sorting them."""

    def start_with(self, sources: Sequence[Sequence[int]], tokens: Sequence[Sequence[int]]) -> Any:
        """:meth:`Stepper.start`; where outputs are restricted to a shortlist, it has more tokens for each source."""

    def step_whole(self, tokens: IntArray, state: Any) -> tuple[Proposal, Any]:
        """:meth:`Stepper.step` with every token id as a column (:func:`by_token`)."""


def by_token(proposal: Proposal, vocabulary: int) -> Proposal:
    """A proposal with every token id as a column, in their order: (R, V), -inf where a token is not proposed."""
    rows = len(proposal.tokens)
    log_probs = np.full((rows, vocabulary), -np.inf, dtype=proposal.log_probs.dtype)
    np.put_along_axis(log_probs, proposal.tokens, proposal.log_probs, axis=1)
    return Proposal(log_probs, np.broadcast_to(np.arange(vocabulary), (rows, vocabulary)), proposal.attention)


def start_with(stepper: Stepper[State], sources: Sequence[Sequence[int]], tokens: Sequence[Sequence[int]]) -> State:
    """Start a model so that it can write some tokens for each source."""
    state: State = stepper.start_with(sources, tokens) if isinstance(stepper, WholeStepper) else stepper.start(sources)
    return state


def step_whole(stepper: Stepper[State], tokens: IntArray, state: State) -> tuple[Proposal, State]:
    """A step of any model, with every token id as a column (:func:`by_token`)."""
    if isinstance(stepper, WholeStepper):
        return stepper.step_whole(tokens, state)
    proposal, after = stepper.step(tokens, state, stepper.vocabulary)
    return by_token(proposal, stepper.vocabulary), after
