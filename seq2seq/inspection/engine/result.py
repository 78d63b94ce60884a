"""The result of an inspection: its splits, and all that was found in them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seq2seq.config.sides import Sides
from seq2seq.data.reading.raw_split import Source
from seq2seq.data.reading.sources import SplitName
from seq2seq.inspection.checks.catalogue import CHECKS
from seq2seq.inspection.engine.finding import Finding, Ledger, by_severity


@dataclass(frozen=True)
class Split:
    """An inspected split."""

    name: SplitName
    source: Source
    path: Path
    """Arrow file of its good rows."""
    ledger: Ledger
    words: tuple[int, int]
    """Words of its sources, and of its targets; steps, where these are vectors."""
    labels: dict[str, int]
    """Rows per label, the most frequent first; empty where targets are text."""
    notes: tuple[str, ...]
    """Remarks on how it was read, and what could not be judged."""


@dataclass(frozen=True)
class Inspection:
    """An inspected corpus."""

    sides: Sides
    splits: tuple[Split, ...]

    @property
    def findings(self) -> list[Finding]:
        """All findings: errors first, then by check, then by split."""
        findings = [finding for split in self.splits for finding in split.ledger.findings()]
        return by_severity(findings, list(CHECKS))

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "splits": {
                split.name: {
                    "from": split.source.name,
                    "rows": split.ledger.rows,
                    "malformed": split.ledger.malformed,
                    "words": dict(zip(("source", "target"), split.words, strict=True)),
                    "labels": split.labels,
                    "notes": list(split.notes),
                }
                for split in self.splits
            },
            "findings": [finding.to_dict() for finding in self.findings],
        }
