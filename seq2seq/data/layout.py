"""How to read what a user names on a command line, without a recipe that says so."""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

from seq2seq import resources
from seq2seq.config.data import AlignedFiles, ColumnsConfig, DataConfig, SplitsConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.data import hub
from seq2seq.data.decode import without_compression
from seq2seq.data.lines import read_blocks
from seq2seq.data.locate import DOCUMENTS, existing, is_table
from seq2seq.data.problems import BadRows
from seq2seq.errors import DataError

Name = str | int | None

_NAMES: Final[dict[SideKind, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    SideKind.TEXT: (
        ("source", "src", "input", "text", "sentence", "word"),
        ("target", "tgt", "output", "translation", "text"),
    ),
    SideKind.LABEL: ((), ("label", "labels", "target", "class", "category", "sentiment")),
    SideKind.TAGS: (("tags", "tag", "source", "prompt"), ()),
}
"""What columns are called as a rule, by the kind of what is in them: as a source, and as a target."""
_LANGUAGES: Final = re.compile(
    "ar|bg|ca|cs|cy|da|de|el|en|es|et|eu|fa|fi|fr|ga|gl|he|hi|hr|hu|id|is|it|ja|ka|ko|lt|lv|mk|mt|nl|no|pl|pt|ro|ru|sk|"
    "sl|sq|sr|sv|sw|ta|th|tr|uk|ur|vi|zh"
)
"""Languages by which the columns of pairs are called (ISO 639-1)."""
_LOOKED_AT: Final = 1000
"""Rows by which it is told which of two columns is the label."""


def layout(data: Sequence[str], sides: Sides = TEXTS, columns: ColumnsConfig | None = None) -> DataConfig:
    """Where data lie and what their columns are called.

    Args:
        data: a table, a folder of shards, a folder or hub data set with splits; or two aligned files.
        sides: what an example consists of.
        columns: what the columns are called where the data has such; otherwise they are told by common names, or by
            what is in them.

    Raises:
        DataError: nothing is there, or its columns cannot be told.
    """
    usual = columns or ColumnsConfig()
    if len(data) == 2:
        source, target = data
        return DataConfig(train=AlignedFiles(source=source, target=target))
    (where,) = data
    if where.startswith(hub.SCHEME):
        return DataConfig(path=where, columns=usual)
    path = existing(resources.resolve(where))
    if path.is_dir():
        config = DataConfig(columns=_of_folder(path, sides, usual))
        return config.model_copy(update={"path" if _has_splits(path) else "train": where})
    documents = sides.source is SideKind.TAGS
    if not is_table(path, documents=documents):
        raise DataError(
            f"{path}: a table (.tsv, .csv, .jsonl, .parquet) has both sides; of two files that are aligned line by "
            "line,\n  name both: first the sources, then the targets."
        )
    return DataConfig(train=where, columns=_of_table(path, sides, usual))


def _has_splits(folder: Path) -> bool:
    """Whether a folder holds a training split under one of its usual names."""
    names = SplitsConfig().train
    return any(path.name.split(".")[0].split("-")[0] in names for path in folder.iterdir())


def _of_folder(folder: Path, sides: Sides, usual: ColumnsConfig) -> ColumnsConfig:
    """By the first table in a folder or in its training split; or by the endings of aligned files."""
    documents = sides.source is SideKind.TAGS
    within = [path for path in sorted(folder.iterdir()) if path.is_dir() and path.name in SplitsConfig().train]
    files = sorted(path for place in (folder, *within) for path in place.iterdir() if path.is_file())
    files = [path for path in files if not path.name.startswith(".")]
    tables = [path for path in files if is_table(path, documents=documents)]
    tables.sort(key=lambda path: path.name.split(".")[0].split("-")[0] not in SplitsConfig().train)
    if tables:
        return _of_table(tables[0], sides, usual)
    endings = {Path(without_compression(path.name)).suffix.removeprefix(".") for path in files} - {"", "md"}
    if {str(usual.source), str(usual.target)} <= endings:
        return usual
    if len(endings) == 2:
        one, other = sorted(endings)
        raise DataError(
            f"{folder}: which of the aligned files .{one} and .{other} are the sources?\n"
            f"  Say so: --source-column {one} --target-column {other}"
        )
    return usual  # the sources say what they looked for


def _of_table(path: Path, sides: Sides, usual: ColumnsConfig) -> ColumnsConfig:
    kind = Path(without_compression(path.name)).suffix
    if kind in DOCUMENTS:
        return usual.model_copy(update={"source": None}) if kind == ".txt" else usual
    if kind == ".parquet":
        import pyarrow.parquet as pq

        try:
            names = list(pq.read_schema(path).names)
        except (OSError, ValueError) as error:
            raise DataError(f"{path}: not a Parquet file, or a damaged one: {error}") from error
        return _by_name(path, names, sides, usual)
    if kind == ".jsonl":
        return _by_name(path, _keys(path), sides, usual)
    rows = list(islice(_rows(path, kind), _LOOKED_AT))
    header = rows[0] if rows else []
    found = _named(header, sides, usual)
    if found is not None:
        return found
    if isinstance(usual.target, int) and usual.target < len(header) and usual != ColumnsConfig():
        return usual
    return _by_position(rows, sides)


def _rows(path: Path, kind: str) -> Iterator[list[str]]:
    """Fields of a table's rows; what is wrong with them is told when they are read in earnest."""
    lines = (line for block in read_blocks(path, BadRows()) for line in block.lines)
    if kind == ".tsv":
        yield from (line.split("\t") for line in lines)
        return
    with suppress(csv.Error):
        yield from csv.reader(line + "\n" for line in lines)


def _keys(path: Path) -> list[str]:
    """Keys of the first object of a JSON Lines file."""
    for block in read_blocks(path, BadRows()):
        for line in block.lines:
            with suppress(ValueError, RecursionError):
                record = json.loads(line)
                if isinstance(record, dict):
                    return list(record)
    return []


def _by_name(path: Path, names: Sequence[str], sides: Sides, usual: ColumnsConfig) -> ColumnsConfig:
    """Columns that have names.

    Raises:
        DataError: which of them are meant cannot be told.
    """
    found = _named(names, sides, usual)
    if found is None:
        raise DataError(
            f"{path}: which of its columns are the source and the target? It has: "
            f"{', '.join(map(repr, names[:20])) or 'none'}.\n  Say so: --source-column NAME --target-column NAME"
        )
    return found


def _named(names: Sequence[str], sides: Sides, usual: ColumnsConfig) -> ColumnsConfig | None:
    """The columns among ``names``: as they are usually called here, or anywhere. None: they are not among them."""
    group = usual.group if usual.group in names else None
    if usual.target in names and (usual.source is None or usual.source in names):
        return usual.model_copy(update={"group": group})
    source = next((name for name in _NAMES[sides.source][0] if name in names), None)
    target = next((name for name in _NAMES[sides.target][1] if name in names and name != source), None)
    languages = [name for name in names if _LANGUAGES.fullmatch(name)]
    if sides == TEXTS and (source is None or target is None) and len(languages) == 2:
        source, target = languages
    if sides.source is SideKind.TAGS and usual.source is None:
        source = None
    elif source is None:
        return None
    return None if target is None else ColumnsConfig(source=source, target=target, group=group)


def _by_position(rows: Sequence[Sequence[str]], sides: Sides) -> ColumnsConfig:
    """Columns of a file without header: source before target, but for labels, which are told by how few there are."""
    if sides.target is SideKind.LABEL:
        values = [{row[column] for row in rows if len(row) == 2} for column in (0, 1)]
        if len(values[0]) < len(values[1]):
            return ColumnsConfig(source=1, target=0)
    if sides.source is SideKind.TAGS and all(len(row) == 1 for row in rows):
        return ColumnsConfig(source=None, target=0)
    return ColumnsConfig(source=0, target=1)
