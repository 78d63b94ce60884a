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


@dataclass(frozen=True, slots=True)
class Proposal:
    """The likeliest next tokens of every row. The arrays belong to the caller."""

    log_probs: FloatArray
    """(R, W) nats, descending in every row."""
    tokens: IntArray
    """(R, W) token ids; neither PAD nor BOS is among them, and none occurs twice in a row."""
    attention: FloatArray | None = None
    """(R, S) weights of this step over the source tokens, EOS included; None for a fixed context."""


class Stepper(Protocol[State]):
    """A model that writes token by token. Its rows are independent of each other."""

    @property
    def vocabulary(self) -> int:
        """Token ids in the target vocabulary, special ones included."""

    def start(self, sources: Sequence[Sequence[int]]) -> State:
        """Read the sources, one row each.

        Args:
            sources: token ids without EOS, which the stepper adds.
        """

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
class Widenable(Protocol):
    """A model that may be restricted to a shortlist of tokens for every source."""

    def start_with(self, sources: Sequence[Sequence[int]], tokens: Sequence[Sequence[int]]) -> Any:
        """:meth:`Stepper.start`, with more tokens in the shortlist of each source."""
