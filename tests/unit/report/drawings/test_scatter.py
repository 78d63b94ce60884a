"""Scatter plots: points in their places."""

import math
import re

import pytest
from support.svg import elements, hints

from seq2seq.report.drawings.scatter import MOST_POINTS, Points, Scatter


def scatter(x: list[float], y: list[float], **options: bool) -> Scatter:
    return Scatter(title="t", x_label="p", y_label="q", groups=[Points(name="a", x=x, y=y)], **options)


def corners(drawing: Scatter) -> list[tuple[float, float]]:
    found = [re.match(r"M([-\d.]+) ([-\d.]+)", path.get("d", "")) for path in elements(drawing, "path", "point")]
    return [(float(match[1]), float(match[2])) for match in found if match]


def test_points_lie_in_proportion() -> None:
    (x0, y0), (x1, y1), (x2, y2) = corners(scatter([0, 1, 10], [0, 5, 10]))
    assert x1 - x0 == pytest.approx((x2 - x0) / 10, abs=0.2)
    assert y0 - y1 == pytest.approx((y0 - y2) / 2, abs=0.2)


def test_a_point_that_is_not_finite_is_left_out() -> None:
    drawing = scatter([0, 1, math.nan, 3], [0, math.inf, 2, 3])
    assert hints(drawing, "path", "point") == ["0, 0", "3, 3"]
    assert drawing.description() == "a: 2 points, x from 0 to 3, y from 0 to 3."


def test_the_diagonal_joins_equal_values() -> None:
    drawing = scatter([0, 0.4], [0.2, 1.0], diagonal=True)
    (line,) = elements(drawing, "line", "level")
    points = corners(scatter([0, 1], [0, 1], diagonal=True))
    assert float(line.get("x1", 0)) < float(line.get("x2", 0))
    rise = (points[1][1] - points[0][1]) / (points[1][0] - points[0][0])
    drawn = (float(line.get("y2", 0)) - float(line.get("y1", 0))) / (
        float(line.get("x2", 0)) - float(line.get("x1", 0))
    )
    assert drawn == pytest.approx(rise, rel=0.01)


def test_of_many_points_some_are_drawn() -> None:
    drawing = scatter(list(range(5000)), [0] * 5000)
    assert len(elements(drawing, "path", "point")) == MOST_POINTS
    assert drawing.table().note == "200 of 5,000 rows."


def test_labels_need_a_point_each() -> None:
    with pytest.raises(ValueError, match="'a'"):
        Scatter(title="t", x_label="x", y_label="y", groups=[Points(name="a", x=[1, 2], y=[1, 2], labels=["one"])])


def test_a_diagonal_needs_axes_of_one_kind() -> None:
    with pytest.raises(ValueError, match="diagonal"):
        scatter([1], [1], diagonal=True, log_x=True)


def test_equal_axes_make_a_circle_round() -> None:
    places = corners(scatter([-3, 3, 0, 0], [0, 0, -3, 3], equal=True))
    assert places[1][0] - places[0][0] == pytest.approx(places[2][1] - places[3][1], abs=0.2)
