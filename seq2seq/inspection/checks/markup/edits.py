"""Edit distance of names."""

from typing import Final

_LONGEST: Final = 80
"""Most characters of names that are compared."""


def misspelt(one: str, other: str) -> bool:
    """Whether two names differ by a misspelling: at most two edits, and at most one per three letters."""
    if one == other or max(len(one), len(other)) > _LONGEST:
        return False
    most = min(2, max(1, min(len(one), len(other)) // 3))
    return abs(len(one) - len(other)) <= most and edits(one, other) <= most


def edits(one: str, other: str) -> int:
    """Characters inserted, deleted, replaced, or swapped with their neighbour (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, left in enumerate(one, 1):
        line = [row]
        for column, right in enumerate(other, 1):
            cost = min(line[-1] + 1, last[column] + 1, last[column - 1] + (left != right))
            if row > 1 and column > 1 and left == other[column - 2] and one[row - 2] == right:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]
