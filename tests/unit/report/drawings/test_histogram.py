"""Histograms: shares by interval."""

import math

import pytest
from support.svg import elements, stretches

from seq2seq.report.drawings.histogram import Histogram


def test_values_are_counted_and_those_outside_count_at_the_ends() -> None:
    values = [-1, 0, 0.1, 0.3, 0.6, 1, 7, math.nan]
    drawing = Histogram.of({"a": values, "b": []}, title="t", x_label="gate", low=0, high=1, bins=2)
    assert drawing.table().rows == [[0, 0.5, 4, 0], [0.5, 1, 3, 0]]


def test_heights_are_shares_of_the_sample() -> None:
    drawing = Histogram(title="t", x_label="x", edges=[0, 1, 2], counts={"a": [1, 3], "b": [100, 300]})
    first, second = (stretches(path)[0] for path in elements(drawing, "path", "line"))
    assert first == second
    base = first[0][1]
    assert (base - first[3][1]) == pytest.approx(3 * (base - first[1][1]), abs=0.2)
    assert drawing.description().startswith("a: most values, 75 %, from 1 to 2.")


def test_one_value_has_an_interval() -> None:
    drawing = Histogram.of({"a": [3, 3]}, title="t", x_label="x", bins=1)
    assert drawing.table().rows == [[pytest.approx(2.7), pytest.approx(3.3), 2]]


@pytest.mark.parametrize(("edges", "counts"), [([0, 1, 1], [1, 2]), ([0], []), ([0, 1], [1, 2])])
def test_edges_increase_and_have_counts(edges: list[float], counts: list[float]) -> None:
    with pytest.raises(ValueError, match=r"edges|counts"):
        Histogram(title="t", x_label="x", edges=edges, counts={"a": counts})
