"""Lines: one quantity over another, for one or several series."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from markupsafe import Markup
from numpy.typing import ArrayLike

from seq2seq.report.drawings.axes import Axes, Key, axes
from seq2seq.report.drawings.scales import Floats, floats, scale
from seq2seq.report.drawings.svg import FONT, STYLES, marker, polyline
from seq2seq.report.table import Table, sampled
from seq2seq.report.writing import figure, text_width

MOST_MARKERS: Final = 40
"""A series of more points is a line without markers."""
MOST_POINTS: Final = 400
"""A line of more points is drawn through the lowest and the highest point of each of 200 stretches."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """A line through points, in the order of ``x``. A value that is not finite leaves a gap."""

    name: str
    x: ArrayLike
    """(N,)"""
    y: ArrayLike
    """(N,)"""
    low: ArrayLike | None = None
    """(N,) lower ends of intervals around ``y``, drawn as a band, with ``high``."""
    high: ArrayLike | None = None
    """(N,) upper ends."""

    def sorted(self) -> tuple[Floats, Floats, Floats, Floats]:
        """x, y, low, high; each (N,)."""
        arrays = [floats(values if values is not None else self.y) for values in (self.x, self.y, self.low, self.high)]
        if len({len(array) for array in arrays}) != 1:
            raise ValueError(
                f"the series {self.name!r} has {[len(array) for array in arrays]} values of x, y, low, high"
            )
        order = np.argsort(arrays[0], kind="stable")
        x, y, low, high = (array[order] for array in arrays)
        return x, y, low, high


@dataclass(frozen=True, kw_only=True)
class Level:
    """A horizontal line to compare with: ``unigram, 5.2``."""

    name: str
    value: float


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Several series over the same axes, with bands for intervals.

    Raises:
        ValueError: the arrays of a series are not of the same length.
    """

    title: str
    x_label: str
    """Quantity and unit."""
    y_label: str
    series: Sequence[Series]
    levels: Sequence[Level] = ()
    log_x: bool = False
    """On a logarithmic axis what is not positive leaves a gap."""
    log_y: bool = False
    from_zero: bool = False
    """The y axis holds zero."""

    def __post_init__(self) -> None:
        for series in self.series:
            series.sorted()

    def svg(self) -> Markup:
        """The picture."""
        arrays = [series.sorted() for series in self.series]
        values = [array for _, *ys in arrays for array in ys] + [floats([level.value for level in self.levels])]
        frame = axes(
            title=self.title,
            description=self.description(),
            x=scale(np.concatenate([x for x, *_ in arrays] or [floats([])]), log=self.log_x),
            y=scale(np.concatenate(values), log=self.log_y, zero=self.from_zero),
            x_label=self.x_label,
            y_label=self.y_label,
            keys=[Key(series.name, kind) for kind, series in enumerate(self.series)],
        )
        for kind, (series, (x, _, low, high)) in enumerate(zip(self.series, arrays, strict=True)):
            if series.low is not None or series.high is not None:
                _band(frame, x, low, high, f"band s{kind % STYLES}")
        lines = [np.column_stack([frame.x.at(x), frame.y.at(y)]) for x, y, _, _ in arrays]
        self._draw_levels(frame, [run for pixels in lines for run in _runs(pixels)])
        for kind, (series, (x, y, _, _)) in enumerate(zip(self.series, arrays, strict=True)):
            self._draw_series(frame, kind, series, x, y)
        return frame.picture.markup()

    def table(self) -> Table:
        """A row for each x, a column for each series (three with its interval)."""
        columns, places = [self.x_label], set[float]()
        found: list[dict[float, float]] = []
        for series in self.series:
            x, y, low, high = series.sorted()
            named = [(series.name, y)]
            if series.low is not None or series.high is not None:
                named += [(f"{series.name}, low", low), (f"{series.name}, high", high)]
            for name, column in named:
                columns.append(name)
                found.append(dict(zip(x.tolist(), column.tolist(), strict=True)))
            places |= {value for value in x.tolist() if value == value}
        rows, part = sampled([[place, *(column.get(place) for column in found)] for place in sorted(places)])
        note = ", ".join(f"{level.name}: {figure(level.value)}" for level in self.levels)
        caption = f"{self.title} ({self.y_label})" if self.y_label else self.title
        return Table(caption=caption, columns=columns, rows=rows, note=f"{part} {note}".strip())

    def description(self) -> str:
        """The course of every series in a sentence."""
        return " ".join(_course(series) for series in self.series) or "No series."

    def _draw_levels(self, frame: Axes, runs: Sequence[Floats]) -> None:
        """A level's name stands where it hides least of lines and other names, if possible at the right and above."""
        named = list(runs)
        for level in self.levels:
            height = frame.y.point(level.value)
            if height != height:
                continue
            frame.picture.line((frame.x.start, height), (frame.x.end, height), "level")
            width = text_width(level.name, FONT)
            above = [height - 4] if height - frame.y.end >= FONT else []
            below = [height + FONT] if frame.y.start - height >= FONT + 4 or not above else []
            ends = (frame.x.end - 2, frame.x.start + 4 + width)
            places = [(end, base) for base in above + below for end in ends]
            hidden = [sum(_hidden(run, place, width) for run in named) for place in places]
            end, base = places[int(np.argmin(hidden))]
            frame.picture.text(level.name, (end, base), "note", anchor="end")
            named.append(np.array([[end - width, base - FONT / 2], [end, base - FONT / 2]]))

    def _draw_series(self, frame: Axes, kind: int, series: Series, x: Floats, y: Floats) -> None:
        pixels = np.column_stack([frame.x.at(x), frame.y.at(y)])
        style = f"s{kind % STYLES}"
        runs = _runs(pixels)
        path = "".join(polyline(_thinned(run)) for run in runs if len(run) > 1)
        frame.picture.path(path, f"line {style}")
        alone = {float(run[0, 0]) for run in runs if len(run) == 1}
        few = len(x) <= MOST_MARKERS
        for place, (left, top) in enumerate(pixels.tolist()):
            if not math.isnan(left + top) and (few or left in alone):
                hint = f"{series.name}: {figure(float(y[place]))} at {figure(float(x[place]))}"
                frame.picture.path(marker(kind, (left, top)), f"marker {style}", hint=hint)


