"""Tables: formats, order, and refusal of uneven rows."""

import math

import numpy as np
import pytest

from seq2seq.report.table import Column, Table, Value


def test_numbers_are_written_and_sorted_by_value() -> None:
    table = Table(
        caption="t",
        columns=["name", Column("loss", 2), "count"],
        rows=[["a", 1.005, np.int64(1200)], ["b", Value("2 ± 1", 2.0), None]],
    )
    assert table.numeric == [False, True, True]
    assert table.cells == [
        [("a", None), ("1.00", 1.005), ("1,200", 1200)],
        [("b", None), ("2 ± 1", 2.0), ("–", None)],
    ]


def test_a_column_with_a_text_is_text() -> None:
    table = Table(caption="t", columns=["a", "b", "c"], rows=[[1, None, 1.5], ["x", None, math.nan]])
    assert table.numeric == [False, False, True]


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells"):
        Table(caption="t", columns=["a", "b"], rows=[[1, 2], [1]])
