"""Copying a file without some of its rows, and with others mended: every format stays what it is.

A row is a span of lines: from where it begins to where the next one does. What is neither mended nor left out is copied
as it is, but for the ends of lines (LF) and a byte order mark.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from seq2seq.data.reading.columnar import BATCH
from seq2seq.data.reading.find_files import kind_by_content, kind_by_name
from seq2seq.formats.dialect import Dialect, dialect_of
from seq2seq.formats.json_rows import form_of, read_values
from seq2seq.formats.lines import read_blocks
from seq2seq.formats.opening import create_text, open_text
from seq2seq.formats.problems import BadRows
from seq2seq.inspection.repair.mend import MENDABLE, mend
from seq2seq.text.markup.recognise import Markup

KEEP: Final = 0
MEND: Final = -1
BLANK: Final = -2
"""What became blank when it was mended."""
UNCERTAIN: Final = -3
"""What cannot be mended, since it is not certain how it was meant."""


@dataclass(frozen=True)
class Orders:
    """What to do with the rows of a file."""

    lines: NDArray[np.int64]
    """(R,) where each begins, ascending: the good ones and the malformed ones."""
    actions: NDArray[np.int64]
    """(R,) :data:`KEEP`, :data:`MEND`, or the number of the check that leaves it out."""
    mends: NDArray[np.uint8]
    """(R,) a bit for each of :data:`MENDABLE`: what is to be mended."""
    declared: tuple[Markup, ...] = ()
    """Markup languages that the texts are known to be written in."""

    def mender(self, bits: int) -> "Mender":
        """What mends a row."""
        return Mender(tuple(name for bit, name in enumerate(MENDABLE) if bits >> bit & 1), self.declared)


@dataclass(frozen=True)
class Left:
    """A row that was left out."""

    line: int
    action: int
    """The number of the check, :data:`BLANK` or :data:`UNCERTAIN`."""
    text: str


@dataclass(frozen=True)
class Mended:
    """A row that was changed."""

    line: int
    checks: tuple[str, ...]
    before: str
    after: str


Done = Left | Mended | None
"""What became of a row; None: it stays as it is."""


class UncertainError(Exception):
    """A text cannot be mended without a guess."""


@dataclass(frozen=True)
class Mender:
    """Mends the texts of a row, as some checks ask for it."""

    checks: tuple[str, ...]
    declared: tuple[Markup, ...]

    def text(self, text: str) -> str:
        """A text; raises an :class:`UncertainError` where it is not certain how it was meant."""
        mended = mend(text, self.checks, self.declared)
        if mended is None:
            raise UncertainError
        return mended

    def value(self, value: object) -> object:
        """A value of JSON or Arrow with all text in it mended."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.value(one) for key, one in value.items()}
        return [self.value(one) for one in value] if isinstance(value, list) else value


def rewrite(paths: Sequence[Path], to: Sequence[Path], orders: Orders) -> Iterator[Done]:
    """Copy a file, or two aligned ones; yields what became of each row."""
    kind = _kind(paths[0]) if len(paths) == 1 else ""
    if kind == ".parquet":
        yield from _rewrite_parquet(paths[0], to[0], orders)
        return
    if kind in (".json", ".jsonl") and form_of(paths[0]) == "values":
        yield from _rewrite_values(paths[0], to[0], orders)
        return
    dialect = dialect_of(paths[0], kind) if kind in (".tsv", ".csv") else None
    with ExitStack() as stack:
        sinks = [stack.enter_context(create_text(path)) for path in to]
        streams = [_spans(_lines(path, kind), orders) for path in paths]
        for found in zip(*streams, strict=False):
            (line, action, bits, _), spans = found[0], [span for *_, span in found]
            checks: tuple[str, ...] = ()
            before = spans
            if action == MEND:
                mender = orders.mender(bits)
                try:
                    spans, checks = [_mend_span(span, kind, dialect, mender) for span in before], mender.checks
                except UncertainError:
                    action = UNCERTAIN
                if any(_blank(new) and not _blank(old) for old, new in zip(before, spans, strict=True)):
                    action = BLANK
            if action not in (KEEP, MEND):
                yield Left(line, action, _joined(before))
                continue
            for sink, span in zip(sinks, spans, strict=True):
                sink.writelines(f"{text}\n" for text in span)
            if line:
                yield Mended(line, checks, _joined(before), _joined(spans)) if spans != before else None


def _joined(spans: list[list[str]]) -> str:
    """The lines of a row of one file, or of two."""
    return "\t".join("\n".join(span) for span in spans)


def _kind(path: Path) -> str:
    """The kind of a file: by its name; text that turns out to be a table is one."""
    kind = kind_by_name(path, documents=True)
    return (kind_by_content(path) or kind or "") if kind in (".txt", None) else kind


def _lines(path: Path, kind: str) -> Iterator[str]:
    """All lines of a file; what is no UTF-8 is read roughly (an ABC file as Latin-1, as elsewhere)."""
    if kind == ".abc":
        with open_text(path) as file:
            content = file.read()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("latin-1")
        yield from text.replace("\r\n", "\n").removesuffix("\n").split("\n")
        return
    for block in read_blocks(path, BadRows(), as_it_is=True):
        yield from block.lines


