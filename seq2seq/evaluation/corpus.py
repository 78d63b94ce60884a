"""Rules for every corpus that is scored: outputs and references are aligned; groups are scored separately."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from seq2seq.errors import DataError

Scores = TypeVar("Scores")


def require_aligned(outputs: Sequence[object], what: str, others: Mapping[str, Sequence[object]]) -> None:
    """Refuse outputs, such as ``hypotheses``, with another number of references, groups and the like.

    Raises:
        DataError: there are no outputs, or the numbers differ.
    """
    if not outputs:
        raise DataError(f"There is nothing to score: no {what}.", code="evaluation.empty")
    for name, entries in others.items():
        if len(entries) != len(outputs):
            raise DataError(
                f"{len(outputs):,} {what}, but {len(entries):,} {name}.\n"
                "  Both need one line per example, in the same order; an empty output is an empty line.",
                code="evaluation.not-aligned",
            )


def score_groups(groups: Sequence[str | None], score: Callable[[list[int]], Scores]) -> Mapping[str, Scores]:
    """Score each group of a corpus by itself, in the order in which the groups appear; ``None`` is no group."""
    rows: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        if group is not None:
            rows.setdefault(group, []).append(row)
    return {group: score(members) for group, members in rows.items()}
