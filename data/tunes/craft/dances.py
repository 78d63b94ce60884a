"""Dances: metre, rhythm, upbeats and final bars.

A rhythm is a row of note lengths in eighths: ``2 1``; ``1/2`` is a sixteenth. ``1>1`` is written so in ABC, the first
note dotted and the second halved, and ``(3 1 1 1`` is a triplet in the time of two.
"""

import re
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Slot:
    """A place for a note."""

    length: Fraction
    """As written, in eighths."""
    before: str = ""
    """What is written before it: ``(3`` or nothing."""
    after: str = ""
    """What is written after it: ``>``, ``<`` or nothing."""


@dataclass(frozen=True)
class Dance:
    """How a dance goes."""

    rhythm: str
    metres: tuple[str, ...]
    units: tuple[str, ...]
    """What L may be."""
    groups: int
    """Groups a bar."""
    cells: dict[str, float]
    """The rhythms of a group, with their weights."""
    rests: tuple[str, ...]
    """Rhythms of a group on which a phrase comes to rest."""
    upbeats: dict[str, tuple[str, ...]]
    """The rhythm of an upbeat, and what the last bar may be, that is shorter by it."""
    lengths: tuple[int, ...] = (8, 8, 8, 4)
    """Bars a part."""
    weight: float = 1.0


DANCES = (
    Dance(
        "jig", ("6/8",), ("1/8",), 2,
        {"1 1 1": 10, "2 1": 4, "1 2": 0.7, "3": 0.7},
        ("3", "2 1"),
        {"": ("3 3", "2 1 3"), "1": ("3 2", "2 1 2"), "1 1 1": ("3", "2 1")},
        (8, 8, 8, 8, 4), 5,
    ),
    Dance(
        "slip jig", ("9/8",), ("1/8",), 3,
        {"1 1 1": 7, "2 1": 5, "3": 1},
        ("3", "2 1"),
        {"": ("3 3 3", "2 1 3 3"), "1": ("3 3 2", "2 1 3 2"), "1 1 1": ("3 3",)},
        (4, 4, 8), 2,
    ),
    Dance(
        "slide", ("12/8",), ("1/8",), 4,
        {"2 1": 8, "1 1 1": 5, "3": 2},
        ("3",),
        {"": ("3 3 3 3", "2 1 2 1 3 3"), "1": ("3 3 3 2",), "2 1": ("3 3 3",)},
        (4, 4, 8), 1.5,
    ),
    Dance(
        "reel", ("4/4", "4/4", "2/2"), ("1/8",), 2,
        {"1 1 1 1": 12, "2 1 1": 5, "1 1 2": 1, "2 2": 0.7, "(3 1 1 1 1 1": 0.7, "3 1": 1},
        ("4", "2 2", "3 1"),
        {"": ("2 2 4", "4 4"), "1": ("2 2 3", "4 3"), "1 1": ("2 2 2", "4 2"), "2": ("2 2 2", "4 2")},
        (8, 8, 8, 4), 5,
    ),
    Dance(
        "hornpipe", ("4/4",), ("1/8",), 2,
        {"1>1 1>1": 8, "(3 1 1 1 1>1": 3, "2 1>1": 3, "1>1 (3 1 1 1": 2, "2 2": 1, "1>1 2": 1},
        ("2 2", "4"),
        {"": ("2 2 4",), "1>1": ("2 2 2",), "(3 1 1 1": ("2 2 2",)},
        (8,), 2.5,
    ),
    Dance(
        "strathspey", ("4/4",), ("1/8",), 2,
        {"1>1 1<1": 5, "1<1 1>1": 4, "1>1 1>1": 4, "2 1>1": 3, "1<1 2": 3, "2 (3 1 1 1": 1},
        ("2 2", "4"),
        {"": ("2 2 4", "1>1 2 4"), "1": ("2 2 3", "1>1 2 3")},
        (8, 4), 1,
    ),
    Dance(
        "polka", ("2/4",), ("1/8", "1/8", "1/4"), 2,
        {"1 1": 7, "2": 2, "1 1/2 1/2": 4, "1/2 1/2 1": 2, "1/2 1/2 1/2 1/2": 3, "3/2 1/2": 2},
        ("2",),
        {"": ("2 2", "1 1 2"), "1": ("2 1",), "1/2 1/2": ("2 1", "1 1 1")},
        (8,), 3,
    ),
    Dance(
        "waltz", ("3/4",), ("1/8", "1/4", "1/4"), 1,
        {"2 2 2": 4, "4 2": 4, "2 1 1 2": 3, "2 2 1 1": 3, "3 1 2": 3, "2 1 1 1 1": 2, "1 1 1 1 1 1": 0.7, "2 4": 0.5},
        ("6", "4 2"),
        {"": ("6",), "2": ("4",), "1 1": ("4",)},
        (8,), 3,
    ),
    Dance(
        "mazurka", ("3/4",), ("1/8",), 1,
        {"1>1 2 2": 6, "1>1 1 1 2": 3, "2 2 2": 2, "1>1 4": 2, "(3 1 1 1 2 2": 2, "1 1 1 1 2": 3},
        ("2 4", "1>1 4"),
        {"": ("2 4",), "1": ("2 3",), "2": ("2 2",)},
        (8, 8, 4), 1.5,
    ),
    Dance(
        "march", ("4/4",), ("1/8", "1/4"), 2,
        {"2 2": 6, "3 1": 5, "4": 1.5, "2 1 1": 3, "1 1 2": 2},
        ("4", "2 2"),
        {"": ("4 4", "2 2 4"), "2": ("4 2", "2 2 2"), "1": ("4 3", "2 2 3")},
        (8,), 2,
    ),
)  # fmt: skip


def slots(rhythm: str) -> tuple[Slot, ...]:
    """Read a rhythm."""
    return tuple(
        Slot(Fraction(length), before, after)
        for before, length, after in re.findall(r"(\(3)? ?(\d+(?:/\d+)?)([<>]?)", rhythm)
    )


def written(length: Fraction, unit: str) -> str:
    """Write a length in eighths as ABC does: nothing, ``2``, ``3/2``, ``/2``."""
    multiple = length / 8 / Fraction(unit)
    above = "" if multiple.numerator == 1 else str(multiple.numerator)
    return above + ("" if multiple.denominator == 1 else f"/{multiple.denominator}")
