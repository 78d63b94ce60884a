"""A span of markup: its kind, its part, and its place."""

from dataclasses import dataclass
from enum import StrEnum


class Markup(StrEnum):
    """A markup language that a corpus is written in."""

    REST = "rest"
    HTML = "html"
    MARKDOWN = "markdown"
    ICU = "icu"
    PRINTF = "printf"


class Kind(StrEnum):
    """The kind of a span."""

    CODE = "code"
    """Code or literal text between backticks."""
    ROLE = "role"
    """Interpreted text of reStructuredText with a role."""
    LINK = "link"
    """The marks and the target of a link, a footnote or a citation."""
    URL = "url"
    EMAIL = "email"
    TAG = "tag"
    """A tag of HTML or XML, or a comment."""
    ENTITY = "entity"
    TEMPLATE = "template"
    """A statement of a template language or of PHP."""
    PLACEHOLDER = "placeholder"
    """A placeholder that a program replaces by a value."""
    EMPHASIS = "emphasis"
    DIRECTIVE = "directive"
    """Marks of reStructuredText for a block: ``.. note::``, ``::`` at the end of a line."""
    IDENTIFIER = "identifier"
    """A name of a program, a file or an option, without any marks."""


class Part(StrEnum):
    """The part that a span is of its markup."""

    WHOLE = "whole"
    OPEN = "open"
    """The beginning: words that are translated follow."""
    MIDDLE = "middle"
    """Between two branches of an ICU message."""
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Span:
    """One part of a text that stands for itself."""

    start: int
    end: int
    """Start and end, in characters: ``text[start:end]``."""
    kind: Kind
    part: Part = Part.WHOLE
    name: str = ""
    """Name of a role, a tag or a placeholder; or the marks of code and emphasis."""
    content: str = ""
    """Content: the code, the target of a role or a link, the attributes of a tag."""
