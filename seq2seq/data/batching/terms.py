"""Sources with the translations of their terms, for some rows of training (Dinu et al. 2019)."""

from pathlib import Path
from typing import Self

from seq2seq.config.data import DataConfig
from seq2seq.data.reading.choose_languages import languages_of
from seq2seq.formats.glossaries.glossary import Glossary
from seq2seq.formats.glossaries.read import read_glossary
from seq2seq.text.term_annotation import annotate
from seq2seq.text.term_matcher import TermMatcher, find_word, plain


class TermAnnotator:
    """Annotates terms whose translation stands in the target, in a share of the rows that have some."""

    def __init__(self, glossary: Glossary, share: float) -> None:
        self.share = share
        self._terms = glossary.terms
        self._matcher = TermMatcher([(term.source, term.case_sensitive) for term in glossary.terms])

    @classmethod
    def from_config(cls, data: DataConfig) -> Self | None:
        """The annotation of a recipe; None: there is none.

        Raises:
            DataError: the glossary cannot be read.
        """
        if data.terms is None:
            return None
        return cls(read_glossary(Path(data.terms.glossary), languages_of(data)), data.terms.share)

    def annotate(self, source: str, target: str) -> str | None:
        """The source with the translations that the target has; None: it has none."""
        source, target = plain(source), plain(target)
        places = []
        for match in self._matcher.find(source):
            found = [text for text in self._terms[match.term].targets if find_word(plain(text), target) is not None]
            if found:
                places.append((match.start, match.end, found[0]))
        return annotate(source, places) if places else None
