"""Readers of tables in text files: TSV and CSV become rows of source, target, group and line number."""

import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from seq2seq.config.data import ColumnsConfig
from seq2seq.data.tables import problems
from seq2seq.data.tables.columns import Layout, by_header, by_name, by_position
from seq2seq.data.tables.lines import Span, cut_lines, read_blocks
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows
from seq2seq.errors import DataError
from seq2seq.formats.csv_dialect import CSV, TSV, Dialect, dialect_of, first_lines

LONGEST = 1 << 20
"""Characters of a CSV field; more than that, and a quote has not been closed."""
_LABELLED = re.compile(r"__label__(\S+)\s+((?!__label__).+)")


def read_table(
    path: Path,
    kind: str,
    columns: ColumnsConfig,
    *,
    extra_columns: bool,
    bad: BadRows,
    span: Span | None = None,
) -> Iterator[Rows]:
    """Rows of a table whose name says ``.tsv`` or ``.csv``, separated as it shows itself.

    Args:
        path: the file.
        kind: what its name says.
        columns: by name or by position.
        extra_columns: whether rows may have more columns than are read.
        bad: gets the rows that cannot be read.
        span: the part of the file to read, one of :func:`cut_table` (``None``: all).
    """
    dialect = dialect_of(path, kind)
    if dialect.remark is not None:
        bad.remark(f"{path}: {dialect.remark}")
    if dialect.quote:
        yield from read_csv(path, columns, extra_columns=extra_columns, bad=bad, dialect=dialect)
    else:
        yield from read_tsv(path, columns, extra_columns=extra_columns, bad=bad, dialect=dialect, span=span)


def cut_table(path: Path, kind: str, size: int) -> list[Span] | None:
    """Parts of a table, of about so many bytes, that :func:`read_table` reads alone; None: a line may not be a row."""
    return None if dialect_of(path, kind).quote else cut_lines(path, size)


def read_tsv(
    path: Path,
    columns: ColumnsConfig,
    *,
    extra_columns: bool,
    bad: BadRows,
    dialect: Dialect = TSV,
    span: Span | None = None,
) -> Iterator[Rows]:
    """Rows of a file whose columns are separated by tabs, without quoting; ``span``: of a part of it."""
    layout = None if by_name(columns) else by_position(columns, extra_columns=extra_columns)
    delimiter, skipped = dialect.delimiter, dialect.skipped
    if span is not None and span.first > 1:  # the header is in another part
        header = first_lines(path)[skipped].split(delimiter)
        layout, skipped = layout or by_header(path, header, columns), 0
    for block in read_blocks(path, bad, span=span):
        rows = Rows()
        numbered = enumerate(block.lines, block.first)
        for _ in range(skipped):
            next(numbered, None)
        skipped = 0
        if layout is None:
            number, line = next(numbered, (1, ""))
            if number in block.bad:
                raise _bad_header(path, bad)
            layout = by_header(path, line.split(delimiter), columns)
        for number, line in numbered:
            fields = line.split(delimiter)
            good = not block.bad or number not in block.bad
            if good and layout.fits(path, number, fields, problems.TABS, bad):
                if layout.inner is None:
                    rows.add(number, *layout.pick(fields))
                else:
                    _add(path, number, fields, layout, rows, bad)
        yield rows


def read_csv(
    path: Path, columns: ColumnsConfig, *, extra_columns: bool, bad: BadRows, dialect: Dialect = CSV
) -> Iterator[Rows]:
    """Rows of a file whose columns are separated by commas or the like, in quotes where needed (RFC 4180)."""
    before = csv.field_size_limit(LONGEST)
    try:
        yield from _read_csv(path, columns, extra_columns=extra_columns, bad=bad, dialect=dialect)
    finally:
        csv.field_size_limit(before)


