"""Lines: where points lie, where gaps are, what the table says."""

import math

import numpy as np
import pytest
from support.svg import elements, stretches

from seq2seq.report.drawings.lines import Level, Lines, Series
from seq2seq.report.table import MOST_ROWS


def lines(y: list[float], **options: bool) -> Lines:
    series = [Series(name="a", x=range(len(y)), y=y)]
    return Lines(title="t", x_label="x", y_label="y", series=series, **options)


def test_a_linear_axis_keeps_proportions() -> None:
    (stretch,) = stretches(elements(lines([0, 2, 10]), "path", "line s0")[0])
    (x0, y0), (x1, y1), (x2, y2) = stretch
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.2)
    assert (y0 - y1) / (y0 - y2) == pytest.approx(0.2, abs=0.002)


def test_a_logarithmic_axis_keeps_ratios() -> None:
    (stretch,) = stretches(elements(lines([1e-6, 1e-3, 1], log_y=True), "path", "line s0")[0])
    heights = [y for _, y in stretch]
    assert heights[0] - heights[1] == pytest.approx(heights[1] - heights[2], abs=0.2)
    assert heights[0] > heights[2], "larger values are higher"


def test_what_is_not_finite_leaves_a_gap() -> None:
    drawing = lines([1, 2, math.nan, 4, 5, math.inf, 7])
    assert [len(stretch) for stretch in stretches(elements(drawing, "path", "line s0")[0])] == [2, 2]
    assert len(elements(drawing, "path", "marker s0")) == 5, "the lone point at the end is seen, too"
    assert len(elements(lines([1, 0, -1, 1], log_y=True), "path", "marker s0")) == 2


def test_series_are_sorted_by_x() -> None:
    drawing = Lines(title="t", x_label="x", y_label="y", series=[Series(name="a", x=[2, 0, 1], y=[5, 3, 4])])
    assert [row[:2] for row in drawing.table().rows] == [[0, 3], [1, 4], [2, 5]]


def test_a_long_line_keeps_its_peaks() -> None:
    y = np.zeros(10_000)
    y[[1234, 7777]] = [5, -5]
    drawing = Lines(title="t", x_label="x", y_label="y", series=[Series(name="a", x=np.arange(10_000), y=y)])
    (stretch,) = stretches(elements(drawing, "path", "line s0")[0])
    heights = [height for _, height in stretch]
    assert len(stretch) <= 402
    assert sum(height != heights[0] for height in heights) == 2
    assert len(drawing.table().rows) == MOST_ROWS
    assert drawing.table().note == "200 of 10,000 rows."


def test_table_joins_series_at_their_x_with_intervals() -> None:
    drawing = Lines(
        title="t",
        x_label="lag",
        y_label="norm",
        series=[Series(name="a", x=[1, 2], y=[3, 4]), Series(name="b", x=[2, 3], y=[5, 6], low=[4, 5], high=[6, 7])],
        levels=[Level(name="unigram", value=5.5)],
    )
    table = drawing.table()
    assert list(table.columns) == ["lag", "a", "b", "b, low", "b, high"]
    assert table.rows == [[1, 3, None, None, None], [2, 4, 5, 4, 6], [3, None, 6, 5, 7]]
    assert table.note == "unigram: 5.50"
    assert len(elements(drawing, "path", "band s1")) == 1
    assert len(elements(drawing, "line", "level")) == 1
    assert drawing.description() == (
        "a: from 3 at 1 to 4 at 2; lowest 3, highest 4. b: from 5 at 2 to 6 at 3; lowest 5, highest 6."
    )


def test_arrays_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="'a'"):
        Lines(title="t", x_label="x", y_label="y", series=[Series(name="a", x=[1, 2], y=[1])])


def name_of_level(y: list[float], *levels: Level) -> list[tuple[float, float]]:
    """Where the names of levels end, over a line through ``y``."""
    series = [Series(name="a", x=range(len(y)), y=y)]
    drawing = Lines(title="t", x_label="x", y_label="y", series=series, levels=levels)
    notes = elements(drawing, "text", "note")
    return [(float(note.get("x", "nan")), float(note.get("y", "nan"))) for note in notes]


def test_the_name_of_a_level_avoids_the_lines() -> None:
    level = Level(name="chance", value=5)
    ((at_the_right, _),) = name_of_level([5.1, 5.2, 5.1, 5.2, 8, 10], level)
    ((at_the_left, _),) = name_of_level([10, 8, 5.2, 5.1, 5.2, 5.1], level)
    assert at_the_right > 400
    assert at_the_left < 100, "the name ends there: its text stands left of the line that falls"


def test_names_of_near_levels_do_not_cover_each_other() -> None:
    places = name_of_level([0, 10], Level(name="unigram", value=5.0), Level(name="bigram", value=5.1))
    (first, first_base), (second, second_base) = places
    assert abs(first - second) > 100 or abs(first_base - second_base) >= 12
