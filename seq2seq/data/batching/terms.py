"""Sources with the translations of their terms, for some rows of training (Dinu et al. 2019)."""

from collections import defaultdict
from pathlib import Path
from typing import Final, Self

import numpy as np

from seq2seq.config.data import DataConfig
from seq2seq.data.reading.choose_languages import languages_of
from seq2seq.formats.glossaries.glossary import Glossary
from seq2seq.formats.glossaries.read import read_glossary
from seq2seq.text.term_annotation import annotate
from seq2seq.text.term_matcher import TermMatcher, find_word, plain

OTHER: Final = 0.5
"""Share of the annotated terms that get the translation of another term, in source and target. Without, models that are
fine-tuned seldom copy: nearly all translations follow from their terms anyway (benchmarks/LOG.md, 2026-11-29)."""
_ENDING: Final = 2
"""Letters that the other translation has in common with the right one, at its end: then gender, number and case are
often the same, and the words around it fit."""


class TermAnnotator:
    """Annotates terms whose translation stands in the target, in a share of the rows that have some."""

    def __init__(self, glossary: Glossary, share: float) -> None:
        self.share = share
        self._terms = glossary.terms
        self._matcher = TermMatcher([(term.source, term.case_sensitive) for term in glossary.terms])
        self._alike: dict[tuple[bool, str], list[str]] = defaultdict(list)
        for text in dict.fromkeys(plain(text) for term in glossary.terms for text in term.targets):
            self._alike[_form(text)].append(text)

    @classmethod
    def from_config(cls, data: DataConfig) -> Self | None:
        """The annotation of a recipe; None: there is none.

        Raises:
            DataError: the glossary cannot be read.
        """
        if data.terms is None:
            return None
        return cls(read_glossary(Path(data.terms.glossary), languages_of(data)), data.terms.share)

    def annotate(self, source: str, target: str, rng: np.random.Generator) -> tuple[str, str] | None:
        """The source with the translations that the target has, some of them changed in both; None: it has none.

        Each place in the target is the translation of one term.
        """
        source, target = plain(source), plain(target)
        taken = bytearray(len(target))
        places, changes = [], []
        for match in self._matcher.find(source):
            for text in map(plain, self._terms[match.term].targets):
                start = find_word(text, target)
                while start is not None and any(taken[start : start + len(text)]):
                    start = find_word(text, target, start + 1)
                if start is not None:
                    taken[start : start + len(text)] = b"\1" * len(text)
                    others = self._alike[_form(text)]
                    written = others[rng.integers(len(others))] if rng.random() < OTHER else text
                    places.append((match.end, written))
                    changes.append((start, start + len(text), written))
                    break
        for start, end, written in sorted(changes, reverse=True):
            target = target[:start] + written + target[end:]
        return (annotate(source, places), target) if places else None


def _form(text: str) -> tuple[bool, str]:
    """What translations have in common that may stand for each other: capitals, and the ending."""
    return text[:1].isupper(), text[-_ENDING:]
