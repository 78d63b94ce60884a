"""How far apart two names are."""

from typing import Final

_LONGEST: Final = 80
"""Characters beyond which names are not compared."""


def misspelt(one: str, other: str) -> bool:
    """Whether one name is the other with a slip of the pen: two edits at most, and one in three letters."""
    if one == other or max(len(one), len(other)) > _LONGEST:
        return False
    most = min(2, max(1, min(len(one), len(other)) // 3))
    return abs(len(one) - len(other)) <= most and edits(one, other) <= most


def edits(one: str, other: str) -> int:
    """Characters inserted, left out, replaced, or exchanged with their neighbour (optimal string alignment)."""
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
