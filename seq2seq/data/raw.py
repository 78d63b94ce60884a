"""A split that has been found, and a split that has been read: rows of text in one memory-mapped Arrow file.

columns   source: string · target: string · line: int32, from 1 · file: int32, an index · group: string or null
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from seq2seq import log
from seq2seq.data.problems import BadRows
from seq2seq.data.rows import Rows, rename
from seq2seq.errors import DataError

if TYPE_CHECKING:
    from datasets import Dataset

SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("target", pa.string()),
        ("line", pa.int32()),
        ("file", pa.int32()),
        ("group", pa.string()),
    ]
)
"""Columns of a split in a file of its own."""


@dataclass(frozen=True)
class RawSplit:
    """The good rows of a split, on disk."""

    dataset: "Dataset"
    """Columns as in :data:`SCHEMA`."""
    name: str
    """What the split is called in messages: its file, or its files' folder."""
    files: tuple[str, ...]
    """What the column ``file`` points into."""
    skipped: int
    """Malformed rows left out (``skip_bad``)."""
    joined: int
    """Rows in which a line break inside a field became a space."""

    def __len__(self) -> int:
        return len(self.dataset)

    def where(self, row: int) -> str:
        """``file:line`` of a row, from 0."""
        found = self.dataset[row]
        return f"{self.files[found['file']]}:{found['line']}"

    @property
    def table(self) -> pa.Table:
        """The same, as Arrow."""
        table: pa.Table = self.dataset.data.table
        return table


@dataclass(frozen=True)
class Origin:
    """One thing that is read from beginning to end: a file, a pair of files, or a split on the hub."""

    label: str
    """Its name in messages."""
    read: Callable[[BadRows], Iterator[Rows]] = field(repr=False)
    """Reads the rows, and reports the bad ones."""
    fingerprint: Callable[[], str] = field(repr=False)
    """A digest of the content."""
    paths: tuple[Path, ...] = ()
    """Its files, if it is a file or a pair of files."""


@dataclass(frozen=True)
class Source:
    """A split that has been found, but not read."""

    name: str
    """What it is called in messages."""
    origins: tuple[Origin, ...]
    skip_bad: bool
    swap: bool
    """Whether source and target change places, once they have been read under their own names."""
    labels: Mapping[str, str] | None = None
    """Names for what stands in the target column."""

    def fingerprint(self) -> list[str]:
        """What identifies the content: names (they stand in messages) and digests."""
        return [text for origin in self.origins for text in (origin.label, origin.fingerprint())]

    def require_unchanged(self, before: list[str]) -> None:
        """Raise a DataError if the content is no longer what had the fingerprint ``before``."""
        now = self.fingerprint()
        for label, old, new in zip(now[::2], before[1::2], now[1::2], strict=True):
            if new != old:
                raise DataError(f"{label}: changed while it was read; start again.")

    def read(self, path: Path) -> RawSplit:
        """Read all rows into an Arrow file.

        Args:
            path: the file to write; it must lie there for as long as the split is used.

        Raises:
            DataError: rows are bad (all are counted before), or there are none.
        """
        from datasets import Dataset

        bad = BadRows()
        total, joined = self.write(path, bad)
        if not self.skip_bad:
            bad.raise_any()
        if not total:
            raise DataError(f"{self.name}: no usable row is left: all {bad.count:,} are bad, such as\n  {bad.first[0]}")
        return RawSplit(
            dataset=Dataset.from_file(str(path)),
            name=self.name,
            files=tuple(origin.label for origin in self.origins),
            skipped=bad.count,
            joined=joined,
        )

    def write(self, path: Path, bad: BadRows) -> tuple[int, int]:
        """Write all good rows into an Arrow file.

        Args:
            path: the file to write.
            bad: gets the others.

        Returns:
            How many there are, and in how many of them a line break inside a field became a space.

        Raises:
            DataError: there is nothing in a file, or it cannot be read to its end.
        """
        joined = total = 0
        with (
            log.progress(f"reading {self.name}", unit="rows") as bar,
            pa.OSFile(str(path), "wb") as sink,
            pa.ipc.new_stream(sink, SCHEMA) as writer,
        ):
            for index, origin in enumerate(self.origins):
                found, before = 0, bad.count
                with closing(origin.read(bad)) as chunks:  # type: ignore[type-var]
                    for rows in chunks:
                        if self.swap:
                            rows.sources, rows.targets = rows.targets, rows.sources
                        if self.labels is not None:
                            rename(rows, self.labels, origin.label, bad)
                        joined += rows.joined
                        found += len(rows.lines)
                        if rows.lines:
                            writer.write_batch(_to_arrow(rows, index))
                            bar.advance(len(rows.lines))
                if not found and bad.count == before:
                    raise DataError(f"{origin.label}: there are no rows in it: it is empty, or holds a header only.")
                total += found
        return total, joined


def _to_arrow(rows: Rows, file: int) -> pa.RecordBatch:
    columns = [
        pa.array(rows.sources, pa.string()),
        pa.array(rows.targets, pa.string()),
        pa.array(rows.lines, pa.int32()),
        pa.array([file] * len(rows.lines), pa.int32()),
        pa.array(rows.groups, pa.string()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)
