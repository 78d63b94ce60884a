"""Warnings about input and output lines: counted while a model works, reported once at the end, in bounded memory."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from seq2seq import log
from seq2seq.wording import plural

_EXAMPLES: Final = 5
"""Line numbers and substrings that a warning names; the rest is counted."""
_DISTINCT: Final = 1_000
"""Most unknown substrings that are counted separately."""


@dataclass(slots=True)
class Lines:
    """The number of lines of one kind, and the first few of them."""

    count: int = 0
    """Lines of this kind."""
    first: list[int] = field(default_factory=list)
    """The first line numbers, from 1."""

    def add(self, number: int) -> None:
        """Count a line."""
        self.count += 1
        if len(self.first) < _EXAMPLES:
            self.first.append(number)

    def __str__(self) -> str:
        """As in ``line 3`` or ``lines 3, 7, 9, ...``."""
        more = ", ..." if self.count > len(self.first) else ""
        return f"line{'s' if self.count != 1 else ''} {', '.join(map(str, self.first))}{more}"


@dataclass(slots=True)
class InputWarnings:
    """Warnings about all lines that one run reads."""

    lines: int = 0
    """Lines read, empty ones included."""
    empty: int = 0
    """Lines without text, whose output is empty."""
    kinds: dict[str, Lines] = field(default_factory=dict)
    """Lines whose best output has a warning, by warning."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Source text that the tokenizer cannot represent."""
    unknown_lines: Lines = field(default_factory=Lines)
    """Lines with such text."""
    line_of: Callable[[int], int] = field(default=lambda number: number)
    """The line of a text, by the number of the text."""

    def add(self, number: int, warning: str) -> None:
        """Count a warning about a line; those that differ only in a number of tokens, or in spans, are of one kind."""
        kind = re.sub(r" of [\d,]+ tokens?(?=;|$)|(?<= lost): .*", "", warning)
        self.kinds.setdefault(kind, Lines()).add(self.line_of(number))

    def add_unknown(self, number: int, substrings: list[str]) -> None:
        """Count the substrings of a line that the tokenizer does not know."""
        self.unknown_lines.add(self.line_of(number))
        for substring in substrings:
            self.unknown[substring if substring in self.unknown or len(self.unknown) < _DISTINCT else "(others)"] += 1

    def report(self) -> None:
        """Print one warning per kind."""
        for kind, at in self.kinds.items():
            log.warn(f"{at.count:,} of {self.lines:,} outputs: {kind} ({at})", code="inference.output")
        if self.unknown_lines.count:
            examples = ", ".join(repr(substring) for substring, _ in self.unknown.most_common(_EXAMPLES))
            log.warn(
                f"the model's tokenizer does not know {plural(self.unknown.total(), 'substring')} of the input, "
                f"such as {examples} ({self.unknown_lines})",
                code="inference.unknown-text",
            )
