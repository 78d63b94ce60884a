"""Copies a file, in its format, without some of its rows and with others repaired.

A row is a span of lines, up to the beginning of the next row. All other text is copied unchanged, except for line ends
(LF) and a byte order mark.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from seq2seq.config.sides import SideKind
from seq2seq.data.reading.columnar import BATCH
from seq2seq.data.reading.find_files import kind_by_content, kind_by_name
from seq2seq.data.tables.json_rows import form_of, read_values
from seq2seq.data.tables.lines import read_blocks
from seq2seq.data.tables.problems import BadRows
from seq2seq.files.opening import create_text, open_text
from seq2seq.formats.csv_dialect import Dialect, dialect_of
from seq2seq.inspection.repair.text_repair import REPAIRABLE, UncertainError, repair_text
from seq2seq.text.markup.recognise import Markup

Value = TypeVar("Value")

KEEP: Final = 0
REPAIR: Final = -1
BLANK: Final = -2
"""Leave the row out: it became blank when it was repaired."""
UNCERTAIN: Final = -3
"""Leave the row out: its repair would be uncertain."""


@dataclass(frozen=True)
class RepairPlan:
    """Actions for the rows of a file."""

    lines: NDArray[np.int64]
    """(R,) first line of each row, ascending, malformed rows included."""
    actions: NDArray[np.int64]
    """(R,) :data:`KEEP`, :data:`REPAIR`, or the number of the check that leaves the row out."""
    repairs: NDArray[np.uint8]
    """(R,) bits of the repairs to apply, one per entry of :data:`REPAIRABLE`."""
    declared: tuple[Markup, ...] = ()
    """Markup languages that the texts are known to use."""

    def repairer(self, bits: int) -> "TextRepairer":
        """The repairer of a row with these bits."""
        return TextRepairer(tuple(name for bit, name in enumerate(REPAIRABLE) if bits >> bit & 1), self.declared)

    def by_line(self) -> dict[int, tuple[int, int]]:
        """Action and bits of each row, by its line."""
        both = zip(self.actions.tolist(), self.repairs.tolist(), strict=True)
        return dict(zip(self.lines.tolist(), both, strict=True))


@dataclass(frozen=True)
class LeftOut:
    """A row that was left out."""

    line: int
    """First line of the row."""
    action: int
    """The number of the check, :data:`BLANK` or :data:`UNCERTAIN`."""
    text: str


@dataclass(frozen=True)
class Repaired:
    """A row that was changed."""

    line: int
    """First line of the row."""
    checks: tuple[str, ...]
    """Checks whose findings were repaired."""
    before: str
    after: str


Outcome = LeftOut | Repaired | None
"""The outcome for a row; None: it is unchanged."""


@dataclass(frozen=True)
class TextRepairer:
    """Repairs the texts of a row, by the checks that a plan names."""

    checks: tuple[str, ...]
    declared: tuple[Markup, ...]
    """Markup languages that the texts are known to use."""

    def text(self, text: str) -> str:
        """:func:`repair_text` by these checks."""
        return repair_text(text, self.checks, self.declared)

    def value(self, value: object) -> object:
        """A value of JSON or Arrow with all its text repaired."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.value(inner) for key, inner in value.items()}
        return [self.value(inner) for inner in value] if isinstance(value, list) else value


def rewrite(paths: Sequence[Path], to: Sequence[Path], plan: RepairPlan) -> Iterator[Outcome]:
    """Copy a file, or two aligned ones; yields the outcome for each row."""
    kind = kind_of(paths[0]) if len(paths) == 1 else ""
    if kind == ".parquet":
        yield from _rewrite_parquet(paths[0], to[0], plan)
        return
    if kind in (".json", ".jsonl") and form_of(paths[0]) == "values":
        yield from _rewrite_values(paths[0], to[0], plan)
        return
    dialect = dialect_of(paths[0], kind) if kind in (".tsv", ".csv") else None
    with ExitStack() as stack:
        sinks = [stack.enter_context(create_text(path)) for path in to]
        streams = [_spans(_lines(path, kind), plan) for path in paths]
        for rows in zip(*streams, strict=False):
            (line, action, bits, _), spans = rows[0], [span for *_, span in rows]
            checks: tuple[str, ...] = ()
            before = spans
            if action == REPAIR:
                repairer = plan.repairer(bits)
                try:
                    spans, checks = [_repair_span(span, kind, dialect, repairer) for span in before], repairer.checks
                except UncertainError:
                    action = UNCERTAIN
                if any(_blank(new) and not _blank(old) for old, new in zip(before, spans, strict=True)):
                    action = BLANK
            if action not in (KEEP, REPAIR):
                yield LeftOut(line, action, _joined(before))
                continue
            for sink, span in zip(sinks, spans, strict=True):
                sink.writelines(f"{text}\n" for text in span)
            if line:
                yield Repaired(line, checks, _joined(before), _joined(spans)) if spans != before else None


def _joined(spans: list[list[str]]) -> str:
    """The text of a row of one file, or of two."""
    return "\t".join("\n".join(span) for span in spans)


def kind_of(path: Path) -> str:
    """The kind of a file, by its name, or for text by its content."""
    kind = kind_by_name(path, side=SideKind.TAGS)
    return (kind_by_content(path) or kind or "") if kind in (".txt", None) else kind


