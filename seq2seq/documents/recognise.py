"""Which format a document plainly has, whatever it is called and read as."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from seq2seq import log
from seq2seq.errors import DataError
from seq2seq.files.byte_order import find_mark

_HEAD: Final = 1 << 16
"""Bytes that are looked at."""
_PROLOGUE: Final = r"(?:\s|<\?(?s:.*?)\?>|<!--(?s:.*?)-->|<!DOCTYPE[^<>\[]*(?:\[[^\]]*\]\s*)?>)*+"
_TIME: Final = r"(?:\d+:)?\d{1,2}:\d\d[.,]\d{1,3}"
_STRING: Final = r'"(?:[^"\\]|\\.)*+"'
_JSON: Final = re.compile(r'\s*(?:\{\s*"[^"\n]*"\s*:|\[\s*[\[{"])')
_BEGINNINGS: Final = {
    "po": re.compile(r'(?:\s|#[^\n]*\n)*+msg(?:id|ctxt)\s+"'),
    "vtt": re.compile(r"WEBVTT(?!\S)"),
    "srt": re.compile(rf"\s*\d+[ \t]*\r?\n[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}"),
    "strings": re.compile(rf"(?:\s|/\*(?s:.*?)\*/|//[^\n]*\n)*+{_STRING}\s*=\s*{_STRING}\s*;"),
    "json": _JSON,
    "jsonl": _JSON,
    "xliff": re.compile(rf"{_PROLOGUE}<(?:[\w.-]+:)?xliff[\s>]"),
    "android": re.compile(rf"{_PROLOGUE}<resources[\s>]"),
    "tmx": re.compile(rf"{_PROLOGUE}<tmx[\s>]"),
    "html": re.compile(r"(?i:\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?s:.*?)-->\s*)*+(?:<!doctype\s+html\b|<html[\s>]))"),
    "xml": re.compile(r"\s*<\?xml\s"),
}
"""How files of a format begin, the more certain ones first."""
_NO_DOCUMENTS: Final = ("tmx", "xml")
"""Those that are not translated as documents."""
_CONFIRMED: Final = frozenset({"po", "strings", "json", "jsonl"})
"""Those whose beginning could be an example in a text: the file has to be read as a whole."""
_ALIKE: Final = ({"json", "jsonl"}, {"html", "xml"}, {"markdown", "html"}, {"android", "xml"}, {"xliff", "xml"})
"""Formats of which one file may be both."""
_LINES: Final = frozenset({"text", "lines"})
"""Formats of which any text is; it is warned of the others when its lines are read."""


def check_format(
    data: bytes, where: str, format: str, *, by_ending: Callable[[Path], str], reads: Callable[[str], bool]
) -> None:
    """Refuse a document that plainly has another format than it is read as; warn if its name alone says so.

    Args:
        data: the file.
        where: what it is called.
        format: it is read as.
        by_ending: the format that the ending of a name stands for.
        reads: whether the whole file can be read as a format.

    Raises:
        DataError: the content is of another format.
    """
    if format in _LINES:
        return
    plain = _recognise(data, format, reads)
    if plain == format:
        return
    if plain is not None and {plain, format} not in _ALIKE:
        remedy = (
            f"To translate it: --format {plain}" if plain not in _NO_DOCUMENTS else "It is no document to translate."
        )
        raise DataError(f"{where}: this is {plain}, not {format}.\n  {remedy}", code="documents.other-format")
    named = by_ending(Path(where))
    if named not in (*_LINES, format) and {named, format} != {"json", "jsonl"}:
        log.warn(f"{where}: the ending is that of {named}; it is read as {format}.", code="documents.other-ending")


def _recognise(data: bytes, format: str, reads: Callable[[str], bool]) -> str | None:
    """The format that a file has by its beginning; None: it may be anything."""
    encoding, mark = find_mark(data) or ("utf-8", b"")
    text = data[len(mark) : _HEAD].decode(encoding, errors="replace")
    candidates = [name for name, begins in _BEGINNINGS.items() if begins.match(text)]
    if format in candidates:
        return format
    return next((name for name in candidates if name not in _CONFIRMED or reads(name)), None)
