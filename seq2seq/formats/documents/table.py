"""CSV and TSV, of which one column is translated, in place or into another column."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from seq2seq.errors import DataError
from seq2seq.files.encoded_text import EncodedText, decode_text
from seq2seq.formats.csv_dialect import Dialect, sniff
from seq2seq.formats.pieces import (
    LINE_END,
    Lines,
    Piece,
    content_of,
    groups_of,
    has_words,
    line_break,
    one_line,
    split_pieces,
)
from seq2seq.formats.segment import Code, Content, Segment, Target
from seq2seq.formats.splice import Slot, SplicedDocument, slot_of, speller

_LOOKED_AT: Final = 1000
"""Lines by which the dialect is found."""
_MOST_ADDED: Final = 10_000_000
"""Most empty cells that a column may need to its left: a million rows with ten. More is a mistake, and takes memory."""


def read_csv(data: bytes, where: str, *, column: str | int, target_column: str | int | None = None) -> SplicedDocument:
    """CSV: the cells of one column are segments, or the paragraphs in them where they are translated in place.

    Args:
        data: the file, in UTF-8 or the encoding of its byte order mark. The separator is found as in training data.
        where: what to call the file in messages.
        column: name of the column, by which the first row is known to be a header; or its index, from 0, in a table
            without header.
        target_column: name or index of the column to write to: cells that are filled already stay, a column that does
            not exist is added; None: the translation takes the place of its source.

    Raises:
        DataError: there is no such column, a quote is not closed, or it is no text.
    """
    return _read(data, where, ".csv", column, target_column)


def read_tsv(data: bytes, where: str, *, column: str | int, target_column: str | int | None = None) -> SplicedDocument:
    """TSV, as :func:`read_csv`."""
    return _read(data, where, ".tsv", column, target_column)


def _read(data: bytes, where: str, kind: str, column: str | int, target_column: str | int | None) -> SplicedDocument:
    text = decode_text(data, where)
    dialect = sniff(LINE_END.split(text.text, _LOOKED_AT)[:_LOOKED_AT], kind)
    table = _Table(text, dialect, header=isinstance(column, str))
    source = table.find(column)
    if target_column is None:
        return SplicedDocument(table.text, list(table.in_place(source)))
    if isinstance(target_column, int):
        target = target_column
    else:
        target = table.find(target_column) if table.has(target_column) else table.add(target_column)
    table.widen(target)
    pairs = [row for row in table.body if source < len(row.cells) and has_words((table.value(row.cells[source]),))]
    slots = [table.into(row.cells[source], row.cells[target]) for row in pairs if not table.value(row.cells[target])]
    return SplicedDocument(table.text, slots, complete=len(pairs) - len(slots))


@dataclass(frozen=True, slots=True)
class _Cell:
    """The place of a cell's text: within its quotes, if it has some."""

    start: int
    end: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class _Row:
    cells: list[_Cell]
    end: int
    """Place of its line end."""


