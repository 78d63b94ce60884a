"""The files of a split."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from seq2seq.config.data import AlignedFiles, ColumnsConfig, DataConfig, Location, SplitsConfig
from seq2seq.config.sides import SideKind
from seq2seq.data.tables.text_kinds import text_kind
from seq2seq.errors import DataError
from seq2seq.files.kinds import filled
from seq2seq.files.opening import COMPRESSED, open_text, without_compression
from seq2seq.files.pipes import is_buffered
from seq2seq.formats.csv_dialect import first_lines
from seq2seq.hints import not_there, setting
from seq2seq.hub import SCHEME
from seq2seq.registry import FORMATS
from seq2seq.resources import BUNDLED, data_folder

TABLES = (".tsv", ".csv", ".jsonl", ".json", ".parquet")
"""Endings of the tables that are read; all but Parquet may be compressed, and then have a second ending for that."""
_ALSO = {".tab": ".tsv", ".ndjson": ".jsonl"}
"""Other endings of the same."""
DOCUMENTS = (".txt", ".abc")
"""Endings of what holds no table, but text alone: read where text is generated."""
SEQUENCES = (".ts", ".npz")
"""Endings of files of labelled sequences: read where one side is vectors."""
STEPS = (".tsv", ".csv", ".parquet")
"""Endings of tables that may have one row per step of a sequence."""
FURTHER = {SideKind.TAGS: DOCUMENTS, SideKind.VECTORS: SEQUENCES, SideKind.SERIES: (*SEQUENCES, ".tsf")}
"""Endings that are read beside those of tables, by :attr:`Sides.files`."""
_NUMBER = re.compile(r"-\d+-of-\d+$")


@dataclass(frozen=True)
class Table:
    """One file that holds both sides, or all there is."""

    path: Path
    kind: str
    """One of :func:`endings`, or ``.fasttext``: by its name, else by its first lines."""

    @property
    def stem(self) -> str:
        """``train`` of ``train.tsv.gz``."""
        return Path(without_compression(self.path.name)).stem

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files."""
        return (self.path,)

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True)
class Pair:
    """Two files, aligned line by line."""

    source: Path
    target: Path

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files."""
        return (self.source, self.target)

    def __str__(self) -> str:
        """``train.en``, by which the row of a pair is named: both files have the same lines."""
        return str(self.source)


Piece = Table | Pair


def locate(location: Location | Path, columns: ColumnsConfig, *, side: SideKind = SideKind.TEXT) -> list[Piece]:
    """The files at a location that was named outright.

    Args:
        location: a table, a folder of shards, or two aligned files.
        columns: endings of aligned shards, where they are names.
        side: the kind that decides what is read (:attr:`Sides.files`); some have further files: :data:`FURTHER`.

    Raises:
        DataError: nothing is there, or nothing that can be read.
    """
    if isinstance(location, AlignedFiles):
        return [Pair(existing(location.source), existing(location.target))]
    path = existing(str(location))
    return shards(path, columns, side=side) if path.is_dir() else [table_at(path, side=side)]


def search(
    folder: Path, names: tuple[str, ...], columns: ColumnsConfig, *, side: SideKind = SideKind.TEXT
) -> tuple[str, list[Piece]] | None:
    """The first of several names under which a split lies in a folder; ``side`` as in :func:`locate`.

    Raises:
        DataError: files in two formats have the same name, or one of two aligned files is missing.
    """
    tables = _named_tables(files_in(folder), side=side)
    for name in names:
        found: list[list[Piece]] = [[table] for table in tables if table.stem == name]
        pair = _pair(folder, name, columns)
        if pair is not None:
            found.append([pair])
        pieces: list[Piece] = [table for table in tables if table.stem != name == _NUMBER.sub("", table.stem)]
        if pieces:
            found.append(pieces)
        if (folder / name).is_dir():
            found.append(shards(folder / name, columns, side=side))
        if len(found) > 1:
            both = " and ".join(str(pieces[0]) for pieces in found)
            raise DataError(
                f"{folder}: two data sets are called '{name}': {both}.",
                settings="Remove one, or name the right one: --set data.train=FILE (or data.dev, data.test)",
                options="Remove one, or name the right one instead of the folder.",
                code="data.ambiguous-files",
            )
        if found:
            return name, found[0]
    return None


def shards(folder: Path, columns: ColumnsConfig, *, side: SideKind = SideKind.TEXT) -> list[Piece]:
    """All tables and pairs of aligned files in a folder, by name; ``side`` as in :func:`locate`.

    Raises:
        DataError: there are none, or they are the splits of a whole data set.
    """
    files, splits = files_in(folder), SplitsConfig()
    # The hub numbers the shards of all splits in one folder: train-00000-of-00001.parquet.
    stems = {_NUMBER.sub("", path.name.split(".")[0]) for path in files}
    if stems & set(splits.train) and stems & {*splits.dev, *splits.test}:
        raise DataError(
            f"{folder}: shards of one split are wanted, but this is a whole data set ({', '.join(sorted(stems))}).",
            settings=setting("data.path", folder),
            options="Name one of its files, or a folder with the shards of one split.",
            code="data.not-shards",
        )
    pieces: list[Piece] = [*tables_among(files, side=side)]
    if isinstance(columns.source, str):
        tables = {piece.path for piece in pieces if isinstance(piece, Table)}
        others = (without_compression(path.name) for path in files if path not in tables)
        stems = {name.removesuffix(f".{columns.source}") for name in others}
        pairs = (_pair(folder, stem, columns) for stem in sorted(stems))
        pieces.extend(pair for pair in pairs if pair is not None)
    if not pieces:
        there = ", ".join(path.name for path in files[:10]) or "no file"
        able = ", ".join(endings(side=side))
        known = next((kind for path in files if (kind := text_kind(first_lines(path), path.name)) is not None), None)
        hint = f"\n  There is {known.name}. {filled(known.pairs, 'FILE')}" if known is not None else ""
        raise DataError(
            f"{folder}: no file that can be read ({able}) in this folder: {there}.{hint}", code="data.no-data-file"
        )
    return pieces


def resolve(location: str) -> Path:
    """The path of a location on this machine, whether or not anything lies there.

    Args:
        location: `bundled://NAME` (bundled data), or a path relative to the current directory; `~` is the home folder.
    """
    if location.startswith(BUNDLED):
        return data_folder() / location.removeprefix(BUNDLED)
    return Path(location).expanduser()


def existing(location: str) -> Path:
    """The path of a location at which something lies that can be read to its end: a file, a folder or a pipe.

    Raises:
        DataError: nothing does; names what is spelt alike. Or it is a device or a socket.
    """
    path = resolve(location)
    if path.exists():
        if not (path.is_file() or path.is_dir() or path.is_fifo()):
            raise DataError(
                f"{path}: a device or a socket, not a file. Name a file or a folder.", code="data.not-a-file"
            )
        return path
    raise DataError(not_there(path), code="data.no-such-file")


def require_files(data: DataConfig) -> None:
    """Refuse data that another person's recipe names, unless they are files and folders.

    A pipe would be waited for (unless it is one of our own, that has been read), a device read without end.

    Raises:
        DataError: something else lies there.
    """
    for location in data.places:
        for place in (location.source, location.target) if isinstance(location, AlignedFiles) else (location,):
            path = resolve(place) if place and not place.startswith(SCHEME) else None
            if path is not None and path.exists() and not (path.is_file() or path.is_dir() or is_buffered(path)):
                raise DataError(
                    f"{path}: not a file or a folder; the model's recipe names it, and nothing is read.",
                    code="data.not-a-file",
                )


def kind_by_name(path: Path, *, side: SideKind = SideKind.TEXT) -> str | None:
    """The kind of a file by its name: an ending of :func:`endings`."""
    plain = without_compression(path.name)
    ending = Path(plain).suffix.lower()
    ending = _ALSO.get(ending, ending)
    if plain != path.name and ending in (".parquet", ".xlsx", *(f".{name}" for name in FORMATS.added())):
        return None
    return ending if ending in endings(side=side) else None


def endings(*, side: SideKind = SideKind.TEXT) -> tuple[str, ...]:
    """The endings of all files that are read; ``side`` as in :func:`locate`."""
    return (*TABLES, *(f".{name}" for name in FORMATS.loadable()), *FURTHER.get(side, ()))


def kind_by_content(path: Path) -> str | None:
    """The kind of table that a file is by its first lines, whatever it is called.

    Raises:
        DataError: it cannot be read.
    """
    kind = text_kind(first_lines(path))
    return None if kind is None else kind.reader


def what_is(path: Path, *, side: SideKind = SideKind.TEXT) -> DataError:
    """The error about a file that is no table: what it is, if that is known, and how to make a table of it."""
    open_text(path).close()  # says so if it is no text at all
    kind = text_kind(first_lines(path), path.name)
    if kind is not None and (kind.reader is None or side is SideKind.TAGS):
        return DataError(kind.for_pairs(str(path)), code="data.other-kind")
    known = ", ".join(endings(side=side))
    if side is SideKind.TAGS:
        return DataError(
            f"{path}: what kind of file is this? Its name ends in none of {known}.", code="data.unknown-kind"
        )
    return DataError(
        f"{path}: what kind of file is this? A table ({known}) has both sides; this has neither such an ending nor "
        "columns.",
        settings="Two files that are aligned line by line are named together: --set data.train.source=FILE --set "
        "data.train.target=FILE",
        options="Of two files that are aligned line by line, name both: first the sources, then the targets.",
        code="data.unknown-kind",
    )


def table_at(path: Path, *, side: SideKind = SideKind.TEXT) -> Table:
    """The table in a file that was named outright, which may be called anything; ``side`` as in :func:`locate`.

    Raises:
        DataError: it holds none, or cannot be read.
    """
    kind = kind_by_name(path, side=side) or (None if side is SideKind.TAGS else kind_by_content(path))
    if kind is None:
        raise what_is(path, side=side)
    return Table(path, kind)


def files_in(folder: Path) -> list[Path]:
    """The files of a folder, by name, without the hidden ones."""
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


def _named_tables(files: Sequence[Path], *, side: SideKind) -> list[Table]:
    return [Table(path, kind) for path in files if (kind := kind_by_name(path, side=side)) is not None]


def tables_among(files: Sequence[Path], *, side: SideKind = SideKind.TEXT) -> list[Table]:
    """Those files that are tables. JSON counts where there is nothing else: folders are described in it, too."""
    tables = _named_tables(files, side=side)
    return [table for table in tables if table.kind != ".json"] or tables


def _pair(folder: Path, stem: str, columns: ColumnsConfig) -> Pair | None:
    """The files ``stem.en`` and ``stem.de``, where the columns are called ``en`` and ``de``."""
    if not isinstance(columns.source, str) or not isinstance(columns.target, str):
        return None
    sides: list[Path | None] = []
    for column in (columns.source, columns.target):
        found = (folder / f"{stem}.{column}{ending}" for ending in ("", *COMPRESSED))
        sides.append(next((path for path in found if path.is_file()), None))
    source, target = sides
    if source is None and target is None:
        return None
    if source is None or target is None:
        there, missing = (target, columns.source) if source is None else (source, columns.target)
        raise DataError(
            f"{folder / stem}.{missing}: no such file, though {there} is there.\n"
            f"  Two aligned files are read, by the names in data.columns: "
            f"{stem}.{columns.source} and {stem}.{columns.target}.",
            code="data.other-side-missing",
        )
    return Pair(source, target)
