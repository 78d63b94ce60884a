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


@dataclass(slots=True)
class Results:
    """Figures of one part: those of every contestant, a value a round."""

    title: str
    columns: Sequence[Column]
    """The first is what contestants are compared by."""
    against: str
    """The contestant that all are compared with."""
    samples: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def add(self, contestant: str, figures: Mapping[str, float | None]) -> None:
        """Add what a contestant did in a round; a figure that could not be had is None."""
        mine = self.samples.setdefault(contestant, {})
        for key, value in figures.items():
            if value is not None:
                mine.setdefault(key, []).append(value)

    def ratio(self, contestant: str) -> Spread | None:
        """How many times better a contestant is, round by round, than the one that all are compared with."""
        column = self.columns[0]
        own, other = (self.samples.get(name, {}).get(column.key, []) for name in (contestant, self.against))
        pairs = list(zip(own, other, strict=False))  # a run that was broken off has rounds that are not whole
        if not pairs:
            return None
        return Spread.of([mine / theirs if column.better == "more" else theirs / mine for mine, theirs in pairs])

    def table(self) -> str:
        """A Markdown table; medians, with the range in brackets."""
        shown = [column for column in self.columns if any(column.key in mine for mine in self.samples.values())]
        rows = [
            ["", *(column.title for column in shown), f"times {self.against}"],
            ["---", *("---:" for _ in shown), "---:"],
        ]
        for contestant, mine in self.samples.items():
            cells = [
                Spread.of(mine[column.key]).shown(column.digits) if mine.get(column.key) else "" for column in shown
            ]
            ratio = self.ratio(contestant)
            rows.append([contestant, *cells, ratio.shown(2) if ratio else ""])
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([f"**{self.title}**", "", *lines])

    def to_dict(self) -> dict[str, object]:
        """As JSON: every value of every round, and the ratios."""
        ratios = {name: self.ratio(name) for name in self.samples}
        return {
            "title": self.title,
            "against": self.against,
            "samples": self.samples,
            "ratios": {
                name: {"low": spread.low, "median": spread.middle, "high": spread.high}
                for name, spread in ratios.items()
                if spread is not None
            },
        }


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """The 50th and the 99th percentile of latencies."""
    p50, p99 = np.percentile(milliseconds, [50, 99])
    return {"p50": float(p50), "p99": float(p99)}


def turns(contestants: Sequence[str], rounds: int) -> list[str]:
    """The order of measurements: interleaved, every second round reversed, so that drift favours none."""
    order = list(contestants)
    return [name for number in range(rounds) for name in (order if number % 2 == 0 else order[::-1])]
