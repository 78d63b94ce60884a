"""A translation memory: translations that exist already, found by the text or by a similar one."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from seq2seq import log
from seq2seq.data.reading.choose_languages import choose_languages, no_language
from seq2seq.documents.similarity import SimilarTexts
from seq2seq.formats.bilingual.reader import LeftOut
from seq2seq.formats.bilingual.tmx import TMX


@dataclass(frozen=True, slots=True)
class Match:
    """A unit of the memory for a text."""

    source: str
    target: str
    similarity: float
    """Of the text and the unit's source; 1: they are equal."""
    line: int
    """Line of the memory's file."""


class Memory:
    """A translation memory.

    Args:
        units: lines, sources and targets; of several with one source the last counts.
        threshold: least similarity of a match (see :mod:`seq2seq.documents.similarity`); None: only equal texts match.
    """

    def __init__(self, units: Iterable[tuple[int, str, str]], *, threshold: float | None = None) -> None:
        self._units = {_plain(source): Match(source, target, 1.0, line) for line, source, target in units}
        self._sources = list(self._units)
        self._similar = None if threshold is None else SimilarTexts(self._sources, threshold)

    @classmethod
    def read(cls, path: Path, *, source: str, target: str, threshold: float | None = None) -> Self:
        """Read a TMX file; ``source`` is the language of the texts that are looked up, each empty if not known.

        Raises:
            DataError: it cannot be read, it is unclear which languages are meant, or it has no unit in them.
        """
        wanted = {side: language for side, language in (("source", source), ("target", target)) if language}
        chosen = choose_languages({path: TMX.languages(path)}, wanted)
        left_out = LeftOut()
        memory = cls(TMX.read(path, *chosen, left_out), threshold=threshold)
        if left_out:
            log.say(f"{path}: left out: {left_out}")
        if not memory:
            raise no_language(str(path), chosen, f"no unit in {' and '.join(chosen)}")
        return memory

    def __len__(self) -> int:
        return len(self._units)

    def find(self, text: str) -> Match | None:
        """The unit of a text: one that is equal except for white space."""
        return self._units.get(_plain(text))

    def find_similar(self, text: str) -> Match | None:
        """The most similar unit, if there is a threshold and one that reaches it."""
        found = self._similar.find(_plain(text)) if self._similar is not None else None
        if found is None:
            return None
        number, similarity = found
        unit = self._units[self._sources[number]]
        return Match(unit.source, unit.target, similarity, unit.line)


def _plain(text: str) -> str:
    return " ".join(text.split())