class _Table:
    """A table with the places of its cells; with a ``header``, the first row has the names of columns."""

    def __init__(self, text: EncodedText, dialect: Dialect, *, header: bool) -> None:
        self._dialect = dialect
        self._header = header
        self._read(text)

    def _read(self, text: EncodedText) -> None:
        self.text = text
        self._lines = Lines(text.text)
        self._rows = list(_rows(text, self._dialect))
        self._names = [self.value(cell).strip() for cell in self._rows[0].cells] if self._rows and self._header else []

    @property
    def body(self) -> list[_Row]:
        """Rows other than the header."""
        return self._rows[self._header :]

    def value(self, cell: _Cell) -> str:
        """Text of a cell."""
        text = self.text.text[cell.start : cell.end]
        return self._unquoted(text) if cell.quoted else text

    def has(self, name: str) -> bool:
        """Whether the header has a column."""
        return name.strip().casefold() in map(str.casefold, self._names)

    def find(self, column: str | int) -> int:
        """Index of a column, by name or index; raises a DataError if there is none."""
        width = max((len(row.cells) for row in self._rows), default=0)
        if not width:
            raise DataError(f"{self.text.name}: the table is empty.", code="data.empty-file")
        if isinstance(column, int):
            if column < width:
                return column
            has = f"the widest row has {width} (0 to {width - 1})"
        else:
            if self.has(column):
                exact = column in self._names
                names = self._names if exact else list(map(str.casefold, self._names))
                return names.index(column if exact else column.strip().casefold())
            has = f"the header has {', '.join(map(repr, self._names)) or 'none'}"
        raise DataError(
            f"{self.text.name}:1: no column {column!r}: {has}.\n  Name one of these.", code="data.no-column"
        )

    def add(self, name: str) -> int:
        """Add a column on the right, and return its index."""
        width = len(self._rows[0].cells)
        self._insert({self._rows[0].end: self._dialect.delimiter + self._spelling(name, quoted=False)})
        return width

    def widen(self, column: int) -> None:
        """Add empty cells to rows up to a column."""
        lacking = {row.end: column + 1 - len(row.cells) for row in self._rows if len(row.cells) <= column}
        added = sum(lacking.values())
        if added > _MOST_ADDED:
            width = max(len(row.cells) for row in self._rows)
            raise DataError(
                f"{self.text.name}:1: column {column} would add {added:,} empty cells.\n"
                f"  The widest row has {width}: name a column from 0 to {width}.",
                code="data.no-column",
            )
        self._insert({end: self._dialect.delimiter * count for end, count in lacking.items()})

    def _insert(self, insertions: dict[int, str]) -> None:
        """Insert text at places, which are in order."""
        text, parts, last = self.text.text, [], 0
        for place, inserted in insertions.items():
            parts += [text[last:place], inserted]
            last = place
        self._read(replace(self.text, text="".join([*parts, text[last:]])))

    def in_place(self, column: int) -> Iterator[Slot]:
        """Slots of the cells of a column."""
        for row in self.body:
            if column < len(row.cells):
                cell = row.cells[column]
                if cell.quoted:
                    for group in groups_of(list(self._pieces(cell))):
                        yield slot_of(group, self._lines, speller(lambda words: words.replace('"', '""')))
                elif has_words((self.value(cell),)):
                    yield self._bare(cell)

    def _bare(self, cell: _Cell) -> Slot:
        """The slot of a cell without quotes; the translation may need some."""
        text = self.value(cell)
        words = text.strip()
        before, _, after = text.partition(words)
        segment = Segment((words,), self._lines.number(cell.start))
        return Slot(
            segment,
            cell.start,
            cell.end,
            lambda target: self._spelling(f"{before}{_plain(target.content)}{after}", quoted=False),
        )

    def into(self, source: _Cell, target: _Cell) -> Slot:
        """The slot of an empty cell, whose segment is the text of another one."""
        pieces = list(self._pieces(source))
        places = [place for place, piece in enumerate(pieces) if not piece.blank]
        segment = Segment(content_of(pieces[places[0] : places[-1] + 1]), self._lines.number(source.start))

        def spell(written: Target) -> str:
            return self._spelling(_plain(written.content), quoted=source.quoted, within=target.quoted)

        return Slot(segment, target.start, target.end, spell, inserted=True)

    def _pieces(self, cell: _Cell) -> Iterator[Piece]:
        """The lines of a cell, and the breaks between them."""
        return split_pieces(self.text.text, cell.start, cell.end, LINE_END, line_break, self._unquoted)

    def _unquoted(self, text: str) -> str:
        return text if self._dialect.quote is None else text.replace(self._dialect.quote * 2, self._dialect.quote)

    def _spelling(self, text: str, *, quoted: bool, within: bool = False) -> str:
        """A text, in quotes if a cell needs them or is ``quoted`` in any case; ``within``: they are there already."""
        quote, delimiter = self._dialect.quote, self._dialect.delimiter
        if quote is None:
            return one_line(text).replace(delimiter, " ")
        doubled = text.replace(quote, quote * 2)
        if within:
            return doubled
        return f"{quote}{doubled}{quote}" if quoted or set(text) & {quote, delimiter, "\r", "\n"} else text


def _plain(content: Content) -> str:
    return "".join(part.data if isinstance(part, Code) else part for part in content)


def _rows(text: EncodedText, dialect: Dialect) -> Iterator[_Row]:
    """The rows that are not empty; raises a DataError if a quote is not closed."""
    delimiter = re.escape(dialect.delimiter)
    spaces = " *" if dialect.spaced else ""
    bare = r"[^\r\n]*?"
    if dialect.quote is not None:
        quote = re.escape(dialect.quote)
        bare = rf"(?:{quote}(?P<quoted>(?:[^{quote}]|{quote}{quote})*+)(?:(?P<closed>{quote}){bare}|\Z)|{bare})"
    cell = re.compile(rf"{spaces}(?P<cell>{bare})(?P<next>{delimiter}|\r\n|\r|\n|\Z)")
    place, end = 0, len(text.text)
    for _ in range(dialect.skipped):
        line_end = LINE_END.search(text.text)
        place = line_end.end() if line_end else end
    cells: list[_Cell] = []
    while place < end or cells:
        found = cell.match(text.text, place)
        assert found is not None
        quoted = dialect.quote is not None and found["quoted"] is not None
        if quoted and found["closed"] is None:
            line = Lines(text.text).number(found.start("quoted"))
            raise DataError(
                f"{text.name}:{line}: a quote opens here that is not closed.\n  Close it, or leave it out.",
                code="data.unclosed-quote",
            )
        cells.append(_Cell(*found.span("quoted" if quoted else "cell"), quoted))
        place = found.end()
        if found["next"] != dialect.delimiter:
            if len(cells) > 1 or cells[0].start < cells[0].end or quoted:
                yield _Row(cells, found.start("next"))
            cells = []
