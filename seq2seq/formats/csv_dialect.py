"""How the fields of a table are separated and quoted, as the file itself shows.

A file that is called CSV may be separated by semicolons (spreadsheets where the comma is the decimal sign), tabs or
bars, and quoted by single quotes. Each dialect is tried on the beginning of the file; the usual one is taken unless its
rows have no common number of fields and those of another way do.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from seq2seq.files.opening import head_of

if TYPE_CHECKING:
    from _csv import Reader


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written."""

    delimiter: str
    quote: str | None = '"'
    """Quotation mark around fields with the delimiter in them; None: there is none."""
    spaced: bool = False
    """Whether a space follows each delimiter, outside of quotes."""
    skipped: int = 0
    """Lines before the first row: `sep=;`, which some spreadsheets write."""

    @property
    def remark(self) -> str | None:
        """Unusual properties, in words; None: there are none."""
        unusual = []
        if self.delimiter != (CSV if self.quote else TSV).delimiter:
            unusual.append(f"columns are separated by {_WORDS.get(self.delimiter, repr(self.delimiter.strip()))}")
        if self.quote == "'":
            unusual.append("fields are quoted by single quotes")
        return ", ".join(unusual) or None

    def reader(self, lines: Iterable[str], *, strict: bool = False) -> "Reader":
        """Reads the rows of lines with their ends."""
        return csv.reader(
            lines, delimiter=self.delimiter, quotechar=self.quote, skipinitialspace=self.spaced, strict=strict
        )


