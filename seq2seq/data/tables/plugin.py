"""Data files of a format that an installed package, or the running program, adds.

A reader is registered in :data:`seq2seq.registry.FORMATS` under the ending of its files, without the dot. It takes a
path and yields one dictionary per row, from the names of columns to their values; the recipe's `data.columns` picks
among them.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from seq2seq.config.data import ColumnsConfig
from seq2seq.data.tables.json_rows import CHUNK, RecordReader
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows
from seq2seq.errors import DataError, reason_of
from seq2seq.registry import FORMATS


@runtime_checkable
class RowReader(Protocol):
    """Reads the rows of a file."""

    def __call__(self, path: Path, /) -> Iterable[Mapping[str, Any]]:
        """Yield one dictionary per row; an OSError or a ValueError says that the file cannot be read."""


def is_added(ending: str) -> bool:
    """Whether files with an ending, dot included, are read by an added format."""
    return ending[1:] in FORMATS.added()


def column_names(path: Path) -> list[str]:
    """The names of the columns of a file's first row."""
    return list(next(_records(path), {}))


def read_added(path: Path, columns: ColumnsConfig, *, bad: BadRows, labels: bool) -> Iterator[Rows]:
    """Rows of a file; their numbers, from 1, stand in the place of line numbers."""
    reader = RecordReader(path, columns, labels=labels)
    rows = Rows()
    for number, record in enumerate(_records(path), 1):
        reader.add(number, record, rows, bad)
        if len(rows.lines) >= CHUNK:
            yield rows
            rows = Rows()
    yield rows


def _records(path: Path) -> Iterator[dict[str, Any]]:
    read = FORMATS.load(path.suffix[1:], RowReader)
    try:
        yield from map(dict, read(path))
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read: {reason_of(error)}.", code="data.unreadable") from error
