"""The inline items of a segment: its words, its codes, and the placeholders, links and names found among the words."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

from seq2seq.formats.segment import Code, Content, join_text
from seq2seq.text.markup.recognise import find_spans, may_have_spans
from seq2seq.text.markup.spans import Kind, Markup, Part, Span


class Role(StrEnum):
    """What an inline span is to the words around it."""

    ATOM = "atom"
    """It stands for itself: a placeholder, a link, an image, a line break."""
    OPEN = "open"
    """Words follow, up to the span that closes it."""
    CLOSE = "close"
    BARRIER = "barrier"
    """No sentence reaches across it, such as the marks between two branches of a plural message."""


@dataclass(frozen=True, slots=True)
class Inline:
    """A part of a segment that is never translated."""

    text: str
    """As the segment spells it."""
    role: Role = Role.ATOM
    name: str = ""
    """Pairs what opens with what closes."""
    code: Code | None = None
    """The format's code; None for what was found in the words, and is written as text."""

    @property
    def breaks(self) -> bool:
        """Whether it separates words."""
        return self.code is not None and self.code.breaks


Item = str | Inline
_STAND_IN: Final = "\ufffc"
"""The object replacement character, which stands for a code."""
_ROLES: Final = {"whole": Role.ATOM, "open": Role.OPEN, "close": Role.CLOSE}


def parse_content(content: Content, markup: Collection[Markup] = ()) -> list[Item]:
    """The items of a segment's content, in order.

    Args:
        content: words and codes.
        markup: languages in which the words are known to be written.
    """
    if any(isinstance(part, Code) for part in content) and any(map(_begins_message, content)):
        across = _parse_across(content, markup)
        if across is not None:
            return across
    items: list[Item] = []
    for part in content:
        if isinstance(part, Code):
            items.append(_inline(part))
        else:
            items += _parse_text(part, markup)
    return items


def _begins_message(part: str | Code) -> bool:
    """Whether a message of ICU begins in a text, and does not end in it."""
    if not isinstance(part, str) or part.count("{") == part.count("}"):
        return False
    from seq2seq.text.markup.patterns import ICU  # with many more, which plain prose does not need

    return ICU.search(part) is not None


def _parse_across(content: Content, markup: Collection[Markup]) -> list[Item] | None:
    """The items of a content in whose messages codes stand; None: a span would hold one."""
    codes = iter([part for part in content if isinstance(part, Code)])
    if any(isinstance(part, str) and _STAND_IN in part for part in content):
        return None
    items: list[Item] = []
    for item in _parse_text("".join(_STAND_IN if isinstance(part, Code) else part for part in content), markup):
        if isinstance(item, Inline):
            if _STAND_IN in item.text:
                return None
            items.append(item)
            continue
        for number, text in enumerate(item.split(_STAND_IN)):
            items += [_inline(next(codes))] if number else []
            items += [text] if text else []
    return items


def _inline(code: Code) -> Inline:
    return Inline(code.data, _ROLES[code.part], code.name, code)


def to_content(items: Iterable[Item]) -> Content:
    """The content that a format writes: codes, and all else as text, without two strings in a row."""
    return join_text(item.code or item.text if isinstance(item, Inline) else item for item in items)


def codes_only(items: Iterable[Item]) -> list[Item]:
    """Items with the format's codes alone; what was found in the words is text again."""
    textual: list[Item] = []
    for is_code, group in groupby(items, _is_code):
        if is_code:
            textual += group
        else:
            textual.append("".join(map(_spelt, group)))
    return textual


def text_of(items: Iterable[Item]) -> str:
    """Items as text, without the format's codes."""
    return "".join(_spelt(item) for item in items if not _is_code(item))


def _is_code(item: Item) -> bool:
    """Whether it is a code of the format."""
    return isinstance(item, Inline) and item.code is not None


def _spelt(item: Item) -> str:
    return item if isinstance(item, str) else item.text


def _parse_text(text: str, markup: Collection[Markup]) -> list[Item]:
    spans = find_spans(text, markup) if may_have_spans(text) else []
    if not spans:
        return [text] if text else []
    items: list[Item] = []
    place = 0
    for span, role in zip(spans, _roles(spans), strict=True):
        if span.start > place:
            items.append(text[place : span.start])
        items.append(Inline(text[span.start : span.end], role, f"{span.kind}:{span.name}"))
        place = span.end
    return [*items, text[place:]] if place < len(text) else items


def _roles(spans: Sequence[Span]) -> list[Role]:
    """The roles of the spans of a text. A tag is found without its partner, which is looked for here."""
    roles = [_role(span) for span in spans]
    open_tags: list[int] = []
    for number, span in enumerate(spans):
        if span.kind is not Kind.TAG or span.name == "!":
            continue
        if span.part is Part.WHOLE:
            open_tags.append(number)
            continue
        partner = next((place for place in reversed(open_tags) if spans[place].name == span.name), None)
        roles[number] = Role.ATOM if partner is None else Role.CLOSE
        if partner is not None:
            roles[partner] = Role.OPEN
            del open_tags[open_tags.index(partner) :]
    return roles


def _role(span: Span) -> Role:
    if span.kind is Kind.PLACEHOLDER and span.part is not Part.WHOLE:
        return Role.BARRIER
    return {Part.OPEN: Role.OPEN, Part.CLOSE: Role.CLOSE}.get(span.part, Role.ATOM)
