"""Translation memories: TMX 1.1 to 1.4b, read unit by unit.

https://www.gala-global.org/tmx-14b: `tu` (unit) > `tuv` (variant in a language) > `seg` (text and inline elements).
"""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Final

from seq2seq.errors import DataError
from seq2seq.files.opening import open_bytes
from seq2seq.formats.inline import InlineText
from seq2seq.formats.languages import covers
from seq2seq.formats.reader import Languages, Pair, PairReader
from seq2seq.formats.xml import DEEPEST, create_parser, parse, too_deep

LONGEST: Final = 1 << 24
"""Bytes of a unit, at most: more, and it has not been closed."""
_LOOKED_AT: Final = 1000
"""Units whose languages are looked at."""
Variant = tuple[str, str]
"""Language, and text."""
Unit = tuple[int, list[Variant]]
"""Line at which it begins, and its variants."""


class TMX(PairReader):
    """Reads pairs from translation memories."""

    def languages(self, path: Path) -> Languages:
        """The languages of the first units, and the header's `srclang`."""
        memory = _Memory(path)
        tags: dict[str, None] = {}
        for number, (_, variants) in enumerate(memory.units(), 1):
            tags.update((tag, None) for tag, _ in variants)
            if number == _LOOKED_AT:
                break
        return Languages(tuple(tags), memory.source)

    def read(self, path: Path, source: str, target: str, left_out: Counter[str]) -> Iterator[Pair]:
        """Every variant in the one language with every variant in the other."""
        sides = _Covered(source), _Covered(target)
        for line, variants in _Memory(path).units(lambda tag: sides[0][tag] or sides[1][tag]):
            sources, targets = ([text for tag, text in variants if side[tag]] for side in sides)
            if not sources or not targets:
                left_out["units without both languages"] += 1
            for one, other in product(sources, targets):
                if one and other:
                    yield line, one, other
                else:
                    left_out["units with an empty side"] += 1


class _Covered(dict[str, bool]):
    """Whether tags are of a language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __missing__(self, tag: str) -> bool:
        return self.setdefault(tag, covers(self._language, tag))


class _Memory:
    """A file, read from the beginning.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._where = str(path)
        self._parser = create_parser(self._where)
        self._open: int | None = None  # byte at which the unit begins that is open
        self._line = 0  # of the same
        self.source: str | None = None
        """The header's source language, once that has been read."""

    def units(self, wanted: Callable[[str], bool] = lambda _: True) -> Iterator[Unit]:
        """The units, with their variants in the languages that are wanted."""
        units: list[Unit] = []
        self._handle(units, wanted)
        with open_bytes(self._path) as file:
            for _ in parse(self._parser, file, self._where):
                yield from units
                units.clear()
                if self._open is not None and self._parser.CurrentByteIndex - self._open > LONGEST:
                    raise DataError(
                        f"{self._where}:{self._line}: the unit that begins here does not end within "
                        f"{LONGEST >> 20} MB.\n  Is a tag not closed?",
                        code="data.xml-damaged",
                    )

    def _handle(self, units: list[Unit], wanted: Callable[[str], bool]) -> None:
        """Set the parser's handlers, which append units."""
        parser, text = self._parser, InlineText(self._parser)
        variants: list[Variant] = []
        known: dict[str, bool] = {}
        depth, tag, inside = 0, "", False

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth, tag, inside, variants
            depth += 1
            if depth > DEEPEST:
                raise too_deep(parser, self._where)
            if inside:
                text.start(name, attributes)
            elif name == "seg":
                if known.get(tag) or (tag not in known and known.setdefault(tag, wanted(tag))):
                    inside = True
                    text.begin()
            elif name == "tuv":
                tag = attributes.get("xml:lang") or attributes.get("lang") or ""
            elif name == "tu":
                variants = []
                self._line, self._open = parser.CurrentLineNumber, parser.CurrentByteIndex
            elif name == "header":
                srclang = attributes.get("srclang", "*all*")
                self.source = None if srclang.casefold() == "*all*" else srclang

        def end(name: str) -> None:
            nonlocal depth, inside
            depth -= 1
            if inside:
                if name == "seg":
                    inside = False
                    variants.append((tag, text.text()))
                else:
                    text.end(name)
            elif name == "tu":
                units.append((self._line, variants))
                self._open = None

        parser.StartElementHandler = start
        parser.EndElementHandler = end
