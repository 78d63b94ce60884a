"""Points: two quantities of the same things, for one or several groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from markupsafe import Markup
from numpy.typing import ArrayLike, NDArray

from seq2seq.report.drawings.axes import HEIGHT, Key, axes
from seq2seq.report.drawings.scales import Floats, floats, scale
from seq2seq.report.drawings.svg import STYLES, marker
from seq2seq.report.table import Table, sampled
from seq2seq.report.writing import figure

MOST_POINTS: Final = 1000
"""Of a larger group, as many points that are evenly spaced in it are drawn; more would only cover each other."""


@dataclass(frozen=True, kw_only=True)
class Points:
    """A group of points; one that is not finite is left out."""

    name: str
    x: ArrayLike
    """(N,)"""
    y: ArrayLike
    """(N,)"""
    labels: Sequence[str] = ()
    """N names, shown to a pointer and in the table; or none."""


@dataclass(frozen=True, kw_only=True)
class Scatter:
    """Points in the plane.

    Raises:
        ValueError: a group has not as many x as y, or not as many labels; only one of two axes with a diagonal is
            logarithmic.
    """

    title: str
    x_label: str
    """Quantity and unit."""
    y_label: str
    groups: Sequence[Points]
    log_x: bool = False
    """On a logarithmic axis, what is not positive is left out."""
    log_y: bool = False
    diagonal: bool = False
    """Both axes have the same range, and a line shows where x = y: a calibration."""
    equal: bool = False
    """Both axes have the same range and length: a complex plane."""

    def __post_init__(self) -> None:
        for group in self.groups:
            counts = {len(floats(group.x)), len(floats(group.y)), *([len(group.labels)] if group.labels else [])}
            if len(counts) != 1:
                raise ValueError(f"the group {group.name!r} has different numbers of x, y and labels")

        if self.diagonal and self.log_x != self.log_y:
            raise ValueError(f"the axes of {self.title!r} have a diagonal, but only one of them is logarithmic")

    def svg(self) -> Markup:
        """The picture."""
        xs, ys = (np.concatenate([floats([]), *(_plane(group)[axis] for group in self.groups)]) for axis in (0, 1))
        if self.diagonal or self.equal:
            xs = ys = np.concatenate([xs, ys])
        frame = axes(
            title=self.title,
            description=self.description(),
            x=scale(xs, log=self.log_x),
            y=scale(ys, log=self.log_y),
            x_label=self.x_label,
            y_label=self.y_label,
            keys=[Key(group.name, kind, "points") for kind, group in enumerate(self.groups)],
            grid="xy",
            height=None if self.equal else HEIGHT,
        )
        if self.diagonal:
            frame.picture.line((frame.x.start, frame.y.start), (frame.x.end, frame.y.end), "level")
        for kind, group in enumerate(self.groups):
            x, y = _plane(group)
            pixels = np.column_stack([frame.x.at(x), frame.y.at(y)])
            radius = 3.5 if len(x) <= 100 else 2.2
            for place in _evenly(np.flatnonzero(~np.isnan(pixels).any(axis=1))):
                hint = f"{figure(x[place])}, {figure(y[place])}"
                if group.labels:
                    hint = f"{group.labels[place]}: {hint}"
                left, top = pixels[place]
                frame.picture.path(marker(kind, (left, top), radius), f"marker point s{kind % STYLES}", hint=hint)
        return frame.picture.markup()

    def table(self) -> Table:
        """A row for each point."""
        rows = [
            [group.name, group.labels[place] if group.labels else None, x, y]
            for group in self.groups
            for place, (x, y) in enumerate(zip(*_plane(group), strict=True))
        ]
        kept, note = sampled(rows)
        return Table(caption=self.title, columns=["group", "point", self.x_label, self.y_label], rows=kept, note=note)

    def description(self) -> str:
        """How many points every group has and where they lie, in a sentence."""
        return " ".join(_extent(group) for group in self.groups) or "No points."


def _plane(group: Points) -> tuple[Floats, Floats]:
    return floats(group.x), floats(group.y)


def _evenly(places: NDArray[np.intp]) -> list[int]:
    if len(places) > MOST_POINTS:
        places = places[np.linspace(0, len(places) - 1, MOST_POINTS).round().astype(int)]
    return [int(place) for place in places]


def _extent(group: Points) -> str:
    x, y = _plane(group)
    seen = ~np.isnan(x) & ~np.isnan(y)
    if not seen.any():
        return f"{group.name}: no points."
    ranges = [
        f"{name} from {figure(values[seen].min())} to {figure(values[seen].max())}"
        for name, values in (("x", x), ("y", y))
    ]
    return f"{group.name}: {int(seen.sum()):,} points, {ranges[0]}, {ranges[1]}."