TSV: Final = Dialect("\t", quote=None)
CSV: Final = Dialect(",")
_WORDS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_RARE: Final = "^~:#¦"
"""Delimiters that have to be in every row, as often as in the first."""
_BARS: Final = " ||| "
"""Delimiter of pairs for word aligners."""
_ROWS: Final = 1000
"""Rows that are looked at, at most."""
_LEAST: Final = 0.5
"""Share of rows with the commonest number of fields that an unusual dialect has at least."""
_BETTER: Final = 0.1
"""Difference by which that share exceeds the usual dialect's."""
_CLEAR: Final = 0.98
"""Share from which on an unusual dialect needs no such difference."""
_FEW: Final = 3
"""With fewer rows than this, two ways that both fit leave the usual one."""
_SEP: Final = re.compile(r'"?sep=(.)"?')


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a dialect fits."""

    dialect: Dialect
    width: int
    """Commonest number of fields, if that is two or more; else 0."""
    share: float
    """Share of rows that have it."""
    begins: bool
    """Whether the first row has it."""
    strict: bool
    """Whether all quotes are closed, and nothing follows them."""
    quoted: float
    """Share of rows with a field that begins with the quote."""


def dialect_of(path: Path, kind: str) -> Dialect:
    """How a table is written; ``kind`` is ``.tsv`` or ``.csv``: what its name says.

    Raises:
        DataError: it cannot be read.
    """
    return sniff(first_lines(path), kind)


def first_lines(path: Path) -> list[str]:
    """Whole lines at the beginning of a file, without their ends; characters that are not UTF-8 are read roughly.

    Raises:
        DataError: it cannot be read.
    """
    text = head_of(path).decode(errors="replace").removeprefix("\ufeff")
    lines = text.split("\n")
    if len(lines) > _FEW * 10 or not lines[-1]:
        lines.pop()  # it may be cut off
    return [line.removesuffix("\r") for line in lines[:_ROWS]]


def sniff(lines: Sequence[str], kind: str) -> Dialect:
    """How the table is written that begins with ``lines``; ``kind`` as in :func:`dialect_of`."""
    if not lines:
        return TSV if kind == ".tsv" else CSV
    declared = _SEP.fullmatch(lines[0])
    if declared is not None:
        quote = None if kind == ".tsv" and declared[1] == "\t" else '"'
        return Dialect(declared[1], quote, skipped=1)
    filled = [line for line in lines if line.strip()]
    if sum(_BARS in line for line in filled) * 10 >= len(filled) * 9 > 0:
        return Dialect(_BARS, quote=None)
    tabs = sum("\t" in line for line in filled)
    if kind == ".tsv" and tabs * 20 >= len(filled):
        return TSV
    usual = _fit(lines, CSV)
    others = [_fit(lines, Dialect(delimiter)) for delimiter in ";\t|"]
    others += [_fit(lines, Dialect(delimiter, "'")) for delimiter in ",;\t|"]
    rare = (_fit(lines, Dialect(delimiter)) for delimiter in _RARE if delimiter in lines[0])
    others += [fit for fit in rare if fit.begins and fit.share >= _CLEAR and len(filled) >= _FEW]
    able = [fit for fit in others if _able(fit, usual, rows=len(filled))]
    if kind == ".tsv":  # it may have one column
        able = [fit for fit in (*able, usual) if fit.width and fit.begins and fit.share >= _CLEAR]
        able = able if len(filled) >= _FEW else []
    if not able:
        return TSV if kind == ".tsv" else _with_spaces(lines, usual)
    best = max(able, key=lambda fit: (fit.begins, round(fit.share, 2), fit.dialect.quote == '"'))
    if kind == ".csv" and _keeps(usual, best, rows=len(filled)):
        return _with_spaces(lines, usual)
    return _with_spaces(lines, best)


def _able(fit: _Fit, usual: _Fit, *, rows: int) -> bool:
    """Whether a dialect other than the usual one can be meant."""
    if not fit.width or fit.share < _LEAST:
        return False
    if fit.dialect.quote == "'":
        # An apostrophe begins a word as often as a quotation: every one of them has to be closed.
        return fit.strict and fit.share >= _CLEAR and fit.quoted >= _LEAST and rows >= _FEW and not usual.quoted
    return True


def _keeps(usual: _Fit, best: _Fit, *, rows: int) -> bool:
    """Whether the usual dialect is taken although another fits."""
    if not usual.width or (best.begins and not usual.begins):
        return False
    if best.dialect.delimiter in _RARE:
        return usual.share >= _LEAST and usual.begins
    if best.dialect.delimiter == "," or best.share > usual.share + _BETTER:
        return False
    # Commas are common in sentences, also the same number in every row; other delimiters in every row are not.
    return not (best.begins and best.share >= _CLEAR and rows >= _FEW and best.width == 2 != usual.width)


def _with_spaces(lines: Sequence[str], fit: _Fit) -> Dialect:
    """The dialect, or the one in which a space follows each delimiter, if that fits better (`a, "b, c"`)."""
    dialect = fit.dialect
    if not any(f"{dialect.delimiter} {dialect.quote}" in line for line in lines):
        return dialect
    spaced = _fit(lines, Dialect(dialect.delimiter, dialect.quote, spaced=True))
    better = spaced.strict and spaced.width and (spaced.share, spaced.begins) >= (fit.share, fit.begins)
    return spaced.dialect if better else dialect


def _fit(lines: Sequence[str], dialect: Dialect) -> _Fit:
    """How well a dialect fits lines."""
    rows = list(_rows(lines, dialect))
    strict = bool(rows) and rows[-1] is not None
    filled = [row for row in rows if row]
    widths = Counter(len(row) for row in filled)
    width = max(sorted(width for width in widths if width > 1), key=widths.__getitem__, default=0)
    mark = str(dialect.quote)
    quoted = sum(any(field.lstrip().startswith(mark) for field in line.split(dialect.delimiter)) for line in lines)
    share, begins = widths[width] / max(len(filled), 1), bool(filled) and len(filled[0]) == width
    return _Fit(dialect, width, share, begins, strict, quoted / max(len(lines), 1))


def _rows(lines: Sequence[str], dialect: Dialect) -> Iterator[list[str] | None]:
    """Fields of rows; None at the end if the quotes are wrong."""
    reader = dialect.reader((f"{line}\n" for line in lines), strict=True)
    wrong = False
    while True:
        try:
            yield next(reader)
        except StopIteration:
            break
        except csv.Error:
            wrong = True
    if wrong:
        yield None
