"""The most likely places at which two aligned files of different length lose their alignment, by lengths of lines.

Pairs (i, i + d) belong together, where d, how far the target is ahead, changes at a few places. The cost of a pair is
how far the logarithm of its length ratio lies from the median (after Gale and Church 1993, with a robust loss). The one
change that lowers the cost most is found first, then others before and after it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.data.tables.lines import read_blocks
from seq2seq.data.tables.problems import BadRows

_FARTHEST: Final = 12
"""Lines that a file may lose, or have too many, at one place, beside the whole difference of the two."""
_MOST: Final = 8
"""Places that are looked for."""
_GAIN: Final = 8.0
"""Cost that a place saves at least."""
_SHARE: Final = 0.03
"""Share of the cost of the lines that it divides, which a place saves at least."""


@dataclass(frozen=True)
class Misalignment:
    """A place from which on the files no longer fit as they did before."""

    line: int
    """First line of the source that does not fit, from 1."""
    lines: int
    """Lines that the target has more there; fewer, if negative."""


def find_misalignments(source: NDArray[np.int32], target: NDArray[np.int32]) -> list[Misalignment]:
    """Find the places at which lines are missing or too many, ascending.

    The difference that they leave is put at the end of the files, if these fit until there.

    Args:
        source: (N,) characters of each source line.
        target: (M,) characters of each target line, M != N.

    Returns:
        The places; none, where the lengths do not tell.
    """
    costs = _Costs(source, target)
    changes = _moved(costs, _changes(costs, 0, len(source), 0, _MOST), len(source))
    misalignments, ahead = [], 0
    for line, shift in changes:
        misalignments.append(Misalignment(line + 1, shift - ahead))
        ahead = shift
    left = len(target) - len(source) - ahead
    if left and (misalignments or costs.fit_to_the_end()):
        misalignments.append(Misalignment(min(len(source), len(target) - ahead) + 1, left))
    return misalignments


class _Costs:
    """Costs of pairs of lines, by their numbers of characters."""

    def __init__(self, source: NDArray[np.int32], target: NDArray[np.int32]) -> None:
        self._source, self._target = np.log(source + 5.0), np.log(target + 5.0)
        self._difference = difference = len(target) - len(source)
        self.shifts = sorted({*range(-_FARTHEST, _FARTHEST + 1), difference})
        # Wherever the files slip, one of the alignments at both ends fits many lines; the median withstands the rest.
        ends = [self._ratios(0), self._ratios(difference)]
        self._usual = float(np.median(np.concatenate(ends))) if any(map(len, ends)) else 0.0
        self._alone = float(np.mean([self._of(self._ratios(shift)).mean() for shift in (0, difference)]))

    def _ratios(self, shift: int) -> NDArray[np.float64]:
        """Logarithms of the length ratios of all pairs (i, i + shift) that there are."""
        first = max(0, -shift)
        last = min(len(self._source), len(self._target) - shift)
        if last <= first:
            return np.zeros(0)
        ratios: NDArray[np.float64] = self._target[first + shift : last + shift] - self._source[first:last]
        return ratios

    def _of(self, ratios: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.minimum(np.abs(ratios - self._usual), 1.0) if len(ratios) else np.ones(1)

    def at_shift(self, shift: int, first: int, last: int) -> NDArray[np.float64]:
        """Costs of the lines from ``first`` to ``last``; a line without a partner costs what an average one does."""
        costs = np.full(len(self._source), self._alone)
        ratios = self._ratios(shift)
        start = max(0, -shift)
        if len(ratios):
            costs[start : start + len(ratios)] = self._of(ratios)
        return costs[first:last]

    def fit_to_the_end(self) -> bool:
        """Whether the files fit without any change better than with one at the very beginning."""
        here, there = (float(self.at_shift(shift, 0, len(self._source)).sum()) for shift in (0, self._difference))
        return there - here > max(_GAIN, _SHARE * there)


def _changes(costs: _Costs, first: int, last: int, shift: int, most: int) -> list[tuple[int, int]]:
    """Lines of a stretch at which it changes how far the target is ahead, and to what; ``shift`` holds at its start."""
    if last - first < 2 or not most:
        return []
    before = np.concatenate([[0.0], np.cumsum(costs.at_shift(shift, first, last))])
    best, place, new = float(before[-1]), last, shift
    for candidate in costs.shifts:
        if candidate != shift:
            after = np.cumsum(costs.at_shift(candidate, first, last)[::-1])[::-1]
            totals = before[:-1] + after
            lowest = int(np.argmin(totals))
            if totals[lowest] < best:
                best, place, new = float(totals[lowest]), first + lowest, candidate
    gain = float(before[-1]) - best
    if gain < _GAIN or gain < _SHARE * float(before[-1]):
        return []
    earlier = _changes(costs, first, place, shift, most - 1)
    later = _changes(costs, place, last, new, most - 1 - len(earlier))
    if earlier and earlier[-1][1] == new:  # the same change, found more exactly
        return [*earlier, *later]
    return [*earlier, (place, new), *later]


def _moved(costs: _Costs, changes: list[tuple[int, int]], last: int) -> list[tuple[int, int]]:
    """The same changes, each where it costs least between its neighbours: they were found without knowing of these."""
    for _ in range(2):
        for number, (_, shift) in enumerate(changes):
            first = changes[number - 1][0] if number else 0
            stop = changes[number + 1][0] if number + 1 < len(changes) else last
            before = costs.at_shift(changes[number - 1][1] if number else 0, first, stop)
            gains = np.concatenate([[0.0], np.cumsum(before - costs.at_shift(shift, first, stop))])
            changes[number] = first + int(np.argmin(gains)), shift
    return changes


def line_lengths(path: Path) -> NDArray[np.int32]:
    """Characters of each line; raises a DataError where the file cannot be read to its end."""
    return np.fromiter((len(line) for block in read_blocks(path, BadRows()) for line in block.lines), dtype=np.int32)
