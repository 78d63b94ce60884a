"""A prepared split: token ids (or vectors), texts and origins in memory-mapped Arrow files, read without a copy."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from seq2seq.special import EOS
from seq2seq.storage.mapped import map_array, write_array

IDS = pa.list_(pa.int32())
SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("target", pa.string()),
        ("line", pa.int32()),
        ("file", pa.int32()),
        ("source_ids", IDS),
        ("target_ids", IDS),
    ]
)
"""Columns of a prepared file."""


def schema_of(source: int | None, target: int | None) -> pa.Schema:
    """:data:`SCHEMA`; where a side is vectors, of so many numbers, they stand in the place of ids."""
    schema = SCHEMA
    for name, size in (("source_ids", source), ("target_ids", target)):
        if size is not None:
            steps = pa.list_(pa.list_(pa.float32(), size))
            schema = schema.set(schema.get_field_index(name), pa.field(name, steps))
    return schema


@dataclass(frozen=True, slots=True)
class _Ragged:
    """Lists of one record batch, as views of the file: row j is ``values[offsets[j]:offsets[j + 1]]``."""

    values: NDArray[Any]
    """Ids, int32; or vectors, a row of float32 for each step."""
    offsets: NDArray[np.int32]

    def lengths(self) -> NDArray[np.int32]:
        """Tokens of each list, EOS included; or steps."""
        return np.diff(self.offsets) + (self.values.ndim == 1)


class Split:
    """The examples of one split.

    Everything is read from mapped files when it is asked for, by any number of threads.

    Args:
        paths: Arrow stream files with the columns of :data:`SCHEMA`, in order.
        files: names of the files that the rows came from.
        then: another split, whose rows follow.
        lengths: file of :attr:`lengths`, those of what follows included, as :meth:`write_lengths` writes it; None: they
            are computed, and held in memory.

    Raises:
        pyarrow.ArrowException, OSError: a file is missing or damaged.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        files: Sequence[str],
        then: "Split | None" = None,
        *,
        lengths: Path | None = None,
    ) -> None:
        self.files = tuple(files)
        self._batches: list[pa.RecordBatch] = []
        for path in paths:
            with pa.ipc.open_stream(pa.memory_map(str(path))) as reader:
                self._batches.extend(batch for batch in reader if batch.num_rows)
        self._then = (len(self._batches), then.files) if then is not None else None
        if then is not None:
            self._batches.extend(then._batches)
        counts = [batch.num_rows for batch in self._batches]
        self._starts: list[int] = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).tolist()
        self._source = [_ragged(batch.column("source_ids")) for batch in self._batches]
        self._target = [_ragged(batch.column("target_ids")) for batch in self._batches]
        self._lengths_file = lengths

    @cached_property
    def lengths(self) -> NDArray[np.int32]:
        """(N, 2) tokens of each source and target, EOS included; of vectors, steps."""
        if self._lengths_file is not None:
            return map_array(self._lengths_file, np.int32, 2)[: len(self)]
        return np.concatenate([*self._lengths(), np.empty((0, 2), np.int32)])

    def write_lengths(self, path: Path) -> None:
        """Write a file of :attr:`lengths`: pairs of int32."""
        write_array(path, self._lengths())

    def _lengths(self) -> Iterator[NDArray[np.int32]]:
        """The lengths of one record batch after the other."""
        for source, target in zip(self._source, self._target, strict=True):
            yield np.stack([source.lengths(), target.lengths()], axis=1)

    def __len__(self) -> int:
        return self._starts[-1]

    def source_ids(self, row: int) -> NDArray[Any]:
        """Token ids of a source, without EOS, or its vectors (S, N), scaled: a read-only view."""
        batch, index = self._find(row)
        ragged = self._source[batch]
        return ragged.values[ragged.offsets[index] : ragged.offsets[index + 1]]

    def target_ids(self, row: int) -> NDArray[Any]:
        """Token ids of a target, without BOS and EOS, or its vectors (T, N): a read-only view."""
        batch, index = self._find(row)
        ragged = self._target[batch]
        return ragged.values[ragged.offsets[index] : ragged.offsets[index + 1]]

    def texts(self, row: int) -> tuple[str, str]:
        """Source and target as they were written."""
        return str(self._value("source", row)), str(self._value("target", row))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """All texts, in order."""
        for batch in self._batches:
            yield from zip(batch.column("source").to_pylist(), batch.column("target").to_pylist(), strict=True)

    def where(self, row: int) -> str:
        """``file:line`` from which a row came."""
        index = self._value("file", row)
        assert isinstance(index, int)
        files = self.files
        if self._then is not None and self._find(row)[0] >= self._then[0]:
            files = self._then[1]
        return f"{files[index]}:{self._value('line', row)}"

    def first_rows(self, files: Sequence[int]) -> list[int]:
        """The first row of each of some files, by its number; of a split whose rows are in the order of its files."""
        before = np.zeros(len(files), dtype=np.int64)
        for batch in self._batches:
            before += np.searchsorted(batch.column("file").to_numpy(), files)
        return before.tolist()

    def joined_targets(self) -> NDArray[np.int32]:
        """All targets one after the other, each ended by EOS: 4 bytes per token."""
        joined = [np.empty(0, np.int32)]
        for ragged in self._target:
            first, last = ragged.offsets[0], ragged.offsets[-1]
            joined.append(np.insert(ragged.values[first:last], ragged.offsets[1:] - first, EOS))
        return np.concatenate(joined)

    def source_counts(self, size: int) -> NDArray[np.int64]:
        """(V,) occurrences of each of ``size`` token ids in the sources, without EOS."""
        return _counts(self._source, size)

    def target_counts(self, size: int) -> NDArray[np.int64]:
        """(V,) occurrences of each of ``size`` token ids in the targets, without BOS and EOS."""
        return _counts(self._target, size)

    def _value(self, column: str, row: int) -> object:
        batch, index = self._find(row)
        value: object = self._batches[batch].column(column)[index].as_py()
        return value

    def _find(self, row: int) -> tuple[int, int]:
        """Record batch of a row, and its place there."""
        if not 0 <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        batch = bisect_right(self._starts, row) - 1
        return batch, row - self._starts[batch]


def _ragged(column: pa.ListArray) -> _Ragged:
    """Views of a list column; ``values`` is the whole child array, into which the offsets point."""
    inner = column.values
    if isinstance(inner, pa.FixedSizeListArray):
        values = inner.values.to_numpy().reshape(-1, inner.type.list_size)
        return _Ragged(values[inner.offset : inner.offset + len(inner)], column.offsets.to_numpy())
    return _Ragged(inner.to_numpy(), column.offsets.to_numpy())


def _counts(lists: Sequence[_Ragged], size: int) -> NDArray[np.int64]:
    counts = np.zeros(size, dtype=np.int64)
    for ragged in lists:
        counts += np.bincount(ragged.values[ragged.offsets[0] : ragged.offsets[-1]], minlength=size)
    return counts
