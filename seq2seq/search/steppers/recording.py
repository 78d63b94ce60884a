"""A stepper that records which hypotheses a search had, and how they continue each other: its beam as a tree."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic

import numpy as np

from seq2seq.search.stepper import FloatArray, IntArray, Proposal, State, Stepper
from seq2seq.special import EOS


@dataclass(slots=True, eq=False)
class BeamNode:
    """A prefix that a search has read."""

    token: int
    """Its last token; BOS at the root."""
    log_prob: float
    """Of all its tokens, in nats."""
    parent: "BeamNode | None"
    rank: int = 0
    """Place of its last token among all that could follow its parent, from 1; 0 at the root."""
    children: dict[int, "BeamNode"] = field(default_factory=dict)
    next_log_probs: FloatArray | None = None
    """(V,) of every token that can follow; None: the search never read this prefix."""
    next_tokens: IntArray | None = None
    """(V,) these tokens, the likeliest first."""

    def child(self, token: int) -> "BeamNode":
        """The prefix that is one token longer."""
        if token not in self.children:
            log_prob, rank = self.log_prob, 0
            if self.next_tokens is not None and self.next_log_probs is not None:
                place = np.flatnonzero(self.next_tokens == token)
                log_prob += float(self.next_log_probs[place[0]]) if place.size else -np.inf
                rank = int(place[0]) + 1 if place.size else len(self.next_tokens) + 1
            self.children[token] = BeamNode(token, log_prob, self, rank)
        return self.children[token]

    def end(self, tokens: Sequence[int], *, finished: bool) -> "BeamNode":
        """The prefix of some tokens from here, and EOS behind if it is ``finished``."""
        node = self
        for token in [*tokens, *([EOS] if finished else [])]:
            node = node.child(token)
        return node


@dataclass(frozen=True, slots=True)
class RecordedState(Generic[State]):
    """The inner state, and the prefix of each row."""

    inner: State
    nodes: tuple[BeamNode, ...]
    """(R,) the prefixes that have been read; at first none."""


class RecordingStepper(Generic[State]):
    """Passes everything on to a model, for a search with one source, and remembers it in :attr:`root`."""

    def __init__(self, inner: Stepper[State]) -> None:
        self._inner = inner
        self.vocabulary = inner.vocabulary
        self.root: BeamNode | None = None
        """The empty prefix; None before the search."""

    def start(self, sources: Sequence[Sequence[int]]) -> RecordedState[State]:
        """Start the model.

        Raises:
            ValueError: there is not exactly one source.
        """
        if len(sources) != 1:
            raise ValueError(f"the search for one source is recorded, not for {len(sources)}")
        return RecordedState(self._inner.start(sources), ())

    def step(self, tokens: IntArray, state: RecordedState[State], width: int) -> tuple[Proposal, RecordedState[State]]:
        """Let the model step, and record what each row has read and could continue with."""
        if state.nodes:
            nodes = tuple(node.child(token) for node, token in zip(state.nodes, tokens.tolist(), strict=True))
        else:
            self.root = self.root or BeamNode(int(tokens[0]), 0.0, None)
            nodes = (self.root,) * len(tokens)
        proposal, after = self._inner.step(tokens, state.inner, self.vocabulary)
        for row, node in enumerate(nodes):
            node.next_log_probs, node.next_tokens = proposal.log_probs[row], proposal.tokens[row]
        narrow = Proposal(proposal.log_probs[:, :width].copy(), proposal.tokens[:, :width].copy(), proposal.attention)
        return narrow, RecordedState(after, nodes)

    def select(self, state: RecordedState[State], rows: IntArray) -> RecordedState[State]:
        """Reorder, repeat or drop rows."""
        return RecordedState(self._inner.select(state.inner, rows), tuple(state.nodes[row] for row in rows.tolist()))
