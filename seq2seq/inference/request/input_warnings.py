"""Warnings about input and output lines: counted while a model works, reported once at the end, in bounded memory."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from seq2seq import log
from seq2seq.inference.translation import TermUse
from seq2seq.wording import plural

_EXAMPLES: Final = 5
"""Line numbers, terms and substrings that a warning names; the rest is counted."""
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
class TermCount:
    """One term."""

    targets: tuple[str, ...]
    """Its translations in the glossary."""
    met: int = 0
    """Places in sources whose translations have it."""
    missed: Lines = field(default_factory=Lines)
    """Places in sources whose translations lack it, by line."""
    forced: int = 0
    """Places in sources whose translations have it because it was forced."""


@dataclass(slots=True)
class TermCounts:
    """All terms of a glossary that were found in sources."""

    terms: dict[str, TermCount] = field(default_factory=dict)
    """By the term in the source language."""

    def add(self, line: int, uses: Sequence[TermUse]) -> None:
        """Count the terms of one translation."""
        for use in uses:
            count = self.terms.setdefault(use.source, TermCount(use.targets))
            if use.met:
                count.met += 1
                count.forced += use.forced
            else:
                count.missed.add(line)

    @property
    def met(self) -> int:
        """Terms that translations have."""
        return sum(count.met for count in self.terms.values())

    @property
    def missed(self) -> int:
        """Terms that translations lack."""
        return sum(count.missed.count for count in self.terms.values())

    @property
    def forced(self) -> int:
        """Terms that translations have because they were forced."""
        return sum(count.forced for count in self.terms.values())

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        return {
            "met": self.met,
            "missed": self.missed,
            "forced": self.forced,
            "terms": [
                {
                    "source": term,
                    "targets": count.targets,
                    "met": count.met,
                    "forced": count.forced,
                    "missed": count.missed.count,
                    "lines": count.missed.first,
                }
                for term, count in self.terms.items()
            ],
        }

    def report(self) -> None:
        """Print how many terms are met, and a warning that names those that are missed."""
        total = self.met + self.missed
        if not total:
            return
        forced = f", {self.forced:,} of them forced: check their forms" if self.forced else ""
        log.say(f"glossary: {self.met:,} of {total:,} terms in the sources have their translations{forced}")
        lacking = {term: count for term, count in self.terms.items() if count.missed.count}
        if lacking:
            names = [
                f"{term!r} → {' or '.join(map(repr, count.targets))} ({count.missed})"
                for term, count in lacking.items()
            ]
            more = ", ..." if len(names) > _EXAMPLES else ""
            log.warn(f"terms missed: {', '.join(names[:_EXAMPLES])}{more}", code="glossary.missed")


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
    terms: TermCounts = field(default_factory=TermCounts)
    """Terms of a glossary in all lines."""
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

    def add_terms(self, number: int, uses: Sequence[TermUse]) -> None:
        """Count the terms of a line's best output."""
        self.terms.add(self.line_of(number), uses)

    def report(self) -> None:
        """Print one warning per kind."""
        self.terms.report()
        for kind, at in self.kinds.items():
            log.warn(f"{at.count:,} of {self.lines:,} outputs: {kind} ({at})", code="inference.output")
        if self.unknown_lines.count:
            examples = ", ".join(repr(substring) for substring, _ in self.unknown.most_common(_EXAMPLES))
            log.warn(
                f"the model's tokenizer does not know {plural(self.unknown.total(), 'substring')} of the input, "
                f"such as {examples} ({self.unknown_lines})",
                code="inference.unknown-text",
            )
