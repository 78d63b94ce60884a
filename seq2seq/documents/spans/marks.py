"""A sentence whose spans a model copies by itself: marked on the way in, found on the way out.

Every span is one character while the sentence is translated, so that it does not matter what the span consists of.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from seq2seq.documents.spans.inline import Inline, Item, Role
from seq2seq.text.markup.spans import Kind, Part, Span

_PRIVATE: Final = range(0xE000, 0xF900)
"""Characters that have no meaning of their own."""
_PARTS: Final = {Role.OPEN: Part.OPEN, Role.CLOSE: Part.CLOSE}


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence with a character in the place of each span."""

    text: str
    """What is translated."""
    spans: tuple[Span, ...]
    """The places of the characters, and what they stand for."""
    marks: tuple[tuple[str, Inline], ...]
    """The characters, in their order, and their spans; equal spans have equal characters, unless they are pairs."""

    def read(self, translation: str) -> list[Item] | None:
        """The items of a translation; None, if it does not have every span as often, and pairs nested."""
        waiting: defaultdict[str, deque[Inline]] = defaultdict(deque)
        for mark, inline in self.marks:
            waiting[mark].append(inline)
        items: list[Item] = []
        words: list[str] = []
        for character in translation:
            if character not in waiting:
                words.append(character)
                continue
            if not waiting[character]:
                return None
            items += filter(None, ("".join(words),))
            words.clear()
            items.append(waiting[character].popleft())
        items += filter(None, ("".join(words),))
        return None if any(waiting.values()) or not _is_nested(items, self.marks) else self._tidied(items)

    def _tidied(self, items: list[Item]) -> list[Item]:
        """Items without white space inside of a pair's ends where the source has none: it stands outside of them."""
        beside = ((span, span.end if span.part is Part.OPEN else span.start - 1) for span in self.spans)
        spaced = {(span.part, span.name) for span, place in beside if self.text[max(place, 0) :][:1].isspace()}
        for place, item in enumerate(items):
            if isinstance(item, str) or item.role not in _PARTS:
                continue
            step = 1 if item.role is Role.OPEN else -1
            inside, outside = place + step, place - step
            text = items[inside] if 0 <= inside < len(items) else ""
            if (_PARTS[item.role], item.name) in spaced or not isinstance(text, str):
                continue
            stripped = text.lstrip() if step > 0 else text.rstrip()
            beyond = items[outside] if 0 <= outside < len(items) else ""
            if stripped != text and isinstance(beyond, str):
                items[inside] = stripped
                if beyond and not (beyond[-1] if step > 0 else beyond[0]).isspace():
                    items[outside] = f"{beyond} " if step > 0 else f" {beyond}"
        return [item for item in items if item != ""]


def mark(items: Sequence[Item]) -> MarkedSentence:
    """Mark the spans of a sentence."""
    words = "".join(item for item in items if isinstance(item, str))
    free = (chr(code) for code in _PRIVATE if chr(code) not in words)
    known: dict[Inline, str] = {}
    text, spans, marks = "", [], []
    for item in items:
        if isinstance(item, str):
            text += item
            continue
        character = known.get(item) or next(free)
        if item.role is Role.ATOM:
            known[item] = character
        kind = Kind.PLACEHOLDER if item.role is Role.ATOM else Kind.EMPHASIS
        spans.append(Span(len(text), len(text) + 1, kind, _PARTS.get(item.role, Part.WHOLE), item.name))
        marks.append((character, item))
        text += character
    return MarkedSentence(text, tuple(spans), tuple(marks))


def _is_nested(items: Sequence[Item], marks: Sequence[tuple[str, Inline]]) -> bool:
    """Whether pairs that are whole in the source are nested in a translation."""
    names = Counter(inline.name for _, inline in marks if inline.role in _PARTS)
    stack: list[str] = []
    for item in items:
        if isinstance(item, str) or item.role not in _PARTS or names[item.name] % 2:
            continue
        if item.role is Role.OPEN:
            stack.append(item.name)
        elif not stack or stack.pop() != item.name:
            return False
    return not stack
