"""Tokens of HTML with their places (WHATWG, HTML, section 13.2.5). No text is malformed: every character is in one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from seq2seq.formats.documents.html.elements import RAW, TEXT_ONLY

_MARKUP: Final = re.compile("<[!?/A-Za-z]")
_COMMENT: Final = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))", re.DOTALL)
_BOGUS: Final = re.compile(r"<[!?/][^>]*(?:>|\Z)")
_NAME: Final = re.compile(r"</?([A-Za-z][^\s/>]*)")
_TAG_END: Final = re.compile(r"[\s/]*+>")
_ATTRIBUTE: Final = re.compile(
    r"[\s/]*+(?P<name>[^\s/>][^\s/>=]*)"
    r"(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s>\"'][^\s>]*)))?"
)
_QUOTES: Final = {"double": '"', "single": "'", "bare": ""}


class Kind(StrEnum):
    """The kind of a token."""

    TEXT = "text"
    START = "start tag"
    END = "end tag"
    OTHER = "other"
    """A comment, a declaration, an instruction, the content of a script; a tag that is cut off at the end."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a tag."""

    name: str
    """In lower case."""
    start: int
    """Place of its value, within the quotes; start and end are the same if it has none."""
    end: int
    quote: str
    """The quotation mark around its value; empty: there is none."""


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of the text."""

    kind: Kind
    start: int
    end: int
    name: str = ""
    """The name of an element, in lower case."""
    attributes: tuple[Attribute, ...] = ()
    closed: bool = False
    """Whether a start tag ends with a slash."""


def tokenise(text: str, start: int, end: int, *, xml: bool = False) -> Iterator[Token]:
    """The tokens of a stretch, one after the other.

    Args:
        text: the text of the file.
        start: where the stretch begins.
        end: where it ends.
        xml: whether a slash ends an element of any name, as in XHTML.
    """
    while start < end:
        markup = _MARKUP.search(text, start, end)
        if markup is None:
            yield Token(Kind.TEXT, start, end)
            return
        if start < markup.start():
            yield Token(Kind.TEXT, start, markup.start())
        token = _markup(text, markup.start(), end)
        yield token
        start = token.end
        if token.kind is Kind.START and token.name in RAW | TEXT_ONLY and not (xml and token.closed):
            closing = re.compile(rf"</{re.escape(token.name)}(?=[\s/>])", re.IGNORECASE).search(text, start, end)
            stop = end if closing is None or token.name == "plaintext" else closing.start()
            if start < stop:
                yield Token(Kind.OTHER if token.name in RAW else Kind.TEXT, start, stop)
            start = stop


def _markup(text: str, start: int, end: int) -> Token:
    """The token that begins with ``<``."""
    name = _NAME.match(text, start, end)
    if name is not None:
        return _tag(text, start, end, name)
    stop = end
    if text.startswith("<!--", start, end):
        comment = _COMMENT.match(text, start, end)
        stop = comment.end() if comment else end
    elif text.startswith(("<?php", "<?=", "<?xml", "<![CDATA["), start, end):
        closing = "]]>" if text[start + 1] == "!" else "?>"
        found = text.find(closing, start, end)
        stop = found + len(closing) if found >= 0 else end
    else:
        bogus = _BOGUS.match(text, start, end)
        stop = bogus.end() if bogus else end
    return Token(Kind.OTHER, start, stop)


def _tag(text: str, start: int, end: int, name: re.Match[str]) -> Token:
    place = name.end()
    attributes: list[Attribute] = []
    while (closing := _TAG_END.match(text, place, end)) is None:
        attribute = _ATTRIBUTE.match(text, place, end)
        if attribute is None:
            return Token(Kind.OTHER, start, end)  # it is cut off
        place = attribute.end()
        form = next((form for form in _QUOTES if attribute[form] is not None), None)
        span = attribute.span(form) if form else (place, place)
        attributes.append(Attribute(attribute["name"].lower(), *span, _QUOTES.get(form or "", "")))
    kind = Kind.END if text[start + 1] == "/" else Kind.START
    return Token(kind, start, closing.end(), name[1].lower(), tuple(attributes), "/" in closing[0])
