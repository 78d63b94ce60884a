"""Heat maps: every value in its cell, its colour in proportion."""

import math

import pytest
from support.svg import elements, hints, sides, texts

from seq2seq.report.drawings.heat_map import HeatMap


def opacities(drawing: HeatMap, style: str = "cell heat") -> list[float]:
    return [float(cell.get("fill-opacity", "nan")) for cell in elements(drawing, "rect", style)]


def heat_map(values: list[list[float]], **options: float) -> HeatMap:
    names = ["a", "b", "c", "d"]
    return HeatMap(title="t", values=values, rows=names[: len(values)], columns=names[: len(values[0])], **options)  # type: ignore[arg-type]


def test_cells_lie_in_their_rows_and_columns() -> None:
    drawing = heat_map([[0, 1, 2], [3, 4, 5]])
    cells = [sides(cell) for cell in elements(drawing, "rect", "cell")]
    assert hints(drawing, "rect", "cell")[4] == "b – b: 4"
    assert cells[4][0] == cells[1][0]
    assert cells[4][1] == cells[3][1] > cells[0][1]


def test_strength_is_in_proportion() -> None:
    assert opacities(heat_map([[0, 1], [2, 4]])) == [0, 0.25, 0.5, 1]
    assert opacities(heat_map([[0.5, 0.25]], low=0.0, high=1.0)) == [0.5, 0.25]


def test_two_colours_lead_away_from_the_centre() -> None:
    drawing = heat_map([[-2, 0], [1, 2]], centre=0)
    assert opacities(drawing) == [0, 0.5, 1]
    assert opacities(drawing, "cell cold") == [1]


def test_what_is_not_finite_leaves_its_cell_empty() -> None:
    drawing = heat_map([[1, math.nan], [math.inf, 2]])
    assert len(elements(drawing, "rect", "cell empty")) == 2
    assert opacities(drawing) == [0.5, 1]


def test_figures_in_cells() -> None:
    drawing = heat_map([[90, 8.4]], digits=0)
    assert texts(drawing, "on-strong") == ["90"]
    assert texts(drawing, "on-weak") == ["8"]


def test_many_columns_make_it_wide() -> None:
    names = [f"token {n}" for n in range(50)]
    drawing = HeatMap(title="t", values=[list(range(50))], rows=["r"], columns=names)
    (svg,) = elements(drawing, "svg")
    assert "wide" in svg.get("class", "")
    assert float(svg.get("width", 0)) > 800


def test_table_and_description() -> None:
    drawing = HeatMap(
        title="t", values=[[1, 5], [math.nan, 2]], rows=["r", "s"], columns=["x", "y"], row_label="row of"
    )
    assert list(drawing.table().columns) == ["row of", "x", "y"]
    assert drawing.table().cells == [[("r", None), ("1", 1), ("5", 5)], [("s", None), ("–", None), ("2", 2)]]
    assert drawing.description() == "Highest value of each row: r: y 5; s: y 2."


def test_a_matrix_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(1, 2\)"):
        HeatMap(title="t", values=[[1, 2]], rows=["a", "b"], columns=["x"])
