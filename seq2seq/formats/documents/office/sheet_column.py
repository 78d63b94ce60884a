"""One column of a sheet, whose cells are translated in place or into another column."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from seq2seq.files.encoded_text import EncodedText
from seq2seq.formats.documents.office.cells import CELLS, CellText, cell_text, cells_of, column_index, column_name
from seq2seq.formats.documents.xml_pieces import escape, escape_attribute
from seq2seq.formats.splice import Slot
from seq2seq.formats.xml_tree import Element, read_units

_DIMENSION: Final = re.compile(r"(<(?:\w+:)?dimension\s[^<>]*?ref=[\"'])([A-Z]+\d+)(?::([A-Z]+)(\d+))?(?=[\"'])")
_DIGITS: Final = 9
"""Most digits of the index of a shared string."""


class SheetColumn:
    """A column of a sheet.

    Args:
        file: the sheet.
        strings: the shared strings of the workbook.
        column: its name in the first row, or its index from 0.
        target: name or index of the column to write to; None: the same. A name that is not there is added on the right.

    Attributes:
        file: the sheet, with a new column if there has to be one.
        names: texts of the first row.
        found: whether the sheet has the column.
        complete: cells that have a translation in the target column.
    """

    def __init__(
        self, file: EncodedText, strings: Sequence[CellText], column: str | int, target: str | int | None
    ) -> None:
        self.file = file
        self.complete = 0
        self._strings = strings
        self._column = column
        header = next((row for row in self._rows() if row.first("x:c")), None)
        cells = dict(cells_of(header)) if header else {}
        texts = {index: text.text.strip() for index, cell in cells.items() if (text := self._text(cell))}
        self.names = [name for name in texts.values() if name]
        source = _find(texts, column)
        self.found = source is not None and (
            source in cells or any(source in dict(cells_of(row)) for row in self._rows())
        )
        self._source = -1 if source is None else source
        self._target = self._source
        if target is not None and self.found and header:
            there = _find(texts, target)
            self._target = max(cells) + 1 if there is None else there
            self._widen(header, target if there is None else None)

    def slots(self) -> Iterator[Slot]:
        """The cells of the column with words, without its name; those of each row before those of the next."""
        rows = (row for row in self._rows() if row.first("x:c"))
        for row in islice(rows, int(isinstance(self._column, str)), None):
            cells = dict(cells_of(row))
            source = cells.get(self._source)
            text = self._text(source) if source else None
            if source is None or text is None or text.slot is None:
                continue
            if self._target == self._source:
                yield self._slot(row, source, source, text, source.start, source.end)
                continue
            there = cells.get(self._target)
            if there is not None and there.first("x:v", "x:f", "x:is"):
                self.complete += 1
            elif there is not None:
                yield self._slot(row, there, source, text, there.start, there.end)
            else:
                before = [cell for index, cell in cells.items() if index < self._target]
                place = before[-1].end if before else row.body
                yield self._slot(row, None, source, text, place, place)

    def _slot(self, row: Element, old: Element | None, source: Element, text: CellText, start: int, end: int) -> Slot:
        assert text.slot is not None
        style = (old or source).attributes.get("s")
        number = re.sub(r"\D", "", source.attributes.get("r", "")) or row.attributes.get("r", "")
        attributes = f' r="{column_name(self._target)}{number}"' if number else ""
        attributes += f' s="{escape_attribute(style)}"' if style else ""
        return Slot(
            text.slot.segment,
            start,
            end,
            lambda target: _inline_cell(row.prefix, attributes, text.spell(target)),
            inserted=old is not source,
        )

    def _text(self, cell: Element) -> CellText | None:
        """The text of a cell; None: it holds something else."""
        kind = cell.attributes.get("t")
        value, inline = cell.first("x:v"), cell.first("x:is")
        if cell.first("x:f"):
            return None
        if kind == "s" and value:
            number = value.text().strip()
            known = number.isdecimal() and len(number) <= _DIGITS and int(number) < len(self._strings)
            return self._strings[int(number)] if known else None
        return cell_text(inline, self.file.text) if kind == "inlineStr" and inline else None

    def _rows(self) -> Iterator[Element]:
        return read_units(self.file.text, self.file.name, ("x:row",), CELLS.namespaces)

    def _widen(self, header: Element, name: str | int | None) -> None:
        """Let the sheet have the target column; with a name, if it is new."""
        text = self.file.text
        if isinstance(name, str):
            place = list(header.elements("x:c"))[-1].end
            number = header.attributes.get("r")
            attributes = f' r="{column_name(self._target)}{number}"' if number else ""
            words = f"<{header.prefix}t>{escape(name)}</{header.prefix}t>"
            text = text[:place] + _inline_cell(header.prefix, attributes, words) + text[place:]

        def widened(ref: re.Match[str]) -> str:
            last = max(self._target, column_index(ref[3] or ref[2]))
            row = ref[4] or re.sub(r"\D", "", ref[2])
            return f"{ref[1]}{ref[2]}:{column_name(last)}{row}"

        self.file = replace(self.file, text=_DIMENSION.sub(widened, text, count=1))


def _find(names: dict[int, str], column: str | int) -> int | None:
    """The index of a column, by index or name."""
    if isinstance(column, int):
        return column
    wanted = column.strip().casefold()
    exact = (index for index, name in names.items() if name == column)
    return next(exact, next((index for index, name in names.items() if name.casefold() == wanted), None))


def _inline_cell(prefix: str, attributes: str, inner: str) -> str:
    return f'<{prefix}c{attributes} t="inlineStr"><{prefix}is>{inner}</{prefix}is></{prefix}c>'
