"""Bad rows: collected over a whole split, shown together, or left out and counted."""

import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from seq2seq.errors import DataError
from seq2seq.files.not_utf8 import REMEDIES as NOT_UTF8
from seq2seq.formats.bilingual.reader import LeftOut
from seq2seq.wording import plural

SHOWN = 5
"""Bad rows that an error names."""

TABS = "tabs"
COMMAS = "commas"
FEW = "few"
CHARACTER = "character"
NUL = "nul"
JSON = "json"
VALUE = "value"
CSV = "csv"
LABEL = "label"
SOFT_LABEL = "soft label"
TAG = "tag"
VECTORS = "vectors"
MISSING = "missing number"

_FURTHER = (
    "To read a file with further columns, name those that are meant: --source-column, --target-column; in a recipe\n"
    "`data.columns`, and `data.extra_columns: true` if the file has no header."
)
REMEDIES = {
    TABS: "A tab inside a sentence splits it. Quote-free TSV has exactly one tab between columns.\n" + _FURTHER,
    COMMAS: 'A separator inside a field splits it, unless the field is in quotes: "No, thanks.",Nein danke.\n'
    + _FURTHER,
    FEW: "Every row needs all columns that are read. Is a row broken in two, or is this one of two aligned files?",
    **NOT_UTF8,
    CHARACTER: "Other programs take such a character for the end of a line, and then the two sides are misaligned.\n"
    "Replace it by a space.",
    NUL: "Text holds no NUL bytes: a file full of them is mostly UTF-16 (`iconv -f UTF-16 -t UTF-8 FILE > FIXED`) "
    "or not text at all.",
    JSON: 'JSON Lines hold one object per line, such as {"source": "Hello.", "target": "Hallo."}.',
    VALUE: "Both sides of every row are text.",
    LABEL: "Add it to data.labels, or leave data.labels out to take labels as they stand (not in a stream).",
    SOFT_LABEL: 'Labels with probabilities (data.soft_labels) are a JSON object, such as {"joy": 0.9, "sadness": 0.1}; '
    "a plain label is certain.",
    TAG: "The tags of a stream are those of its sample: begin a new run with a larger one (data.stream.sample).",
    VECTORS: "A sequence of vectors is a list of steps, each a list of as many numbers as there are channels:\n"
    "[[0.5, 2], [0.7, null]], null where one is missing.",
    MISSING: "Fill it in, or leave the sequence out.",
    CSV: 'A field with a comma, a quote or a line break must be in quotes, and a quote in it is doubled: "6"" wide".',
}


