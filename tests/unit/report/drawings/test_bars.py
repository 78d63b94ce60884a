"""Bars: lengths in proportion, from zero, in their places."""

import math

import pytest
from support.svg import elements, hints, sides, texts

from seq2seq.report.drawings.bars import BarGroup, Bars


def bars(groups: list[BarGroup], categories: list[str]) -> Bars:
    return Bars(title="t", categories=categories, groups=groups, y_label="BLEU")


def test_heights_are_in_proportion() -> None:
    drawing = bars([BarGroup(name="a", values=[10, 20, 40])], ["x", "y", "z"])
    rectangles = [sides(bar) for bar in elements(drawing, "rect", "area s0")]
    heights = [height for *_, height in rectangles]
    assert heights == pytest.approx([heights[2] / 4, heights[2] / 2, heights[2]], abs=0.1)
    assert len({round(top + height, 1) for _, top, _, height in rectangles}) == 1, "all stand on one line"
    assert [left for left, *_ in rectangles] == sorted(left for left, *_ in rectangles)


def test_negative_values_hang_below_zero() -> None:
    drawing = bars([BarGroup(name="a", values=[-5, 5])], ["x", "y"])
    (_, top, _, height), (_, top_2, _, height_2) = (sides(bar) for bar in elements(drawing, "rect", "area"))
    assert top == pytest.approx(top_2 + height_2, abs=0.15)
    assert height == pytest.approx(height_2, abs=0.15)


def test_long_names_lay_the_bars_on_their_side() -> None:
    drawing = bars([BarGroup(name="a", values=[1, 2, 3])] * 2, ["a long name of a category", "another", "a third"])
    rectangles = [sides(bar) for bar in elements(drawing, "rect", "area s0") if bar.get("height") != "10"]
    assert rectangles[1][2] == pytest.approx(2 * rectangles[0][2], abs=0.2)
    assert rectangles[0][1] < rectangles[1][1], "the first is at the top"
    assert "a long name of a category" in texts(drawing, "tick")


def test_error_bars_and_gaps() -> None:
    group = BarGroup(name="a", values=[3, math.nan, 5], low=[2, 1, 5], high=[4, 3, 5])
    drawing = bars([group], ["x", "y", "z"])
    assert len(elements(drawing, "rect", "area")) == 2
    assert len(elements(drawing, "line", "error")) == 3, "a stem and two tips; none for an interval without width"
    assert hints(drawing, "rect", "area") == ["x, a: 3 (2 to 4)", "z, a: 5"]


def test_table_and_description() -> None:
    drawing = bars(
        [BarGroup(name="a", values=[3, 5], low=[2, 4], high=[4, 6]), BarGroup(name="b", values=[1, 0])], ["x", "y"]
    )
    assert list(drawing.table().columns) == ["category", "a", "a, low", "a, high", "b"]
    assert drawing.table().rows == [["x", 3, 2, 4, 1], ["y", 5, 4, 6, 0]]
    assert drawing.description() == "a: lowest 3 (x), highest 5 (y). b: lowest 0 (y), highest 1 (x)."


def test_a_group_needs_a_value_for_each_category() -> None:
    with pytest.raises(ValueError, match="'a'"):
        bars([BarGroup(name="a", values=[1, 2, 3])], ["x", "y"])