def _spans(lines: Iterator[str], orders: Orders) -> Iterator[tuple[int, int, int, list[str]]]:
    """First line, action, bits and lines of every row; line 0 for what stands before the first."""
    rows = zip(orders.lines.tolist(), orders.actions.tolist(), orders.mends.tolist(), strict=True)
    coming = next(rows, None)
    row, span = (0, KEEP, 0), list[str]()
    for number, line in enumerate(lines, 1):
        if coming is not None and coming[0] == number:
            if span:
                yield *row, span
            row, span, coming = coming, [], next(rows, None)
        span.append(line)
    if span:
        yield *row, span


def _mend_span(span: list[str], kind: str, dialect: Dialect | None, mender: Mender) -> list[str]:
    """The lines of a row, mended; as values where a format has quotes, which what is mended may need."""
    if kind in (".json", ".jsonl"):
        values = [json.loads(line) for line in span]
        mended = [mender.value(value) for value in values]
        return span if mended == values else [json.dumps(value, ensure_ascii=False) for value in mended]
    if dialect is None:
        return [mender.text(line) for line in span]
    if dialect.quote is None:
        return [dialect.delimiter.join(map(mender.text, line.split(dialect.delimiter))) for line in span]
    text = io.StringIO()
    fields = list(
        csv.reader(
            (f"{line}\n" for line in span),
            delimiter=dialect.delimiter,
            quotechar=dialect.quote,
            skipinitialspace=dialect.spaced,
        )
    )
    better = [[mender.text(field) for field in row] for row in fields]
    if better == fields:
        return span
    writer = csv.writer(text, lineterminator="\n", delimiter=dialect.delimiter, quotechar=dialect.quote)
    writer.writerows(better)
    return text.getvalue().removesuffix("\n").split("\n")


def _blank(span: list[str]) -> bool:
    """Whether a field of a row is blank."""
    return any(not field.strip() for line in span for field in line.split("\t"))


def _rewrite_values(path: Path, to: Path, orders: Orders) -> Iterator[Done]:
    """The same for a JSON array, an object that holds one, or objects one after the other: value by value."""
    wanted = _by_line(orders)
    values = read_values(path)
    kept = []
    for number, value in enumerate(values.rows, 1):
        new, done = _mend_value(number, value, *wanted.get(number, (KEEP, 0)), orders)
        if not isinstance(done, Left):
            kept.append(new)
        yield done
    lines = [json.dumps(value, ensure_ascii=False) for value in kept]
    with create_text(to) as sink:
        if values.around is not None:
            json.dump({**values.around, values.key: kept}, sink, ensure_ascii=False, indent=1)
            sink.write("\n")
        elif values.array:
            sink.write("[\n" + ",\n".join(lines) + "\n]\n")
        else:
            sink.writelines(f"{line}\n" for line in lines)


def _by_line(orders: Orders) -> dict[int, tuple[int, int]]:
    """Action and bits of each row."""
    both = zip(orders.actions.tolist(), orders.mends.tolist(), strict=True)
    return dict(zip(orders.lines.tolist(), both, strict=True))


def _mend_value(line: int, value: object, action: int, bits: int, orders: Orders) -> tuple[object, Done]:
    """A row that is one value, mended if it has to be; and what became of it."""
    if action == KEEP:
        return value, None
    before = json.dumps(value, ensure_ascii=False, default=str)
    if action > KEEP:
        return value, Left(line, action, before)
    mender = orders.mender(bits)
    try:
        new = mender.value(value)
    except UncertainError:
        return value, Left(line, UNCERTAIN, before)
    after = json.dumps(new, ensure_ascii=False, default=str)
    return new, Mended(line, mender.checks, before, after) if after != before else None


def _rewrite_parquet(path: Path, to: Path, orders: Orders) -> Iterator[Done]:
    """The same for a table: row by row, all columns."""
    wanted = _by_line(orders)
    to.parent.mkdir(parents=True, exist_ok=True)
    with parquet.ParquetFile(path) as file, parquet.ParquetWriter(to, file.schema_arrow) as writer:
        first = 1
        for batch in file.iter_batches(batch_size=BATCH):
            stay = np.ones(batch.num_rows, np.bool_)
            done: list[Done] = [None] * batch.num_rows
            mended: dict[int, dict[str, object]] = {}
            for row in range(batch.num_rows):
                action, bits = wanted.get(first + row, (KEEP, 0))
                if action != KEEP:
                    values = batch.slice(row, 1).to_pylist()[0]
                    new, done[row] = _mend_value(first + row, values, action, bits, orders)
                    stay[row] = not isinstance(done[row], Left)
                    if isinstance(done[row], Mended):
                        mended[row] = cast(dict[str, object], new)
            columns = batch.columns
            if mended:
                listed = {name: batch.column(name).to_pylist() for name in batch.schema.names}
                for row, values in mended.items():
                    for name, value in values.items():
                        listed[name][row] = value
                columns = [pa.array(listed[field.name], field.type) for field in batch.schema]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=batch.schema).filter(pa.array(stay)))
            yield from done
            first += batch.num_rows
