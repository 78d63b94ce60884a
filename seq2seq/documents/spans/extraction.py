"""A sentence without its spans: the words that a model translates, and a tree of what was among them.

The tree has two kinds of nodes. An atom stands between words: a placeholder, a link, an image; neighbouring ones, and
pairs without any words in them, are one atom together with the punctuation that joins them, and with the brackets or
quotation marks around it. A pair surrounds words: a tag and its closing tag. One whose partner is in another sentence
reaches to the sentence's beginning or end.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from seq2seq.documents.spans.characters import OPENING, closes_word, has_words, is_unspaced, opens_word
from seq2seq.documents.spans.inline import Inline, Item, Role

_MOST_JOINING: Final = 5
"""Longest punctuation, spaces included, that joins two atoms."""
_DEEPEST: Final = 100
"""Pairs within each other; what opens within these is an atom."""
_PUNCTUATION: Final = re.compile(r"[:;,.!?)\]–—-]+(?=\s)")


@dataclass(slots=True)
class Mark:
    """An atom, or an end of a pair, with the white space beside it in the source."""

    items: tuple[Item, ...]
    """What it is written as; nothing for the end of a pair whose span is in another sentence."""
    before: str = ""
    after: str = ""
    left: str = ""
    """The last character of the words before it; empty at the beginning."""
    right: str = ""
    """The first character of the words after it; empty at the end."""
    touches_left: bool = False
    """Whether neither white space nor another atom separates it from the words before it."""
    touches_right: bool = False
    gap: int = -1
    """Number of the gap between words that it stands in; marks of one gap follow each other in their order."""
    place: int = 0
    """Its place in the gap."""


@dataclass(slots=True)
class Atom:
    """A node without words."""

    mark: Mark
    start: int = 0
    """End of the word before it, in the characters of the words."""
    end: int = 0
    """Start of the word after it."""


@dataclass(slots=True)
class Pair:
    """A node around words."""

    opening: Mark
    closing: Mark
    children: "list[Element]" = field(default_factory=list)
    """The words, pairs and atoms in it, in the order of the source."""
    start: int = 0
    """Start of its first word, in the characters of the words."""
    end: int = 0
    """End of its last word."""


Node = Atom | Pair
Element = str | Atom | Pair


@dataclass(frozen=True, slots=True)
class Extract:
    """A sentence without its spans."""

    words: str
    """What is translated."""
    nodes: list[Node]
    """The spans, in the order of the source; empty if there are none."""


def extract(items: Sequence[Item]) -> Extract:
    """Take the spans out of a sentence, which has no white space at its ends."""
    elements = _collapsed(_nested(items))
    _take_punctuation(elements)
    writer = _WordWriter()
    for event in _events(elements):
        writer.add(event)
    writer.close_gap("")
    return Extract("".join(writer.words), [element for element in elements if not isinstance(element, str)])


def _nested(items: Sequence[Item]) -> list[Element]:
    """The tree of a sentence's items. A span that closes across another one that is open is an atom."""
    stack: list[tuple[Inline | None, list[Element]]] = [(None, [])]
    for item in items:
        opening, level = stack[-1]
        if isinstance(item, str):
            level.append(item)
        elif item.role is Role.OPEN and len(stack) <= _DEEPEST:
            stack.append((item, []))
        elif item.role is Role.CLOSE and opening is not None and opening.name == item.name:
            stack.pop()
            stack[-1][1].append(Pair(Mark((opening,)), Mark((item,)), level))
        elif item.role is Role.CLOSE and opening is None:  # it was opened in a sentence before
            stack[-1] = (None, [Pair(Mark(()), Mark((item,)), level)])
        else:
            level.append(Atom(Mark((item,))))
    while len(stack) > 1:  # closed in a later sentence, if ever
        opening, level = stack.pop()
        assert opening is not None
        stack[-1][1].append(Pair(Mark((opening,)), Mark(()), level))
    return stack[0][1]


def _collapsed(elements: Sequence[Element]) -> list[Element]:
    """A level of the tree with pairs that hold no words, and neighbouring atoms, as one atom each."""
    level: list[Element] = []
    for element in elements:
        if isinstance(element, Pair):
            element.children = _collapsed(element.children)
            if not any(isinstance(child, Pair) or _has_words(child) for child in element.children):
                inside = [item for child in element.children for item in _items(child)]
                element = Atom(Mark((*element.opening.items, *inside, *element.closing.items)))
        level.append(element)
    _take_brackets(level)
    collapsed: list[Element] = []
    for element in level:
        joining = collapsed[-1] if collapsed else None
        if isinstance(element, Atom) and isinstance(joining, Atom):
            element = _joined(collapsed.pop(), element)
        elif isinstance(element, Atom) and _joins(collapsed[-2:]):
            collapsed.pop()
            element = _joined(collapsed.pop(), str(joining), element)
        collapsed.append(element)
    _take_brackets(collapsed)
    return collapsed


