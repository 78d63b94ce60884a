"""What the thread of a translation model does: texts of one kind in, their translations out.

Texts are translated as documents are (:mod:`seq2seq.documents`), so that the output is that of the command line: split
into sentences, repeats once, tags and placeholders taken out and put back.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from seq2seq.config.search_settings import SearchSettings
from seq2seq.documents.engine import DocumentTranslator
from seq2seq.documents.text import translate_lines
from seq2seq.errors import ConfigError, Seq2SeqError
from seq2seq.formats.documents.html.reader import read_html
from seq2seq.formats.glossaries.glossary import Glossary, Term
from seq2seq.formats.splice import SplicedDocument
from seq2seq.inference.base import require_text
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.inference.request.terminology import GlossaryMode, Terminology
from seq2seq.inference.translation import Translation
from seq2seq.inference.translator import Translator
from seq2seq.server.jobs.job import Advance, searched
from seq2seq.special import UNK
from seq2seq.text.markup.spans import Markup, Span
from seq2seq.text.vocabulary.pair import VocabularyPair

TextFormat = Literal["text", "html"]
_MARK: Final = "\ufeff"
"""Byte order mark: whatever encoding an HTML text declares, the server has it as text."""
_BYTES_PER_TOKEN: Final = 4
"""UTF-8 bytes of a sub-word token: about four letters of an alphabet, or one to two characters of Chinese."""
_GLOSSARIES: Final = 8
"""Glossaries that are remembered: those of clients that ask at the same time."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What texts of one batch have in common."""

    source: str
    """Language of the texts; by its rules they are split into sentences."""
    target: str
    format: TextFormat = "text"
    nbest: int = 1
    """Translations of each text."""

    def run(self, engine: "TranslationEngine", texts: Sequence[str], advance: Advance) -> "list[Answer]":
        """The translations of texts."""
        return engine.translate(self, texts, advance)

    def config(self, default: SearchSettings) -> SearchSettings:
        """Settings of the search."""
        return default.model_copy(update={"nbest": self.nbest, "beam": max(default.beam, self.nbest)})

    def tokens_of(self, text: str, default: SearchSettings) -> int:
        """What a text takes."""
        return searched(estimated_tokens(text), self.config(default), default)


Answer = tuple[str, ...]
"""The translations of a text, best first; as many as asked for, or as differ."""


def estimated_tokens(text: str) -> int:
    """What a text takes, without encoding it."""
    return len(text.encode()) // _BYTES_PER_TOKEN + 1


class TranslationEngine:
    """Translates texts with one model; not for several threads at a time.

    Args:
        translator: the model.
    """

    def __init__(self, translator: Translator) -> None:
        self._translator = translator
        self._directions: dict[str, Translator] = {}
        self._glossaries: OrderedDict[Hashable, Terminology | Seq2SeqError] = OrderedDict()

    def translate(self, kind: Kind, texts: Sequence[str], advance: Advance | None = None) -> list[Answer]:
        """The translations of texts: lines without their ends (or sequences of vectors), or whole pieces of HTML."""
        model = self.to(kind.target)
        if model.tokenizers.reads_vectors:
            if kind.format == "html":
                require_text(model.tokenizers, "HTML holds text")
            found = model.translate_nbest(texts, kind.config(model.decoding), advance=advance)
            return [tuple(dict.fromkeys(one.text for one in ranked)) for ranked in found]
        write = _translate_html if kind.format == "html" else _translate_text
        known: _Known = {}
        versions = [
            write(_documents(_NthBest(model, kind, rank, known), kind), texts, advance) for rank in range(kind.nbest)
        ]
        return [tuple(dict.fromkeys(answers)) for answers in zip(*versions, strict=True)]

    def to(self, language: str) -> Translator:
        """The model for a target language."""
        if language not in self._translator.direction.languages:
            return self._translator
        if language not in self._directions:
            self._directions[language] = self._translator.to(language)
        return self._directions[language]

    def with_terms(
        self,
        model: Translator,
        languages: tuple[str, str],
        terms: Sequence[tuple[str, tuple[str, ...]]],
        mode: GlossaryMode | None,
    ) -> Translator:
        """A model whose translations contain the terms of a glossary, which is prepared once for several batches.

        Raises:
            ConfigError: the model was not trained for the mode, or cannot write a term.
        """
        key = (languages, terms, mode)
        if key not in self._glossaries:
            try:
                self._glossaries[key] = _prepared(model, languages, terms, mode)
            except Seq2SeqError as error:
                self._glossaries[key] = error
        self._glossaries.move_to_end(key)
        while len(self._glossaries) > _GLOSSARIES:
            self._glossaries.popitem(last=False)
        found = self._glossaries[key]
        if isinstance(found, Seq2SeqError):
            raise found
        return replace(model, terminology=found)


