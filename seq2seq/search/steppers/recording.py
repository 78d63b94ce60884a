"""A stepper that records which hypotheses a search had, and how they continue each other: its beam as a tree."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic

import numpy as np

from seq2seq.search.stepper import FloatArray, IntArray, Proposal, State, Stepper, start_with, step_whole
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
    """(V,) of every token that can follow; None: the search has not read this prefix, or has chosen what follows."""
    next_tokens: IntArray | None = None
    """(V,) these tokens."""
    ending: "BeamNode | None" = None
    """The prefix with EOS behind, which becomes a child if an output ends so."""

    def child(self, token: int) -> "BeamNode":
        """The prefix that is one token longer."""
        if token not in self.children:
            known = self.ending if token == EOS else None
            self.children[token] = self._followed(token) if known is None else known
        return self.children[token]

    def settle(self) -> None:
        """Forget what can follow, except for the end: the search has chosen what does."""
        self.ending = self._followed(EOS)
        self.next_log_probs = self.next_tokens = None

    def find(self, tokens: Sequence[int]) -> "BeamNode | None":
        """The prefix of some tokens from here, if the search has read it."""
        node: BeamNode | None = self
        for token in tokens:
            node = None if node is None else node.children.get(token)
        return node

    def _followed(self, token: int) -> "BeamNode":
        log_prob, rank = self.log_prob, 0
        if self.next_tokens is not None and self.next_log_probs is not None:
            found = self.next_log_probs[self.next_tokens == token]
            log_prob += float(found[0]) if found.size else -np.inf
            rank = 1 + int((self.next_log_probs > (found[0] if found.size else -np.inf)).sum())
        return BeamNode(token, log_prob, self, rank)

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
    """Passes everything on to a model, for searches with one source each, and remembers them in :attr:`roots`."""

    def __init__(self, inner: Stepper[State]) -> None:
        self._inner = inner
        self.vocabulary = inner.vocabulary
        self.roots: list[BeamNode] = []
        """The empty prefix of each search, of which one text may need several."""
        self._open: tuple[BeamNode, ...] = ()
        """What was read last, of which the search has not yet chosen what follows."""

    def start(self, sources: Sequence[Sequence[int]]) -> RecordedState[State]:
        """Start the model.

        Raises:
            ValueError: there is not exactly one source.
        """
        return self.start_with(sources, [()] * len(sources))

    def start_with(self, sources: Sequence[Sequence[int]], tokens: Sequence[Sequence[int]]) -> RecordedState[State]:
        """:meth:`start`, with more tokens in the shortlist of each source, if there is one."""
        if len(sources) != 1:
            raise ValueError(f"the search for one source is recorded, not for {len(sources)}")
        self._open = ()
        return RecordedState(start_with(self._inner, sources, tokens), ())

    def step(self, tokens: IntArray, state: RecordedState[State], width: int) -> tuple[Proposal, RecordedState[State]]:
        """Let the model step, and record what each row has read and could continue with."""
        proposal, after = self._inner.step(tokens, state.inner, self.vocabulary)
        nodes = self._read(tokens, state, proposal)
        narrow = Proposal(proposal.log_probs[:, :width].copy(), proposal.tokens[:, :width].copy(), proposal.attention)
        return narrow, RecordedState(after, nodes)

    def step_whole(self, tokens: IntArray, state: RecordedState[State]) -> tuple[Proposal, RecordedState[State]]:
        """:meth:`step` with every token id as a column."""
        proposal, after = step_whole(self._inner, tokens, state.inner)
        nodes = self._read(tokens, state, proposal)
        return Proposal(proposal.log_probs.copy(), proposal.tokens, proposal.attention), RecordedState(after, nodes)

    def _read(self, tokens: IntArray, state: RecordedState[State], proposal: Proposal) -> tuple[BeamNode, ...]:
        if state.nodes:
            nodes = tuple(node.child(token) for node, token in zip(state.nodes, tokens.tolist(), strict=True))
        else:
            self.roots.append(BeamNode(int(tokens[0]), 0.0, None))
            nodes = (self.roots[-1],) * len(tokens)
        for node in self._open:  # the whole vocabulary of every prefix would take much memory
            node.settle()
        for row, node in enumerate(nodes):
            node.next_log_probs, node.next_tokens = proposal.log_probs[row], proposal.tokens[row]
        self._open = nodes
        return nodes

    def select(self, state: RecordedState[State], rows: IntArray) -> RecordedState[State]:
        """Reorder, repeat or drop rows."""
        return RecordedState(self._inner.select(state.inner, rows), tuple(state.nodes[row] for row in rows.tolist()))
