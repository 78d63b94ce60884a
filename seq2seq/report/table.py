"""Tables of a report: sorted by any column, in a box of their own where they are long or wide."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, TypeVar

import numpy as np

from seq2seq.report.writing import figure

Row = TypeVar("Row")
MOST_ROWS: Final = 200
"""Longest table of what a drawing shows."""


@dataclass(frozen=True, slots=True)
class Value:
    """A cell that is written in one way and sorted in another: ``27.3 ± 0.4``."""

    text: str
    sort: float | None
    """Position among the other rows; None: at the end."""


Cell = str | float | np.number | Value | None
"""Content of a table: a text (or `Markup`, which is not escaped again), a number, or nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name, which names the unit, too: ``loss (nats per token)``."""

    name: str
    digits: int | None = None
    """Decimals of its numbers; by default three significant digits."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows under named columns. The first column names its rows, unless it holds numbers.

    Raises:
        ValueError: a row has more or fewer cells than there are columns.
    """

    template: ClassVar = "table.html"

    caption: str
    columns: Sequence[Column | str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    """What a reader has to know, below the table: abbreviations, how intervals were computed."""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row of the table {self.caption!r} has not {len(self.columns)} cells")

    @property
    def headings(self) -> list[Column]:
        """The columns, all with their format."""
        return [column if isinstance(column, Column) else Column(column) for column in self.columns]

    @property
    def numeric(self) -> list[bool]:
        """Which columns hold numbers alone; these are set flush right."""
        columns = [[row[place] for row in self.rows] for place in range(len(self.columns))]
        return [
            any(cell is not None for cell in column) and not any(isinstance(cell, str) for cell in column)
            for column in columns
        ]

    @property
    def cells(self) -> list[list[tuple[str, float | None]]]:
        """Every cell's text, and the number that it is sorted by (None: by its text, or at the end among numbers)."""
        return [
            [_written(cell, column.digits) for cell, column in zip(row, self.headings, strict=True)]
            for row in self.rows
        ]


def _written(cell: Cell, digits: int | None) -> tuple[str, float | None]:
    if isinstance(cell, str):
        return cell, None
    if isinstance(cell, Value):
        return cell.text, cell.sort
    number = None if cell is None else float(cell)
    return figure(number, digits), None if number is None or np.isnan(number) else number


def sampled(rows: Sequence[Row]) -> tuple[Sequence[Row], str]:
    """At most :data:`MOST_ROWS` of some rows, evenly spaced, and a note that says so ("" if they are all)."""
    if len(rows) <= MOST_ROWS:
        return rows, ""
    kept = [rows[place] for place in np.linspace(0, len(rows) - 1, MOST_ROWS).round().astype(int)]
    return kept, f"{MOST_ROWS} of {len(rows):,} rows."
