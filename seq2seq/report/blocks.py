"""What stands in a section of a report: prose, figures, findings, sentences. Tables are in `table.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from markupsafe import Markup

from seq2seq.report.drawings.svg import Drawing
from seq2seq.report.table import Table
from seq2seq.report.writing import figure


class Block(Protocol):
    """A part of a section; its template, a file of `assets/`, is given it as ``block``."""

    template: ClassVar[str]


@dataclass(frozen=True)
class Prose:
    """Paragraphs; what stands between backticks is code."""

    template: ClassVar = "prose.html"

    paragraphs: Sequence[str]


@dataclass(frozen=True)
class Figure:
    """A drawing with its title, a caption, and a table of the same figures to unfold."""

    template: ClassVar = "figure.html"

    drawing: Drawing
    caption: str = ""
    """What to see in it, and how it was measured."""

    @property
    def svg(self) -> Markup:
        """The picture."""
        return self.drawing.svg()

    @property
    def table(self) -> Table:
        """The same figures."""
        return self.drawing.table()


@dataclass(frozen=True, kw_only=True)
class TextLine:
    """A text of an example: source, reference, a system's output."""

    label: str
    text: str
    """Plain, or with differing words marked (:mod:`seq2seq.report.words`)."""
    note: str = ""
    """What is known of it: its score."""
    language: str = ""
    """Its code, such as ``de``; "" where it is not known."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """Texts that belong together, one under the other so that they can be compared, with figures to unfold."""

    template: ClassVar = "example.html"

    title: str
    lines: Sequence[TextLine]
    figures: Sequence[Figure] = ()


@dataclass(frozen=True, kw_only=True)
class FindingCard:
    """One thing that was measured, and what it means."""

    template: ClassVar = "finding.html"

    title: str
    """What was measured: ``memory of the encoder``."""
    verdict: str
    """`fine`, `watch`, `trouble` or `unjudged`."""
    value: float | str | None = None
    unit: str = ""
    sentence: str = ""
    """What the value says about the model."""
    remedy: str = ""
    """What to do."""
    source: str = ""
    """Where the method comes from: ``Pascanu et al. 2013, section 2``."""
    code: str = ""
    """The name of the finding for programs: ``gradients.vanish``."""
    figures: Sequence[Figure] = ()
    examples: Sequence[Example] = ()
    """Texts to unfold that show it."""

    @property
    def number(self) -> str:
        """The value as it is shown; "" without one."""
        if self.value is None or isinstance(self.value, str):
            return self.value or ""
        return figure(self.value)


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a page with a heading, which the table of contents lists."""

    title: str
    blocks: Sequence[Block]
    lead: str = ""
    """What it shows, in a sentence or two."""
