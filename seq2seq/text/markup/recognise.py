"""Markup and placeholders: which parts of a text stand for themselves, and are neither words nor to be translated.

reStructuredText, Markdown, HTML and XML, ICU messages, printf and other placeholders, links, and names of code are
recognised by their form. What looks like any of them only in some texts (``100%s``, ``|two words|``, ``__word__``) is
recognised where the language is declared.

A span covers what has to be the same in a translation. Where markup encloses words that are translated (emphasis, the
text of a link, the branches of an ICU message), its opening and its closing marks are a span each, and the words
between them are outside of any span.
"""

import re
from collections.abc import Collection, Iterable
from typing import Final

from seq2seq.text.markup.spans import Kind, Markup, Part, Span

__all__ = ["Kind", "Markup", "Part", "Span", "blanked", "find_spans", "may_have_spans", "without", "without_spans"]

_TRIGGER: Final = re.compile(
    r"[`*<&{%$\[|@_\\]|~~|::|//|www\.|--[a-z]|\(\)|[a-z][A-Z]|[A-Za-z]\.[A-Za-z]|[~./]/|/[a-z]|:[A-Za-z]|\.\. "
)
"""Some of these is in every text that holds any markup."""


def may_have_spans(text: str) -> bool:
    """Whether a text may hold spans: a test that costs next to nothing, and is seldom True for plain prose."""
    return _TRIGGER.search(text) is not None


def find_spans(text: str, declared: Collection[Markup] = ()) -> list[Span]:
    """Find all markup, placeholders and names of code in a text.

    Args:
        text: a line, or more.
        declared: languages that it is known to be written in, which makes certain what is ambiguous.

    Returns:
        The spans, ascending; none overlaps another.
    """
    if not may_have_spans(text):
        return []
    from seq2seq.text.markup.scanner import Scanner  # many expressions, which plain prose does not need

    return Scanner(text, frozenset(declared)).scan(0, len(text))


def without_spans(text: str, declared: Collection[Markup] = ()) -> str:
    """The words of a text: what is outside of all spans. Marks of emphasis vanish, others leave a space."""
    spans = find_spans(text, declared)
    return without(text, spans) if spans else text


def without(text: str, spans: Iterable[Span]) -> str:
    """The words of a text whose spans are known."""
    pieces: list[str] = []
    place = 0
    for span in spans:
        pieces.append(text[place : span.start])
        pieces.append("" if span.kind is Kind.EMPHASIS else " ")
        place = span.end
    pieces.append(text[place:])
    return " ".join("".join(pieces).split())


def blanked(text: str, spans: Iterable[Span], kinds: Collection[Kind] = tuple(Kind)) -> str:
    """A text whose spans are known, with blanks for those of some kinds; every other character keeps its place."""
    pieces: list[str] = []
    place = 0
    for span in spans:
        if span.kind in kinds:
            pieces += [text[place : span.start], " " * (span.end - span.start)]
            place = span.end
    return "".join(pieces) + text[place:]
