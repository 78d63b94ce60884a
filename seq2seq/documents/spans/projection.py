"""The places of a sentence's spans in its translation, by the model's attention.

Follows what has been learnt about tag transfer: tags are stripped, and put back by alignment, for words and not for
their pieces (Joanis et al. 2013, "Transferring markup tags in statistical machine translation: a two-stream
approach"; browsermt/bergamot-translator, pull requests 253, 283 and 312). Here every span is put back exactly once.

A pair takes the stretch of the translation that has the greatest weight to the words inside of it, minus that to the
words outside of it (the stretch of greatest sum, Bentley 1984); pairs stay nested as in the source. An atom goes where
it parts what translates the words on its left from what translates the words on its right, near ones above all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Final

from seq2seq.documents.spans.alignment import Unit
from seq2seq.documents.spans.extraction import Atom, Element, Node, Pair

_UNALIGNED: Final = -inf
"""Weight of a stretch that translates none of a pair's words."""
_WORD: Final = 5
"""Characters of a usual word: the distance at which an alignment counts half for the place of an atom."""


@dataclass(slots=True)
class Placed:
    """A node in the translation."""

    node: Node
    start: int
    """Number of units before it."""
    end: int
    """Number of units before its end; an atom and an empty pair end where they start."""
    children: "list[Placed]" = field(default_factory=list)


