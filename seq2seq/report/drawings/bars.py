"""Bars: one quantity for each of several categories, for one or several groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from markupsafe import Markup
from numpy.typing import ArrayLike

from seq2seq.report.drawings.axes import HEIGHT, Key, axes
from seq2seq.report.drawings.scales import Floats, Scale, floats, scale
from seq2seq.report.drawings.svg import FONT, STYLES, WIDTH
from seq2seq.report.table import Table
from seq2seq.report.writing import figure, shortened, text_width

LONGEST: Final = 26
"""Most characters of a category's name in the picture."""
_SHARE: Final = 0.72
"""Part of a category's room that its bars take."""
_THICKNESS: Final = 13
"""Of a lying bar, in pixels."""


@dataclass(frozen=True, kw_only=True)
class BarGroup:
    """A value for each category; NaN leaves its place empty."""

    name: str
    values: ArrayLike
    """(N,)"""
    low: ArrayLike | None = None
    """(N,) lower ends of intervals, drawn with ``high`` as an error bar."""
    high: ArrayLike | None = None
    """(N,)"""

    def arrays(self) -> tuple[Floats, Floats, Floats]:
        """values, low, high; each (N,)."""
        ends = (self.low, self.high)
        low, high = (floats(self.values if values is None else values) for values in ends)
        return floats(self.values), low, high


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Bars from zero, side by side; they lie on their side where names of categories need the room.

    Raises:
        ValueError: a group has not one value for each category.
    """

    title: str
    categories: Sequence[str]
    """N names."""
    groups: Sequence[BarGroup]
    y_label: str
    """Quantity and unit of the values."""
    x_label: str = ""
    """What the categories are."""

    def __post_init__(self) -> None:
        for group in self.groups:
            if any(len(array) != len(self.categories) for array in group.arrays()):
                raise ValueError(f"the group {group.name!r} has not {len(self.categories)} values")

    def svg(self) -> Markup:
        """The picture."""
        arrays = [group.arrays() for group in self.groups]
        values = scale(np.concatenate([array for group in arrays for array in group] or [floats([])]), zero=True)
        names = [shortened(name, LONGEST) for name in self.categories]
        lying = any(text_width(name, FONT) > 0.8 * WIDTH / max(len(names), 1) - 6 for name in names)
        room = _THICKNESS * max(len(self.groups), 1) / _SHARE
        places = _categories(names, reverse=lying)
        frame = axes(
            title=self.title,
            description=self.description(),
            x=values if lying else places,
            y=places if lying else values,
            x_label=self.y_label if lying else self.x_label,
            y_label=self.x_label if lying else self.y_label,
            keys=[Key(group.name, kind, "area") for kind, group in enumerate(self.groups)],
            grid="x" if lying else "y",
            height=max(room, 20) * len(names) if lying else HEIGHT,
        )
        across, along = (frame.y, frame.x) if lying else (frame.x, frame.y)
        thickness = abs(across.end - across.start) / max(len(names), 1) * _SHARE / max(len(self.groups), 1)
        zero = along.point(0)

        def place(across_at: float, along_at: float) -> tuple[float, float]:
            return (along_at, across_at) if lying else (across_at, along_at)

        for kind, (group, (heights, low, high)) in enumerate(zip(self.groups, arrays, strict=True)):
            for number, name in enumerate(self.categories):
                if np.isnan(heights[number]):
                    continue
                middle = across.point(len(names) - number - 0.5 if lying else number + 0.5)
                first = middle + thickness * (kind - len(self.groups) / 2)
                end = along.point(heights[number])
                frame.picture.rectangle(
                    place(first, min(zero, end)),
                    place(thickness, abs(end - zero)),
                    f"area s{kind % STYLES}",
                    hint=f"{name}, {group.name}: {_with_interval(heights[number], low[number], high[number])}",
                )
                if low[number] < high[number]:
                    centre = first + thickness / 2
                    ends = along.point(low[number]), along.point(high[number])
                    frame.picture.line(place(centre, ends[0]), place(centre, ends[1]), "error")
                    for tip in ends:
                        frame.picture.line(place(centre - 3, tip), place(centre + 3, tip), "error")
        frame.picture.line(place(across.start, zero), place(across.end, zero), "axis")
        return frame.picture.markup()

    def table(self) -> Table:
        """A row for each category, a column for each group (three with its interval)."""
        columns, found = [self.x_label or "category"], list[Floats]()
        for group in self.groups:
            values, low, high = group.arrays()
            columns.append(group.name)
            found.append(values)
            if group.low is not None or group.high is not None:
                columns += [f"{group.name}, low", f"{group.name}, high"]
                found += [low, high]
        rows = [[name, *(column[number] for column in found)] for number, name in enumerate(self.categories)]
        return Table(caption=f"{self.title} ({self.y_label})", columns=columns, rows=rows)

    def description(self) -> str:
        """The lowest and the highest bar of every group in a sentence."""
        return " ".join(self._extremes(group) for group in self.groups) or "No bars."

    def _extremes(self, group: BarGroup) -> str:
        values = floats(group.values)
        if np.isnan(values).all():
            return f"{group.name}: no values."
        low, high = int(np.nanargmin(values)), int(np.nanargmax(values))
        ends = [f"{figure(values[number])} ({self.categories[number]})" for number in (low, high)]
        return f"{group.name}: lowest {ends[0]}, highest {ends[1]}."


def _categories(names: Sequence[str], *, reverse: bool) -> Scale:
    count = max(len(names), 1)
    ticks = [(count - number - 0.5 if reverse else number + 0.5, name) for number, name in enumerate(names)]
    return Scale(0, count, 0, 1, tuple(ticks))


def _with_interval(value: float, low: float, high: float) -> str:
    return f"{figure(value)} ({figure(low)} to {figure(high)})" if low < high else figure(value)
