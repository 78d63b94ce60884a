"""Pictures in SVG, element by element.

A picture has no ids, so that any number of them can stand on one page. Its colours are classes of `drawings.css`, whose
variables follow light and dark. Coordinates are in pixels of the picture's natural size, from its upper left corner.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, Protocol
from xml.etree import ElementTree as ET

from markupsafe import Markup

from seq2seq.report.table import Table
from seq2seq.report.writing import writable

WIDTH: Final = 420
"""Width of a picture of one column, in pixels: on a phone its text is as large as that around it."""
FONT: Final = 12
"""Size of its text, in pixels."""
STYLES: Final = 8
"""Series that differ in colour, dashes and marker; the next one looks like the first again."""
_STYLE_SHEET: Final = Path(__file__).parent.parent / "assets" / "drawings.css"

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]


class Drawing(Protocol):
    """Data that can be seen."""

    @property
    def title(self) -> str:
        """What the picture shows, in a line."""

    def svg(self) -> Markup:
        """The picture, to stand in a page with `drawings.css`."""

    def table(self) -> Table:
        """The same figures as a table."""


def svg_file(drawing: Drawing) -> str:
    """A drawing as an SVG file of its own, with its style sheet."""
    style = f"<style>{_STYLE_SHEET.read_text('utf-8')}</style>"
    head, end, body = str(drawing.svg()).partition(">")
    return f"{head}{end}{style}{body}\n"


class Picture:
    """An SVG element that grows.

    Args:
        width: natural width, in pixels. Wider pictures than :data:`WIDTH` keep it, and scroll in a narrow window.
        height: natural height, in pixels.
        title: what it shows, in a line.
        description: the same figures in a sentence, for those who do not see the picture.
    """

    def __init__(self, *, width: float, height: float, title: str, description: str) -> None:
        attributes = {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "drawing wide" if width > WIDTH else "drawing",
            "viewBox": f"0 0 {_pixels(width)} {_pixels(height)}",
            "width": _pixels(width),
            "height": _pixels(height),
            "role": "img",
        }
        self._root = ET.Element("svg", attributes)
        ET.SubElement(self._root, "title").text = writable(title)
        ET.SubElement(self._root, "desc").text = writable(description)

    def line(self, start: Point, end: Point, style: str) -> None:
        """A straight line."""
        (x1, y1), (x2, y2) = start, end
        self._add("line", style, {"x1": _pixels(x1), "y1": _pixels(y1), "x2": _pixels(x2), "y2": _pixels(y2)})

    def path(self, commands: str, style: str, *, hint: str = "") -> None:
        """A path by its commands (:func:`polyline`, :func:`marker`); a pointer that rests on it shows ``hint``."""
        if commands:
            self._add("path", style, {"d": commands}, hint)

    def rectangle(
        self, corner: Point, size: Point, style: str, *, hint: str = "", opacity: float | None = None
    ) -> None:
        """A rectangle by its upper left corner, its width and height."""
        (x, y), (width, height) = corner, size
        attributes = {"x": _pixels(x), "y": _pixels(y), "width": _pixels(width), "height": _pixels(height)}
        if opacity is not None:
            attributes["fill-opacity"] = f"{opacity:.3f}"
        self._add("rect", style, attributes, hint)

    def text(self, text: str, at: Point, style: str = "", *, anchor: Anchor = "start", angle: float = 0) -> None:
        """A line of text by the start, middle or end of its base line; ``angle`` in degrees, clockwise."""
        if not text:
            return
        x, y = map(_pixels, at)
        attributes = {"x": x, "y": y}
        if anchor != "start":
            attributes["text-anchor"] = anchor
        if angle:
            attributes["transform"] = f"rotate({angle:g} {x} {y})"
        self._add("text", style, attributes).text = writable(text)

    def markup(self) -> Markup:
        """The picture so far."""
        return Markup(ET.tostring(self._root, encoding="unicode"))

    def _add(self, tag: str, style: str, attributes: Mapping[str, str], hint: str = "") -> ET.Element:
        element = ET.SubElement(self._root, tag, ({"class": style} if style else {}) | dict(attributes))
        if hint:
            ET.SubElement(element, "title").text = writable(hint)
        return element


def polyline(points: Iterable[Point], *, closed: bool = False) -> str:
    """Commands of a path through points."""
    commands = "L".join(f"{_pixels(x)} {_pixels(y)}" for x, y in points)
    return f"M{commands}{'Z' if closed else ''}" if commands else ""


def marker(kind: int, at: Point, radius: float = 3.5) -> str:
    """Commands of a path for the marker of a series: eight shapes of about the same area."""
    x, y = at
    return polyline(((x + dx * radius, y + dy * radius) for dx, dy in _MARKERS[kind % STYLES]), closed=True)


def _pixels(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


_OCTAGON: Final[Sequence[Point]] = (
    (0.41, -1), (1, -0.41), (1, 0.41), (0.41, 1), (-0.41, 1), (-1, 0.41), (-1, -0.41), (-0.41, -1),
)  # fmt: skip
_CROSS: Final[Sequence[Point]] = (
    (0.35, -1.1), (0.35, -0.35), (1.1, -0.35), (1.1, 0.35), (0.35, 0.35), (0.35, 1.1),
    (-0.35, 1.1), (-0.35, 0.35), (-1.1, 0.35), (-1.1, -0.35), (-0.35, -0.35), (-0.35, -1.1),
)  # fmt: skip
_MARKERS: Final[Sequence[Sequence[Point]]] = (
    _OCTAGON,
    ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    ((0, -1.2), (1.15, 0.9), (-1.15, 0.9)),
    ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    ((0, 1.2), (1.15, -0.9), (-1.15, -0.9)),
    _CROSS,
    ((-1.2, 0), (0.9, -1.15), (0.9, 1.15)),
    tuple(((x + y) * 0.71, (y - x) * 0.71) for x, y in _CROSS),
)
