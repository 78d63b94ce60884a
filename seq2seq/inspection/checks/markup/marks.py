"""One side of a pair, as its markup is compared with that of the other."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from seq2seq.text.markup.recognise import Kind, Part, Span, blanked

SIDES: Final = ("source", "target")
_MARKS: Final = {
    "`": re.compile(r"`+(?![^`']*'(?!\w))"),  # not where it begins a `quote'
    "*": re.compile(r"\*{1,3}(?=\S)|(?<=\S)\*{1,3}"),
    "_": re.compile(r"(?<![A-Za-z0-9_])_{1,2}(?=\w)|(?<=\w)_{1,2}(?![A-Za-z0-9_])"),
}


class Fault(StrEnum):
    """Kinds of faults of markup."""

    LOST = "lost"
    CHANGED = "changed"
    UNBALANCED = "unbalanced"
    DROPPED = "dropped"
    CODE = "code"


@dataclass(frozen=True)
class Difference:
    """A fault of markup, and its place."""

    fault: Fault
    what: str
    """Description, for people."""
    side: str
    """``source`` or ``target``."""
    start: int
    """First character of the fault."""
    end: int
    """Character after its last."""


@dataclass
class Side:
    """One text and its spans."""

    text: str
    spans: list[Span]

    @cached_property
    def codes(self) -> list[Span]:
        """Spans of code and roles."""
        return [span for span in self.spans if span.kind in (Kind.CODE, Kind.ROLE) and span.part is not Part.CLOSE]

    @cached_property
    def without_code(self) -> str:
        """The text with code replaced by blanks."""
        return blanked(self.text, self.spans, (Kind.CODE, Kind.ROLE))

    @cached_property
    def _bare(self) -> str:
        return blanked(self.text, self.spans, (Kind.CODE, Kind.ROLE, Kind.TAG, Kind.LINK))

    @cached_property
    def _outside(self) -> str:
        return blanked(self.text, self.spans)

    def opened(self, kind: Kind, marks: str = "") -> int:
        """Number of opening spans of a kind, with these marks in their name."""
        return sum(
            span.kind is kind and span.part is not Part.CLOSE and (kind is Kind.ROLE or marks in span.name)
            for span in self.spans
        )

    def marked_by(self, mark: str) -> int:
        """Number of spans that are marked up by a character."""
        if mark != "`":
            return self.opened(Kind.EMPHASIS, mark)
        return self.opened(Kind.CODE) + self.opened(Kind.ROLE) + self.opened(Kind.LINK, "`")

    def loose(self, mark: str) -> list[re.Match[str]]:
        """Stray marks, which belong to no span."""
        return list(_MARKS[mark].finditer(self._outside)) if mark in self._outside else []

    def bare(self, name: str) -> list[re.Match[str]]:
        """Places of a name without markup."""
        if not name or name not in self._bare:
            return []
        return list(re.finditer(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", self._bare))
