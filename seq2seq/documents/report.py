"""What was done to a document: counts, matches of the memory, and what a person has to look at."""

from collections import Counter
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Flag:
    """A reason why a person has to look at a segment."""

    code: str
    """The kind of reason, for programs."""
    text: str
    """For people: a phrase."""


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
    used: list[Used] = field(default_factory=list)
    """What was taken from the memory."""
    flagged: list[Flagged] = field(default_factory=list)
    """Segments that a person has to look at."""

    def kinds(self) -> Counter[str]:
        """Flagged segments by the kinds of their flags."""
        return Counter(code for one in self.flagged for code in {flag.code for flag in one.flags})

    def summary(self) -> str:
        """A sentence for people."""
        parts = [f"{_count(self.segments, 'segment')}, {_count(self.sentences, 'sentence')}"]
        parts += [f"{self.complete:,} translated already"] if self.complete else []
        parts += [_count(self.repeats, "repeat")] if self.repeats else []
        parts += [f"{self.exact + self.fuzzy:,} from the memory ({self.fuzzy:,} fuzzy)"] if self.used else []
        parts += [f"{self.split:,} split at clauses"] if self.split else []
        return "; ".join(parts)

    def to_dict(self) -> dict[str, object]:
        """As JSON has it."""
        return asdict(self)

    def to_text(self) -> str:
        """For people."""
        lines = [self.summary(), f"{_count(self.spans, 'code and placeholder', 'codes and placeholders')}"]
        for one in self.flagged:
            lines += ["", f"line {one.line:,}: {'; '.join(flag.text for flag in one.flags)}"]
            lines += [f"  {one.source}", f"  {one.target}"]
        for hit in self.used:
            how = "exact" if hit.similarity == 1 else f"{hit.similarity:.0%} similar"
            lines += ["", f"line {hit.line:,}: from the memory, line {hit.memory_line:,}, {how}"]
            lines += [f"  {hit.source}"] + ([f"  {hit.match}"] if hit.similarity < 1 else []) + [f"  {hit.target}"]
        return "\n".join(lines) + "\n"


def _count(number: int, singular: str, plural: str = "") -> str:
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
