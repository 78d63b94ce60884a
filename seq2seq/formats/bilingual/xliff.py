"""Files of translation units: XLIFF 1.2 and 2.x, read unit by unit.

1.2   `file` > `trans-unit` > `source`, `seg-source`, `target`        docs.oasis-open.org/xliff/v1.2
2.x   `file` > `unit` > `segment` > `source`, `target`                docs.oasis-open.org/xliff/xliff-core/v2.1
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from seq2seq.formats.bilingual.reader import Languages, LeftOut, Pair, PairReader
from seq2seq.formats.bilingual.units import UnitParser
from seq2seq.formats.languages import direction
from seq2seq.formats.xml import DEEPEST, too_deep

UNTRANSLATED: Final = frozenset({"new", "needs-translation", "initial"})
"""States of a target that is no translation (1.2: of `target`; 2.x: of `segment`)."""
HEADER: Final = "x-gettext-domain-header"
"""Type of the unit that is the header of a catalogue (XLIFF 1.2 Representation Guide for Gettext PO, section 4.1)."""
_OTHERS: Final = frozenset(
    {"alt-trans", "matches", "glossary", "note", "notes", "metadata", "context-group", "ignorable"}
)
"""Elements that may hold texts which are not the unit's own."""
_UNITS: Final = frozenset({"trans-unit", "segment"})
_TEXTS: Final = frozenset({"source", "seg-source", "target"})
Texts = dict[str, str]
"""Texts by the name of their element; those of segments that `mrk` marks are named with their number: `target 1`."""


def is_approved(attributes: Mapping[str, str]) -> bool:
    """Whether a person has approved the target of a unit (1.2, section 2.3: it is final, or has been reviewed)."""
    return attributes.get("approved") == "yes"


@dataclass(slots=True)
class _Unit:
    """A unit, or a segment of one."""

    line: int
    languages: tuple[str, str]
    translate: bool
    state: str = ""
    approved: bool = False
    texts: Texts = field(default_factory=dict)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The texts side by side: of the segments, if both sides are divided alike; else of the whole."""
        numbers = [name.partition(" ")[2] for name in self.texts if name.startswith("seg-source ")]
        if numbers and numbers == [name.partition(" ")[2] for name in self.texts if name.startswith("target ")]:
            yield from ((self.texts[f"seg-source {number}"], self.texts[f"target {number}"]) for number in numbers)
        else:
            yield self.texts.get("source", ""), self.texts.get("target", "")


class XLIFFReader(PairReader):
    """Reads pairs from files of translation units."""

    def languages(self, path: Path) -> Languages:
        """The languages of the first unit."""
        for unit in _File(path).units():
            return Languages(unit.languages, unit.languages[0])
        return Languages(())

    def read(self, path: Path, source: str, target: str, left_out: LeftOut) -> Iterator[Pair]:
        """The translated segments, or units; alternatives and notes are no part of them."""
        forward: dict[tuple[str, str], bool | None] = {}
        for unit in _File(path).units():
            if unit.languages not in forward:
                forward[unit.languages] = direction(unit.languages, source, target)
            as_it_is = forward[unit.languages]
            if as_it_is is None:
                left_out.add("units in other languages", path, unit.line)
            elif not unit.translate:
                left_out.add("units that are not to be translated", path, unit.line)
            elif unit.state in UNTRANSLATED and not unit.approved:
                left_out.add("units without a translation", path, unit.line)
            else:
                for one, other in unit.pairs():
                    if one and other:
                        yield (unit.line, one, other) if as_it_is else (unit.line, other, one)
                    else:
                        left_out.add("units without a translation", path, unit.line)


class _File(UnitParser[_Unit]):
    """A file, read from the beginning."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._open: list[str] = []  # names of the open elements
        self._translate = [True]  # for each, and the document, whether it is to be translated
        self._others = 0  # open elements inside of one of _OTHERS, with that
        self._languages = ("", "")
        self._unit = _Unit(0, self._languages, translate=True)
        self._side = ""  # the element whose text is read
        self._marks: list[tuple[str, int]] = []  # open `mrk` in it: number of the segment, place at which it begins
        self._codes: dict[str, str] = {}  # native code of the unit, by its number (2.x)
        self._code = ""  # the number of the one that is read

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        around = self._open[-1] if self._open else ""
        self._open.append(name)
        self._translate.append(attributes.get("translate", "yes" if self._translate[-1] else "no") == "yes")
        if len(self._open) > DEEPEST:
            raise too_deep(self._parser, self._where)
        if self._others or (name in _OTHERS and not self._side):
            self._others += 1
        elif self._side:
            self._text.start(name, attributes, self._codes.get(attributes.get("dataRef", ""), ""))
            if name == "mrk":
                number = attributes.get("mid", "") if attributes.get("mtype") == "seg" else ""
                self._marks.append((number, self._text.place()))
        elif name in _TEXTS and around in _UNITS:
            self._side = name
            self._unit.state = attributes.get("state", self._unit.state) if name == "target" else self._unit.state
            self._text.begin()
        elif name in _UNITS:
            self.begin_unit()
            translate = self._translate[-1] and attributes.get("restype") != HEADER
            state = attributes.get("state", "")
            self._unit = _Unit(self.line, self._languages, translate, state, is_approved(attributes))
        elif name == "unit":
            self._codes.clear()
        elif name == "data" and around == "originalData":
            self._code = attributes.get("id", "")
            self._text.begin()
        elif name == "file" and "source-language" in attributes:
            self._languages = attributes["source-language"], attributes.get("target-language", "")
        elif name == "xliff":
            self._languages = attributes.get("srcLang", ""), attributes.get("trgLang", "")

    def _end(self, name: str) -> None:
        name = self._open.pop()
        self._translate.pop()
        if self._others:
            self._others -= 1
        elif self._side and name == self._side:
            self._unit.texts[name] = self._text.text()
            self._side = ""
            self._marks.clear()
        elif self._side:
            self._text.end(name)
            number, place = self._marks.pop() if name == "mrk" and self._marks else ("", 0)
            if number:
                self._unit.texts[f"{self._side} {number}"] = self._text.since(place)
        elif self._code and name == "data":
            self._codes[self._code], self._code = self._text.text(), ""
        elif name in _UNITS:
            self.ready.append(self._unit)
            self.end_unit()


XLIFF: Final = XLIFFReader()
