"""A split that has been found, and a split that has been read: rows of text in one memory-mapped Arrow file.

Arrow is imported where it is used: what is scored is read into memory instead, in installations without it.

columns   source: string · target: string · line: int32, from 1 · file: int32, an index · group: string or null
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from seq2seq import log
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.data.reading.examples import Examples
from seq2seq.data.tables.lines import Span
from seq2seq.data.tables.problems import SHOWN, BadRows
from seq2seq.data.tables.rows import Rows, rename
from seq2seq.data.tables.soft_labels import keep_soft_labels
from seq2seq.data.tables.vectors import VectorCheck
from seq2seq.errors import DataError, NoExamples
from seq2seq.files.pipes import is_pipe, position
from seq2seq.progress import show_progress
from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.wording import plural

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset

_MEGABYTE: Final = 1e6
_AT_ONCE: Final = (".parquet", ".xlsx")
"""Endings of files that are not read from beginning to end."""
Part = tuple[int, tuple[Span, ...]]
"""An origin, by its number, and a span of each of its files; none: all of it."""


@dataclass(frozen=True)
class RawSplit:
    """The good rows of a split, on disk."""

    dataset: "Dataset"
    """Columns as above."""
    name: str
    """Name of the split in messages: its file, or its files' folder."""
    files: tuple[str, ...]
    """Names of files, by the numbers in the column ``file``."""
    skipped: int
    """Malformed rows left out (``skip_bad``)."""
    notes: tuple[str, ...]
    """Remarks on how it was read."""
    width: int | None = None
    """Channels of the side that is vectors, if one is."""

    def __len__(self) -> int:
        return len(self.dataset)

    def where(self, row: int) -> str:
        """``file:line`` of a row, from 0."""
        found = self.dataset[row]
        return f"{self.files[found['file']]}:{found['line']}"

    @property
    def table(self) -> "pa.Table":
        """The same, as Arrow."""
        table: pa.Table = self.dataset.data.table
        return table


@dataclass(frozen=True)
class Cutting:
    """How a file, or a pair of files, is cut into parts that can be read alone."""

    cut: Callable[[int], Sequence[tuple[Span, ...]] | None]
    """Cuts it into parts of about so many bytes: a span of each file; None: this one cannot be cut."""
    read: Callable[[BadRows, tuple[Span, ...]], Iterator[Rows]]
    """Reads the rows of such a part."""


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
    apart: bool = False
    """Whether another process can read it, which finds it by its label."""
    cutting: Cutting | None = field(default=None, repr=False)
    """How it is cut into parts; None: it is read as a whole."""

    def parts(self, size: int) -> Sequence[tuple[Span, ...]]:
        """What can be read alone: parts of about so many bytes, or all of it."""
        if self.cutting is None or sum(path.stat().st_size for path in self.paths) <= size:
            return [()]
        return self.cutting.cut(size) or [()]

    def size(self) -> int | None:
        """Bytes of its files; None: it is not read from beginning to end, or has no size."""
        whole = self.paths and not any(is_pipe(path) or path.suffix in _AT_ONCE for path in self.paths)
        try:
            return sum(path.stat().st_size for path in self.paths) if whole else None
        except OSError:  # reading says what is wrong with it
            return None

    def position(self) -> int:
        """Bytes of its files that have been read."""
        return sum(map(position, self.paths))


