"""Sentences and segments with their translations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seq2seq.documents.report import Flag
from seq2seq.documents.sentences import separator
from seq2seq.documents.spans.extraction import Extract
from seq2seq.documents.spans.inline import Inline, Item, text_of
from seq2seq.formats.segment import Segment, Target
from seq2seq.inference.translation import Translation

if TYPE_CHECKING:
    from seq2seq.documents.memory import Match


@dataclass(slots=True)
class Sentence:
    """A sentence of a segment."""

    items: tuple[Item, ...]
    extract: Extract
    continues: bool = False
    """Whether it is the rest of a sentence that was split."""
    match: Match | None = None
    """What the memory has for it."""
    translation: Translation | None = None
    """Of the extract's words."""
    rendered: list[Item] = field(default_factory=list)
    """Its translation with its spans."""
    flags: list[Flag] = field(default_factory=list)

    @property
    def source(self) -> str:
        """The sentence as text, without the format's codes."""
        return text_of(self.items)

    @property
    def target(self) -> str:
        """Its translation likewise."""
        return text_of(self.rendered)


@dataclass(frozen=True, slots=True)
class Translated:
    """A segment and its translation."""

    segment: Segment
    target: Target
    sentences: tuple[Sentence, ...]
    flags: tuple[Flag, ...]


TranslatedPart = Sentence | str | Inline
"""A sentence, or what stands between sentences."""


def join_parts(parts: Sequence[TranslatedPart]) -> list[Item]:
    """The items of a segment, with the spacing of the target's script between its sentences."""
    items: list[Item] = []
    last: Sentence | None = None
    space = ""
    for part in parts:
        if isinstance(part, str) and part.isspace():
            space += part
            continue
        if isinstance(part, Sentence):
            if last is not None:
                edges = last.source[-1:], part.source[:1]
                space = separator(last.target, space, part.target, edges)
            items += [space, *part.rendered]
            last = part
        else:
            items += [space, part]
            last = None
        space = ""
    return [item for item in [*items, space] if item != ""]
