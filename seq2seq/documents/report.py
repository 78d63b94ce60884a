"""What was done to a document: counts, matches of the memory, and what a person has to look at."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from seq2seq import log
from seq2seq.inference.request.input_warnings import Lines, TermCounts
from seq2seq.storage.atomic import atomic_stream
from seq2seq.wording import plural

KINDS: Final = {
    "documents.fuzzy-match": "translation of a similar text",
    "documents.low-confidence": "confidence below what was asked for",
    "documents.message-parts": "parts of a message translated one by one",
    "documents.missed-term": "terms of the glossary missed",
    "documents.model": "warning of the model",
    "documents.no-attention": "codes and placeholders placed without the model's attention",
    "documents.not-nested": "codes that are not nested",
    "documents.spans-differ": "other placeholders, links or names than in the source",
    "documents.uncertain-code": "codes around words that the translation seems to lack",
}
"""Reasons to look at a segment, for people, by their codes."""
_APART: Final = ("documents.missed-term", "documents.model")
"""Those that are reported with the warnings of the model."""
_MOST: Final = 100_000
"""Segments of each list that are listed; others are only counted."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A reason why a person has to look at a segment."""

    code: str
    """The kind of reason: a key of :data:`KINDS`."""
    detail: str = ""
    """For people: what it is in this case."""

    def __str__(self) -> str:
        return f"{KINDS[self.code]}: {self.detail}" if self.detail else KINDS[self.code]


@dataclass(frozen=True, slots=True)
class Flagged:
    """A segment that a person has to look at."""

    line: int
    """Line of the file; in a format without lines, the number of the segment."""
    flags: tuple[Flag, ...]
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Used:
    """A translation that was taken from the memory."""

    line: int
    """Line of the document."""
    source: str
    match: str
    """Source of the memory's unit."""
    target: str
    similarity: float
    memory_line: int


@dataclass(slots=True)
class Report:
    """All of it."""

    segments: int = 0
    """Segments of the document that were to be translated."""
    complete: int = 0
    """Segments that were translated already, and stay as they were."""
    sentences: int = 0
    """Sentences of these segments; stretches without letters are copied, and do not count."""
    translated: int = 0
    """Sentences that the model translated."""
    repeats: int = 0
    """Sentences that are equal to one translated before, whose translation they have."""
    exact: int = 0
    """Sentences, or whole segments, that the memory has."""
    fuzzy: int = 0
    """Sentences for which the memory has a similar one, whose translation they have."""
    split: int = 0
    """Sentences that were longer than those the model was trained on, and were split at clauses."""
    spans: int = 0
    """Codes, placeholders and links, which are never translated."""
    terms: TermCounts = field(default_factory=TermCounts)
    used: list[Used] = field(default_factory=list)
    """What was taken from the memory."""
    flagged: list[Flagged] = field(default_factory=list)
    """Segments that a person has to look at."""
    kinds: dict[str, Lines] = field(default_factory=dict)
    """The number of flagged segments, and the lines of the first ones, by the codes of their flags."""

    def add_match(self, used: Used) -> None:
        """Count a match of the memory."""
        self.exact += used.similarity == 1
        self.fuzzy += used.similarity < 1
        if len(self.used) < _MOST:
            self.used.append(used)

    def add_flagged(self, flagged: Flagged) -> None:
        """Count a segment that a person has to look at."""
        for code in {flag.code: None for flag in flagged.flags}:
            self.kinds.setdefault(code, Lines()).add(flagged.line)
        if len(self.flagged) < _MOST:
            self.flagged.append(flagged)

    def announce(self, name: str, *, summary: bool = True) -> None:
        """Print the counts, with ``summary``, and one warning for each kind of flag except those of :data:`_APART`."""
        if summary:
            log.say(f"{name}: {self.summary()}")
        for code, at in self.kinds.items():
            if code not in _APART:
                log.warn(f"{at.count:,} of {plural(self.segments, 'segment')}: {KINDS[code]} ({at})", code=code)

    def summary(self) -> str:
        """A sentence for people."""
        parts = [f"{plural(self.segments, 'segment')}, {plural(self.sentences, 'sentence')}"]
        parts += [f"{self.complete:,} translated already"] if self.complete else []
        parts += [plural(self.repeats, "repeat")] if self.repeats else []
        parts += [f"{self.exact + self.fuzzy:,} from the memory ({self.fuzzy:,} fuzzy)"] if self.used else []
        parts += [f"{len(self.flagged):,} flagged"] if self.flagged else []
        parts += [f"{self.split:,} split at clauses"] if self.split else []
        return "; ".join(parts)

    def write(self, path: Path) -> None:
        """Write it: as JSON, if that is the file's ending, else as text."""
        text = self.to_text()
        if path.suffix.casefold() == ".json":
            text = json.dumps(self.to_dict(), ensure_ascii=False, indent=2) + "\n"
        with atomic_stream(path) as stream:
            stream.write(text.encode())

    def to_dict(self) -> dict[str, object]:
        """As JSON has it."""
        return {**asdict(self), "terms": self.terms.to_dict()}

    def to_text(self) -> str:
        """For people."""
        lines = [self.summary(), f"codes and placeholders: {self.spans:,}"]
        lines += [f"terms: {self.terms.met:,} met, {self.terms.missed:,} missed"] if self.terms.terms else []
        for one in self.flagged:
            lines += ["", f"line {one.line:,}: {'; '.join(map(str, one.flags))}"]
            lines += [f"  {one.source}", f"  {one.target}"]
        for hit in self.used:
            how = "exact" if hit.similarity == 1 else f"{hit.similarity:.0%} similar"
            lines += ["", f"line {hit.line:,}: from the memory, line {hit.memory_line:,}, {how}"]
            lines += [f"  {hit.source}"] + ([f"  {hit.match}"] if hit.similarity < 1 else []) + [f"  {hit.target}"]
        return "\n".join(lines) + "\n"
