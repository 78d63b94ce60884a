"""Entries of PO files by line: where their strings are, and how strings are written.

https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NoReturn

from seq2seq.errors import DataError

_LINE: Final = re.compile(
    r"(?:[ \t]*(?P<comment>#[^\r\n]*)"
    r"|(?P<keyword>msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)?"
    r'[ \t]*"(?P<string>(?:[^"\\\r\n]|\\[^\r\n])*+)")?'
    r"[ \t]*(?:\r\n|\r|\n|\Z)"
)
_BEFORE: Final = {
    "msgctxt": ("",),
    "msgid": ("", "msgctxt"),
    "msgid_plural": ("msgid",),
    "msgstr": ("msgid", "msgid_plural", "msgstr"),
}
"""Keywords that may be before a keyword in an entry."""
_WORD: Final = re.compile(r"(?:\\.|[^\\ ])+ *| +", re.DOTALL)
_WIDTH: Final = 79
"""Columns of a line, quotes included, in files that wrap their lines; that is the width of GNU gettext."""


@dataclass(slots=True)
class PoString:
    """A string, as it is spelled."""

    start: int
    """Where the line of its keyword begins."""
    end: int
    """Where its last line ends, its line end included."""
    line: int
    parts: list[str]
    """The text between the quotes of each line."""

    @property
    def spelled(self) -> str:
        """What is between the quotes, all lines together."""
        return "".join(self.parts)


@dataclass(slots=True)
class PoEntry:
    """A message."""

    start: int
    """Where its first line begins, which may be a comment."""
    body: int = -1
    """Where its first line begins that is a keyword, or the message that it replaces."""
    flags: tuple[int, int] | None = None
    """Where its line of flags is, without its line end."""
    fuzzy: bool = False
    strings: dict[str, PoString] = field(default_factory=dict)
    """By keyword."""

    @property
    def translations(self) -> dict[int, PoString]:
        """Strings of the translation, by the number of the plural form."""
        return {
            int(keyword[7:-1] or 0): string for keyword, string in self.strings.items() if keyword.startswith("msgstr")
        }


def read_entries(text: str, where: str) -> Iterator[PoEntry]:
    """The entries of a catalogue, header included, those that are obsolete left out.

    Raises:
        DataError: a line is none of a catalogue.
    """
    entry = PoEntry(0)
    last = ""
    place, number = 0, 0
    while place < len(text):
        line = _LINE.match(text, place)
        number += 1
        if line is None:
            _refuse(where, number, "this is no line of a PO file: a keyword, a string in double quotes, or a comment")
        keyword, comment = line["keyword"], line["comment"]
        new = keyword in ("msgctxt", "msgid") and last not in ("", "msgctxt")
        if entry.strings and (new or (last.startswith("msgstr") and line["string"] is None)):
            yield _whole(entry, where)
            entry, last = PoEntry(place), ""
        if comment is not None:
            _comment(entry, comment, place, place + len(line[0].rstrip("\r\n")))
            if comment.startswith("#~"):
                entry, last = PoEntry(line.end()), ""
        elif keyword is not None:
            if keyword in entry.strings or last.partition("[")[0] not in _BEFORE[keyword.partition("[")[0]]:
                _refuse(where, number, f"there is no place for {keyword} in an entry here")
            entry.body = place if entry.body < 0 else entry.body
            entry.strings[keyword] = PoString(place, line.end(), number, [line["string"]])
            last = keyword
        elif line["string"] is not None:
            if not last:
                _refuse(where, number, "a string without a keyword before it")
            string = entry.strings[last]
            string.parts.append(line["string"])
            string.end = line.end()
        elif not entry.strings:
            entry = PoEntry(line.end())
        place = line.end()
    if entry.strings:
        yield _whole(entry, where)


def _comment(entry: PoEntry, comment: str, start: int, end: int) -> None:
    if comment.startswith("#|") and entry.body < 0:
        entry.body = start
    elif comment.startswith("#,"):
        entry.flags = (start, end)
        entry.fuzzy = entry.fuzzy or "fuzzy" in comment[2:].replace(",", " ").split()


def _whole(entry: PoEntry, where: str) -> PoEntry:
    """The entry, if it has a message and a translation, and, with plural forms, its plural."""
    lacks = "msgid" if "msgid" not in entry.strings else "msgstr" if not entry.translations else ""
    if not lacks and not {"msgid_plural", "msgstr"} & entry.strings.keys():
        lacks = "msgid_plural"
    if lacks:
        line = max(string.line for string in entry.strings.values())
        _refuse(where, line, f"the entry that ends here has no {lacks}: the file may be cut")
    return entry


def _refuse(where: str, line: int, problem: str) -> NoReturn:
    raise DataError(
        f"{where}:{line}: {problem}.\n  `msgfmt --check` of GNU gettext finds such faults.", code="data.po-damaged"
    )


class PoWriter:
    """Writes strings as the other ones of a file are written."""

    def __init__(self, text: str) -> None:
        newline = re.search(r"\r\n|\r|\n", text)
        self.newline = newline[0] if newline else "\n"
        self._wraps = not any(" " in line[_WIDTH:-1] for line in text.splitlines() if line.endswith('"'))

    def string(self, keyword: str, spelled: str) -> str:
        """The lines of a string, with their line ends."""
        whole = f'{keyword} "{spelled}"'
        lines = re.findall(r"(?:\\[^n]|[^\\])*(?:\\n|\Z)", spelled)[:-1] if spelled else [""]
        if len(lines) > 1 or (self._wraps and len(whole) > _WIDTH):
            lines = ["", *(part for line in lines for part in (self._wrapped(line) if self._wraps else [line]))]
        first, *others = lines
        return "".join(line + self.newline for line in (f'{keyword} "{first}"', *(f'"{other}"' for other in others)))

    def _wrapped(self, line: str) -> Iterator[str]:
        part = ""
        for word in _WORD.findall(line):
            if part and len(part) + len(word) > _WIDTH - 2:
                yield part
                part = ""
            part += word
        yield part
