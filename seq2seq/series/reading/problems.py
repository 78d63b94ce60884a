"""What is wrong in a file of series: collected, so that one reading tells all of it.

A reading raises what it has found, stage by stage, unless problems are to be collected: then it passes over what is
wrong.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, NamedTuple

from seq2seq.errors import DataError

Kind = Literal[
    "fields", "number", "finite", "size", "time", "zone", "duplicate", "interval", "far", "empty", "label", "shape",
    "id",
]  # fmt: skip
_OF_VALUES: Final[tuple[Kind, ...]] = ("number", "finite", "size")
_SHOWN: Final = 5
"""Problems that an error names."""
REMEDIES: Final[dict[Kind, str]] = {
    "fields": "Every row needs as many fields as the first has; a field with the delimiter in it must be in quotes.",
    "number": "Numbers are written as 1234.5 or 1.2e3; a missing value is an empty field, NA, NaN, null or ?.\n"
    "Decimal commas and signs between thousands are read where the numbers show which is which. Columns that are no\n"
    "numbers are named in --set data.forecast.ignore='[NAME]'",
    "finite": "Infinity is no measurement. Leave the field empty if the value is missing.",
    "size": "Give the series in a larger unit, or leave the field empty if such a number stands for a missing value.",
    "time": "Write times as 2026-11-30, 2026-11-30 17:05:00, 2026-11 or 2026Q4, or number the steps: 0, 1, 2.",
    "zone": "Give all times an offset (2026-11-30T17:05+01:00, or Z), or none.",
    "duplicate": "A series has one row per time: leave out the others, or add them up first. If the table has several\n"
    "series, name the column that tells them apart: --set data.forecast.series=NAME, or '[NAME, NAME]' for several.\n"
    "If the clock was put back, write the times with their offsets from UTC.",
    "interval": "Times of a series are equally far apart, and steps may be left out. Round the times, or say what the\n"
    "interval is: --set data.forecast.frequency=monthly (or '15 minutes').\n"
    "Without the column of times, rows are steps.",
    "far": "Correct the time, or say what the interval is, if it is longer: --set data.forecast.frequency=monthly",
    "empty": "Leave the series out, or give it values.",
    "label": "All rows of a series have the same label.",
    "shape": "Correct the line, or the declaration at the top of the file.",
    "id": "Give every series a name of its own, and every row the name of its series.",
}


class Problem(NamedTuple):
    """A problem of a row."""

    line: int
    kind: Kind
    what: str


@dataclass
class Problems:
    """The problems of a file so far."""

    path: Path
    rows: bool = False
    """Whether places are rows of a table without lines, such as Parquet."""
    collecting: bool = False
    """Whether reading continues without the rows that are wrong."""
    kept: int = _SHOWN
    """The first problems of each kind that are kept; the others are counted."""
    rows_read: int = 0
    """Rows of the table, or series that have a line each, the wrong ones included."""
    unread: set[int] = field(default_factory=set)
    """Lines with a value that cannot be read, which is missing then."""
    found: list[Problem] = field(default_factory=list)
    kinds: Counter[Kind] = field(default_factory=Counter)

    def place(self, line: int) -> str:
        """``FILE:LINE``."""
        return f"{self.path}: row {line}" if self.rows else f"{self.path}:{line}"

    def add(self, line: int, kind: Kind, what: str) -> None:
        """Note a problem."""
        self.kinds[kind] += 1
        if kind in _OF_VALUES:
            self.unread.add(line)
        if self.kinds[kind] <= self.kept:
            self.found.append(Problem(line, kind, what))

    def raise_any(self) -> None:
        """Raise what :meth:`error` says, if there are any, unless they are collected."""
        if self.kinds and not self.collecting:
            raise self.error()

    def error(self) -> DataError:
        """An error that tells all; its code is that of the first problem."""
        lines = [f"{self.place(one.line)}: {one.what}." for one in self.found[:_SHOWN]]
        if self.kinds.total() > len(lines):
            lines.append(f"... and {self.kinds.total() - len(lines):,} more: {self.kinds.total():,} problems in all.")
        for kind in self.kinds:
            lines.extend(f"  {line}" for line in REMEDIES[kind].split("\n"))
        return DataError("\n".join(lines), code=f"series.{next(iter(self.kinds))}")
