"""What an example consists of: a source and a target, each of one of a few kinds."""

from enum import Enum
from typing import NamedTuple


class SideKind(Enum):
    """Kind of a column's values."""

    TEXT = "text"
    """Any text, cut into tokens by a vocabulary that is learnt."""
    LABEL = "label"
    """One name out of a closed set."""
    TAGS = "tags"
    """Names out of a closed set, separated by spaces; or none."""
    VECTORS = "vectors"
    """A sequence of vectors of numbers, written as JSON: ``[[0.5, 2], [0.7, null]]``."""
    SERIES = "series"
    """A part of a series: steps of a value and of what is known in advance, as JSON. The source comes before the
    target."""

    @property
    def numeric(self) -> bool:
        """Whether values are steps of numbers, which are read and written as they are, not cut into tokens."""
        return self in (SideKind.VECTORS, SideKind.SERIES)


class Sides(NamedTuple):
    """The kinds of both sides."""

    source: SideKind
    target: SideKind

    @property
    def text(self) -> tuple[str, ...]:
        """Names of the sides that are text."""
        return tuple(name for name, kind in zip(self._fields, self, strict=True) if kind is SideKind.TEXT)

    @property
    def vectors(self) -> tuple[str, ...]:
        """Names of the sides that are sequences of vectors."""
        return tuple(name for name, kind in zip(self._fields, self, strict=True) if kind is SideKind.VECTORS)

    @property
    def key(self) -> str:
        """The side that tells examples apart: the source, unless it is tags, else the target."""
        return "target" if self.source is SideKind.TAGS else "source"

    @property
    def files(self) -> SideKind:
        """The kind that decides which files hold examples: vectors, on whichever side; else that of the sources."""
        return SideKind.VECTORS if self.target is SideKind.VECTORS else self.source

    @property
    def filled(self) -> tuple[str, ...]:
        """Names of the sides that must not be blank."""
        return tuple(name for name, kind in zip(self._fields, self, strict=True) if kind is not SideKind.TAGS)


TEXTS = Sides(SideKind.TEXT, SideKind.TEXT)
"""Pairs of texts."""