def _joins(last: Sequence[Element]) -> bool:
    """Whether the last two elements are an atom, and punctuation that joins it to the next one."""
    match last:
        case [Atom(), str(text)]:
            return len(text) <= _MOST_JOINING and not has_words(text)
    return False


def _take_brackets(elements: list[Element]) -> None:
    """Give atoms the brackets and quotation marks that hold nothing else."""
    for place in range(1, len(elements) - 1):
        before, atom, after = elements[place - 1 : place + 2]
        while isinstance(atom, Atom) and isinstance(before, str) and isinstance(after, str) and before and after:
            if OPENING.get(before[-1]) != after[0]:
                break
            atom = _joined(before[-1], atom, after[0])
            before, after = before[:-1], after[1:]
            elements[place - 1 : place + 2] = before, atom, after


def _take_punctuation(elements: list[Element]) -> None:
    """Give an atom at the beginning the punctuation that touches it, with which no translation should begin."""
    match elements:
        case [Atom() as atom, str(after), *_] if touching := _PUNCTUATION.match(after):
            elements[:2] = [_joined(atom, touching[0]), after[touching.end() :]]


def _joined(*elements: Element) -> Atom:
    return Atom(Mark(tuple(item for element in elements for item in _items(element))))


def _items(element: Element) -> tuple[Item, ...]:
    """The items of an element without words."""
    if isinstance(element, Pair):
        raise TypeError("a pair surrounds words")
    return (element,) if isinstance(element, str) else element.mark.items


def _has_words(element: Element) -> bool:
    return isinstance(element, str) and has_words(element)


_Event = str | tuple[Mark, Node]


def _events(elements: Sequence[Element]) -> Iterator[_Event]:
    """The words and marks of a tree, from its beginning to its end."""
    for element in elements:
        if isinstance(element, str):
            yield element
        elif isinstance(element, Atom):
            yield element.mark, element
        else:
            yield element.opening, element
            yield from _events(element.children)
            yield element.closing, element


class _WordWriter:
    """Writes the words of a sentence, and notes where its marks stand."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._length = 0
        self._gaps = 0
        self._slots = [""]
        """White space before, between and after the marks of the gap."""
        self._marks: list[tuple[Mark, Node]] = []

    def add(self, event: _Event) -> None:
        """Add the next words, or the next mark."""
        if not isinstance(event, str):
            self._marks.append(event)
            self._slots.append("")
            return
        core = event.strip()
        if not core:
            self._slots[-1] += event
            return
        lead = len(event) - len(event.lstrip())
        self._slots[-1] += event[:lead]
        self.close_gap(core)
        self._append(core)
        self._slots[-1] = event[lead + len(core) :]

    def close_gap(self, core: str) -> None:
        """End a gap, with the words that follow it."""
        before = self.words[-1][-1:] if self.words else ""
        ends, inside = self._length, self._between(before, core[:1])
        if before and core:
            self._append(inside)
        transparent = [isinstance(node, Pair) for _, node in self._marks]
        for number, (mark, node) in enumerate(self._marks):
            mark.before, mark.after = self._slots[number : number + 2]
            mark.gap, mark.place = self._gaps, number
            mark.left, mark.right = before, core[:1]
            mark.touches_left = bool(before) and not any(self._slots[: number + 1]) and all(transparent[:number])
            mark.touches_right = bool(core) and not any(self._slots[number + 1 :]) and all(transparent[number + 1 :])
            if isinstance(node, Atom):
                node.start, node.end = ends, self._length
            elif mark is node.opening:
                node.start = self._length
            else:
                node.end = ends
        self._gaps += 1
        self._slots, self._marks = [""], []

    def _append(self, text: str) -> None:
        if text:
            self.words.append(text)
            self._length += len(text)

    def _between(self, before: str, after: str) -> str:
        """The white space that the words of a gap are separated by."""
        spaces = [slot for slot in self._slots if slot]
        atoms = [mark for mark, node in self._marks if isinstance(node, Atom)]
        if spaces and atoms and not self._slots[-1] and closes_word(after):
            return ""
        if spaces:
            return spaces[0] if len(spaces) == 1 and not atoms else " "
        if not atoms or not (before and after) or (is_unspaced(before) and is_unspaced(after)):
            return ""
        breaks = any(isinstance(item, Inline) and item.breaks for mark in atoms for item in mark.items)
        return " " if breaks or not (opens_word(before) or closes_word(after)) else ""
