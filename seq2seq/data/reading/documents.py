"""Texts that stand alone: plain text files, and tunes in ABC notation."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from seq2seq.config.data import ColumnsConfig
from seq2seq.data.tables.lines import FORBIDDEN, read_blocks
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows
from seq2seq.errors import DataError
from seq2seq.files.opening import open_text
from seq2seq.files.unpack import DamagedError
from seq2seq.music.abc import read_tunes, tags


def read_text(path: Path, unit: Literal["line", "paragraph"], columns: ColumnsConfig, bad: BadRows) -> Iterator[Rows]:
    """Rows of a plain text file, all on the target side: one a line, or one a paragraph.

    Blank lines are no rows. A paragraph is the lines up to a blank one, joined by spaces, and has the number of its
    first line; in a file with hardly a blank line, every line is one.

    Raises:
        DataError: a column is asked for as source: plain text has none.
    """
    if columns.source is not None:
        raise DataError(
            f"{path}: plain text has no column {columns.source!r} to start from.",
            settings="To learn from the text alone: --set data.columns.source=null",
            options="This model starts from tags: give a table with a column for them.",
            code="data.no-column",
        )
    if unit == "paragraph" and not _has_paragraphs(path):
        unit = "line"
    first, waiting = 0, list[str]()
    for block in read_blocks(path, bad):
        rows = Rows()
        for number, line in enumerate(block.lines, block.first):
            if number in block.bad:
                continue
            text = line.strip()
            if waiting and (not text or unit == "line"):
                rows.add(first, "", " ".join(waiting), None)
                waiting.clear()
            if text:
                first = first if waiting else number
                waiting.append(text)
        yield rows
    rows = Rows()
    if waiting:
        rows.add(first, "", " ".join(waiting), None)
    yield rows


def read_abc(path: Path, columns: ColumnsConfig) -> Iterator[Rows]:
    """Rows of a file of tunes: the tags of the headers on the source side (unless that is null), the music as target.

    Old collections are in Latin-1: what is not UTF-8 is read as that.
    """
    with open_text(path) as file:
        try:
            content = file.read()
        except (OSError, DamagedError) as error:
            raise DataError(f"{path}: cannot be read: {error}.", code="data.unreadable") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    rows = Rows()
    for tune in read_tunes(text):
        body = FORBIDDEN.sub(" ", tune.body).strip()
        if body:
            rows.add(tune.line, "" if columns.source is None else " ".join(tags(tune.headers)), body, None)
    yield rows


def _has_paragraphs(path: Path) -> bool:
    """Whether blank lines set paragraphs apart: at least one line in fifty is blank."""
    blank = total = 0
    for block in read_blocks(path, BadRows()):
        total += len(block.lines)
        blank += sum(not line.strip() for line in block.lines)
    return blank * 50 >= total
