"""Random choices, which keep all words in use."""

import random
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


class Draw:
    """A source of random choices."""

    def __init__(self, seed: str) -> None:
        self._rng = random.Random(seed)
        self._uses: Counter[Hashable] = Counter()

    def pick(self, options: Sequence[T]) -> T:
        """Choose one, the less used rather than the more used: the least used of three drawn."""
        drawn = [options[self._rng.randrange(len(options))] for _ in range(3)]
        choice = min(drawn, key=lambda option: self._uses[option])
        self._uses[choice] += 1
        return choice

    def chance(self, share: float) -> bool:
        """Return True with this probability."""
        return self._rng.random() < share

    def weighted(self, weights: dict[T, float]) -> T:
        """Choose one by weight."""
        return self._rng.choices(list(weights), list(weights.values()))[0]

    def shuffle(self, items: list[T]) -> None:
        """Put a list into random order, in place."""
        self._rng.shuffle(items)