class Projection:
    """Places the nodes of a sentence among the units of its translation.

    Attributes:
        uncertain: number of pairs around words that the model did not align with the source's, or around none.
        guessed: number of places that depend on the alignment.
    """

    def __init__(self, units: Sequence[Unit], words: str, text: str) -> None:
        self._units = units
        self._words = words
        self._text = text
        self.uncertain = 0
        self.guessed = 0

    def place(self, nodes: Sequence[Node]) -> list[Placed]:
        """The places of the nodes of the whole sentence, in the order of the translation."""
        return self._level(nodes, 0, len(self._units), 0, len(self._words))

    def _level(self, nodes: Sequence[Element], low: int, high: int, start: int, end: int) -> list[Placed]:
        """Place the nodes within the units ``low`` to ``high`` of their parent, whose words go from start to end."""
        pairs = [node for node in nodes if isinstance(node, Pair)]
        placed = {id(pair.node): pair for pair in self._place_pairs(pairs, low, high, start, end)}
        taken = [range(pair.start + 1, pair.end) for pair in placed.values()]
        gaps = [gap for gap in range(low, high + 1) if not any(gap in inside for inside in taken)]
        for node in nodes:
            if isinstance(node, Atom):
                gap = self._gap(node, gaps)
                placed[id(node)] = Placed(node, gap, gap)
        ordered = [placed[id(node)] for node in nodes if not isinstance(node, str)]
        return sorted(ordered, key=lambda one: (one.start, one.end > one.start))

    def _place_pairs(self, pairs: Sequence[Pair], low: int, high: int, start: int, end: int) -> list[Placed]:
        free = [low <= number < high for number in range(len(self._units))]
        wanted = [(self._stretch(pair, free, low, high, start, end), pair) for pair in pairs]
        placed: list[Placed] = []
        for (best, first, last), pair in sorted(wanted, key=lambda one: -one[0][0]):
            if not all(free[first:last]):
                best, first, last = self._stretch(pair, free, low, high, start, end)
            free[first:last] = [False] * (last - first)
            self.uncertain += first == last or best == _UNALIGNED
            children = self._level(pair.children, first, last, pair.start, pair.end)
            placed.append(Placed(pair, first, last, children))
        return placed

    def _stretch(
        self, pair: Pair, free: Sequence[bool], low: int, high: int, start: int, end: int
    ) -> tuple[float, int, int]:
        """The stretch of free units for a pair, and its sum of weights."""
        from_start, to_end = not pair.opening.items, not pair.closing.items
        if (from_start or pair.start <= start) and (to_end or pair.end >= end) and all(free[low:high]):
            return inf, low, high
        self.guessed += 1
        inside = [sum(weight for place, weight in unit.links if pair.start <= place < pair.end) for unit in self._units]
        weights = [
            2 * own - sum(weight for _, weight in unit.links) for own, unit in zip(inside, self._units, strict=True)
        ]
        firsts = range(low, low + 1 if from_start else high)
        stretches = [
            (total, first, last)
            for first in firsts
            for total, last in _sums(weights, free, first, high)
            if not to_end or last == high
        ]
        if not stretches:
            gap = low if from_start else high if to_end else self._nearest(pair.end, range(low, high + 1))
            return _UNALIGNED, gap, gap
        words = [one for one in stretches if any(unit.is_word for unit in self._units[one[1] : one[2]])]
        stretches = words or stretches  # a pair is not put around punctuation alone
        total, first, last = max(stretches, key=lambda one: one[0])
        if not any(inside[first:last]):
            total = _UNALIGNED
            _, first, last = min(stretches, key=lambda one: (self._distance(pair, one[1], one[2]), one[2] - one[1]))
        return total, *self._trimmed(pair, free, first, last)

    def _distance(self, pair: Pair, first: int, last: int) -> float:
        """Mean distance of what a stretch of units translates to a pair, in characters of the source."""
        links = [link for unit in self._units[first:last] for link in unit.links]
        distances = [weight * max(pair.start - place, place - pair.end, 0.0) for place, weight in links]
        return sum(distances) / sum(weight for _, weight in links) if links else inf

    def _trimmed(self, pair: Pair, free: Sequence[bool], first: int, last: int) -> tuple[int, int]:
        """The stretch with punctuation at its ends only where the source has some there."""
        has_mark = not self._words[pair.start : pair.start + 1].isalnum()
        while last - first > 1 and not has_mark and not self._units[first].is_word and pair.opening.items:
            first += 1
        final = self._words[pair.end - 1 : pair.end]
        while last - first > 1 and final.isalnum() and not self._units[last - 1].is_word and pair.closing.items:
            last -= 1
        follows = self._words[pair.end :].lstrip()[:1]
        if last < len(self._units) and free[last] and pair.closing.items and final != follows:
            unit = self._units[last]
            if not unit.is_word and self._text[unit.start] == final:
                last += 1
        return first, last

    def _gap(self, atom: Atom, gaps: Sequence[int]) -> int:
        """The gap for an atom, among those that are allowed."""
        if not self._words[: atom.start].strip():
            return gaps[0]
        if not self._words[atom.end :].strip():
            return gaps[-1]
        self.guessed += 1
        left, right = self._sides(atom)
        # score[gap]: what translates the left stands before the gap, what translates the right after it.
        score = sum(right)
        scores = [score]
        for before, after in zip(left, right, strict=True):
            score += before - after
            scores.append(score)
        for gap in gaps:
            if gap > 0 and atom.mark.touches_left:
                scores[gap] += left[gap - 1]
            if gap < len(right) and atom.mark.touches_right:
                scores[gap] += right[gap]
        best = max(scores[gap] for gap in gaps)
        return self._nearest(atom.start, [gap for gap in gaps if scores[gap] >= best - 1e-9])

    def _sides(self, atom: Atom) -> tuple[list[float], list[float]]:
        """Weight of every unit to the words on the left of an atom, and to those on its right, near ones above all."""
        left, right = [], []
        for unit in self._units:
            left.append(sum(w / (1 + (atom.start - at) / _WORD) for at, w in unit.links if at < atom.start))
            right.append(sum(w / (1 + (at - atom.end) / _WORD) for at, w in unit.links if at >= atom.end))
        return left, right

    def _nearest(self, place: int, gaps: Sequence[int]) -> int:
        """The gap at the share of the translation at which a place is in the source."""
        share = place / max(len(self._words), 1) * len(self._units)
        return min(gaps, key=lambda gap: abs(gap - share))


def _sums(weights: Sequence[float], free: Sequence[bool], first: int, high: int) -> Iterator[tuple[float, int]]:
    """The sums of all stretches of free units that begin at one, and their ends."""
    total = 0.0
    for number in range(first, high):
        if not free[number]:
            return
        total += weights[number]
        yield total, number + 1
