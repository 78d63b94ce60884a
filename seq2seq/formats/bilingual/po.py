"""Catalogues of messages: gettext PO, read some entries at a time.

https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
"""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polib

from seq2seq.errors import DataError
from seq2seq.files.opening import head_of, open_text
from seq2seq.files.unpack import DamagedError
from seq2seq.formats.bilingual.inline import one_line
from seq2seq.formats.bilingual.reader import Languages, LeftOut, Pair, PairReader
from seq2seq.formats.languages import direction, language_of

_CHARSET: Final = re.compile(rb"charset=([\w.:-]+)")
_STRING: Final = re.compile(r'(#[~|]+\s*)*(msg[a-z_]+(\[\d+\])?\s*)?"[^"\\]*(?:\\.[^"\\]*)*"\s*')
_CHUNK: Final = 2000
"""Lines that are parsed at once, up to the end of an entry."""
_HEADER: Final = ('msgid ""', 'msgstr ""')
"""Lines before all entries but the first: polib does not number the first entry of a file."""
_LONGEST: Final = 1 << 22
"""Characters of an entry, at most."""


class POReader(PairReader):
    """Reads pairs from catalogues."""

    def languages(self, path: Path) -> Languages:
        """The header's `X-Source-Language`, if there is one, and `Language`, or else the name of the file."""
        _, first = next(_chunks(path), (1, ""))
        source, target = _languages(path, _parsed(path, 1, first).metadata)
        return Languages((source, target), source)

    def read(self, path: Path, source: str, target: str, left_out: LeftOut) -> Iterator[Pair]:
        """Messages with their translations, singular and plural; contexts are no part of them."""
        forward: bool | None = None
        for line, text in _chunks(path):
            catalogue = _parsed(path, line, text)
            if line == 1:
                forward = direction(_languages(path, catalogue.metadata), source, target)
            for entry in catalogue:
                place = line + max(entry.linenum, 1) - 1
                if forward is None:
                    left_out.add("messages in other languages", path, place)
                elif entry.obsolete:
                    left_out.add("obsolete messages", path, place)
                elif entry.fuzzy:
                    left_out.add("fuzzy messages", path, place)
                else:
                    for message, translation in _pairs(entry):
                        one, other = one_line(message), one_line(translation)
                        if one and other:
                            yield (place, *((one, other) if forward else (other, one)))
                        else:
                            left_out.add("messages without a translation", path, place)


def _pairs(entry: polib.POEntry) -> Iterator[tuple[str, str]]:
    """A message and its translation; with plural forms, the singular and the first, the plural and each other form.

    A language with one form has it for both.
    """
    if not entry.msgid_plural:
        yield entry.msgid, entry.msgstr
        return
    forms = [form for _, form in sorted(entry.msgstr_plural.items())] or [""]
    yield entry.msgid, forms[0]
    for form in forms[1:] or forms:
        yield entry.msgid_plural, form


def _languages(path: Path, header: dict[str, str]) -> tuple[str, str]:
    target = header.get("Language", "").strip() or language_of(path.name.partition(".")[0]) or ""
    return header.get("X-Source-Language", "").strip(), target


def _parsed(path: Path, line: int, text: str) -> polib.POFile:
    """Some entries, the first of which begins at a line."""
    try:
        return polib.pofile(f"{text}\n", encoding="utf-8")
    except (OSError, ValueError, IndexError) as error:
        found = re.search(r"\(line (\d+)\):? ?(.*)", str(error))
        number, problem = (line + int(found[1]) - 1, found[2]) if found else (line, str(error))
        raise _damaged(path, number, problem or "this belongs to no message") from error


def _chunks(path: Path) -> Iterator[tuple[int, str]]:
    """Some entries at a time, with the line at which they begin."""
    first, size, lines = 1, 0, list[str]()
    for number, line in enumerate(_lines(path), 1):
        blank = not line.strip()
        if blank and len(lines) >= _CHUNK:
            yield first, "\n".join(lines)
            first, size, lines = number - len(_HEADER), 0, list(_HEADER)
        if not (blank or line.lstrip().startswith("#") or _STRING.fullmatch(line.strip())):
            raise _damaged(path, number, 'no `msgid "..."`, `msgstr "..."` or `"..."` with both quotation marks')
        lines.append(line)
        size += len(line)
        if size > _LONGEST:
            raise _damaged(path, first, f"no blank line ends an entry within {_LONGEST >> 20} MB from here")
    yield first, "\n".join(lines)


def _lines(path: Path) -> Iterator[str]:
    """The lines of a file, in the encoding that its header declares."""
    charset = _CHARSET.search(head_of(path))
    encoding = charset[1].decode("ascii", "replace") if charset is not None and charset[1] != b"CHARSET" else "utf-8"
    try:
        known = codecs.lookup(encoding).name
    except LookupError as error:
        raise _damaged(path, 1, f"its header declares the charset '{encoding}', which is not known") from error
    encoding = "utf-8" if known.startswith(("utf-16", "utf-32")) else known  # open_text has converted them
    number = 0
    with open_text(path) as file:
        try:
            while line := file.readline(_LONGEST):
                number += 1
                yield (line.removeprefix(codecs.BOM_UTF8) if number == 1 else line).decode(encoding).rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise DataError(
                f"{path}:{number}: byte {error.start + 1} of the line (0x{error.object[error.start]:02X}) is not in "
                f"{encoding}, which is the charset of the header, or the usual one.\n"
                '  Declare the true one: "Content-Type: text/plain; charset=ISO-8859-1\\n"',
                code="data.not-in-charset",
            ) from error
        except (DamagedError, OSError) as error:
            raise DataError(
                f"{path}: cannot be read, after line {number:,}: {error}.", code="data.unreadable"
            ) from error


def _damaged(path: Path, line: int, problem: str) -> DataError:
    return DataError(
        f"{path}:{line}: not a catalogue of messages: {problem}.\n  `msgfmt --check {path.name}` lists what is wrong.",
        code="data.po-damaged",
    )


PO: Final = POReader()
