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


class Sides(NamedTuple):
    """The kinds of both sides."""

    source: SideKind
    target: SideKind

    @property
    def text(self) -> tuple[str, ...]:
        """Names of the sides that are text."""
        return tuple(name for name, kind in zip(self._fields, self, strict=True) if kind is SideKind.TEXT)

    @property
    def key(self) -> str:
        """The side that tells examples apart: the source if it is text, else the target."""
        return self.text[0]

    @property
    def filled(self) -> tuple[str, ...]:
        """Names of the sides that must not be blank."""
        return tuple(name for name, kind in zip(self._fields, self, strict=True) if kind is not SideKind.TAGS)


TEXTS = Sides(SideKind.TEXT, SideKind.TEXT)
"""Pairs of texts."""
