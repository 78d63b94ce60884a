"""What pictures with two axes share: their frame, ticks, grid, labels and legend."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from seq2seq.report.drawings.scales import Scale
from seq2seq.report.drawings.svg import FONT, STYLES, WIDTH, Picture, marker, polyline
from seq2seq.report.writing import shortened, text_width

HEIGHT: Final = 190
"""Height of the area inside the axes, in pixels."""
_ROW: Final = 18
_RIGHT: Final = 12
_KEY: Final = 26
_LONGEST: Final = 40
"""Most characters of a name in the legend."""


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend."""

    name: str
    kind: int
    """Number of the series, which decides colour, dashes and marker."""
    look: str = "line"
    """`line`, `points` or `area`."""


@dataclass(frozen=True, slots=True)
class Axes:
    """A picture whose axes are drawn, and the scales to draw in it."""

    picture: Picture
    x: Scale
    y: Scale


def axes(
    *,
    title: str,
    description: str,
    x: Scale,
    y: Scale,
    x_label: str,
    y_label: str,
    keys: Sequence[Key] = (),
    grid: str = "y",
    height: float | None = HEIGHT,
) -> Axes:
    """Draw a frame: the label of the y axis and the legend above, ticks at the left and below.

    Args:
        title: what the picture shows.
        description: its figures in a sentence.
        x: scale of the x axis, in no pixels yet.
        y: scale of the y axis.
        x_label: quantity and unit.
        y_label: quantity and unit.
        keys: the legend; one entry is not shown.
        grid: axes whose ticks have lines through the picture: ``y``, ``x`` or ``xy``.
        height: of the area inside the axes, in pixels; None: as its width.
    """
    rows = _legend_rows(keys) if len(keys) > 1 else []
    left = max((text_width(label, FONT) for _, label in y.ticks), default=0) + 12
    top = (_ROW if y_label else 4) + _ROW * len(rows) + 8
    overhang = text_width(x.ticks[-1][1], FONT) / 2 if x.ticks else 0
    right = WIDTH - max(_RIGHT, overhang + 2)
    bottom = top + (right - left if height is None else height)
    x, y = x.between(left, right), y.between(bottom, top)
    picture = Picture(width=WIDTH, height=bottom + 20 + (_ROW if x_label else 0), title=title, description=description)
    if y_label:
        picture.text(y_label, (2, FONT + 1), "label")
    for row, entries in enumerate(rows):
        _legend(picture, entries, (_ROW if y_label else 0) + row * _ROW + 13)
    for value, label in y.ticks:
        height_of_tick = y.point(value)
        if "y" in grid:
            picture.line((left, height_of_tick), (x.end, height_of_tick), "grid")
        picture.text(label, (left - 6, height_of_tick + FONT / 3), "tick", anchor="end")
    for value, label in x.ticks:
        place = x.point(value)
        if "x" in grid:
            picture.line((place, top), (place, bottom), "grid")
        picture.text(label, (place, bottom + 16), "tick", anchor="middle")
    base = y.point(0) if not y.log and y.low < 0 < y.high else bottom
    picture.line((left, base), (x.end, base), "axis")
    if x_label:
        picture.text(x_label, ((left + x.end) / 2, bottom + 16 + _ROW), "label", anchor="middle")
    return Axes(picture, x, y)


def _legend_rows(keys: Sequence[Key]) -> list[list[tuple[Key, float]]]:
    """Entries with their places from the left, in as many rows as they need."""
    rows: list[list[tuple[Key, float]]] = [[]]
    place = 2.0
    for key in keys:
        width = _KEY + text_width(shortened(key.name, _LONGEST), FONT) + 14
        if rows[-1] and place + width > WIDTH:
            rows.append([])
            place = 2.0
        rows[-1].append((key, place))
        place += width
    return rows


def _legend(picture: Picture, entries: Sequence[tuple[Key, float]], base: float) -> None:
    for key, place in entries:
        style = f"s{key.kind % STYLES}"
        middle = base - FONT / 3
        if key.look == "area":
            picture.rectangle((place + 4, middle - 5), (12, 10), f"area {style}")
        elif key.look == "line":
            picture.path(polyline([(place, middle), (place + 20, middle)]), f"line {style}")
        if key.look != "area":
            picture.path(marker(key.kind, (place + 10, middle)), f"marker {style}")
        picture.text(shortened(key.name, _LONGEST), (place + _KEY, base), "key")