def _band(frame: Axes, x: Floats, low: Floats, high: Floats, style: str) -> None:
    pixels = np.column_stack([frame.x.at(x), frame.y.at(low), frame.y.at(high)])
    for run in _runs(pixels):
        upper, lower = run[:, [0, 2]], run[:, [0, 1]]
        frame.picture.path(polyline([*_thinned(upper), *reversed(_thinned(lower))], closed=True), style)


def _hidden(run: Floats, end: tuple[float, float], width: float) -> int:
    """Over how many columns of pixels a text that ends at ``end`` would stand on a line (N, 2)."""
    columns = np.arange(end[0] - width, end[0])
    columns = columns[(columns >= run[0, 0]) & (columns <= run[-1, 0])]
    heights = np.interp(columns, run[:, 0], run[:, 1])
    return int(((heights > end[1] - 1.5 * FONT) & (heights < end[1] + FONT / 2)).sum())


def _runs(pixels: Floats) -> list[Floats]:
    """Stretches of (N, ...) without a gap."""
    whole = ~np.isnan(pixels).any(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], whole, [False]]).astype(int)))
    return [pixels[start:stop] for start, stop in edges.reshape(-1, 2)]


def _thinned(run: Floats) -> list[tuple[float, float]]:
    """Points (N, 2) of a line, without those that no one could see between others."""
    if len(run) > MOST_POINTS:
        kept = {0, len(run) - 1}
        for stretch in np.array_split(np.arange(len(run)), MOST_POINTS // 2):
            kept |= {int(stretch[run[stretch, 1].argmin()]), int(stretch[run[stretch, 1].argmax()])}
        run = run[sorted(kept)]
    return [(float(x), float(y)) for x, y in run]


def _course(series: Series) -> str:
    x, y, _, _ = series.sorted()
    seen = ~np.isnan(x) & ~np.isnan(y)
    if not seen.any():
        return f"{series.name}: no values."
    x, y = x[seen], y[seen]
    ends = f"{series.name}: from {figure(y[0])} at {figure(x[0])} to {figure(y[-1])} at {figure(x[-1])}"
    return f"{ends}; lowest {figure(y.min())}, highest {figure(y.max())}."
