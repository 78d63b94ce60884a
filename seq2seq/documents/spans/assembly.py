"""A translated sentence with its spans in place: written out, with the spacing that they had in the source."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from seq2seq.documents.spans.alignment import Unit
from seq2seq.documents.spans.characters import closes_word, is_unspaced, is_word, opens_word
from seq2seq.documents.spans.extraction import Atom, Mark
from seq2seq.documents.spans.inline import Item
from seq2seq.documents.spans.projection import Placed


@dataclass(frozen=True, slots=True)
class _Placement:
    """A mark in the translation."""

    mark: Mark
    gap: int
    """Number of units before it."""
    opens: bool = False
    closes: bool = False

    @property
    def is_atom(self) -> bool:
        """Whether it stands for itself."""
        return not self.opens and not self.closes


def assemble(text: str, units: Sequence[Unit], placed: Sequence[Placed]) -> list[Item]:
    """The items of a translated sentence: of its text and units, with the spans that have been placed."""
    items: list[Item] = []
    marks = [mark for mark in _placements(placed) if mark.mark.items]
    place = 0
    for gap in range(len(units) + 1):
        here = [mark for mark in marks if mark.gap == gap]
        start = units[gap - 1].end if gap else 0
        end = units[gap].start if gap < len(units) else len(text)
        if here:
            items.append(text[place:start])
            items += _gap_items(text[start:end], text[:start][-1:], text[end:][:1], here)
            place = end
    items.append(text[place:])
    return [item for item in items if item != ""]


def _placements(placed: Sequence[Placed]) -> Iterator[_Placement]:
    """All marks, in the order in which they are written."""
    for one in placed:
        if isinstance(one.node, Atom):
            yield _Placement(one.node.mark, one.start)
            continue
        yield _Placement(one.node.opening, one.start, opens=True)
        yield from _placements(one.children)
        yield _Placement(one.node.closing, one.end, closes=True)


def _gap_items(space: str, before: str, after: str, marks: Sequence[_Placement]) -> Iterator[Item]:
    """The marks of a gap, and the white space around them.

    ``space`` is the translation's in the gap, ``before`` and ``after`` are the characters beside it, if there are some.
    """
    slots = _source_slots(marks)
    spaced = any(slots)
    atoms = [number for number, one in enumerate(marks) if one.is_atom]
    left, right = marks[0].mark.left, marks[-1].mark.right
    at_edge_as_before = not (before or left) or not (after or right)
    if not atoms and not space and not at_edge_as_before:
        slots = [""] * len(slots)
    _adapt_to_script(slots, marks, before, after)
    if not before or (not space and opens_word(before) and not opens_word(left)):
        slots[0] = ""
    if not after:
        slots[-1] = ""
    if atoms and not space and closes_word(after) and not closes_word(right):
        slots[atoms[-1] + 1 :] = [""] * (len(marks) - atoms[-1])
    # What touched a bracket or a quotation mark is beside it again, or stands apart.
    if before and space and marks[0].is_atom and marks[0].mark.touches_left and left not in ("", before):
        slots[0] = slots[0] if is_word(left) else slots[0] or " "
    if after and space and marks[-1].is_atom and marks[-1].mark.touches_right and right not in ("", after):
        slots[-1] = slots[-1] if is_word(right) or closes_word(after) else slots[-1] or " "
    if before and after and space and not spaced and not any(slots):
        _insert_space(slots, marks, space)
    for slot, one in zip_longest(slots, marks):
        yield slot
        if one is not None:
            yield from one.mark.items


def _source_slots(marks: Sequence[_Placement]) -> list[str]:
    """The white space before, between and after marks, as it was beside each in the source."""
    slots = [marks[0].mark.before]
    for one, other in pairwise(marks):
        space = one.mark.after or other.mark.before
        apart = one.is_atom and other.is_atom and one.mark.gap != other.mark.gap
        slots.append(" " if apart and not space else space)
    return [*slots, marks[-1].mark.after]


def _adapt_to_script(slots: list[str], marks: Sequence[_Placement], before: str, after: str) -> None:
    """Between scripts with and without spaces, remove and add the spaces of atoms."""
    if marks[0].is_atom and before:
        slots[0] = _adapted(slots[0], marks[0].mark.left, before)
    if marks[-1].is_atom and after:
        slots[-1] = _adapted(slots[-1], marks[-1].mark.right, after)


def _adapted(slot: str, source: str, target: str) -> str:
    """The white space between an atom and a word, in place of the source's."""
    if not source or is_unspaced(source) == is_unspaced(target):
        return slot
    if is_unspaced(target):
        return "" if slot == " " else slot
    return slot or (" " if is_word(target) else "")


def _insert_space(slots: list[str], marks: Sequence[_Placement], space: str) -> None:
    """Put the translation's white space beside the marks: after what belongs to the word before them, or before."""
    for number, one in enumerate(marks):
        if not one.closes and not (one.is_atom and one.mark.touches_left):
            slots[number] = space
            return
        if one.is_atom and one.mark.touches_right:
            return  # it joins two words
    slots[-1] = space
