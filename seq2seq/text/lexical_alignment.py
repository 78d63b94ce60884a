"""Target tokens that a source token is likely to yield, learnt from pairs of sentences.

Model 1 of Brown et al. 1993 (section 4.1): every target token was produced by one token of its source, or by none,
wherever that stands. What is none of the source is the source's EOS here, as an encoder reads it. The likelihood has
one maximum, which EM climbs to from anywhere (section 4.1 there; see also Och and Ney 2003, section 2.3.1).

A cell is a source token beside a target token of the same pair; because there are many, they are processed by source
token, in blocks, each as one integer.

Letters: N source tokens of all pairs, M target tokens of all pairs, C cells, D distinct cells of a block.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.special import EOS
from seq2seq.wording import plural

ROUNDS: Final = 5
"""Iterations of EM: as many as GIZA++ takes (Och and Ney 2003, section 6); what is likely hardly moves later."""
CELLS: Final = 40_000_000
"""Source tokens times target tokens, summed over pairs, that a lexicon is learnt from: some ten seconds."""
_BLOCK: Final = 1 << 22
"""Usual number of cells in a block."""
_TINY: Final = 1e-12
"""Sums that are smaller count as this: nothing is divided by zero."""

Ids = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Probabilities of target tokens given source tokens, sparse: only pairs that were seen together."""

    sources: NDArray[np.int64]
    """Source tokens, ascending."""
    targets: NDArray[np.int64]
    """As long: what each may yield, ascending for each source token."""
    probabilities: NDArray[np.float64]
    """As long: p(target | source), which sum to 1 for each source token."""

    def without(self, targets: Ids) -> "Lexicon":
        """Leave out some target tokens; the probabilities of the others stay."""
        others = ~np.isin(self.targets, targets)
        return Lexicon(self.sources[others], self.targets[others], self.probabilities[others])

    def best(self, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The likeliest ``count`` of every source token.

        Returns:
            Source tokens, ascending, and a target for each, the likeliest of a source first.
        """
        order = np.lexsort((-self.probabilities, self.sources))
        sources = self.sources[order]
        kept = np.arange(order.size) - np.searchsorted(sources, sources) < count
        return sources[kept], self.targets[order][kept]


def sample_pairs(lengths: Ids, cells: int = CELLS) -> NDArray[np.int64]:
    """Rows of a corpus with ``lengths`` (N, 2) to learn a lexicon from: all, or a random part of at most ``cells``."""
    rng = np.random.default_rng(1)
    # Every pair has a cell, so that no more pairs than cells are taken.
    order = rng.permutation(len(lengths)) if len(lengths) <= cells else rng.choice(len(lengths), cells, replace=False)
    taken = np.cumsum(lengths[order].astype(np.int64).prod(axis=1)) <= cells
    return np.sort(order[taken])


def learn(sources: Sequence[Ids], targets: Sequence[Ids], *, rounds: int = ROUNDS) -> Lexicon:
    """Learn a lexicon.

    Args:
        sources: token ids of each pair's source, without EOS, which every one is given.
        targets: token ids of each pair's target, without BOS and EOS.
        rounds: of EM, at least one.
    """
    if len(sources) != len(targets):
        raise ValueError(f"{plural(len(sources), 'source')}, but {plural(len(targets), 'target')}")
    written = _flat(targets)
    if not written.size:
        nothing = np.empty(0, dtype=np.int64)
        return Lexicon(nothing, nothing, np.empty(0))
    blocks = list(_blocks(sources, targets, written))
    estimate(blocks, written.size, rounds=rounds)
    keys = np.concatenate([block.keys for block in blocks])
    size = _size(written)
    return Lexicon(keys // size, keys % size, np.concatenate([block.probabilities for block in blocks]))


@dataclass(eq=False)
class Cells:
    """Cells of some source tokens: all that a round of EM needs to estimate what these tokens yield."""

    entries: Ids
    """(C,) the entry of each cell: its source token beside its target token, whatever the pair."""
    owners: Ids
    """(D,) the source token of each entry, numbered from 0."""
    probabilities: NDArray[np.float64]
    """(D,) p(target | source) before the first round; alike for all, they may be anything positive."""
    _places: NDArray[np.int64] | None = None
    """(C,) the target token of each cell, as an index into those of all pairs."""

    def places(self) -> NDArray[np.int64]:
        """(C,) where in all target tokens that of each cell stands."""
        assert self._places is not None
        return self._places

    def given(self) -> NDArray[np.float64]:
        """(C,) p(target | source) of each cell."""
        given: NDArray[np.float64] = self.probabilities[self.entries]
        return given

    def update(self, explained: NDArray[np.float64]) -> None:
        """A round's estimate (Brown et al. 1993, equations 13 to 17), once (M,) all sources are known to give."""
        shares = self.given() / np.maximum(explained[self.places()], _TINY)
        counts = np.bincount(self.entries, weights=shares, minlength=self.probabilities.size)
        self.probabilities = counts / np.maximum(np.bincount(self.owners, weights=counts)[self.owners], _TINY)


def estimate(blocks: Sequence[Cells], size: int, *, rounds: int = ROUNDS) -> None:
    """Expectation maximisation, in place.

    Args:
        blocks: all cells; those of one source token are in one block.
        size: M.
        rounds: of EM.
    """
    for _ in range(rounds):
        # (M,) what all tokens of its source give to a target token, together
        explained = np.zeros(size)
        for block in blocks:
            explained += np.bincount(block.places(), weights=block.given(), minlength=size)
        for block in blocks:
            block.update(explained)


class _Block(Cells):
    """The cells of some source tokens (ascending), each as one integer; ``written`` (M,) are all target tokens.

    ``starts`` and ``lengths`` are the first target token, and the number, of the pair that each token stands in.
    """

    def __init__(self, tokens: Ids, starts: Ids, lengths: Ids, written: NDArray[np.int64]) -> None:
        self._starts, self._lengths = starts, lengths
        size = _size(written)
        cells = np.repeat(tokens * size, lengths) + written[self.places()]
        self.keys, entries = np.unique(cells, return_inverse=True)
        """(D,) ``source x size + target``, ascending."""
        _, owners = np.unique(self.keys // size, return_inverse=True)
        super().__init__(entries.astype(np.int32), owners, np.ones(self.keys.size))

    def places(self) -> NDArray[np.int64]:
        """(C,) worked out each time, to save memory."""
        ends = np.cumsum(self._lengths)
        return np.arange(ends[-1]) + np.repeat(self._starts - ends + self._lengths, self._lengths)


def _blocks(sources: Sequence[Ids], targets: Sequence[Ids], written: NDArray[np.int64]) -> Iterator[_Block]:
    """All cells, by source token; those of one token are in one block."""
    lengths = np.array([len(target) for target in targets])
    pairs = np.repeat(np.arange(len(sources)), [len(source) + 1 for source in sources])
    tokens = _flat([part for source in sources for part in (source, (EOS,))])
    order = np.argsort(tokens, kind="stable")
    order = order[lengths[pairs[order]] > 0]
    tokens, pairs = tokens[order], pairs[order]
    starts = (np.cumsum(lengths) - lengths)[pairs]
    lengths = lengths[pairs]
    # A block begins with the first token of another kind, once the block before is full.
    number = (np.cumsum(lengths) - lengths) // _BLOCK
    number = number[np.searchsorted(tokens, tokens)]
    cuts = [0, *(np.flatnonzero(np.diff(number)) + 1).tolist(), tokens.size]
    for first, last in pairwise(cuts):
        yield _Block(tokens[first:last], starts[first:last], lengths[first:last], written)


def _flat(sequences: Sequence[Ids | tuple[int, ...]]) -> NDArray[np.int64]:
    return np.concatenate([np.empty(0, dtype=np.int64), *sequences])


def _size(written: NDArray[np.int64]) -> int:
    """What keys count source tokens by."""
    return int(written.max()) + 1
