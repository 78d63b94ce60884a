"""Units in which targets are missing, and how these are filled in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from seq2seq.formats.bilingual.xliff import UNTRANSLATED, is_approved
from seq2seq.formats.documents.bilingual import Edit, flags_of, spliced_stretch
from seq2seq.formats.documents.xliff.sources import source_slots
from seq2seq.formats.documents.xml_pieces import escape, escape_attribute
from seq2seq.formats.segment import Target
from seq2seq.formats.splice import Slot
from seq2seq.formats.xml_tree import Element

_INDENTATION: Final = 500
"""Characters of indentation that are looked at, at most."""
_ATTRIBUTE: Final = re.compile(r"""\s+([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')""")


class UnitGap:
    """The missing targets of a unit.

    A target that is there is written over only in a state of untranslated ones, and never if a person has approved it.

    Attributes:
        complete: targets that are there.
        slots: segments of the sources whose target is missing.
        missing: whether one is.
    """

    def __init__(self, unit: Element, text: str) -> None:
        self.complete = 0
        self._unit = unit
        self._text = text
        self._fills: list[tuple[Element, Element, Element | None, list[Slot]]] = []
        """What has a state; the source; the target, which may be missing; slots of the source."""
        holders = unit.elements("segment") if unit.name == "unit" else iter([unit])
        for holder in holders:
            self._read(holder)
        self.slots: Sequence[Slot] = [slot for *_, slots in self._fills for slot in slots]
        self.missing = bool(self._fills)

    def _read(self, holder: Element) -> None:
        source, target = holder.first("source"), holder.first("target")
        if source is None or not _is_filled(source):
            return
        source = holder.first("seg-source") or source
        state = (target if holder.name == "trans-unit" and target is not None else holder).attributes.get("state")
        parts = _segments(source)
        untranslated = state in UNTRANSLATED and not is_approved(self._unit.attributes)
        if target is None or not _is_filled(target) or untranslated:
            slots = [slot for part in parts.values() or [source] for slot in source_slots(part, self._text)]
            self._fills.append((holder, source, target, slots))
            return
        there = _segments(target) if parts else {}
        empty = [number for number, part in there.items() if not _is_filled(part) and number in parts]
        self.complete += max(len(there), 1) - len(empty)
        for number in empty:
            self._fills.append((target, parts[number], there[number], source_slots(parts[number], self._text)))

    def edits(self, targets: Sequence[Target]) -> Iterator[Edit]:
        """Targets, states, and notes on why they are flagged."""
        rest = iter(targets)
        flagged: list[str] = []
        states: dict[int, tuple[Element, bool]] = {}
        for holder, source, target, slots in self._fills:
            own = list(islice(rest, len(slots)))
            flags = flags_of(own)
            flagged += flags
            inner = spliced_stretch(self._text, source.body, source.tail, slots, own)
            states[holder.start] = (holder, states.get(holder.start, (holder, False))[1] or bool(flags))
            yield self._target(holder, source, target, inner, bool(flags))
        for holder, flag in states.values():
            if holder.name != "trans-unit":
                yield Edit(holder.start, holder.body, self._start_tag(holder, _state(holder, flagged=flag)))
        if is_approved(self._unit.attributes):  # no person has seen what is new in it
            yield Edit(self._unit.start, self._unit.body, self._start_tag(self._unit, {"approved": "no"}))
        if flagged:
            yield self._notes(list(dict.fromkeys(flagged)))

    def _target(self, holder: Element, source: Element, target: Element | None, inner: str, flagged: bool) -> Edit:
        own = _state(holder, flagged=flagged) if holder.name == "trans-unit" else {}
        if target is not None:
            start, end = self._start_tag(target, own), f"</{target.prefix}{target.name}>"
            return Edit(target.start, target.end, f"{start}{inner}{end}")
        name = f"{source.prefix}target"
        attributes = "".join(f' {key}="{value}"' for key, value in own.items())
        return Edit(source.end, source.end, f"{self._break(source)}<{name}{attributes}>{inner}</{name}>")

    def _notes(self, flags: Sequence[str]) -> Edit:
        """An edit that adds notes on the reasons."""
        unit, prefix = self._unit, self._unit.prefix
        if unit.name == "trans-unit":
            after = unit.first("target") or unit.first("seg-source") or unit.first("source") or unit
            notes = [
                f'{self._break(after)}<{prefix}note from="seq2seq">{escape(flag)}</{prefix}note>' for flag in flags
            ]
            return Edit(after.end, after.end, "".join(notes))
        inner = "".join(f'<{prefix}note category="seq2seq">{escape(flag)}</{prefix}note>' for flag in flags)
        notes_there = unit.first("notes")
        if notes_there is not None and not notes_there.empty:
            return Edit(notes_there.tail, notes_there.tail, inner)
        before = notes_there or unit.first("originalData", "segment", "ignorable") or unit
        end = before.end if notes_there else before.start
        space = "" if notes_there else self._break(before)
        return Edit(before.start, end, f"<{prefix}notes>{inner}</{prefix}notes>{space}")

    def _start_tag(self, element: Element, values: Mapping[str, str | None]) -> str:
        return start_tag(self._text[element.start : element.body], values)

    def _break(self, element: Element) -> str:
        """The line break and the indentation before an element, if it begins a line."""
        before = self._text[max(0, element.start - _INDENTATION) : element.start]
        place = before.rfind("\n")
        if place < 0 or before[place:].strip():
            return ""
        return before[place - before.endswith("\r", 0, place) :]


def start_tag(tag: str, values: Mapping[str, str | None]) -> str:
    """A start tag with other values of some attributes (None: without it); an empty tag becomes a start tag."""
    body = tag.removesuffix(">").removesuffix("/").rstrip()
    body = _ATTRIBUTE.sub(lambda attribute: "" if attribute[1] in values else attribute[0], body)
    added = (f' {name}="{escape_attribute(value)}"' for name, value in values.items() if value is not None)
    return "".join([body, *added, ">"])


def _state(holder: Element, *, flagged: bool) -> dict[str, str | None]:
    """Attributes that say that a target is by a machine."""
    if holder.name == "segment":
        return {"state": "translated", "subState": "seq2seq:flagged" if flagged else None}
    return {"state": "needs-review-translation", "state-qualifier": "x-flagged" if flagged else "leveraged-mt"}


def _segments(element: Element) -> dict[str, Element]:
    """Segments within a source or a target, by their numbers."""
    marks = [mark for mark in element.outermost("mrk") if mark.attributes.get("mtype") == "seg"]
    return {mark.attributes.get("mid", str(place)): mark for place, mark in enumerate(marks)}


def _is_filled(element: Element) -> bool:
    """Whether there is text or code in it."""
    return bool(element.text().strip()) or any(child.name != "mrk" or _is_filled(child) for child in element.elements())
