"""Medians, spreads and ratios of interleaved measurements, and their tables."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np


@dataclass(frozen=True, slots=True)
class Spread:
    """The lowest, the middle and the highest of some values."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """The spread of one value or more."""
        return cls(min(values), statistics.median(values), max(values))

    def shown(self, digits: int) -> str:
        """The median, and the range in brackets where there is one."""
        low, middle, high = (f"{value:,.{digits}f}" for value in (self.low, self.middle, self.high))
        return middle if low == high else f"{middle} ({low} to {high})"


@dataclass(frozen=True, slots=True)
class Column:
    """A figure, as it is shown."""

    key: str
    title: str
    digits: int
    better: Literal["more", "less"] = "less"
    compared: bool = False
    """Whether contestants are compared by it."""


@dataclass(slots=True)
class Results:
    """Figures of one part: those of every contestant, a value a round."""

    title: str
    columns: Sequence[Column]
    against: Sequence[str]
    """The contestants that all are compared with, as far as they took part."""
    samples: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def add(self, contestant: str, figures: Mapping[str, float | None]) -> None:
        """Add what a contestant did in a round; a figure that could not be had is None."""
        mine = self.samples.setdefault(contestant, {})
        for key, value in figures.items():
            if value is not None:
                mine.setdefault(key, []).append(value)

    def ratio(self, contestant: str, column: Column, against: str) -> Spread | None:
        """How many times better a contestant is than another, round by round; None: one of them has no such figure."""
        own, other = (self.samples.get(name, {}).get(column.key, []) for name in (contestant, against))
        pairs = list(zip(own, other, strict=False))  # a run that was broken off has rounds that are not whole
        if not pairs:
            return None
        return Spread.of([mine / theirs if column.better == "more" else theirs / mine for mine, theirs in pairs])

    def table(self) -> str:
        """A Markdown table; medians, with the range in brackets."""
        shown = [column for column in self.columns if any(column.key in mine for mine in self.samples.values())]
        compared = self._comparisons()
        named = sum(column.compared for column in shown) > 1
        titles = [(f"{column.title}: " if named else "") + f"times {other.split()[0]}" for column, other in compared]
        rows = [["", *(column.title for column in shown), *titles], ["---", *("---:" for _ in (*shown, *compared))]]
        for contestant, mine in self.samples.items():
            cells = [
                Spread.of(mine[column.key]).shown(column.digits) if mine.get(column.key) else "" for column in shown
            ]
            ratios = [self.ratio(contestant, column, other) for column, other in compared]
            rows.append([contestant, *cells, *(ratio.shown(2) if ratio else "" for ratio in ratios)])
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([f"**{self.title}**", "", *lines])

    def to_dict(self) -> dict[str, object]:
        """As JSON: every value of every round, and the ratios."""
        ratios = [
            {
                "contestant": name,
                "figure": column.key,
                "against": other,
                "low": of.low,
                "median": of.middle,
                "high": of.high,
            }
            for column, other in self._comparisons()
            for name in self.samples
            if (of := self.ratio(name, column, other)) is not None
        ]
        return {
            "title": self.title,
            "against": list(self.against),
            "samples": self.samples,
            "ratios": ratios,
        }

    def _comparisons(self) -> list[tuple[Column, str]]:
        there = [name for name in self.against if name in self.samples]
        return [(column, name) for column in self.columns if column.compared for name in there]


def percentiles(milliseconds: Sequence[float], pieces: Sequence[int]) -> dict[str, float]:
    """The 50th and the 99th percentile over sentences, of milliseconds and of milliseconds per output piece.

    Args:
        milliseconds: of every sentence, translated alone.
        pieces: that were written for it; an output without any counts as one.
    """
    each = np.asarray(milliseconds, dtype=np.float64)
    per_piece = each / np.maximum(np.asarray(pieces), 1)
    found = {"p50": (each, 50), "p99": (each, 99), "piece_p50": (per_piece, 50), "piece_p99": (per_piece, 99)}
    return {key: float(np.percentile(values, share)) for key, (values, share) in found.items()} | {
        "pieces": float(np.mean(pieces))
    }


def turns(contestants: Sequence[str], rounds: int) -> list[str]:
    """The order of measurements: interleaved, every second round reversed, so that drift favours none."""
    order = list(contestants)
    return [name for number in range(rounds) for name in (order if number % 2 == 0 else order[::-1])]
