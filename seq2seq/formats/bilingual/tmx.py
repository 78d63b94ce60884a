"""Translation memories: TMX 1.1 to 1.4b, read unit by unit.

https://www.gala-global.org/tmx-14b: `tu` (unit) > `tuv` (variant in a language) > `seg` (text and inline elements).
"""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Final

from seq2seq.formats.bilingual.reader import Languages, LeftOut, Pair, PairReader
from seq2seq.formats.bilingual.units import UnitParser
from seq2seq.formats.languages import base, covers
from seq2seq.formats.xml import DEEPEST, too_deep

_LOOKED_AT: Final = 1000
"""Units whose languages are looked at."""
_MOST_PAIRS: Final = 10_000
"""Pairs of a unit, at most: it is damaged if it has more."""
_UNDETERMINED: Final = "und"
"""The tag of a language that is not stated (ISO 639-2)."""
Variant = tuple[str, str]
"""Language, and text."""
Unit = tuple[int, list[Variant], bool]
"""Line at which it begins, its variants, and whether one states no language."""


class TMXReader(PairReader):
    """Reads pairs from translation memories."""

    def languages(self, path: Path) -> Languages:
        """The languages of the first units, and the header's `srclang`.

        Variants that state none are of a language if there is only one other, else they are mistakes.
        """
        memory = _Memory(path)
        tags: dict[str, None] = {}
        for number, (_, variants, _) in enumerate(memory.units(), 1):
            tags.update((tag, None) for tag, _ in variants)
            if number == _LOOKED_AT:
                break
        if len({base(tag) for tag in tags} - {_UNDETERMINED}) > 1:
            tags.pop(_UNDETERMINED, None)
        return Languages(tuple(tags), memory.source)

    def read(self, path: Path, source: str, target: str, left_out: LeftOut) -> Iterator[Pair]:
        """Every variant in the one language with every variant in the other."""
        sides = _Covered(source, target), _Covered(target, source)
        for line, variants, unstated in _Memory(path, lambda tag: sides[0][tag] or sides[1][tag]).units():
            sources, targets = ([text for tag, text in variants if side[tag]] for side in sides)
            if not sources or not targets:
                reason = "units with a text that states no language" if unstated else "units without both languages"
                left_out.add(reason, path, line)
            if len(sources) * len(targets) > _MOST_PAIRS:
                left_out.add(f"units with more than {_MOST_PAIRS:,} pairs", path, line)
                continue
            for one, other in product(sources, targets):
                if one and other:
                    yield line, one, other
                else:
                    left_out.add("units with an empty side", path, line)


class _Covered(dict[str, bool]):
    """Whether tags are of a language, and not of another that is narrower: `en-GB` beside `en`."""

    def __init__(self, language: str, other: str) -> None:
        self._language = language
        self._other = other if len(other) > len(language) else None

    def __missing__(self, tag: str) -> bool:
        narrower = self._other is not None and covers(self._other, tag)
        return self.setdefault(tag, covers(self._language, tag) and not narrower)


class _Memory(UnitParser[Unit]):
    """A file, read from the beginning; ``wanted`` says which languages are read."""

    def __init__(self, path: Path, wanted: Callable[[str], bool] = lambda _: True) -> None:
        super().__init__(path)
        self.source: str | None = None
        """The header's source language, once that has been read."""
        text, ready = self._text, self.ready
        variants: list[Variant] = []
        known: dict[str, bool] = {}
        depth, tag, inside, unstated = 0, "", False, False

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth, tag, inside, unstated, variants
            depth += 1
            if depth > DEEPEST:
                raise too_deep(self._parser, self._where)
            if inside:
                text.start(name, attributes)
            elif name == "seg":
                if known.get(tag) or (tag not in known and known.setdefault(tag, wanted(tag))):
                    inside = True
                    text.begin()
            elif name == "tuv":
                tag = attributes.get("xml:lang") or attributes.get("lang") or _UNDETERMINED
                unstated = unstated or tag == _UNDETERMINED
            elif name == "tu":
                variants, unstated = [], False
                self.begin_unit()
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
                ready.append((self.line, variants, unstated))
                self.end_unit()

        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end


TMX: Final = TMXReader()
