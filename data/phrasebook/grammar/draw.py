"""Random choices that keep every word in use, and the record of which words were combined."""

import random
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import TypeVar
from zlib import crc32

T = TypeVar("T", bound=Hashable)
Combination = tuple[str, str, str]
"""What kind of combination, and the two words."""
HELD_OUT_ONE_IN = 16


def held_out(combination: Combination) -> bool:
    """Whether a combination is kept for the test set: one in sixteen, by its checksum."""
    return crc32(":".join(combination).encode()) % HELD_OUT_ONE_IN == 0


class Draw:
    """A source of random choices.

    Attributes:
        combinations: what was combined since the last :meth:`begin`.
        picked: what was picked since then.
    """

    def __init__(self, seed: str) -> None:
        self._rng = random.Random(seed)
        self._uses: Counter[Hashable] = Counter()
        self.combinations: set[Combination] = set()
        self.picked: set[Hashable] = set()

    def begin(self) -> None:
        """Start a new sentence."""
        self.combinations = set()
        self.picked = set()

    def pick(self, options: Sequence[T], label: str = "") -> T:
        """Choose one, the less used rather than the more used: the least used of three drawn.

        Args:
            options: what there is.
            label: keeps the count of equal options apart: the 3 of a date and the 3 of a price.
        """
        drawn = [options[self._rng.randrange(len(options))] for _ in range(3)]
        choice = min(drawn, key=lambda option: self._uses[label, option])
        self._uses[label, choice] += 1
        self.picked.add(choice)
        return choice

    def any(self, options: Sequence[T]) -> T:
        """Choose one, all alike."""
        return options[self._rng.randrange(len(options))]

    def chance(self, share: float) -> bool:
        """Return True with this probability."""
        return self._rng.random() < share

    def number(self, low: int, high: int) -> int:
        """Return an integer between two bounds, both included."""
        return self._rng.randint(low, high)

    def combine(self, kind: str, first: str, second: str) -> None:
        """Note that two words were combined."""
        self.combinations.add((kind, first, second))

    def weighted(self, options: Sequence[T], weights: Sequence[float]) -> T:
        """Choose one by weight."""
        return self._rng.choices(options, weights)[0]
