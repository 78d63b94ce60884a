"""One place of a finding: where it stands, what is said of it, and the text around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

WIDTH: Final = 60
"""Characters of a text that are shown."""
_MARKS: Final = ("⟦", "⟧")
"""They stand around the fault: brackets that next to no text has."""
_HIDDEN: Final = re.compile(
    r"[^\S ]|[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
_BEFORE: Final = 3
"""One part in so many of what is shown stands before the fault."""


@dataclass(frozen=True)
class Spot:
    """What is said of a row, and where in it the fault is."""

    what: str
    side: str | None = None
    """``source`` or ``target``; None: the fault is in both, or between them."""
    start: int = 0
    """First character of the fault within the text of ``side``."""
    end: int = 0
    """Behind its last character; the same as ``start`` where something is missing or the whole text is meant."""
    both: bool = False
    """Whether the other side is worth seeing, too."""


@dataclass(frozen=True)
class Example:
    """A place in the data. Texts are whole here; :meth:`excerpts` cuts them."""

    file: str
    line: int
    what: str
    last_line: int | None = None
    """Where a stretch of rows ends."""
    side: str | None = None
    start: int | None = None
    end: int | None = None
    both: bool = True
    row: int | None = None
    """Number of the row in its split; None for one that could not be read."""
    texts: dict[str, str] | None = None
    """The row by its sides; None until it is looked up, and for what is no row."""

    @classmethod
    def of(cls, file: str, line: int, said: str | Spot, row: int) -> "Example":
        """Of a row, by what a check says of it."""
        if isinstance(said, str):
            return cls(file, line, said, row=row)
        if said.side is None:
            return cls(file, line, said.what, row=row)
        return cls(file, line, said.what, None, said.side, said.start, said.end, said.both, row)

    def __str__(self) -> str:
        """``file:line: what``."""
        return f"{self.file}:{self.line}: {self.what}"

    def excerpts(self) -> Iterator[tuple[str, str]]:
        """The name of each side that is worth seeing, and its text, cut around the fault."""
        for name, text in (self.texts or {}).items():
            if name == self.side:
                yield name, excerpt(text, self.start or 0, self.end or 0)
            elif self.both or self.side is None:
                yield name, excerpt(text, 0, 0)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        texts = self.texts or {}
        return {
            "file": self.file,
            "line": self.line,
            "last_line": self.last_line,
            "what": self.what,
            "side": self.side,
            "text": texts.get(self.side or ""),
            "start": self.start,
            "end": self.end,
            "source": texts.get("source"),
            "target": texts.get("target"),
        }


def excerpt(text: str, start: int, end: int, width: int = WIDTH) -> str:
    """A text cut around a fault, which stands in brackets; characters that cannot be seen are written as escapes.

    Args:
        text: the whole text.
        start: first character of the fault.
        end: behind its last; the same as ``start``: nothing is marked.
        width: characters shown, about.
    """
    if not text.strip():
        return "(blank)"
    shown = min(end, start + width)
    room = max(width - (shown - start), 0)
    first = max(0, min(start - room // _BEFORE, len(text) - (shown - start) - room))
    last = min(len(text), max(shown, first + (shown - start) + room))
    first, last = _at_words(text, first, last, start, shown)
    fault = f"{_MARKS[0]}{visible(text[start:shown])}{'…' if shown < end else ''}{_MARKS[1]}" if end > start else ""
    before, behind = visible(text[first:start]), visible(text[shown:last])
    return f"{'…' if first else ''}{before}{fault}{behind}{'…' if last < len(text) else ''}"


def visible(text: str) -> str:
    """The text with escapes for control characters and characters without width."""
    return _HIDDEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def _at_words(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """Move the cuts to the next space, if there is one near."""
    if first:
        space = text.find(" ", first - 1, min(first + WIDTH // 4, start))
        first = first if space < 0 else space + 1
    if last < len(text):
        space = text.rfind(" ", max(last - WIDTH // 4, end), last + 1)
        last = last if space < 0 else space
    return first, last
