"""The texts on which two classifiers differ, and those that all of them label wrongly."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from seq2seq.evaluation.resampling.label_statistics import only_right

SHOWN: Final = 12
"""Texts of each kind: as many as are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """On how many texts a system and the baseline are right."""

    both_right: int
    only_baseline: Sequence[int] = field(repr=False)
    """Rows in which only the baseline is right."""
    only_system: Sequence[int] = field(repr=False)
    """Rows in which only the system is right."""
    both_wrong: int
    different: int
    """Texts with different labels."""

    @classmethod
    def of(cls, baseline: Sequence[str], system: Sequence[str], expected: Sequence[str]) -> "Agreement":
        """The agreement of N labels with N others."""
        only_baseline, only_system = only_right(baseline, system, expected)
        right = sum(label == truth for label, truth in zip(system, expected, strict=True)) - len(only_system)
        return cls(
            both_right=right,
            only_baseline=only_baseline,
            only_system=only_system,
            both_wrong=len(expected) - right - len(only_baseline) - len(only_system),
            different=sum(one != other for one, other in zip(baseline, system, strict=True)),
        )

    def to_dict(self) -> dict[str, int]:
        """As JSON."""
        return {
            "both_right": self.both_right,
            "only_baseline_right": len(self.only_baseline),
            "only_system_right": len(self.only_system),
            "both_wrong": self.both_wrong,
            "different_labels": self.different,
        }


def always_wrong(systems: Sequence[Sequence[str]], expected: Sequence[str]) -> list[int]:
    """Rows that no system labels rightly."""
    return [row for row, truth in enumerate(expected) if all(labels[row] != truth for labels in systems)]
