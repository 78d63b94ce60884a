"""Batches of every kind: a column is read, and others are added to the same kind."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support.refused import refused

from seq2seq.batch.columns import Column, add_columns, read_column

TEXTS = ["one", None, "two", ""]
ADDED = [
    Column("made", "text", False, ["eno", None, "owt", ""]),
    Column("number", "number", False, [0.5, None, 2.0, 0.0]),
    Column("several", "text", True, [["a", "b"], None, ["c", "d"], []]),
    Column("numbers", "number", True, [[1.0, 2.0], None, [3.0], []]),
]


def frame(columns: dict[str, Any]) -> Any:
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(columns, index=range(7, 7 + len(columns["text"])))


def table(columns: dict[str, Any]) -> Any:
    arrow = pytest.importorskip("pyarrow")
    return arrow.table({name: arrow.array(values, arrow.string()) for name, values in columns.items()})


def record_batch(columns: dict[str, Any]) -> Any:
    arrow = pytest.importorskip("pyarrow")
    return arrow.record_batch({name: arrow.array(values, arrow.string()) for name, values in columns.items()})


def arrays(columns: dict[str, Any]) -> dict[str, Any]:
    return {name: np.array(values, object) for name, values in columns.items()}


KINDS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "lists": dict,
    "arrays": arrays,
    "frame": frame,
    "table": table,
    "record batch": record_batch,
}


def plain(values: Any) -> list[Any]:
    """The entries of a column of any kind, None where one is missing."""
    if hasattr(values, "to_pylist"):
        return list(values.to_pylist())
    values = values.tolist() if hasattr(values, "tolist") else values
    return [None if isinstance(value, float) and math.isnan(value) else value for value in values]


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_columns_are_read_and_added_to_the_same_kind_of_batch(make: Callable[[dict[str, Any]], Any]) -> None:
    batch = make({"text": TEXTS, "made": ["old"] * 4})
    before = read_column(batch, "made")
    assert read_column(batch, "text") == TEXTS
    result = add_columns(batch, ADDED, like="text")
    assert type(result) is type(batch)
    for column in ADDED:
        assert plain(result[column.name]) == column.values
    assert read_column(result, "text") == TEXTS
    assert read_column(batch, "made") == before  # it is not changed
    assert type(result["made"]) is type(batch["text"])


@pytest.mark.parametrize("make", [frame, table, record_batch])
def test_types_do_not_depend_on_the_rows(make: Callable[[dict[str, Any]], Any]) -> None:
    """So that a framework can ask an empty batch for them, and parts go together."""
    whole = make({"text": TEXTS})
    full = add_columns(whole, ADDED, like="text")
    empty = add_columns(whole[:0], [Column(*named(one), []) for one in ADDED], like="text")
    gone = add_columns(whole[:2], [Column(*named(one), [None, None]) for one in ADDED], like="text")
    if make is frame:
        assert list(empty.dtypes) == list(full.dtypes) == list(gone.dtypes)
    else:
        assert empty.schema == full.schema == gone.schema


def named(column: Column) -> tuple[str, Any, bool]:
    return column.name, column.kind, column.lists


def test_an_index_and_large_strings_are_kept() -> None:
    result = add_columns(frame({"text": TEXTS}), ADDED, like="text")
    assert list(result.index) == [7, 8, 9, 10]
    assert list(result.columns) == ["text", "made", "number", "several", "numbers"]
    arrow = pytest.importorskip("pyarrow")
    large = arrow.table({"text": arrow.array(TEXTS, arrow.large_string())})
    result = add_columns(large, ADDED, like="text")
    assert result.schema.field("made").type == arrow.large_string()
    assert result.schema.field("several").type == arrow.list_(arrow.large_string())


def test_every_kind_of_missing_value_is_none() -> None:
    assert read_column({"a": [None, float("nan"), np.float32("nan"), "x"]}, "a") == [None, None, None, "x"]
    pandas = pytest.importorskip("pandas")
    values = [None, float("nan"), pandas.NA, pandas.NaT, "x"]
    assert read_column({"a": values[:3]}, "a") == [None] * 3
    assert read_column(pandas.DataFrame({"a": pandas.Series(values, dtype=object)}), "a") == [None] * 4 + ["x"]


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_a_column_that_is_not_there_is_refused(make: Callable[[dict[str, Any]], Any]) -> None:
    with refused("batch.no-column", "'source'", "'text'"):
        read_column(make({"text": TEXTS}), "source")


def test_a_column_that_is_there_twice_is_refused() -> None:
    pandas = pytest.importorskip("pandas")
    with refused("batch.two-columns", "2 columns", "'text'"):
        read_column(pandas.DataFrame([["a", "b"]], columns=["text", "text"]), "text")


@pytest.mark.parametrize("batch", [["one"], "one", 3, {"text": "one row"}, {"text": None}], ids=str)
def test_what_is_no_batch_is_refused(batch: object) -> None:
    with pytest.raises(TypeError, match=r"expected a dict|batched=True"):
        read_column(batch, "text")