@dataclass(frozen=True)
class Source:
    """A split that has been found, but not read."""

    name: str
    """Name in messages."""
    origins: tuple[Origin, ...]
    skip_bad: bool
    swap: bool
    """Whether source and target change places, once they have been read under their own names."""
    labels: Mapping[str, str] | None = None
    """Names for what stands in the target column."""
    soft_labels: bool = field(default=False, kw_only=True)
    """Whether labels may have probabilities."""
    sides: Sides = TEXTS
    """What its examples consist of."""
    parts: tuple[int, ...] = ()
    """Number of origins of each source that is mixed in it; none: it is one source."""
    tokenizers: VocabularyPair | None = None
    """What its rows are read with, where the source decides it; None: that is learnt from the rows."""

    def fingerprint(self) -> list[str]:
        """Identity of the content: names (which messages contain) and digests."""
        return [text for origin in self.origins for text in (origin.label, origin.fingerprint())]

    def require_unchanged(self, before: list[str]) -> None:
        """Raise a DataError if the content is no longer what had the fingerprint ``before``."""
        now = self.fingerprint()
        for label, old, new in zip(now[::2], before[1::2], now[1::2], strict=True):
            if new != old:
                raise DataError(f"{label}: changed while it was read; start again.", code="data.changed")

    def read(self, path: Path) -> RawSplit:
        """Read all rows into an Arrow file.

        Args:
            path: the file to write; it must lie there for as long as the split is used.

        Raises:
            DataError: rows are bad (all are counted before), or there are none.
        """
        bad, vectors = BadRows(), VectorCheck()
        total = self.write(path, bad, vectors)
        return self.judged(path, total, bad, width=vectors.width)

    def judged(self, path: Path, total: int, bad: BadRows, *, width: int | None = None) -> RawSplit:
        """The split in an Arrow file of ``total`` good rows; ``width``: channels, where one side is vectors.

        Raises:
            DataError: rows are bad, or there are none.
        """
        from datasets import Dataset

        self._judge(total, bad)
        return RawSplit(
            dataset=Dataset.from_file(str(path)),
            name=self.name,
            files=tuple(origin.label for origin in self.origins),
            skipped=bad.count,
            notes=tuple(bad.notes()),
            width=width,
        )

    def examples(self) -> Examples:
        """Read all rows into memory; raises as :meth:`read` does."""
        bad = BadRows()
        read = Rows()
        for _, rows in self.rows(bad):
            read.sources += rows.sources
            read.targets += rows.targets
            read.groups += rows.groups
        self._judge(len(read.sources), bad)
        for note in bad.notes():
            log.say(f"{self.name}: {note}" if self.name not in note else note)
        groups = read.groups if any(group is not None for group in read.groups) else None
        return Examples(self.name, read.sources, read.targets, groups, bad.count)

    def _judge(self, total: int, bad: BadRows) -> None:
        """Raise a DataError if rows are bad and may not be, or if none of ``total`` is good."""
        if not self.skip_bad:
            bad.raise_any()
        if not total:
            raise NoExamples(
                f"{self.name}: no usable row, {plural(bad.count, 'bad row')}, such as\n  {bad.first[0]}",
                code="data.no-usable-rows",
            )

    def write(self, path: Path, bad: BadRows, vectors: VectorCheck | None = None) -> int:
        """Write all good rows into an Arrow file, and return their number; ``bad`` gets the others.

        Vectors are checked by ``vectors``, which then knows their channels.

        Raises:
            DataError: there is nothing in a file, or it cannot be read to its end.
        """
        total = 0
        with closing(self.rows(bad, vectors)) as found, writing(path) as write:
            for origin, rows in found:
                total += len(rows.lines)
                write(origin, rows)
        return total

    def rows(self, bad: BadRows, vectors: VectorCheck | None = None) -> Generator[tuple[int, Rows], None, None]:
        """Some good rows at a time, and the number of the origin that they are from; ``bad`` gets the others.

        Vectors are checked by ``vectors``.

        Raises:
            DataError: there is nothing in a file, or it cannot be read to its end.
        """
        check = vectors or VectorCheck()
        sizes = [origin.size() for origin in self.origins]
        counts_bytes = None not in sizes
        total = sum(size or 0 for size in sizes) / _MEGABYTE if counts_bytes else None
        with show_progress(f"reading {self.name}", total=total, unit="MB" if counts_bytes else "rows") as bar:
            empty, done = {}, 0.0
            for index, origin in enumerate(self.origins):
                found, before = 0, bad.count
                with closing(self.part((index, ()), bad, check)) as chunks:
                    for rows in chunks:
                        found += len(rows.lines)
                        megabytes = done + origin.position() / _MEGABYTE
                        bar.advance(max(megabytes - bar.done, 0.0) if counts_bytes else len(rows.lines))
                        yield index, rows
                if counts_bytes:
                    done += (sizes[index] or 0) / _MEGABYTE
                    bar.advance(done - bar.done)
                if not found and bad.count == before:
                    empty[index] = f"left out: {bad.left_out}" if bad.left_out else NO_ROWS
        self.report_empty(empty, bad)

    def part(self, part: Part, bad: BadRows, vectors: VectorCheck) -> Generator[Rows, None, None]:
        """Some good rows of a part at a time, as the source has them."""
        index, spans = part
        origin = self.origins[index]
        read = origin.cutting.read(bad, spans) if spans and origin.cutting else origin.read(bad)
        with closing(read) as chunks:  # type: ignore[type-var]
            for rows in chunks:
                if self.swap:
                    rows.sources, rows.targets = rows.targets, rows.sources
                if self.soft_labels:
                    keep_soft_labels(rows, self.labels, origin.label, bad)
                elif self.labels is not None:
                    rename(rows, self.labels, origin.label, bad)
                if SideKind.VECTORS in self.sides:
                    targets = self.sides.source is not SideKind.VECTORS
                    vectors.keep_good(rows, origin.label, bad, targets=targets)
                bad.joined += rows.joined
                if rows.lines:
                    yield rows

    def report_empty(self, empty: Mapping[int, str], bad: BadRows) -> None:
        """Remark on the origins without rows, given with the reason.

        Raises:
            NoExamples: there are no others.
        """
        texts = [f"{self.origins[index].label}: there are no rows in it: {why}" for index, why in empty.items()]
        if len(texts) == len(self.origins):
            more = f"\n... and {len(texts) - SHOWN:,} more, alike." if len(texts) > SHOWN else ""
            lines = "\n".join(f"{text}." for text in texts[:SHOWN])
            raise NoExamples(f"{lines}{more}", code="data.empty-file")
        for text in texts:
            bad.remark(text)


NO_ROWS: Final = "it is empty, or holds a header only"
"""Why an origin has no rows, if none of it was left out."""


@contextmanager
def writing(path: Path) -> Iterator[Callable[[int, Rows], None]]:
    """Write rows, each time of one origin, into an Arrow file."""
    import pyarrow as pa

    columns = (("source", pa.string()), ("target", pa.string()), ("line", pa.int32()), ("file", pa.int32()))
    schema = pa.schema([*columns, ("group", pa.string())])
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:

        def write(origin: int, rows: Rows) -> None:
            values = (rows.sources, rows.targets, rows.lines, [origin] * len(rows.lines), rows.groups)
            arrays = [pa.array(column, kind) for column, kind in zip(values, schema.types, strict=True)]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))

        yield write
