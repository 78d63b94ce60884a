"""Figures by part, and their tables."""

import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure; a text stands for one that cannot be had here, and says why."""

    name: str
    value: float | bool | str
    unit: str = ""
    digits: int = 1

    def shown(self) -> str:
        """For people."""
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        if isinstance(self.value, str):
            return self.value
        number = f"{self.value:.1e}" if 0 < abs(self.value) < 10**-self.digits / 2 else f"{self.value:,.{self.digits}f}"
        return f"{number} {self.unit}".rstrip()


@dataclass(slots=True)
class Report:
    """The figures of all parts, in their order; a part that fails does not end the others."""

    limit: float
    """Seconds after which no further part is begun."""
    parts: dict[str, list[Figure]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    """Why a part has no figures."""
    _start: float = field(default_factory=time.monotonic)

    def measure(self, name: str, part: Callable[[], Sequence[Figure]]) -> None:
        """Run a part, print its table, and go on whatever happens in it."""
        start = time.monotonic()
        if start - self._start > self.limit:
            self.failures[name] = f"left out: {self.limit:,.0f} seconds are over"
        else:
            try:
                figures = [*part(), Figure("seconds of this part", time.monotonic() - start, "s")]
            except Exception as error:  # whatever it is: the other parts can be measured
                traceback.print_exc()
                self.failures[name] = f"{type(error).__name__}: {error}"
            else:
                self.parts[name] = figures
                print(table(name, figures), end="\n\n", flush=True)
        if name in self.failures:
            print(f"{name}: {self.failures[name]}", file=sys.stderr, flush=True)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        parts = {name: [asdict(figure) for figure in figures] for name, figures in self.parts.items()}
        return {"parts": parts, "failures": self.failures}


def table(title: str, figures: Sequence[Figure]) -> str:
    """A Markdown table."""
    rows = [f"| {figure.name} | {figure.shown()} |" for figure in figures]
    return "\n".join([f"**{title}**", "", "| | |", "| --- | ---: |", *rows])
