"""The reader of each file of a split."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from itertools import islice
from pathlib import Path

from seq2seq.config.data import ColumnsConfig, DataConfig
from seq2seq.config.sides import Sides
from seq2seq.data.reading.aligned import cut_aligned, read_aligned
from seq2seq.data.reading.choose_languages import Choice, called_by_languages, choose_languages, no_language
from seq2seq.data.reading.documents import read_abc, read_text
from seq2seq.data.reading.find_files import Pair, Piece, Table
from seq2seq.data.reading.raw_split import Cutting
from seq2seq.data.reading.sequences.rows import holds_series, read_sequences
from seq2seq.data.tables.columns import find_column
from seq2seq.data.tables.delimited import cut_table, raw_rows, read_fasttext, read_table
from seq2seq.data.tables.header import usual_columns
from seq2seq.data.tables.json_rows import cut_json, read_json, record_names
from seq2seq.data.tables.lines import Span, cut_lines
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.registered import find_reader, is_registered, read_cells, read_pairs, read_records
from seq2seq.data.tables.registered import record_names as names_of_records
from seq2seq.data.tables.rows import Rows
from seq2seq.extras import require
from seq2seq.formats.bilingual.reader import PairReader, TableReader
from seq2seq.formats.languages import base, covers, find_language, language_of

Read = Callable[[BadRows], Iterator[Rows]]
"""Reads the rows of a file, and reports the bad ones."""
Spans = tuple[Span, ...]
"""Of each file of a part."""


class Readers:
    """The readers of the files of a split."""

    def __init__(self, pieces: Sequence[Piece], config: DataConfig, sides: Sides) -> None:
        self._columns = config.columns
        self._config = config
        self._sides = sides
        self._alone = len(pieces) == 1
        self._tables = [piece for piece in pieces if isinstance(piece, Table)]

    def reader(self, piece: Piece) -> Read:
        """The reader of a file or a pair of files.

        Raises:
            MissingExtra: what reads it is not installed.
        """
        if isinstance(piece, Pair):
            return partial(read_aligned, piece.source, piece.target)
        path, columns, config = piece.path, self._columns, self._config
        if holds_series(piece.kind, config, self._sides):
            return partial(read_sequences, path, config, self._sides)
        match piece.kind:
            case ".tsv" | ".csv" as kind:
                return partial(self._read_table, path, kind)
            case ".jsonl" | ".json":
                return partial(self._read_json, path)
            case ".fasttext":
                return partial(read_fasttext, path)
            case ".txt":
                return partial(read_text, path, config.unit, columns)
            case ".abc":
                return lambda _: read_abc(path, columns)
            case kind if is_registered(kind):
                return self._registered(path, kind)
            case _:
                require("pyarrow", f"{path}: Parquet")
                return partial(self._read_row_groups, path)

    def cutting(self, piece: Piece) -> Cutting | None:
        """How a file or a pair of files is cut into parts; None: it is read as a whole."""
        if isinstance(piece, Pair):
            source, target = piece.paths
            return Cutting(partial(cut_aligned, source, target), partial(read_aligned, source, target))
        path, kind = piece.path, piece.kind
        if holds_series(kind, self._config, self._sides):
            return None
        cut: Callable[[int], list[Span] | None]
        match kind:
            case ".tsv" | ".csv":
                cut, read = partial(cut_table, path, kind), partial(self._read_spans, path, kind)
            case ".jsonl" | ".json":
                cut, read = partial(cut_json, path), partial(self._read_json, path)
            case ".fasttext":
                cut, read = partial(cut_lines, path), partial(read_fasttext, path)
            case ".parquet":
                cut, read = partial(_cut_parquet, path), partial(self._read_row_groups, path)
            case _:
                return None
        return Cutting(lambda size: [(span,) for span in cut(size) or ()], read)

    def _read_spans(self, path: Path, kind: str, bad: BadRows, spans: Spans) -> Iterator[Rows]:
        return self._read_table(path, kind, bad, *spans)

    def _read_json(self, path: Path, bad: BadRows, spans: Spans = ()) -> Iterator[Rows]:
        columns = by_names(str(path), self._config, self._sides, record_names(path))
        return read_json(path, columns, sides=self._sides, bad=bad, span=spans[0] if spans else None)

    def _read_row_groups(self, path: Path, bad: BadRows, spans: Spans = ()) -> Iterator[Rows]:
        from seq2seq.data.reading.columnar import column_names, read_parquet

        columns = by_names(str(path), self._config, self._sides, column_names(path))
        named = self._config.labels is None
        return read_parquet(path, columns, bad, sides=self._sides, named=named, span=spans[0] if spans else None)

    def _registered(self, path: Path, kind: str) -> Read:
        """The reader of a file in a registered format."""
        reader = find_reader(kind)
        if isinstance(reader, PairReader):
            return partial(self._read_pairs, path, reader)
        if isinstance(reader, TableReader):
            return partial(read_cells, path, reader, partial(self._of_table, path), self._config)
        names = self._by_names(path, partial(names_of_records, reader=reader))
        return lambda bad: read_records(path, reader, names(), sides=self._sides, bad=bad)

    def _read_table(self, path: Path, kind: str, bad: BadRows, span: Span | None = None) -> Iterator[Rows]:
        columns = self._of_table(path, islice(raw_rows(path, kind), 1))
        return read_table(path, kind, columns, extra_columns=self._config.extra_columns, bad=bad, span=span)

    def _by_names(self, path: Path, names: Callable[[Path], Sequence[str]]) -> Callable[[], ColumnsConfig]:
        return lambda: by_names(str(path), self._config, self._sides, names(path))

    def _of_table(self, path: Path, headers: Iterable[Sequence[str]]) -> ColumnsConfig:
        """The columns of tables, whose first rows may have the names of languages."""
        return _by_languages(f"{path}:1", self._config, headers) or self._columns

    def _in_file(self, path: Path, tags: Sequence[str], language: str, bad: BadRows) -> str | None:
        """What to ask for in a file to read a language: itself, a wider one, or that of another region."""
        found = find_language(tags, language)
        if found is None:
            found = find_language(tags, base(language))
            near = [tag for tag in tags if found is not None and covers(found, tag)]
            if near:
                bad.remark(f"{path}: {', '.join(near)} is read as {language}")
        return found

    @cached_property
    def _languages(self) -> Choice:
        """Languages of source and target in the files that name theirs."""
        chosen = self._config.languages or called_by_languages(self._columns)
        if chosen is not None:
            return chosen
        files = {table.path: find_reader(table.kind) for table in self._tables if is_registered(table.kind)}
        named = {path: reader.languages(path) for path, reader in files.items() if isinstance(reader, PairReader)}
        return choose_languages(named)

    def _read_pairs(self, path: Path, reader: PairReader, bad: BadRows) -> Iterator[Rows]:
        """Rows of a file that names its languages; a DataError if it has no text in them, and is the only file."""
        tags, total = reader.languages(path).tags, bad.count
        found = [self._in_file(path, tags, language, bad) for language in self._languages]
        source, target = (tag or language for tag, language in zip(found, self._languages, strict=True))
        for rows in read_pairs(path, reader, (source, target), both=self._columns.source is not None, bad=bad):
            total += len(rows.lines)
            yield rows
        if self._config.languages is None and called_by_languages(self._columns) is None:
            bad.remark(f"{path}: languages {source or '(not stated)'} → {target or '(not stated)'}")
        if total == bad.count and None in found and tags and "" not in tags:
            problem = f"no pairs in '{source}' and '{target}'"
            if self._alone:
                raise no_language(str(path), tags, problem)
            bad.remark(f"{path}: {problem}")


def _cut_parquet(path: Path, size: int) -> list[Span]:
    from seq2seq.data.reading.columnar import cut_parquet

    return cut_parquet(path, size)


def by_names(where: str, config: DataConfig, sides: Sides, names: Sequence[str]) -> ColumnsConfig:
    """The columns of data whose columns all have names: those that are called by the languages, or as is usual.

    Raises:
        DataError: they are called by other languages.
    """
    if config.columns != ColumnsConfig():
        return config.columns
    return _by_languages(where, config, [names]) or usual_columns(names, sides, config.columns) or config.columns


def _by_languages(where: str, config: DataConfig, headers: Iterable[Sequence[str]]) -> ColumnsConfig | None:
    """The columns that are called by the languages of the data, in the first of some headers that has them."""
    if config.columns != ColumnsConfig() or config.languages is None:
        return None
    tags: list[str] = []
    for header in headers:
        names = [name.strip() for name in header]
        source, target = (find_column(names, language) for language in config.languages)
        if source is not None and target is not None:
            return ColumnsConfig(source=source, target=target)
        tags += [name for name in names if language_of(name) is not None]
    if len(tags) > 1:
        raise no_language(where, tags, f"no columns of '{config.languages[0]}' and '{config.languages[1]}'")
    return None