@dataclass
class BadRows:
    """Problems of the rows of a split so far."""

    first: list[str] = field(default_factory=list)
    """The first few problems, as ``file:line: what``."""
    rows: list[int] = field(default_factory=list)
    """Rows that each of ``first`` describes."""
    kinds: Counter[str] = field(default_factory=Counter)
    """Rows of each kind of problem."""
    repaired: frozenset[str] = frozenset()
    """Kinds whose rows are read, with spaces for the characters that are forbidden."""
    remarks: list[str] = field(default_factory=list)
    """Remarks on how the files were read."""
    left_out: LeftOut = field(default_factory=LeftOut)
    """Units of files that make no row, such as messages without a translation, by the reason."""
    joined: int = 0
    """Rows, good ones, in which a line break inside a field became a space."""

    def refuse(self, path: Path | str, line: int, kind: str, what: str, *, rows: int = 1) -> None:
        """Count a bad row (or several, lost by one mistake), and describe it if it is among the first."""
        self.kinds[kind] += rows
        if len(self.first) < SHOWN:
            self.first.append(f"{path}:{line}: {what}.")
            self.rows.append(rows)

    def remark(self, text: str) -> None:
        """Add a remark on how a file is read."""
        if text not in self.remarks:
            self.remarks.append(text)

    def extend(self, later: "BadRows") -> None:
        """Add what was found in the rows that follow, by another process: all but what was left out of files."""
        room = SHOWN - len(self.first)
        self.first += later.first[:room]
        self.rows += later.rows[:room]
        self.kinds.update(later.kinds)
        for text in later.remarks:
            self.remark(text)
        self.joined += later.joined

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`extend` takes, as JSON."""
        return {name: getattr(self, name) for name in ("first", "rows", "kinds", "remarks", "joined")}

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """The inverse of :meth:`to_dict`."""
        return cls(**{**content, "kinds": Counter(content["kinds"])})

    def notes(self) -> list[str]:
        """All remarks on good rows."""
        notes = list(self.remarks)
        if self.left_out:
            notes.append(f"left out: {self.left_out}")
        if self.joined:
            notes.append(f"a line break inside a field became a space in {plural(self.joined, 'row')}")
        return notes

    def report_misaligned(self, path: Path, lines: list[int], error: DataError) -> None:  # noqa: ARG002 - for who notes it
        """Report that two files are misaligned: raises. An inspection notes it, and reads the lines before.

        Args:
            path: the file of sources.
            lines: of the misalignments, ascending: the first that does not fit (none: unknown).
            error: is raised.
        """
        raise error

    @property
    def count(self) -> int:
        """Bad rows so far."""
        return self.kinds.total()

    def raise_any(self, remedy: str | None = None) -> None:
        """Raise a DataError about all of them, if there are any; ``remedy`` stands in the place of `--skip-bad`."""
        if not self.count:
            return
        lines = list(self.first)
        if self.count > sum(self.rows):
            lines.append(f"... and {self.count - sum(self.rows):,} more: {self.count:,} bad rows in all.")
        for kind in self.kinds:
            lines.extend(f"  {line}" for line in REMEDIES[kind].split("\n"))
        them = "it" if self.count == 1 else "them"
        skip = f"`--skip-bad` (in a recipe, `data.skip_bad: true`) leaves {them} out, and counts {them}."
        lines.append(f"  {remedy or skip}")
        raise DataError("\n".join(lines), code="data.bad-rows")


# fmt: off
_CONTROL_NAMES = (
    "NULL", "START OF HEADING", "START OF TEXT", "END OF TEXT", "END OF TRANSMISSION", "ENQUIRY", "ACKNOWLEDGE", "BELL",
    "BACKSPACE", "TAB", "LINE FEED", "VERTICAL TAB", "FORM FEED", "CARRIAGE RETURN without a line feed", "SHIFT OUT",
    "SHIFT IN", "DATA LINK ESCAPE", "DEVICE CONTROL ONE", "DEVICE CONTROL TWO", "DEVICE CONTROL THREE",
    "DEVICE CONTROL FOUR", "NEGATIVE ACKNOWLEDGE", "SYNCHRONOUS IDLE", "END OF TRANSMISSION BLOCK", "CANCEL",
    "END OF MEDIUM", "SUBSTITUTE", "ESCAPE", "FILE SEPARATOR", "GROUP SEPARATOR", "RECORD SEPARATOR", "UNIT SEPARATOR",
)
# fmt: on
_CONTROLS = {**dict(enumerate(_CONTROL_NAMES)), 0x7F: "DELETE", 0x85: "NEXT LINE"}
"""Names of control characters, which Unicode has as aliases only."""
_UNNAMED = {"Co": "for private use", "Cs": "half of a surrogate pair"}


def describe_character(character: str) -> str:
    """An invisible character, by code and name: ``U+2028 (LINE SEPARATOR)``."""
    code = ord(character)
    if 0x80 <= code < 0xA0 and code not in _CONTROLS:
        meant = bytes([code]).decode("cp1252", "ignore")
        return f"U+{code:04X} (control character{f'; in Windows-1252 {meant}' if meant else ''})"
    name = _CONTROLS.get(code) or unicodedata.name(character, "") or _UNNAMED.get(unicodedata.category(character), "")
    return f"U+{code:04X} ({name or 'unassigned'})"
