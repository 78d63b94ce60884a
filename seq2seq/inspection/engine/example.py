"""Examples of findings: their place, their description, and the text around them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

WIDTH: Final = 60
"""Most characters of a text that are shown."""
_MARKS: Final = ("⟦", "⟧")
"""Brackets around the fault, which hardly any text contains."""
_HIDDEN: Final = re.compile(
    r"[^\S ]|[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
_BEFORE: Final = 3
"""Context before the fault: one part in this many of all context."""


@dataclass(frozen=True)
class Spot:
    """A fault of a row: its description and place."""

    what: str
    """Description, for people."""
    side: str | None = None
    """``source`` or ``target``; None: the fault is in both, or between them."""
    start: int = 0
    """First character of the fault within the text of ``side``."""
    end: int = 0
    """Character after its last; equal to ``start`` if something is missing or the whole text is meant."""
    both: bool = False
    """Whether to show the other side too."""


@dataclass(frozen=True)
class Example(Spot):
    """A fault and its place in the data. Texts are whole here; :meth:`excerpts` cuts them."""

    file: str = field(kw_only=True)
    line: int = field(kw_only=True)
    """Line on which the row begins, from 1."""
    last_line: int | None = None
    """Last line of a stretch of rows."""
    row: int | None = None
    """Number of the row in its split; None for one that could not be read."""
    texts: dict[str, str] | None = None
    """The texts of the row, by side; None until they are looked up, and for lines that are no row."""

    def __str__(self) -> str:
        """``file:line: what``."""
        return f"{self.file}:{self.line}: {self.what}"

    def excerpts(self) -> Iterator[tuple[str, str]]:
        """The name of each side to show, and its text, cut around the fault."""
        for name, text in (self.texts or {}).items():
            if name == self.side:
                yield name, excerpt(text, self.start, self.end)
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
            "start": None if self.side is None else self.start,
            "end": None if self.side is None else self.end,
            "source": texts.get("source"),
            "target": texts.get("target"),
        }


def excerpt(text: str, start: int, end: int) -> str:
    """About :data:`WIDTH` characters of a text around its fault, which is bracketed; invisible ones are escaped."""
    if not text.strip():
        return "(blank)"
    shown = min(end, start + WIDTH)
    room = max(WIDTH - (shown - start), 0)
    first = max(0, min(start - room // _BEFORE, len(text) - (shown - start) - room))
    last = min(len(text), max(shown, first + (shown - start) + room))
    first, last = _at_words(text, first, last, start, shown)
    fault = f"{_MARKS[0]}{visible(text[start:shown])}{'…' if shown < end else ''}{_MARKS[1]}" if end > start else ""
    before, after = visible(text[first:start]), visible(text[shown:last])
    return f"{'…' if first else ''}{before}{fault}{after}{'…' if last < len(text) else ''}"


def visible(text: str) -> str:
    """The text with control characters and zero-width characters escaped."""
    return _HIDDEN.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def _at_words(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """Move the cuts to a nearby space, if there is one."""
    if first:
        space = text.find(" ", first - 1, min(first + WIDTH // 4, start))
        first = first if space < 0 else space + 1
    if last < len(text):
        space = text.rfind(" ", max(last - WIDTH // 4, end), last + 1)
        last = last if space < 0 else space
    return first, last
