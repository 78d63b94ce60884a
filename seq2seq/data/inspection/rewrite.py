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
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from seq2seq.data.columnar import BATCH
from seq2seq.data.dialect import Dialect, dialect_of
from seq2seq.data.inspection.mend import mend
from seq2seq.data.json_rows import form_of, read_values
from seq2seq.data.lines import read_blocks
from seq2seq.data.locate import kind_by_content, kind_by_name
from seq2seq.data.opening import create_text, open_text
from seq2seq.data.problems import BadRows

KEEP: Final = 0
MEND: Final = -1
BLANK: Final = -2
"""What became blank when it was mended."""


@dataclass(frozen=True)
class Orders:
    """What to do with the rows of a file."""

    lines: NDArray[np.int64]
    """(R,) where each begins, ascending: the good ones and the malformed ones."""
    actions: NDArray[np.int64]
    """(R,) :data:`KEEP`, :data:`MEND`, or the number of the check that leaves it out."""


@dataclass(frozen=True)
class Left:
    """A row that was left out."""

    line: int
    action: int
    """The number of the check, or :data:`BLANK`."""
    text: str


def rewrite(paths: Sequence[Path], to: Sequence[Path], orders: Orders) -> Iterator[Left | int]:
    """Copy a file, or two aligned ones; yields what is left out, and :data:`KEEP` or :data:`MEND` for other rows."""
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
            (line, action, _), spans = found[0], [span for _, _, span in found]
            if action == MEND:
                mended = [_mend_span(span, kind, dialect) for span in spans]
                if any(_blank(new) and not _blank(old) for old, new in zip(spans, mended, strict=True)):
                    action = BLANK
                spans = mended if action == MEND else spans
            if action in (KEEP, MEND):
                for sink, span in zip(sinks, spans, strict=True):
                    sink.writelines(f"{text}\n" for text in span)
                if line:
                    yield action
            else:
                yield Left(line, action, "\t".join("\n".join(span) for span in spans))


def _kind(path: Path) -> str:
    """The kind of a file: by its name; text that turns out to be a table is one."""
    kind = kind_by_name(path, documents=True)
    return (kind_by_content(path) or kind or "") if kind in (".txt", None) else kind


def mend_value(value: object) -> object:
    """A value of JSON or Arrow with all text in it mended."""
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, dict):
        return {key: mend_value(one) for key, one in value.items()}
    return [mend_value(one) for one in value] if isinstance(value, list) else value


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
    for block in read_blocks(path, BadRows()):
        yield from block.lines


def _spans(lines: Iterator[str], orders: Orders) -> Iterator[tuple[int, int, list[str]]]:
    """First line, action and lines of every row; line 0 for what stands before the first."""
    starts, actions = orders.lines.tolist(), orders.actions.tolist()
    index, first, action, span = 0, 0, KEEP, list[str]()
    for number, line in enumerate(lines, 1):
        if index < len(starts) and starts[index] == number:
            if span:
                yield first, action, span
            first, action, span = number, actions[index], []
            index += 1
        span.append(line)
    if span:
        yield first, action, span


def _mend_span(span: list[str], kind: str, dialect: Dialect | None) -> list[str]:
    """The lines of a row, mended; as values where a format has quotes, which what is mended may need."""
    if kind in (".json", ".jsonl"):
        return [json.dumps(mend_value(json.loads(line)), ensure_ascii=False) for line in span]
    if dialect is None:
        return [mend(line) for line in span]
    if dialect.quote is None:
        return [dialect.delimiter.join(map(mend, line.split(dialect.delimiter))) for line in span]
    text = io.StringIO()
    fields = csv.reader(
        (f"{line}\n" for line in span),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        skipinitialspace=dialect.spaced,
    )
    writer = csv.writer(text, lineterminator="\n", delimiter=dialect.delimiter, quotechar=dialect.quote)
    writer.writerows([mend(field) for field in row] for row in fields)
    return text.getvalue().removesuffix("\n").split("\n")


def _blank(span: list[str]) -> bool:
    """Whether a field of a row is blank."""
    return any(not field.strip() for line in span for field in line.split("\t"))


def _rewrite_values(path: Path, to: Path, orders: Orders) -> Iterator[Left | int]:
    """The same for a JSON array, an object that holds one, or objects one after the other: value by value."""
    actions = dict(zip(orders.lines.tolist(), orders.actions.tolist(), strict=True))
    values = read_values(path)
    kept = []
    for number, value in enumerate(values.rows, 1):
        action = actions.get(number, KEEP)
        if action > KEEP:
            yield Left(number, action, json.dumps(value, ensure_ascii=False))
            continue
        kept.append(mend_value(value) if action == MEND else value)
        yield action
    lines = [json.dumps(value, ensure_ascii=False) for value in kept]
    with create_text(to) as sink:
        if values.around is not None:
            json.dump({**values.around, values.key: kept}, sink, ensure_ascii=False, indent=1)
            sink.write("\n")
        elif values.array:
            sink.write("[\n" + ",\n".join(lines) + "\n]\n")
        else:
            sink.writelines(f"{line}\n" for line in lines)


def _rewrite_parquet(path: Path, to: Path, orders: Orders) -> Iterator[Left | int]:
    """The same for a table: row by row, all columns."""
    actions = dict(zip(orders.lines.tolist(), orders.actions.tolist(), strict=True))
    to.parent.mkdir(parents=True, exist_ok=True)
    with parquet.ParquetFile(path) as file, parquet.ParquetWriter(to, file.schema_arrow) as writer:
        first = 1
        for batch in file.iter_batches(batch_size=BATCH):
            done = np.array([actions.get(number, KEEP) for number in range(first, first + batch.num_rows)])
            columns = []
            for column in batch.columns:
                values = column
                if (done == MEND).any():
                    listed = column.to_pylist()
                    for row in np.flatnonzero(done == MEND).tolist():
                        listed[row] = mend_value(listed[row])
                    values = pa.array(listed, column.type)
                columns.append(values)
            stay = done <= KEEP
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=batch.schema).filter(pa.array(stay)))
            for row, action in enumerate(done.tolist()):
                text = (
                    "" if stay[row] else json.dumps(batch.slice(row, 1).to_pylist()[0], ensure_ascii=False, default=str)
                )
                yield action if stay[row] else Left(first + row, action, text)
            first += batch.num_rows
