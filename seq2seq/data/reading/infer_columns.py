"""The data section for data that are named on a command line, without a recipe."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from seq2seq import hub
from seq2seq.config.data import TAG, AlignedFiles, ColumnsConfig, DataConfig, SplitsConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.data.reading.choose_languages import Choice, called_by_languages, choose_languages, no_language
from seq2seq.data.reading.find_files import (
    DOCUMENTS,
    SEQUENCES,
    STEPS,
    Table,
    existing,
    files_in,
    table_at,
    tables_among,
)
from seq2seq.data.tables.columns import find_column, listed, pick_columns, spelt_out
from seq2seq.data.tables.delimited import raw_rows
from seq2seq.data.tables.header import columns_by_position, is_header, usual_columns
from seq2seq.data.tables.json_rows import read_json, record_names
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.registered import find_reader, is_registered
from seq2seq.data.tables.registered import record_names as names_of_records
from seq2seq.data.tables.rows import Rows
from seq2seq.data.tables.text_kinds import FASTTEXT
from seq2seq.errors import DataError
from seq2seq.extras import require
from seq2seq.files.opening import without_compression
from seq2seq.formats.bilingual.reader import PairReader, TableReader
from seq2seq.text.vocabulary.soft_labels import has_probabilities, likeliest

Name = str | int | None

_LOOKED_AT: Final = 1000
"""Rows that show whether there is a header, and which of two columns is the label."""
_MAX_LABELS: Final = 50
"""Largest number of distinct values that still look like labels."""
_MIN_REPEATS: Final = 20
"""Smallest mean number of rows per distinct value."""
_MAX_LABEL_LENGTH: Final = 30
"""Length of the longest label, in characters."""


def infer_columns(
    data: Sequence[str],
    sides: Sides = TEXTS,
    columns: ColumnsConfig | None = None,
    *,
    given: Mapping[str, Name] | None = None,
    languages: Choice | None = None,
    steps: bool = False,
) -> DataConfig:
    """The data section for some files: places, columns and languages.

    Args:
        data: a table, a folder of shards, a folder or hub data set with splits; or two aligned files.
        sides: what an example consists of.
        columns: names of the columns where the data has such; otherwise they are recognised by common names, or by
            what is in them.
        given: columns that the user names: they are read, or it is said why not.
        languages: of source and target, in files that name theirs and have them.
        steps: whether tables have one row per step of a sequence; nothing in them shows what the columns are.

    Raises:
        DataError: nothing is there, or its columns cannot be recognised, or a column that is given is not there.
    """
    usual, given = columns or ColumnsConfig(), given or {}
    if len(data) == 2:
        source, target = data
        return DataConfig(train=AlignedFiles(source=source, target=target))
    (where,) = data
    if where.startswith(hub.SCHEME):
        return DataConfig(path=where, columns=usual.model_copy(update=dict(given)))
    path = existing(where)
    wanted = _Wanted(sides, usual, given, languages, steps)
    if path.is_dir():
        return _of_folder(path, wanted).model_copy(update={"path" if _has_splits(path) else "train": where})
    return _of_tables([table_at(path, side=wanted.sides.files)], wanted).model_copy(update={"train": where})


class _Wanted(NamedTuple):
    """What is known of the columns."""

    sides: Sides
    usual: ColumnsConfig
    given: Mapping[str, Name]
    languages: Choice | None
    steps: bool

    def among(self, names: Sequence[str]) -> ColumnsConfig:
        """The usual columns where some have names: if they are not among these, those that languages are called by."""
        usual, target = self.usual, self.usual.target
        if self.languages is None or (isinstance(target, str) and find_column(names, target) is not None):
            return usual
        found, other = (find_column(names, language) for language in self.languages)
        return usual if found is None or other is None else ColumnsConfig(source=found, target=other)


def _has_splits(folder: Path) -> bool:
    """Whether a folder holds a training split under one of its usual names."""
    names = SplitsConfig().train
    return any(path.name.split(".")[0].split("-")[0] in names for path in folder.iterdir())


def _of_folder(folder: Path, wanted: _Wanted) -> DataConfig:
    """By the first table in a folder or in its training split; or by the endings of aligned files."""
    within = [path for path in sorted(folder.iterdir()) if path.is_dir() and path.name in SplitsConfig().train]
    files = sorted(path for place in (folder, *within) for path in files_in(place))
    tables = tables_among(files, side=wanted.sides.files)
    tables.sort(key=lambda table: table.path.name.split(".")[0].split("-")[0] not in SplitsConfig().train)
    if tables:
        return _of_tables(tables, wanted)
    usual = wanted.usual.model_copy(update=dict(wanted.given))
    endings = {Path(without_compression(path.name)).suffix.removeprefix(".") for path in files} - {"", "md"}
    if {str(usual.source), str(usual.target)} <= endings:
        return DataConfig(columns=usual)
    if len(endings) == 2:
        one, other = sorted(endings)
        raise DataError(
            f"{folder}: which of the aligned files .{one} and .{other} are the sources?\n"
            f"  Say so: --source-column {one} --target-column {other}",
            code="data.ambiguous-columns",
        )
    return DataConfig(columns=usual)  # the sources say what they looked for


def _of_tables(tables: Sequence[Table], wanted: _Wanted) -> DataConfig:
    """The columns of some files: of the first, but the languages of all that name theirs."""
    path, kind = tables[0].path, tables[0].kind
    sides, usual, given = wanted[:3]
    if kind == ".fasttext":
        if sides.target is not SideKind.LABEL:
            raise DataError(FASTTEXT.for_pairs(str(path)), code="data.other-kind")
        return DataConfig()
    if kind in SEQUENCES or (wanted.steps and kind in STEPS):
        return DataConfig(columns=usual.model_copy(update=dict(given)))
    if kind in DOCUMENTS:
        usual = usual.model_copy(update=dict(given))
        return DataConfig(columns=usual.model_copy(update={"source": None}) if kind == ".txt" else usual)
    if is_registered(kind):
        return _of_registered(tables, wanted)
    if kind == ".parquet":
        require("pyarrow", f"{path}: Parquet")
        from seq2seq.data.reading.columnar import column_names, read_parquet

        columns = _by_name(path, column_names(path), wanted)
        return _with_probabilities(read_parquet(path, columns, BadRows(), sides=sides), columns, sides)
    if kind in (".json", ".jsonl"):
        names = record_names(path)
        if not names:
            raise DataError(
                f'{path}: no row of it is a JSON object, such as {{"source": "Hello.", "target": "Hallo."}}.\n'
                "  Write one per line, or an array of them.",
                code="data.no-rows",
            )
        columns = _by_name(path, names, wanted)
        return _with_probabilities(read_json(path, columns, bad=BadRows(), sides=sides), columns, sides)
    return _of_rows(path, list(islice(raw_rows(path, kind), _LOOKED_AT)), wanted)


def _with_probabilities(found: Iterator[Rows], columns: ColumnsConfig, sides: Sides) -> DataConfig:
    """The columns of some rows, and whether their labels have probabilities."""
    if sides.target is not SideKind.LABEL:
        return DataConfig(columns=columns)
    labels = islice(chain.from_iterable(rows.targets for rows in found), _LOOKED_AT)
    return DataConfig(columns=columns, soft_labels=any(map(has_probabilities, labels)))


def _of_registered(tables: Sequence[Table], wanted: _Wanted) -> DataConfig:
    """The columns of a file in a registered format, or the languages of all such files that name theirs."""
    path, (_, usual, given, languages, _) = tables[0].path, wanted
    reader = find_reader(tables[0].kind)
    if isinstance(reader, TableReader):
        return _of_workbook(path, reader, wanted)
    if not isinstance(reader, PairReader):
        return DataConfig(columns=_by_name(path, names_of_records(path, reader), wanted))
    readers = {table.path: find_reader(table.kind) for table in tables if is_registered(table.kind)}
    files = {path: reader.languages(path) for path, reader in readers.items() if isinstance(reader, PairReader)}
    asked = {side: name for side, name in given.items() if isinstance(name, str)}
    if any(isinstance(name, int) for name in given.values()):
        tags = [tag for named in files.values() for tag in named.tags]
        raise no_language(str(path), [*dict.fromkeys(tags)], "it has languages, not columns")
    source, target = choose_languages(files, asked, languages or called_by_languages(usual))
    columns = ColumnsConfig(source=None if given.get("source", usual.source) is None else 0)
    known = re.match(TAG, source) and re.match(TAG, target)
    return DataConfig(columns=columns, languages=(source, target) if known else None)


def _of_workbook(path: Path, reader: TableReader, wanted: _Wanted) -> DataConfig:
    """The columns of the first table of a file in which they can be found."""
    problem: DataError | None = None
    for table in reader.tables(path):
        rows = [cells for _, cells in islice(reader.read(path, table), _LOOKED_AT)]
        if rows:
            try:
                return _of_rows(path, rows, wanted)
            except DataError as error:
                problem = problem or error
    raise problem or DataError(f"{path}: there is no text in it.", code="data.empty-file")


def _of_rows(path: Path, rows: Sequence[Sequence[str]], wanted: _Wanted) -> DataConfig:
    """The columns of a table without types, and whether its labels have probabilities."""
    found = _columns_of_rows(path, rows, wanted)
    if wanted.sides.target is not SideKind.LABEL:
        return found
    target = found.columns.target
    header = [field.strip() for field in rows[0]] if rows else []
    name = find_column(header, target) if isinstance(target, str) else None
    place = header.index(name) if name is not None else target
    labels = [row[place] for row in rows if isinstance(place, int) and place < len(row)]
    return found.model_copy(update={"soft_labels": any(map(has_probabilities, labels))})


def _columns_of_rows(path: Path, rows: Sequence[Sequence[str]], wanted: _Wanted) -> DataConfig:
    """The columns of a table without types: the first row may be a header."""
    sides, given = wanted.sides, wanted.given
    names = [field.strip() for field in rows[0]] if rows else []
    widths = Counter(len(row) for row in rows if any(row))
    width = widths.most_common(1)[0][0] if widths else 0
    names = list(spelt_out(names, rows[1] if len(rows) > 1 else None))
    usual = wanted.among(names)
    if any(isinstance(column, str) for column in given.values()):
        return DataConfig(columns=_by_name(f"{path}:1", names, wanted, has="The header has"))
    found = usual_columns(names, sides, usual, real=False) if not given else None
    if found is not None:
        return DataConfig(columns=found)
    if given:
        if is_header(names, rows, sides):
            return DataConfig(columns=_by_name(f"{path}:1", names, wanted))
        columns = _by_number(path, width, names, sides, given)
        last = max(column for column in (columns.source, columns.target) if isinstance(column, int))
        return DataConfig(columns=columns, extra_columns=last + 1 < width)
    if isinstance(usual.target, int) and usual.target < len(names) and usual != ColumnsConfig():
        return DataConfig(columns=usual)
    if width > 2 and sides.source is not SideKind.TAGS:
        raise DataError(
            f"{path}: which of its {width} columns are the source and the target? Its first line has: "
            f"{listed(names)}.\n"
            "  Say so: --source-column NAME --target-column NAME if that is a header, else by number, from 0:\n"
            "  --source-column 0 --target-column 1",
            code="data.ambiguous-columns",
        )
    columns = columns_by_position(rows, sides)
    if is_header(names, rows, sides):
        target = names[columns.target] if isinstance(columns.target, int) else columns.target
        source = names[columns.source] if isinstance(columns.source, int) else columns.source
        return DataConfig(columns=ColumnsConfig(source=source, target=target))
    return DataConfig(columns=columns)


def _by_number(path: Path, width: int, names: Sequence[str], sides: Sides, given: Mapping[str, Name]) -> ColumnsConfig:
    """Columns that are given by number in a file without header; of two columns, one says which the other is."""
    numbers = [column for column in given.values() if isinstance(column, int)]
    if numbers and max(numbers) >= max(width, 1):
        raise DataError(
            f"{path}: no column {max(numbers)}: there are {width}, which are counted from 0. Its first line has: "
            f"{listed(names)}.",
            code="data.no-column",
        )
    found: dict[str, Name] = dict(given)
    for side, other in (("source", "target"), ("target", "source")):
        if side not in found:
            there = found[other]
            if there is None:
                found[side] = 0
            elif width == 2 and isinstance(there, int):
                found[side] = 1 - there
            elif sides.source is SideKind.TAGS and side == "source":
                found["source"] = None
            else:
                raise DataError(
                    f"{path}: which of its {width} columns is the {side}? Its first line has: {listed(names)}.\n"
                    f"  Say so, too: --{side}-column NUMBER, from 0",
                    code="data.ambiguous-columns",
                )
    target = found["target"]
    assert target is not None
    return ColumnsConfig(source=found["source"], target=target)


def _by_name(where: Path | str, names: Sequence[str], wanted: _Wanted, *, has: str = "Its columns") -> ColumnsConfig:
    """Columns that have names; raises a DataError if it is unclear which are meant, or a given one is not there."""
    fixed = pick_columns(str(where), has, names, wanted.given)
    found = usual_columns(names, wanted.sides, wanted.among(names), fixed)
    if found is None:
        raise DataError(
            f"{str(where).removesuffix(':1')}: which of its columns are the source and the target? It has: "
            f"{listed(names)}.\n  Say so: --source-column NAME --target-column NAME",
            code="data.ambiguous-columns",
        )
    return found


def looks_labelled(targets: list[str]) -> list[str]:
    """The different targets of a sample, if they look like labels, with probabilities or without; else none."""
    names = sorted({likeliest(target) if has_probabilities(target) else target.strip() for target in targets})
    few = 1 < len(names) <= _MAX_LABELS and len(names) * _MIN_REPEATS <= len(targets)
    return names if few and max(map(len, names)) <= _MAX_LABEL_LENGTH else []
