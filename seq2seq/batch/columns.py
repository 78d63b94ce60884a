"""Batches of rows as frameworks hand them over: a column is read, and others are added to the same kind of batch.

dict                   of lists or of NumPy arrays: ``datasets``, Ray Data
DataFrame              of pandas: Spark, Dask, Ray Data
Table, RecordBatch     of pyarrow: ``datasets``, Ray Data, Spark

A package that is not loaded has made no batch: pandas and pyarrow are never imported here.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np

from seq2seq.errors import DataError
from seq2seq.wording import listed

Batch = TypeVar("Batch")
"""A batch of one of the kinds above."""
_KINDS = "a dict of lists or NumPy arrays, a pandas DataFrame, or a pyarrow Table or RecordBatch"


@dataclass(frozen=True, slots=True)
class Column:
    """A column to add."""

    name: str
    kind: Literal["text", "number"]
    """Of its entries, or of the entries of its lists."""
    lists: bool
    """Whether it holds a list per row."""
    values: Sequence[object]
    """One per row; None: missing."""


def read_column(batch: object, name: str) -> list[object]:
    """The entries of a column; None where one is missing: None, NaN, or the missing values of pandas and pyarrow.

    Raises:
        TypeError: this is no batch.
        DataError: it has no such column (names those that it has), or two.
    """
    if isinstance(batch, Mapping):
        values = _found(batch, name, list(batch))
        if isinstance(values, str | None):
            raise TypeError(f"column {name!r} is one text, not a column of texts: pass batches (batched=True)")
        entries = values.tolist() if _is_array(values) and values.ndim == 1 else values  # of more dimensions: arrays
        return [None if _is_nan(one) else one for one in entries]
    whole: Any = batch
    if _is_of(batch, "pandas", "DataFrame"):
        series = _found(batch, name, list(whole.columns))
        return [None if gone else one for one, gone in zip(series.tolist(), series.isna().tolist(), strict=True)]
    if _is_of(batch, "pyarrow", "Table", "RecordBatch"):
        cells: list[object] = _found(batch, name, whole.schema.names).to_pylist()
        return cells
    raise TypeError(f"expected {_KINDS}, found {type(batch).__name__}")


def add_columns(batch: Batch, columns: Sequence[Column], *, like: str) -> Batch:
    """A batch of the same kind with further columns; those whose names it has already are replaced.

    Args:
        batch: as :func:`read_column` takes it; it is not changed.
        columns: to add.
        like: the column whose type texts get, if it is one for texts.
    """
    whole: Any = batch
    if isinstance(whole, Mapping):
        arrays = _is_array(whole[like])
        # Not unpacked: the batches of `datasets` decode a column when it is read.
        added: Batch = whole | {one.name: _array(one) if arrays else list(one.values) for one in columns}  # type: ignore[operator]
        return added
    if _is_of(whole, "pandas", "DataFrame"):
        return _add_to_frame(whole, columns, whole[like].dtype)  # type: ignore[no-any-return]
    return _add_to_table(whole, columns, whole.schema.field(like).type)  # type: ignore[no-any-return]


def _found(batch: Any, name: str, names: Sequence[object]) -> Any:
    if name not in names:
        has = f"it has {listed(list(map(str, names)))}" if names else "it has none"
        raise DataError(f"the batch has no column {name!r}: {has}.\n  Name one: column=...", code="batch.no-column")
    if names.count(name) > 1:
        raise DataError(f"the batch has {names.count(name)} columns {name!r}: rename one.", code="batch.two-columns")
    return batch[name]


def _is_of(batch: Any, package: str, *kinds: str) -> bool:
    """Whether a batch is of a package, which is loaded if it is."""
    loaded = sys.modules.get(package)
    return loaded is not None and isinstance(batch, tuple(getattr(loaded, kind) for kind in kinds))


def _is_array(values: object) -> bool:
    return isinstance(values, np.ndarray)


def _is_nan(value: object) -> bool:
    """Whether a value of a list says that there is none."""
    return (isinstance(value, float | np.floating) and bool(np.isnan(value))) or type(value).__name__ == "NAType"


def _array(column: Column) -> Any:
    """A column as a NumPy array: numbers in float64, with NaN where one is missing; all else as objects."""
    if column.kind == "number" and not column.lists:
        return np.array(column.values, np.float64)
    return np.fromiter(column.values, object, len(column.values))


def _add_to_frame(frame: Any, columns: Sequence[Column], type_: Any) -> Any:
    pandas: Any = sys.modules["pandas"]
    text = type_ if pandas.api.types.is_string_dtype(type_) else object
    made = {}
    for one in columns:
        dtype = object if one.lists else text if one.kind == "text" else "float64"
        made[one.name] = pandas.Series(list(one.values), frame.index, dtype)
    return frame.assign(**made)


def _add_to_table(table: Any, columns: Sequence[Column], type_: Any) -> Any:
    arrow: Any = sys.modules["pyarrow"]
    is_text = any(getattr(arrow.types, f"is_{name}")(type_) for name in ("string", "large_string", "string_view"))
    for one in columns:
        entry = arrow.float64() if one.kind == "number" else type_ if is_text else arrow.string()
        field = arrow.field(one.name, arrow.list_(entry) if one.lists else entry)
        values = arrow.array(one.values, field.type)
        place = table.schema.get_field_index(one.name)
        table = table.append_column(field, values) if place < 0 else table.set_column(place, field, values)
    return table