def _prepared(
    model: Translator,
    languages: tuple[str, str],
    terms: Sequence[tuple[str, tuple[str, ...]]],
    mode: GlossaryMode | None,
) -> Terminology:
    """A glossary for a model. What would be a warning in the log is an error: the log has no texts of clients."""
    target = model.tokenizers.target
    for term, translations in terms:
        if all(UNK in (ids := target.encode(translation)) or not ids for translation in translations):
            problem = f"the model cannot write the translation of {term!r}"
            raise ConfigError("glossary", [problem], code="glossary.unknown-characters")
    glossary = Glossary("the glossary", tuple(Term(term, translations) for term, translations in terms))
    return Terminology.prepare(glossary, model.tokenizers, languages, mode)


def _documents(model: "_NthBest", kind: Kind) -> DocumentTranslator:
    """For one batch: it keeps all that it has translated."""
    return DocumentTranslator(
        model, source_language=kind.source, target_language=kind.target, markup=model.declared_markup
    )


def _translate_text(documents: DocumentTranslator, lines: Sequence[str], advance: Advance | None) -> list[str]:
    # A blank line before them: what a file's first bytes say of its kind is not asked of a client's text.
    return [line.target for line in translate_lines(documents, ["", *lines], advance=advance)[1:]]


def _translate_html(documents: DocumentTranslator, texts: Sequence[str], advance: Advance | None) -> list[str]:
    pages = list(map(as_page, texts))
    segments = [segment for page in pages for segment in page.segments]
    targets = iter(documents.translate(segments, advance=advance))
    return [without_mark(page.write([next(targets).target for _ in page.segments])) for page in pages]


def as_page(text: str) -> SplicedDocument:
    """A text of HTML as a document."""
    return read_html((_MARK + text).encode(), "the text")


def without_mark(page: bytes) -> str:
    """The text of a document that :func:`as_page` made."""
    return page.decode().removeprefix(_MARK)


_Known = dict[tuple[str, tuple[Span, ...], bool], list[Translation]]
"""Translations of sentences, best first, by text, spans, and whether they have alignments."""


class _NthBest:
    """A translator whose translation of a sentence is its second best, say: the best where there are fewer.

    Args:
        model: is asked once for all ranks.
        kind: how many ranks there are.
        rank: 0 is the best.
        known: what the model has translated, for all ranks.
    """

    def __init__(self, model: Translator, kind: Kind, rank: int, known: _Known) -> None:
        self.decoding = kind.config(model.decoding)
        self.longest = model.longest
        self.languages = model.languages
        self.model = model
        self.rank = rank
        self.known = known

    @property
    def tokenizers(self) -> VocabularyPair:
        return self.model.tokenizers

    @property
    def declared_markup(self) -> Collection[Markup]:
        return self.model.declared_markup

    @property
    def copies_spans(self) -> bool:
        return self.model.copies_spans

    def translate_nbest(
        self,
        texts: Iterable[str],
        config: SearchSettings | None = None,
        *,
        start: int = 0,
        warnings: InputWarnings | None = None,
        alignments: bool = False,
        spans: Sequence[Sequence[Span]] | None = None,
        advance: Callable[[int], None] | None = None,
    ) -> list[list[Translation]]:
        """The translations of this rank."""
        texts = list(texts)
        copied = [()] * len(texts) if spans is None else [tuple(one) for one in spans]
        keys = [(text, one, alignments) for text, one in zip(texts, copied, strict=True)]
        new = [key for key in dict.fromkeys(keys) if key not in self.known]
        if new:
            translated = self.model.translate_nbest(
                [text for text, _, _ in new],
                config or self.decoding,
                start=start,
                warnings=warnings,
                alignments=alignments,
                spans=None if spans is None else [one for _, one, _ in new],
                advance=advance,
            )
            self.known.update(zip(new, translated, strict=True))
        ranked = [self.known[key] for key in keys]
        return [[one[self.rank] if self.rank < len(one) else one[0]] for one in ranked]
