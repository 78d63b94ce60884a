"""What stands in a drawing."""

import re
from xml.etree import ElementTree as ET

from seq2seq.report.drawings.svg import Drawing

_SVG = "{http://www.w3.org/2000/svg}"


def elements(drawing: Drawing, tag: str, style: str = "") -> list[ET.Element]:
    """Its elements of a tag and with all of some classes; fails where it is not well-formed."""
    found = ET.fromstring(drawing.svg()).iter(f"{_SVG}{tag}")
    return [element for element in found if set(style.split()) <= set(element.get("class", "").split())]


def texts(drawing: Drawing, style: str = "") -> list[str]:
    """The texts that can be read in it."""
    return [element.text or "" for element in elements(drawing, "text", style)]


def hints(drawing: Drawing, tag: str, style: str = "") -> list[str]:
    """What elements show to a pointer."""
    return [element.findtext(f"{_SVG}title", "") for element in elements(drawing, tag, style)]


def sides(rectangle: ET.Element) -> tuple[float, float, float, float]:
    """Left, top, width and height of a rectangle."""
    left, top, width, height = (float(rectangle.get(name, "nan")) for name in ("x", "y", "width", "height"))
    return left, top, width, height


def stretches(path: ET.Element) -> list[list[tuple[float, float]]]:
    """The points of each stretch of a path of straight lines."""
    return [
        [(float(x), float(y)) for x, y in re.findall(r"([-\d.]+) ([-\d.]+)", stretch)]
        for stretch in path.get("d", "")[1:].split("M")
    ]
