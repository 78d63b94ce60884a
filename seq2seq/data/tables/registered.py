"""Data files of the formats in :data:`seq2seq.registry.FORMATS`: of this package, and those that others add."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice, tee
from pathlib import Path
from typing import Any

from seq2seq.config.data import ColumnsConfig, DataConfig
from seq2seq.config.sides import Sides
from seq2seq.data.tables import problems
from seq2seq.data.tables.columns import Layout, by_header, by_name, by_position
from seq2seq.data.tables.json_records import RecordReader
from seq2seq.data.tables.json_rows import in_chunks
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows, add_clean
from seq2seq.errors import DataError, reason_of
from seq2seq.formats.bilingual.reader import PairReader, RowReader, TableReader
from seq2seq.registry import FORMATS


def is_registered(ending: str) -> bool:
    """Whether files with an ending, dot included, are read by a registered format."""
    return ending[1:] in FORMATS.loadable()


def find_reader(ending: str) -> RowReader | PairReader | TableReader:
    """The reader of files with an ending, dot included.

    Raises:
        PluginError: it cannot be imported, or is none.
    """
    reader = FORMATS.load(ending[1:], object)
    return reader if isinstance(reader, PairReader | TableReader) else FORMATS.load(ending[1:], RowReader)


def record_names(path: Path, reader: RowReader) -> list[str]:
    """The names of the columns of a file's first row."""
    return list(next(_records(path, reader), {}))


def read_records(
    path: Path, reader: RowReader, columns: ColumnsConfig, *, bad: BadRows, sides: Sides
) -> Iterator[Rows]:
    """Rows of a file that is read as dictionaries; their numbers, from 1, stand in the place of line numbers."""
    records = RecordReader(path, columns, sides=sides)

    def add(rows: Rows, numbered: tuple[int, dict[str, Any]]) -> None:
        records.add(*numbered, rows, bad)

    yield from in_chunks(enumerate(_records(path, reader), 1), add)


def _records(path: Path, reader: RowReader) -> Iterator[dict[str, Any]]:
    try:
        yield from map(dict, reader(path))
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read: {reason_of(error)}.", code="data.unreadable") from error


def read_pairs(
    path: Path, reader: PairReader, languages: tuple[str, str], *, both: bool, bad: BadRows
) -> Iterator[Rows]:
    """Rows of a file that names its languages; unless ``both`` are read, the sources are blank.

    ``bad`` gets the rows that are not clean text, and the number of those that are left out.
    """
    names = (languages[0] or "source", languages[1] or "target", "")

    def add(rows: Rows, pair: tuple[int, str, str]) -> None:
        line, source, target = pair
        add_clean(path, line, names, (source if both else "", target, None), rows, bad)

    yield from in_chunks(reader.read(path, *languages, bad.left_out), add)


def read_cells(
    path: Path,
    reader: TableReader,
    choose: Callable[[Iterable[list[str]]], ColumnsConfig],
    config: DataConfig,
    bad: BadRows,
) -> Iterator[Rows]:
    """Rows of the first table in a file that has the columns.

    Args:
        path: the file.
        reader: its reader.
        choose: chooses the columns by the first rows of the tables.
        config: says whether further columns are allowed.
        bad: gets the bad rows.

    Raises:
        DataError: no table has the columns.
    """
    tables = reader.tables(path)
    # Each is read once at most, since a file may be unpacked and parsed anew for it.
    firsts, again = tee((table, cells) for table in tables for _, cells in islice(reader.read(path, table), 1))
    columns = choose(cells for _, cells in firsts)
    named = by_name(columns)
    table, layout = _find_table(path, again, columns, extra_columns=config.extra_columns)
    if len(tables) > 1:
        bad.remark(f"{path}: the table '{table}' is read, and no other")
    names = (str(columns.source), str(columns.target), str(columns.group))
    found = reader.read(path, table)
    if named:
        next(found)

    def add(rows: Rows, numbered: tuple[int, list[str]]) -> None:
        number, cells = numbered
        cells += [""] * (layout.widths[0] - len(cells))
        if named:
            del cells[layout.widths[0] :]
        if layout.fits(path, number, cells, problems.COMMAS, bad):
            add_clean(path, number, names, layout.pick(cells), rows, bad)

    yield from in_chunks(found, add)


def _find_table(
    path: Path, first_rows: Iterable[tuple[str, list[str]]], columns: ColumnsConfig, *, extra_columns: bool
) -> tuple[str, Layout]:
    """The first table that has the columns, and where they are."""
    widest, problem = 0, DataError(f"{path}: there is no text in it.", code="data.empty-file")
    for table, row in first_rows:
        if not by_name(columns):
            return table, by_position(columns, extra_columns=extra_columns)
        try:
            return table, by_header(path, row, columns)
        except DataError as error:
            if len(row) > widest:
                widest, problem = len(row), error
    raise problem
