"""Examples in memory, as they were written: what a model is scored on."""

from collections.abc import Sequence
from dataclasses import dataclass

from seq2seq.data.raw import RawSplit
from seq2seq.data.split import Split


@dataclass(frozen=True, slots=True)
class Examples:
    """Sources and targets, side by side."""

    name: str
    """What they are called in reports."""
    sources: Sequence[str]
    targets: Sequence[str]
    """As long as the sources."""
    groups: Sequence[str | None] | None = None
    """As long as the sources; None if the data have no groups."""
    skipped: int = 0
    """Malformed rows that were left out."""

    @classmethod
    def of(cls, raw: RawSplit) -> "Examples":
        """The rows of a split."""
        sources, targets, groups = (raw.table.column(name).to_pylist() for name in ("source", "target", "group"))
        grouped = any(group is not None for group in groups)
        return cls(raw.name, sources, targets, groups if grouped else None, raw.skipped)

    @classmethod
    def held_out(cls, split: Split, name: str) -> "Examples":
        """A prepared split that was held out of train."""
        sources, targets = zip(*split.pairs(), strict=True)
        return cls(name, sources, targets)
