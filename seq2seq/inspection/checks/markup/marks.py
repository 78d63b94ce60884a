"""One side of a pair, as its markup is compared with that of the other."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from seq2seq.inspection.engine.finding import Check
from seq2seq.text.markup.recognise import Kind, Part, Span, blanked

LOST: Final = Check(
    "markup-lost",
    "markup of one side is missing on the other",
    "Put the same markup on both sides: a model learns to drop it.",
    guess=True,
)
CHANGED: Final = Check(
    "markup-changed",
    "markup differs between the two sides",
    "Use the same role, tag or marks on both sides.",
    guess=True,
)
UNBALANCED: Final = Check(
    "markup-unbalanced",
    "markup is opened and not closed, or closed and not opened",
    "Add the missing mark; the other side has it.",
    guess=True,
)
DROPPED: Final = Check(
    "markup-dropped",
    "code or a marked-up name of the source is missing in the target",
    "Check whether the translation lost it.",
    guess=True,
)
CODE: Final = Check(
    "code-changed",
    "a name in code differs between the two sides",
    "Check whether it is misspelt: names in code are the same in all languages.",
    guess=True,
)
CHECKS: Final = (LOST, CHANGED, UNBALANCED, DROPPED, CODE)

SIDES: Final = ("source", "target")
_MARKS: Final = {
    "`": re.compile(r"`+(?![^`']*'(?!\w))"),  # not where it begins a `quote'
    "*": re.compile(r"\*{1,3}(?=\S)|(?<=\S)\*{1,3}"),
    "_": re.compile(r"(?<![A-Za-z0-9_])_{1,2}(?=\w)|(?<=\w)_{1,2}(?![A-Za-z0-9_])"),
}


class Difference(NamedTuple):
    """A fault of markup, and its place, as in a :class:`~seq2seq.inspection.engine.example.Spot`."""

    check: Check
    what: str
    side: str
    start: int
    end: int


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