def _read_csv(
    path: Path, columns: ColumnsConfig, *, extra_columns: bool, bad: BadRows, dialect: Dialect
) -> Iterator[Rows]:
    bad_lines: set[int] = set()

    def lines() -> Iterator[str]:
        for block in read_blocks(path, bad):
            bad_lines.update(block.bad)
            for line in block.lines[dialect.skipped :] if block.first == 1 else block.lines:
                yield line + "\n"

    reader = dialect.reader(lines(), strict=True)
    layout = None if by_name(columns) else by_position(columns, extra_columns=extra_columns)
    rows = Rows()
    while True:
        first = reader.line_num + 1 + dialect.skipped
        try:
            fields = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            last = reader.line_num + dialect.skipped
            swallows = f"a quote opened here swallows the lines to {last:,}"
            what = f"not CSV: {error}" if first == last else f"{swallows} ({error})"
            if layout is None:
                raise _bad_header(path, bad, f"{path}:{first}: {what}.") from error
            # Those that are not clean text have been counted before.
            lost = sum(number not in bad_lines for number in range(first, last + 1))
            if lost:
                bad.refuse(path, first, problems.CSV, what, rows=lost)
            continue
        last = reader.line_num + dialect.skipped
        if bad_lines and not bad_lines.isdisjoint(range(first, last + 1)):
            if layout is None:
                raise _bad_header(path, bad)
            continue
        if layout is None:
            layout = by_header(path, fields, columns, _first_row(path, dialect))
            continue
        if layout.fits(path, first, fields, problems.COMMAS, bad, last=last):
            _add(path, first, fields, layout, rows, bad, joined=last > first)
        if len(rows.lines) >= 10_000:
            yield rows
            rows = Rows()
    yield rows


def _first_row(path: Path, dialect: Dialect) -> list[str] | None:
    """The fields of the first row after the header, if it can be read."""
    lines = (f"{line}\n" for line in first_lines(path)[dialect.skipped :])
    with suppress(csv.Error):
        return next(islice(dialect.reader(lines), 1, None), None)
    return None


def raw_rows(path: Path, kind: str) -> Iterator[list[str]]:
    """Fields of a table's rows; what is wrong with them is reported when they are read for use."""
    lines = (line for block in read_blocks(path, BadRows()) for line in block.lines)
    dialect = dialect_of(path, kind)
    rest = islice(lines, dialect.skipped, None)
    if dialect.quote is None:
        yield from (line.split(dialect.delimiter) for line in rest)
        return
    with suppress(csv.Error):
        yield from dialect.reader(line + "\n" for line in rest)


def read_fasttext(path: Path, bad: BadRows, spans: tuple[Span, ...] = ()) -> Iterator[Rows]:
    """Rows of a file, or of a part of it, as fastText reads it: `__label__sport The game was lost.`, label and text."""
    for block in read_blocks(path, bad, span=spans[0] if spans else None):
        rows = Rows()
        for number, line in enumerate(block.lines, block.first):
            if number in block.bad:
                continue
            match = _LABELLED.fullmatch(line)
            if match is None:
                what = "more than one label" if line.count("__label__") > 1 else "no `__label__` with a text after it"
                bad.refuse(path, number, problems.VALUE, what if line.strip() else "an empty line")
            else:
                rows.add(number, match[2].strip(), match[1], None)
        yield rows


def _add(
    path: Path, number: int, fields: list[str], layout: Layout, rows: Rows, bad: BadRows, *, joined: bool = False
) -> None:
    """Append a row, with spaces for line breaks; or report it, if a field does not spell out what is looked for."""
    try:
        source, target, group = layout.pick(fields)
    except KeyError as error:
        bad.refuse(path, number, problems.VALUE, f"a field that spells out no dictionary with text as {error}")
        return
    if (joined or layout.inner is not None) and "\n" in f"{source}{target}{group}":
        source, target = _one_line(source), _one_line(target)
        group = None if group is None else _one_line(group)
        rows.joined += 1
    rows.add(number, source, target, group)


def _one_line(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", " ")


def _bad_header(path: Path, bad: BadRows, problem: str | None = None) -> DataError:
    """The error about a header that cannot be read; no other row has been read yet."""
    problem = problem or next((text for text in bad.first if text.startswith(f"{path}:")), f"{path}:1: not clean text.")
    return DataError(
        f"{problem}\n  This is the header, by which the columns are found: it cannot be left out. Fix it.",
        code="data.bad-header",
    )
