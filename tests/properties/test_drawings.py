"""Any data is drawn: well-formed, on the canvas, and with a table of the same figures."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from seq2seq.report.drawings.bars import BarGroup, Bars
from seq2seq.report.drawings.heat_map import HeatMap
from seq2seq.report.drawings.histogram import Histogram
from seq2seq.report.drawings.lines import Level, Lines, Series
from seq2seq.report.drawings.scatter import Points, Scatter
from seq2seq.report.drawings.svg import Drawing, svg_file
from seq2seq.report.drawings.tree import Node, Tree

VALUES = st.floats()  # NaN, infinities and the smallest numbers among them
TEXTS = st.text(st.characters(), max_size=12)


def columns(*, count: int) -> st.SearchStrategy[Sequence[Sequence[float]]]:
    """Some columns of one length."""
    return st.integers(0, 12).flatmap(
        lambda length: st.lists(st.lists(VALUES, min_size=length, max_size=length), min_size=count, max_size=count)
    )


def check(drawing: Drawing) -> None:
    """A reader of XML takes it, coordinates are numbers, and the table is whole."""
    root = ET.fromstring(svg_file(drawing))
    width, height = (float(side) for side in root.get("viewBox", "").split()[2:])
    assert width > 0
    assert height > 0
    for element in root.iter():
        for name, value in element.attrib.items():
            assert re.search(r"nan|inf|e[+-]\d", value) is None, (name, value)
        for name, limit in (("x", width), ("y", height)):
            assert -0.05 <= float(element.get(name, "0")) <= limit + 1
    names = [child.tag.split("}")[1] for child in root]
    assert names[:3] == ["style", "title", "desc"]
    assert drawing.table().cells is not None


@given(columns(count=4), TEXTS, st.booleans(), st.booleans(), VALUES)
def test_lines(data: Sequence[Sequence[float]], text: str, log_x: bool, log_y: bool, level: float) -> None:
    x, y, low, high = data
    series = [Series(name=text, x=x, y=y, low=low, high=high), Series(name="plain", x=y, y=x)]
    levels = [Level(name=text, value=level)]
    check(Lines(title=text, x_label=text, y_label=text, series=series, levels=levels, log_x=log_x, log_y=log_y))


@given(columns(count=4), TEXTS)
def test_bars(data: Sequence[Sequence[float]], text: str) -> None:
    values, low, high, others = data
    groups = [BarGroup(name=text, values=values, low=low, high=high), BarGroup(name="plain", values=others)]
    check(Bars(title=text, categories=[text] * len(values), groups=groups, y_label=text, x_label=text))


@given(
    arrays.arrays(np.float64, arrays.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=5), elements=VALUES),
    TEXTS,
    st.none() | st.integers(0, 3),
    st.none() | st.floats(-10, 10),
)
def test_heat_maps(values: np.ndarray, text: str, digits: int | None, centre: float | None) -> None:
    rows, places = ([text] * side for side in values.shape)
    check(HeatMap(title=text, values=values, rows=rows, columns=places, digits=digits, centre=centre, unit=text))


@given(columns(count=2), TEXTS, st.integers(1, 50))
def test_histograms(data: Sequence[Sequence[float]], text: str, bins: int) -> None:
    check(Histogram.of({text: data[0], text + "2": data[1]}, title=text, x_label=text, bins=bins))


@given(columns(count=2), TEXTS, st.booleans(), st.booleans())
def test_scatters(data: Sequence[Sequence[float]], text: str, log: bool, diagonal: bool) -> None:
    groups = [Points(name=text, x=data[0], y=data[1], labels=[text] * len(data[0])), Points(name="", x=[1], y=[2])]
    check(Scatter(title=text, x_label=text, y_label=text, groups=groups, log_x=log, log_y=log, diagonal=diagonal))


@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), TEXTS, st.none() | VALUES, st.booleans()), max_size=12))
def test_trees(rows: list[tuple[float, str, float | None, bool]]) -> None:
    nodes = [
        Node(label=label, parent=int(share * place) if place else None, value=value, edge=label, chosen=chosen)
        for place, (share, label, value, chosen) in enumerate(rows)
    ]
    check(Tree(title="tree", nodes=nodes))


def test_nothing_is_drawn_as_nothing() -> None:
    check(Lines(title="t", x_label="x", y_label="y", series=[]))
    check(Bars(title="t", categories=[], groups=[], y_label="y"))
    check(Histogram.of({}, title="t", x_label="x"))
    check(Scatter(title="t", x_label="x", y_label="y", groups=[], diagonal=True))
    check(Tree(title="t", nodes=[]))
