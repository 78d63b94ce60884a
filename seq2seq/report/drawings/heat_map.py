"""A matrix as colours, with names on both axes: attention, a confusion matrix."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from markupsafe import Markup
from numpy.typing import ArrayLike, NDArray

from seq2seq.report.drawings.scales import LARGEST, plain
from seq2seq.report.drawings.svg import FONT, WIDTH, Picture, Point
from seq2seq.report.table import Table
from seq2seq.report.writing import figure, shortened, text_width

LONGEST: Final = 18
"""Most characters of a name in the picture."""
SMALLEST: Final = 16
"""Side of the smallest cell, in pixels: names beside it can be read."""
LARGEST_CELL: Final = 44
STRONG: Final = 0.69
"""Figures in cells of a stronger colour have the colour of the page: at this share of either colour, on either ground,
both have a contrast of 4.5 (WCAG 2.2, section 1.4.3)."""
_SLANT: Final = 50
"""Angle of the names above, in degrees."""


@dataclass(frozen=True, kw_only=True)
class HeatMap:
    """A matrix whose cells are the darker, the larger their values; with ``centre``, two colours for both sides of it.

    Raises:
        ValueError: the matrix has not a row and a column for each name.
    """

    title: str
    values: ArrayLike
    """(rows, columns); a value that is not finite leaves its cell empty."""
    rows: Sequence[str]
    """Names from top to bottom."""
    columns: Sequence[str]
    """Names from left to right."""
    row_label: str = ""
    """What the rows are."""
    column_label: str = ""
    """What the columns are."""
    unit: str = ""
    """What the values are."""
    low: float | None = None
    """Value without colour; by default the lowest of 0 and all values."""
    high: float | None = None
    """Value of the full colour; by default the highest of all."""
    centre: float | None = None
    """Value without colour, from which two colours lead to both sides."""
    digits: int | None = None
    """Write every value into its cell, with as many decimals; by default only the colours are drawn."""

    def __post_init__(self) -> None:
        shape = np.asarray(self.values, np.float64).shape
        if shape != (len(self.rows), len(self.columns)) and np.size(self.values):
            raise ValueError(f"a matrix of {shape} for {len(self.rows)} rows and {len(self.columns)} columns")

    def svg(self) -> Markup:
        """The picture."""
        values = self._matrix()
        above = [shortened(name, LONGEST) for name in self.columns]
        beside = [shortened(name, LONGEST) for name in self.rows]
        left = max(text_width(name, FONT) for name in (*beside, f"{self.row_label} ")) + 10
        inside = 0.0
        if self.digits is not None:
            inside = max((text_width(figure(value, self.digits), FONT) for value in values.flat), default=0) + 8
        longest = max((text_width(name, FONT) for name in above), default=0)
        room = (WIDTH - left - 4) / max(len(above), 1)
        lean = longest * np.cos(np.radians(_SLANT)) if longest + 4 > room else 0.0
        room = (WIDTH - left - lean - 4) / max(len(above), 1)
        cell = max(min(room, LARGEST_CELL if self.digits is None else 60), SMALLEST, inside)
        slanted = longest + 4 > cell
        head = (18 if self.column_label else 2) + (longest * np.sin(np.radians(_SLANT)) + 12 if slanted else 20)
        tall = max(min(cell, 26), SMALLEST) if self.digits is None else 26
        width = left + cell * len(above) + (longest * np.cos(np.radians(_SLANT)) if slanted else 0) + 4
        bottom = head + tall * len(beside)
        picture = Picture(width=max(width, WIDTH), height=bottom + 44, title=self.title, description=self.description())
        if self.column_label:
            picture.text(self.column_label, (left, FONT + 1), "label")
        if self.row_label:
            picture.text(self.row_label, (left - 8, head - 8), "label", anchor="end")
        for place, name in enumerate(above):
            at = (left + cell * (place + 0.5) + (4 if slanted else 0), head - 6)
            picture.text(name, at, "tick", anchor="start" if slanted else "middle", angle=-_SLANT if slanted else 0)
        for row, name in enumerate(beside):
            middle = head + tall * (row + 0.5)
            picture.text(name, (left - 6, middle + FONT / 3), "tick", anchor="end")
            for place, value in enumerate(values[row]):
                hint = f"{name} – {self.columns[place]}: {figure(value)}"
                self._draw_cell(picture, (left + cell * place, head + tall * row), (cell, tall), hint, value)
        self._draw_key(picture, left, bottom + 14)
        return picture.markup()

    def table(self) -> Table:
        """The matrix, row by row."""
        columns = [self.row_label or "row", *self.columns]
        rows = [[name, *values] for name, values in zip(self.rows, self._matrix(), strict=True)]
        return Table(caption=f"{self.title} ({self.unit})" if self.unit else self.title, columns=columns, rows=rows)

    def description(self) -> str:
        """The highest value of every row in a sentence."""
        values = self._matrix()
        parts = []
        for name, row in zip(self.rows, values, strict=True):
            if not np.isnan(row).all():
                parts.append(f"{name}: {self.columns[int(np.nanargmax(row))]} {figure(float(np.nanmax(row)))}")
        return f"Highest value of each row: {'; '.join(parts)}." if parts else "No values."

    def _matrix(self) -> NDArray[np.float64]:
        array = np.asarray(self.values, np.float64).reshape(len(self.rows), len(self.columns))
        return np.where(np.isfinite(array), np.clip(array, -LARGEST, LARGEST), np.nan)

    def _range(self) -> tuple[float, float]:
        """Lowest and highest value that has a colour of its own."""
        values = self._matrix()
        seen = values[~np.isnan(values)]
        if self.centre is not None:
            reach = max((abs(value / 2 - self.centre / 2) * 2 for value in seen), default=0.0)
            if self.centre + reach / 2 == self.centre:
                reach = abs(self.centre) or 1.0
            return self.centre - reach, self.centre + reach
        low = min([0.0, *seen]) if self.low is None else self.low
        high = max([low, *seen]) if self.high is None else self.high
        return (low, high) if high / 2 > low / 2 else (low, low + (abs(low) or 1.0))

    def _strength(self, value: float) -> tuple[str, float]:
        """The colour of a value and how strong it is, from 0 to 1."""
        low, high = self._range()
        if self.centre is None:
            return "heat", float(np.clip((value / 2 - low / 2) / (high / 2 - low / 2), 0, 1))
        share = float(np.clip((value / 2 - self.centre / 2) / (high / 2 - self.centre / 2), -1, 1))
        return "heat" if share >= 0 else "cold", abs(share)

    def _draw_cell(self, picture: Picture, corner: Point, size: Point, hint: str, value: float) -> None:
        if np.isnan(value):
            picture.rectangle(corner, size, "cell empty", hint=hint)
            return
        colour, strength = self._strength(value)
        picture.rectangle(corner, size, f"cell {colour}", hint=hint, opacity=strength)
        if self.digits is not None:
            at = (corner[0] + size[0] / 2, corner[1] + size[1] / 2 + FONT / 3)
            style = "on-strong" if strength > STRONG else "on-weak"
            picture.text(figure(value, self.digits), at, style, anchor="middle")

    def _draw_key(self, picture: Picture, left: float, top: float) -> None:
        """A bar with the colours and their values."""
        low, high = self._range()
        steps, width = 24, 120
        left = round(left)
        for step in range(steps):
            colour, strength = self._strength(low + (high - low) * (step + 0.5) / steps)
            corner = (left + width / steps * step, top)
            picture.rectangle(corner, (width / steps, 8), f"ramp {colour}", opacity=strength)
        axis = plain(low, high, most=3).between(left, left + width)
        for value, label in axis.ticks:
            picture.text(label, (axis.point(value), top + 21), "tick", anchor="middle")
        if self.unit:
            picture.text(self.unit, (left + width + 14, top + 9), "label")
