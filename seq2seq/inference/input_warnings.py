"""What a translator noticed on the way: counted while it works, said once at the end, in bounded memory."""

import re
from collections import Counter
from dataclasses import dataclass, field

_EXAMPLES = 5  # line numbers and substrings that are named; the rest is counted
_DISTINCT = 1_000  # unknown substrings told apart


@dataclass(slots=True)
class Lines:
    """Line numbers of one kind: the first few, and how many there are."""

    count: int = 0
    first: list[int] = field(default_factory=list)

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
    """Counts over every line that one run translates."""

    lines: int = 0
    """Lines read, empty ones included."""
    empty: int = 0
    """Lines without text, answered by empty ones."""
    notes: dict[str, Lines] = field(default_factory=dict)
    """What is wrong with the best output of a line, by kind."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Source text that the tokenizer cannot represent."""
    unknown_lines: Lines = field(default_factory=Lines)
    """Where it stands."""

    def add(self, number: int, note: str) -> None:
        """Count what is wrong with a line; figures in the note do not make another kind."""
        self.notes.setdefault(re.sub(r" of [\d,]+ tokens$", "", note), Lines()).add(number)

    def add_unknown(self, number: int, substrings: list[str]) -> None:
        """Count what the tokenizer does not know in a line."""
        self.unknown_lines.add(number)
        for substring in substrings:
            self.unknown[substring if substring in self.unknown or len(self.unknown) < _DISTINCT else "(others)"] += 1

    def messages(self) -> list[str]:
        """One message a kind, for people."""
        messages = [f"{at.count:,} of {self.lines:,} outputs: {kind} ({at})" for kind, at in self.notes.items()]
        if self.unknown_lines.count:
            examples = ", ".join(repr(substring) for substring, _ in self.unknown.most_common(_EXAMPLES))
            messages.append(
                f"{self.unknown.total():,} times the model's tokenizer does not know what it reads, "
                f"such as {examples} ({self.unknown_lines})"
            )
        return messages
