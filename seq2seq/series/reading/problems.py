"""What is wrong in a file of series: collected, so that one reading tells all of it."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from seq2seq.errors import DataError

Kind = Literal[
    "fields", "number", "finite", "size", "time", "zone", "duplicate", "interval", "far", "empty", "label", "shape",
    "id",
]  # fmt: skip
_SHOWN: Final = 5
"""Problems that an error names."""
_REMEDIES: Final[dict[Kind, str]] = {
    "fields": "Every row needs as many fields as the first has; a field with the delimiter in it must be in quotes.",
    "number": "Numbers are written as 1234.5 or 1.2e3; a missing value is an empty field, NA, NaN, null or ?.\n"
    "Decimal commas and signs between thousands are read where the numbers show which is which. Columns that are no\n"
    "numbers are named in --set data.forecast.ignore='[NAME]'",
    "finite": "Infinity is no measurement. Leave the field empty if the value is missing.",
    "size": "Give the series in a larger unit, or leave the field empty if such a number stands for a missing value.",
    "time": "Write times as 2026-11-30, 2026-11-30 17:05:00, 2026-11 or 2026Q4, or number the steps: 0, 1, 2.",
    "zone": "Give all times an offset (2026-11-30T17:05+01:00, or Z), or none.",
    "duplicate": "A series has one row per time: leave out the others, or add them up first. If the table has several\n"
    "series, name the column that tells them apart: --set data.forecast.series=NAME, or '[NAME, NAME]' for several\n"
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


@dataclass
class Problems:
    """The problems of a file so far."""

    path: Path
    rows: bool = False
    """Whether places are rows of a table without lines, such as Parquet."""
    first: list[str] = field(default_factory=list)
    kinds: Counter[Kind] = field(default_factory=Counter)

    def place(self, line: int) -> str:
        """``FILE:LINE``."""
        return f"{self.path}: row {line}" if self.rows else f"{self.path}:{line}"

    def add(self, line: int, kind: Kind, what: str) -> None:
        """Note a problem."""
        self.kinds[kind] += 1
        if len(self.first) < _SHOWN:
            self.first.append(f"{self.place(line)}: {what}.")

    def raise_any(self) -> None:
        """Raise a DataError that tells all, if there are any; its code is that of the first."""
        if not self.kinds:
            return
        lines = list(self.first)
        if self.kinds.total() > len(lines):
            lines.append(f"... and {self.kinds.total() - len(lines):,} more: {self.kinds.total():,} problems in all.")
        for kind in self.kinds:
            lines.extend(f"  {line}" for line in _REMEDIES[kind].split("\n"))
        raise DataError("\n".join(lines), code=f"series.{next(iter(self.kinds))}")
