"""Subword regularisation: another random segmentation of a sentence each time.

sentencepiece samples too, but seeds its generator differently in every process, so that its samples cannot be
reproduced after training is resumed. Here all randomness comes from the generator that is given.

Candidates are scored by log p(segmentation), the sum of its pieces' log-probabilities in nats.
"""

import math
from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def choose(scores: Sequence[float], *, alpha: float, rng: "np.random.Generator") -> int:
    """The number of a candidate, sampled in proportion to exp(``alpha`` * score) (Kudo 2018, section 3.2)."""
    top = max(scores)
    bounds = list(accumulate(math.exp(alpha * (score - top)) for score in scores))
    at = rng.random() * bounds[-1]
    return next((i for i, bound in enumerate(bounds) if at < bound), len(bounds) - 1)


def merge(text: str, ranks: Mapping[str, float], *, dropout: float, rng: "np.random.Generator") -> list[str]:
    """The pieces of ``text`` by byte-pair encoding, each merge dropped with a probability (Provilkov et al. 2020).

    As in sentencepiece, the best pair of neighbours (the leftmost of equals) is merged until there is none, and a pair
    is dropped when its turn comes: for good, unless one of the two merges with its other neighbour. O(n log n).

    Args:
        text: characters to start from.
        ranks: of every piece that two neighbours may merge into; the lowest is merged first.
        dropout: probability that a merge is left out; from 1 on, the characters are left.
        rng: gives three numbers per character, whatever is merged.
    """
    count = len(text)
    draws = rng.random(3 * count).tolist()  # a merge makes at most two new pairs: no more than these can come up
    symbols = list(text)
    before, after = list(range(-1, count - 1)), [*range(1, count), -1]
    agenda = [(rank, at, at + 1, 2) for at in range(count - 1) if (rank := ranks.get(text[at : at + 2])) is not None]
    heapify(agenda)
    while agenda:
        _, left, right, size = heappop(agenda)
        # A part that has been merged since is empty, or longer than it was.
        if not symbols[left] or not symbols[right] or len(symbols[left]) + len(symbols[right]) != size:
            continue
        if draws.pop() < dropout:
            continue
        merged = symbols[left] = symbols[left] + symbols[right]
        symbols[right] = ""
        first, last = before[left], after[right]
        after[left] = last
        if first >= 0 and (rank := ranks.get(symbols[first] + merged)) is not None:
            heappush(agenda, (rank, first, left, len(symbols[first]) + size))
        if last >= 0:
            before[last] = left
            if (rank := ranks.get(merged + symbols[last])) is not None:
                heappush(agenda, (rank, left, last, size + len(symbols[last])))
    return [symbol for symbol in symbols if symbol]
