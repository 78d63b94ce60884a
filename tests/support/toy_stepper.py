"""Small models in NumPy, whose every output can be listed."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from seq2seq.search.stepper import IntArray, Proposal
from seq2seq.special import BOS, EOS, PAD

Prefix = tuple[int, ...]
Row = tuple[Prefix, Prefix]  # source, and what is written so far (BOS first once the first step is taken)


@dataclass
class ToyStepper:
    """Next-token probabilities that depend on the source and on all that is written so far.

    ``table(source, prefix)`` gives (V,) log-probabilities; by default they are random, but the same at every call.
    """

    vocabulary: int = 7
    seed: int = 0
    end: float = 0.0
    """Added to the logit of EOS."""
    attends: bool = True
    contrary: bool = False
    """Propose equally likely tokens in descending order of their ids."""
    from_nothing: bool = False
    """Write from an empty source, too."""
    table: Callable[[Prefix, Prefix], npt.NDArray[np.float64]] | None = None
    steps: int = field(default=0, init=False)
    rows: list[int] = field(default_factory=list, init=False)
    """How many rows each step had."""

    def start(self, sources: Sequence[Sequence[int]]) -> list[Row]:
        assert self.from_nothing or all(len(source) for source in sources), "an empty source must not reach the model"
        return [(tuple(source), ()) for source in sources]

    def step(self, tokens: IntArray, state: list[Row], width: int) -> tuple[Proposal, list[Row]]:
        assert tokens.shape == (len(state),)
        assert tokens.dtype == np.int64
        assert 1 <= width <= self.vocabulary
        self.steps += 1
        self.rows.append(len(state))
        state = [(source, (*prefix, token)) for (source, prefix), token in zip(state, tokens.tolist(), strict=True)]
        log_probs = np.stack([self.log_probs(source, prefix[1:]) for source, prefix in state])
        log_probs[:, [PAD, BOS]] = -np.inf
        direction = -1 if self.contrary else 1
        ids = np.arange(self.vocabulary)[::direction]
        order = ids[np.argsort(-log_probs[:, ids], axis=1, kind="stable")][:, : min(width, self.vocabulary - 2)]
        attention = None
        if self.attends:
            longest = max(len(source) for source, _ in state) + 1
            attention = np.zeros((len(state), longest), dtype=np.float32)
            for row, (source, prefix) in enumerate(state):
                attention[row, : len(source) + 1] = self.weights(source, prefix[1:])
        return Proposal(np.take_along_axis(log_probs, order, axis=1), order, attention), state

    def select(self, state: list[Row], rows: IntArray) -> list[Row]:
        return [state[row] for row in rows.tolist()]

    def log_probs(self, source: Prefix, prefix: Prefix) -> npt.NDArray[np.float64]:
        """(V,) of what may follow ``prefix``."""
        if self.table is not None:
            return self.table(source, prefix).astype(np.float64)
        logits = np.random.default_rng((self.seed, *source, 99, *prefix)).normal(size=self.vocabulary) * 1.5
        logits[EOS] += self.end
        return normalised(logits)

    def weights(self, source: Prefix, prefix: Prefix) -> npt.NDArray[np.float64]:
        """(S,) attention with which the token after ``prefix`` is chosen."""
        return np.random.default_rng((7, *source, 99, *prefix)).dirichlet(np.ones(len(source) + 1))

    def log_prob(self, source: Prefix, tokens: Prefix, *, finished: bool = True) -> float:
        """Of a whole output, by the chain rule."""
        written = (*tokens, EOS) if finished else tokens
        return float(sum(self.log_probs(source, written[:i])[token] for i, token in enumerate(written)))

    def outputs(self, limit: int, *, smallest: int = 1) -> Iterator[Prefix]:
        """Every output of ``smallest`` to ``limit`` ordinary tokens."""
        for length in range(smallest, limit + 1):
            yield from itertools.product(range(EOS + 1, self.vocabulary), repeat=length)


def normalised(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Log-softmax; PAD and BOS have no probability."""
    logits = logits.copy()
    logits[[PAD, BOS]] = -np.inf
    return np.asarray(logits - np.logaddexp.reduce(logits), dtype=np.float64)


def only(vocabulary: int, shares: Mapping[int, float]) -> npt.NDArray[np.float64]:
    """Log-probabilities of a few tokens; all others are impossible."""
    log_probs = np.full(vocabulary, -np.inf)
    for token, share in shares.items():
        log_probs[token] = np.log(share)
    return log_probs
