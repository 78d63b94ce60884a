"""What a document consists of for a translator: segments of words and inline codes, in a frame that stays as it is."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby


class Part(StrEnum):
    """The part that an inline code is of its markup."""

    WHOLE = "whole"
    OPEN = "open"
    """The beginning: words that are translated follow."""
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Code:
    """An inline code: what a segment holds between its words, such as a tag. It is never translated."""

    data: str
    """The code as the file spells it, escapes included."""
    part: Part = Part.WHOLE
    name: str = ""
    """Pairs an opening code with its closing one."""
    breaks: bool = False
    """Whether it separates words, as a line break or a tab does."""


Content = tuple[str | Code, ...]
"""Words, with the format's escapes resolved, and the codes among them; no two strings in a row."""


def join_text(parts: Iterable[str | Code]) -> Content:
    """Words and codes as content: strings in a row are joined, empty ones left out."""
    content: list[str | Code] = []
    for kind, group in groupby(parts, type):
        if kind is not str:
            content += group
        elif text := "".join(map(str, group)):
            content.append(text)
    return tuple(content)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text that is translated as one: a paragraph, a cell, a message, a subtitle."""

    content: Content
    line: int
    """Line of the file at which it begins, from 1; in a format without lines, the number of the segment."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is written for a segment."""

    content: Content
    """Translated words, and every code of the source once."""
    flag: str | None = None
    """Why a person has to look at it: None, or a phrase, which is written in the format's own way if it has one."""


class Document(ABC):
    """A file that has been read.

    Attributes:
        name: what to call it in messages.
        segments: what is to be translated, in the order of the file. What is translated already is left out.
        complete: segments that the file holds translated already.
    """

    name: str
    segments: Sequence[Segment]
    complete: int = 0

    @abstractmethod
    def write(self, targets: Sequence[Target]) -> bytes:
        """The file with a target for every segment, in their order.

        A target with the content of its segment leaves its bytes as they were, except in bilingual formats, whose empty
        translations are filled in any case. All bytes outside of segments stay.
        """
