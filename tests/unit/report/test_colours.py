"""Colours of reports can be told from their ground, in light and dark (WCAG 2.2, sections 1.4.3 and 1.4.11), and those
of series from each other, also by colour-blind readers.
"""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from seq2seq import report
from seq2seq.report.drawings.heat_map import STRONG

ASSETS = Path(report.__file__).parent / "assets"
PAIR = re.compile(r"--([\w-]+): light-dark\(#(\w{6}), #(\w{6})\);")
COLOURS = {
    name: (light, dark)
    for sheet in ("drawings.css", "report.css")
    for name, light, dark in PAIR.findall((ASSETS / sheet).read_text("utf-8"))
}
# Machado et al. 2009, "A physiologically-based model for simulation of color vision deficiency", table 1, severity 1.0.
SIGHT = {
    "common": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# From linear sRGB to XYZ, relative to the white point D65 (IEC 61966-2-1).
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) / [
    [0.9505],
    [1],
    [1.089],
]


def channels(colour: str) -> list[float]:
    return [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]


def linear(colour: list[float]) -> list[float]:
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]


def lab(colour: list[float], sight: np.ndarray) -> np.ndarray:
    """Lightness and the two opponent colours of CIELAB."""
    seen = TO_XYZ @ np.clip(sight @ linear(colour), 0, 1)
    x, y, z = np.where(seen > 0.008856, np.cbrt(seen), 7.787 * seen + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def luminance(colour: list[float]) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: list[float], other: list[float]) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def mixed(colour: list[float], ground: list[float], share: float) -> list[float]:
    return [share * a + (1 - share) * b for a, b in zip(colour, ground, strict=True)]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_colours_stand_out_from_their_ground(theme: int) -> None:
    colours = {name: channels(pair[theme]) for name, pair in COLOURS.items()}
    text = ["ink", "faint", "link", "trouble", "watch", "fine", "unjudged"]
    lines = [*(f"series-{number}" for number in range(8)), "heat", "cold", "rule"]
    for ground in ("paper", "panel"):
        assert {name for name in text if contrast(colours[name], colours[ground]) < 4.5} == set()
        assert {name for name in lines if contrast(colours[name], colours[ground]) < 3} == set()
    for ground in ("first", "second"):
        assert contrast(colours["ink"], colours[ground]) >= 7


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("colour", ["heat", "cold"])
def test_figures_in_cells_can_be_read_at_every_strength(colour: str, theme: int) -> None:
    colours = {name: channels(pair[theme]) for name, pair in COLOURS.items()}
    for percent in range(101):
        cell = mixed(colours[colour], colours["paper"], percent / 100)
        style = "on-strong" if percent / 100 > STRONG else "on-weak"
        assert contrast(colours[style], cell) >= 4.5, (percent, style)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_series_can_be_told_apart(theme: int, sight: str) -> None:
    """Colours 10 apart in CIELAB are different at a glance; dashes and markers help as well."""
    colours = [lab(channels(COLOURS[f"series-{number}"][theme]), SIGHT[sight]) for number in range(8)]
    assert min(float(np.linalg.norm(one - other)) for one, other in combinations(colours, 2)) > 10
