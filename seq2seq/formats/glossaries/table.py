"""Glossaries in tables: TSV, and CSV as spreadsheets write it.

```
# comment
dog	Hund
bank	Bank|Ufer
car	Auto	Wagen
```

A first line that names columns may put them in any order: `source`, `target` (repeatable) or languages (`en`, `de`),
and `case` (`yes`: upper and lower case make a difference). Other columns are ignored.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Final

from seq2seq.errors import DataError
from seq2seq.files.not_utf8 import not_utf8
from seq2seq.files.opening import open_text, without_compression
from seq2seq.files.unpack import DamagedError
from seq2seq.formats.glossaries.glossary import Term
from seq2seq.formats.languages import covers, language_of, without_suffix

_SHOWN: Final = 5
"""Lines that an error names."""
_CASE: Final = {"": None} | dict.fromkeys(("yes", "true", "1"), True) | dict.fromkeys(("no", "false", "0"), False)
_CASE_NAMES: Final = ("case", "case-sensitive", "case_sensitive", "case sensitive")
Row = tuple[int, list[str]]
"""Line, from 1; cells."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Indices of columns."""

    source: int = 0
    targets: tuple[int, ...] | None = None
    """In ascending order; None: all but the first."""
    case: int | None = None


def read_table(path: Path, languages: tuple[str, str]) -> list[Term]:
    """Read a table; see :func:`seq2seq.formats.glossaries.read.read_glossary`."""
    rows = _csv_rows(path) if without_compression(path.name).endswith(".csv") else _tsv_rows(path)
    columns = _Columns()
    terms: list[Term] = []
    problems: list[str] = []
    for number, (line, cells) in enumerate(rows):
        if number == 0 and (named := _named(cells, languages, f"{path}:{line}")):
            columns = named
            continue
        problem = _add(terms, line, cells, columns)
        if problem:
            problems.append(f"{path}:{line}: {problem}.")
    if problems:
        more = f"\n  and {len(problems) - _SHOWN:,} more" if len(problems) > _SHOWN else ""
        raise DataError(
            "\n".join(problems[:_SHOWN]) + f"{more}\n  Each line has a term, a tab, and its translation; several "
            "translations are separated by `|` or further tabs; `#` begins a comment.",
            code="glossary.line",
        )
    return terms


def _add(terms: list[Term], line: int, cells: list[str], columns: _Columns) -> str | None:
    """Add the term of a row; else say what is wrong with it."""
    source = _cell(cells, columns.source)
    if columns.targets is None:
        targets = cells[1:]
    else:  # a row may be much shorter than the header
        targets = [cells[place] for place in takewhile(lambda place: place < len(cells), columns.targets)]
    found = tuple(dict.fromkeys(target.strip() for cell in targets for target in cell.split("|") if target.strip()))
    case = "" if columns.case is None else _cell(cells, columns.case).casefold()
    if not source:
        return "no term"
    if not found:
        return f"no translation of {source!r}"
    if case not in _CASE:
        return f"case: {case!r} is not `yes` or `no`"
    terms.append(Term(source, found, line, _CASE[case]))
    return None


def _cell(cells: list[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _named(cells: list[str], languages: tuple[str, str], where: str) -> _Columns | None:
    """The columns that the first row names; None: it is no header."""
    names = [without_suffix(cell) for cell in cells]
    case = next((place for place, name in enumerate(names) if name in _CASE_NAMES), None)
    if "source" in names and any(name.startswith("target") for name in names):
        targets = tuple(place for place, name in enumerate(names) if name.startswith("target"))
        return _Columns(names.index("source"), targets, case)
    tags = {place: tag for place, cell in enumerate(cells) if (tag := language_of(cell)) is not None}
    if len(tags) < 2:
        return None
    from_tags, to_tags = (
        [place for place, tag in tags.items() if covers(wanted, tag) or covers(tag, wanted)] for wanted in languages
    )
    if not all(languages) and len(tags) == 2:
        from_tags, to_tags = [min(tags)], [max(tags)]
    if len(from_tags) != 1 or not to_tags or (not all(languages) and len(tags) > 2):
        raise no_languages(where, list(tags.values()), languages)
    return _Columns(from_tags[0], tuple(to_tags), case)


def no_languages(where: str, tags: list[str], languages: tuple[str, str]) -> DataError:
    """The error about a file of which languages have to be chosen."""
    source, target = languages
    asked = f"none of them are {source!r} and {target!r}" if source and target else "which are meant is not known"
    return DataError(
        f"{where}: languages {', '.join(map(repr, tags))}, but {asked}.\n"
        "  Name those of sources and targets: --source-language en --target-language de",
        code="glossary.languages",
    )


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file, with their numbers."""
    line = 0
    try:
        with open_text(path) as file:
            for line, content in enumerate(file, 1):
                yield line, content.decode("utf-8-sig" if line == 1 else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise not_utf8(path, "glossary.encoding") from error
    except DamagedError as error:
        raise DataError(f"{path}: {error}, after line {line:,}.", code="data.damaged") from error


def _tsv_rows(path: Path) -> Iterator[Row]:
    for line, content in _lines(path):
        if content.strip() and not content.startswith("#"):
            yield line, content.split("\t")


def _csv_rows(path: Path) -> Iterator[Row]:
    lines = [content for _, content in _lines(path)]
    comma = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=comma, strict=True)
    first = 1
    try:
        for cells in reader:
            if any(map(str.strip, cells)) and not cells[0].startswith("#"):
                yield first, cells
            first = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{path}:{first}: not CSV: {error}.\n"
            "  A field with a comma, a quote or a line break must be in quotes, and a quote in it is doubled.",
            code="glossary.csv",
        ) from error
