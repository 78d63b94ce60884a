"""Colours of reports can be told from their ground, in light and dark (WCAG 2.2, sections 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

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


def channels(colour: str) -> list[float]:
    return [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]


def luminance(colour: list[float]) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
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
