"""Strings that stay as they are because somebody says so, such as names; and where spans stand in a translation."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from seq2seq.documents.spans.characters import is_unspaced, is_word
from seq2seq.documents.spans.inline import Inline, Item
from seq2seq.text.markup.recognise import find_spans
from seq2seq.text.markup.spans import Markup

Place = tuple[int, int]
"""Start and end in a text, in characters."""
PROTECTED = "protected"
"""The kind of a span that is a string of this sort."""


class Literals:
    """Strings that are never translated, in the case that they have, and not inside of longer words.

    Args:
        strings: of two that begin at one place, the longer counts.
    """

    def __init__(self, strings: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[str]] = {}
        for string in sorted(set(strings), key=len, reverse=True):
            if string:
                self._by_first.setdefault(string[0], []).append(string)

    def find(self, text: str) -> Iterator[Place]:
        """Where they stand in a text, ascending."""
        if not self._by_first:
            return
        free = 0
        for start, first in enumerate(text):
            if start < free or first not in self._by_first:
                continue
            for string in self._by_first[first]:
                end = start + len(string)
                if text.startswith(string, start) and not (_joined(text, start) or _joined(text, end)):
                    yield start, end
                    free = end
                    break

    def split(self, items: Iterable[Item]) -> list[Item]:
        """Items of a segment with those in its words as items of their own, which stand for themselves."""
        found: list[Item] = []
        for item in items:
            if isinstance(item, Inline):
                found.append(item)
                continue
            place = 0
            for start, end in self.find(item):
                found += [item[place:start]] if start > place else []
                found.append(Inline(item[start:end], name=PROTECTED))
                place = end
            found += [item[place:]] if place < len(item) else []
        return found


def _joined(text: str, place: int) -> bool:
    """Whether a word goes on across a place."""
    sides = text[max(0, place - 1) : place + 1]
    return 0 < place < len(text) and all(map(is_word, sides)) and not any(map(is_unspaced, sides))


@dataclass(frozen=True, slots=True)
class PlacedSpan:
    """A span of a text, and the same in its translation."""

    text: str
    kind: str
    """See :class:`seq2seq.text.markup.spans.Kind`; or ``protected``."""
    source: Place
    target: Place | None
    """None: the translation lacks it."""


def place_spans(source: str, target: str, literals: Literals, markup: Collection[Markup] = ()) -> list[PlacedSpan]:
    """The spans of a text, in their order, and where they stand in its translation: the first with the first such."""
    free: dict[str, deque[Place]] = {}
    for _, place in _spans(target, literals, markup):
        free.setdefault(target[slice(*place)], deque()).append(place)
    placed = []
    for kind, place in _spans(source, literals, markup):
        text = source[slice(*place)]
        places = free.get(text)
        placed.append(PlacedSpan(text, kind, place, places.popleft() if places else None))
    return placed


def _spans(text: str, literals: Literals, markup: Collection[Markup]) -> list[tuple[str, Place]]:
    """Kinds and places of the spans of a text, ascending: strings count where no markup is."""
    found: list[tuple[str, Place]] = []
    place = 0
    for span in find_spans(text, markup):
        found += _literals_of(text, place, span.start, literals)
        found.append((str(span.kind), (span.start, span.end)))
        place = span.end
    return found + _literals_of(text, place, len(text), literals)


def _literals_of(text: str, start: int, end: int, literals: Literals) -> list[tuple[str, Place]]:
    return [(PROTECTED, (start + first, start + last)) for first, last in literals.find(text[start:end])]
