"""Examples in memory, as they were written: what a model is scored on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seq2seq.data.preparing.split import Split


@dataclass(frozen=True, slots=True)
class Examples:
    """Sources and targets, side by side."""

    name: str
    """Name in reports."""
    sources: Sequence[str]
    targets: Sequence[str]
    """As long as the sources."""
    groups: Sequence[str | None] | None = None
    """As long as the sources; None if the data have no groups."""
    skipped: int = 0
    """Malformed rows that were left out."""

    @classmethod
    def held_out(cls, split: "Split", name: str) -> "Examples":
        """A prepared split that was held out of train."""
        sources, targets = zip(*split.pairs(), strict=True)
        return cls(name, sources, targets)