def _lines(path: Path, kind: str) -> Iterator[str]:
    """All lines of a file; invalid UTF-8 is replaced (an ABC file is read as Latin-1)."""
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


def _spans(lines: Iterator[str], plan: RepairPlan) -> Iterator[tuple[int, int, int, list[str]]]:
    """First line, action, bits and lines of every row; line 0 for lines before the first row."""
    rows = zip(plan.lines.tolist(), plan.actions.tolist(), plan.repairs.tolist(), strict=True)
    following = next(rows, None)
    row, span = (0, KEEP, 0), list[str]()
    for number, line in enumerate(lines, 1):
        if following is not None and following[0] == number:
            if span:
                yield *row, span
            row, span, following = following, [], next(rows, None)
        span.append(line)
    if span:
        yield *row, span


def _repair_span(span: list[str], kind: str, dialect: Dialect | None, repairer: TextRepairer) -> list[str]:
    """The repaired lines of a row; parsed and written again where the format has quotes, which a repair may need."""
    if kind in (".json", ".jsonl"):
        values = [json.loads(line) for line in span]
        repaired = [repairer.value(value) for value in values]
        return span if repaired == values else [json.dumps(value, ensure_ascii=False) for value in repaired]
    if dialect is None:
        return [repairer.text(line) for line in span]
    if dialect.quote is None:
        return [dialect.delimiter.join(map(repairer.text, line.split(dialect.delimiter))) for line in span]
    text, lines, quote = io.StringIO(), (f"{line}\n" for line in span), dialect.quote
    reader = csv.reader(lines, delimiter=dialect.delimiter, quotechar=quote, skipinitialspace=dialect.spaced)
    fields = list(reader)
    better = [[repairer.text(field) for field in row] for row in fields]
    if better == fields:
        return span
    writer = csv.writer(text, lineterminator="\n", delimiter=dialect.delimiter, quotechar=quote)
    writer.writerows(better)
    return text.getvalue().removesuffix("\n").split("\n")


def _blank(span: list[str]) -> bool:
    """Whether a field of a row is blank."""
    return any(not field.strip() for line in span for field in line.split("\t"))


def _rewrite_values(path: Path, to: Path, plan: RepairPlan) -> Iterator[Outcome]:
    """Copy a JSON array, an object that contains one, or concatenated objects, value by value."""
    by_line = plan.by_line()
    values = read_values(path)
    kept = []
    for number, value in enumerate(values.rows, 1):
        new, outcome = repair_value(number, value, *by_line.get(number, (KEEP, 0)), plan)
        if not isinstance(outcome, LeftOut):
            kept.append(new)
        yield outcome
    lines = [json.dumps(value, ensure_ascii=False) for value in kept]
    with create_text(to) as sink:
        if values.around is not None:
            json.dump({**values.around, values.key: kept}, sink, ensure_ascii=False, indent=1)
            sink.write("\n")
        elif values.array:
            sink.write("[\n" + ",\n".join(lines) + "\n]\n")
        else:
            sink.writelines(f"{line}\n" for line in lines)


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def repair_value(
    line: int, value: Value, action: int, bits: int, plan: RepairPlan, show: Callable[[Value], str] = _as_json
) -> tuple[Value, Outcome]:
    """A row that is one value, repaired if necessary; and its outcome, with the row as text by ``show``."""
    if action == KEEP:
        return value, None
    before = show(value)
    if action > KEEP:
        return value, LeftOut(line, action, before)
    repairer = plan.repairer(bits)
    try:
        new = cast(Value, repairer.value(value))
    except UncertainError:
        return value, LeftOut(line, UNCERTAIN, before)
    after = show(new)
    return new, Repaired(line, repairer.checks, before, after) if after != before else None


def _rewrite_parquet(path: Path, to: Path, plan: RepairPlan) -> Iterator[Outcome]:
    """Copy a Parquet table, row by row."""
    by_line = plan.by_line()
    to.parent.mkdir(parents=True, exist_ok=True)
    with parquet.ParquetFile(path) as file, parquet.ParquetWriter(to, file.schema_arrow) as writer:
        first = 1
        for batch in file.iter_batches(batch_size=BATCH):
            stay = np.ones(batch.num_rows, np.bool_)
            outcomes: list[Outcome] = [None] * batch.num_rows
            repaired: dict[int, dict[str, object]] = {}
            for row in range(batch.num_rows):
                action, bits = by_line.get(first + row, (KEEP, 0))
                if action != KEEP:
                    values = batch.slice(row, 1).to_pylist()[0]
                    new, outcomes[row] = repair_value(first + row, values, action, bits, plan)
                    stay[row] = not isinstance(outcomes[row], LeftOut)
                    if isinstance(outcomes[row], Repaired):
                        repaired[row] = new
            columns = batch.columns
            if repaired:
                listed = {name: batch.column(name).to_pylist() for name in batch.schema.names}
                for row, values in repaired.items():
                    for name, value in values.items():
                        listed[name][row] = value
                columns = [pa.array(listed[field.name], field.type) for field in batch.schema]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=batch.schema).filter(pa.array(stay)))
            yield from outcomes
            first += batch.num_rows
