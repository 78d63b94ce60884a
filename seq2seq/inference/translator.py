"""From text, or sequences of vectors, to text: the translator.

A translator sorts sentences by length, decodes them in batches, and returns translations in the order of the input.
Input of any length is read in chunks of lines (:mod:`seq2seq.inference.lines`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from seq2seq.config.search_settings import SearchSettings
from seq2seq.inference.base import TextModel, text_list
from seq2seq.inference.engines.open import Engine
from seq2seq.inference.request.direction import Direction
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.inference.request.request import Request
from seq2seq.inference.request.sources import list_sources, read_sources
from seq2seq.inference.translation import Translation, translation_of, with_confidence
from seq2seq.inference.workers import map_by_length
from seq2seq.model_folder.read import ModelFolder
from seq2seq.search.decode import score_targets
from seq2seq.search.hypothesis import Hypothesis
from seq2seq.search.stepper import Stepper
from seq2seq.text.markup.spans import Markup, Span
from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.wording import plural

if TYPE_CHECKING:
    from seq2seq.evaluation.confidence import Confidence
    from seq2seq.formats.glossaries.glossary import Glossary
    from seq2seq.inference.request.copying import Copying
    from seq2seq.inference.request.terminology import GlossaryMode, Terminology
    from seq2seq.text.protection import Protection


@dataclass(eq=False, repr=False)
class Translator(TextModel):
    """Translates text, or sequences of vectors, with a trained model; :func:`seq2seq.load` makes one."""

    task = "translation"
    method = "translate"

    stepper: Stepper[Any]
    """The model, as used by search."""
    tokenizers: VocabularyPair
    """Tokenizers of source and target."""
    decoding: SearchSettings
    """Default settings of the search."""
    longest: int | None = field(default=None, kw_only=True)
    """Tokens of the longest source it was trained on; longer lines get a warning."""
    workers: int = field(default=1, kw_only=True)
    """Batches that are decoded in parallel."""
    confidence: Confidence | None = field(default=None, kw_only=True)
    """Of its translations."""
    terminology: Terminology | None = field(default=None, kw_only=True)
    """Terms that its translations contain; see :meth:`with_glossary`."""
    languages: tuple[str, str] = field(default=("", ""), kw_only=True)
    """Languages of source and target, as codes of BCP 47; empty where they are not known."""
    protection: Protection | None = field(default=None, kw_only=True)
    """The text that it was trained to copy."""
    direction: Direction = field(default=Direction(), kw_only=True)
    """The language, of several that it was trained with, and further tags."""

    def __post_init__(self) -> None:
        self.copying: Copying | None = None
        """What it does with text that it was trained to copy."""
        if self.protection is not None:
            from seq2seq.inference.request.copying import Copying

            self.copying = Copying(self.protection, self.tokenizers)

    @property
    def declared_markup(self) -> tuple[Markup, ...]:
        """Markup languages of the texts that it was trained to copy markup of."""
        return () if self.protection is None else self.protection.declared

    @property
    def reads_lines(self) -> bool:
        """Whether each text is translated whole, not sentence by sentence: it has its tags, or is vectors."""
        return self.direction.reads_tags or self.tokenizers.reads_vectors

    @property
    def copies_spans(self) -> bool:
        """Whether it was trained to copy spans of all kinds (`data.protect`), so that it takes ``spans``."""
        return self.protection is not None and self.protection.all_kinds

    @classmethod
    def from_folder(cls, folder: ModelFolder, stepper: Stepper[Any], *, workers: int) -> Self:
        """The translator of a model folder whose network is open."""
        config = folder.inference
        assert config.search is not None
        confidence = None
        if config.confidence is not None:
            from seq2seq.evaluation.confidence import Confidence

            confidence = Confidence(*config.confidence)
        return cls(
            stepper,
            folder.tokenizers,
            config.search,
            longest=config.longest,
            workers=workers,
            direction=Direction(config.tags),
            protection=config.protection,
            confidence=confidence,
            languages=config.languages,
        )

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        ensemble: Sequence[str | Path] = (),
        device: str = "auto",
        engine: Engine = "auto",
        threads: int | None = None,
        workers: int | None = None,
        shortlist: bool = False,
    ) -> Translator:
        """Load a trained translator, or several as one; arguments as those of :func:`seq2seq.load`.

        Raises:
            ModelError: also where a model is for another task.
        """
        from seq2seq.inference.load import open_ensemble

        paths = [path, *ensemble]
        _, translator = open_ensemble(
            Translator, paths, device=device, engine=engine, threads=threads, workers=workers, shortlist=shortlist
        )
        return translator

    def with_glossary(
        self,
        glossary: str | Path | Glossary | Mapping[str, str | Sequence[str]],
        *,
        languages: tuple[str, str] | None = None,
        mode: GlossaryMode | None = None,
    ) -> Self:
        """The same translator, whose translations contain the terms of a glossary.

        Args:
            glossary: a TSV, CSV or TBX file; or a dictionary from terms to their translations.
            languages: of sources and targets, if the file has several (default: those of the model, if known).
            mode: `force` makes a search write the terms; `soft` annotates sources with them, for a model that was
                trained so (`data.terms`); `both` forces those that annotations did not bring about (default: `both` if
                the model was trained so, else `force`).

        Raises:
            DataError: the file cannot be read, or has no terms in these languages.
            ConfigError: the model does not read or write text, or was not trained for this mode.
        """
        from seq2seq.inference.request.terminology import Terminology

        terms = Terminology.prepare(glossary, self.tokenizers, self.languages if languages is None else languages, mode)
        return replace(self, terminology=terms)

    def to(self, language: str | None, *tags: str) -> Self:
        """The same model for one of its target languages, and with further tags of its recipe's sources.

        Raises:
            ConfigError: it was not trained with them.
        """
        languages = self.languages if language is None else (self.languages[0], language)
        return replace(self, direction=self.direction.to(language, tags), languages=languages)

    def translate(self, texts: Iterable[Any], *, beam: int | None = None) -> list[str]:
        """Translate sentences: the best output of each, in order.

        Args:
            texts: one sentence per entry; empty ones stay empty. Or sequences of vectors (S, F), numbers or JSON.
            beam: hypotheses per step of beam search (1 is greedy), in place of the recipe's settings.

        Raises:
            TypeError: ``texts`` is one string, or an entry is not a string.
        """
        return [best.text for best, *_ in self.translate_nbest(texts, _for_the_best(self.decoding, beam))]

    def score(self, sources: Iterable[Any], targets: Iterable[str]) -> list[float]:
        """Log-probabilities of given translations.

        Text that the vocabulary lacks counts as the unknown token. Sources are cut as for translation.

        Args:
            sources: N sentences, or sequences of vectors.
            targets: a translation of each.

        Returns:
            The log-probability of each translation in nats: the sum over its tokens and the end of the sentence, with
            no length penalty. For a source without text, it is 0 for the empty translation, and -inf for any other.

        Raises:
            TypeError: ``sources`` or ``targets`` is one string, or an entry is not a string.
            ValueError: their numbers differ.
        """
        sources, targets = list_sources(self.tokenizers.source, sources), text_list(targets)
        if len(sources) != len(targets):
            raise ValueError(f"{plural(len(sources), 'source')}, but {plural(len(targets), 'target')}")
        if self.copying is not None:
            protected = self.copying.protect(sources)
            targets = list(map(self.copying.protect_target, targets, protected))
            sources = [source.text for source in protected]
        sources = self.direction.lead(sources)
        read, _ = read_sources(self.tokenizers.source, sources, 0, InputWarnings())
        written = self.tokenizers.target.encode_batch(targets)
        log_probs = [0.0 if not ids else -math.inf for ids in written]  # for sources without text
        lengths = [(row, max(len(ids), len(written[row]))) for row, ids in read.items()]

        def score(rows: list[int]) -> list[float]:
            scores = score_targets(self.stepper, [read[row] for row in rows], [written[row] for row in rows])
            return list(map(float, scores))

        for row, log_prob in map_by_length(score, lengths, self.decoding.batch_size, self.workers):
            log_probs[row] = log_prob
        return log_probs

    def translate_nbest(
        self,
        texts: Iterable[Any],
        config: SearchSettings | None = None,
        *,
        start: int = 0,
        warnings: InputWarnings | None = None,
        alignments: bool = False,
        prefix: str = "",
        spans: Sequence[Sequence[Span]] | None = None,
        advance: Callable[[int], None] | None = None,
    ) -> list[list[Translation]]:
        """Translate lines; returns the n best translations of each, with scores and tokens.

        Args:
            texts: one sentence, or sequence of vectors, per entry. White space has one empty translation.
            config: settings of the search, in place of the recipe's.
            start: number of the first line, from 0; it decides what is sampled, and the line numbers of ``warnings``.
            warnings: counts warnings about the lines.
            alignments: whether to return attention, if the model has it.
            prefix: the beginning of every translation (if it ends with a space, a word follows); scores and
                probabilities are of the rest. Spans of the source that it has are not written again.
            spans: spans of each text that are copied, ascending, in place of those that are found. The model must have
                been trained to copy spans (:attr:`copies_spans`).
            advance: called with the number of lines finished since its last call.

        Returns:
            The translations of every line, best first: up to ``config.nbest``.

        Raises:
            TypeError: ``texts`` is one string, or an entry is not a string.
            DataError: a text does not say into which of several languages it is translated, or is not of vectors.
            ValueError: ``spans`` are given, and the model does not copy spans.
            ConfigError: the target vocabulary lacks characters of ``prefix``.
        """
        texts = list_sources(self.tokenizers.source, texts)
        if spans is not None and not self.copies_spans:
            raise ValueError("this model was trained without data.protect, and does not copy spans")
        config, warnings = config or self.decoding, InputWarnings() if warnings is None else warnings
        request = Request.read(
            self, texts, config, start=start, warnings=warnings, prefix=prefix, spans=spans, attention=alignments
        )
        notes = [request.notes.get(row) for row in range(len(texts))]
        results = [[Translation(text="", score=0.0, log_prob=0.0, note=note)] for note in notes]
        if advance:
            advance(len(texts) - len(request.sources))
        lengths = [(row, len(source)) for row, source in request.sources.items()]
        for row, hypotheses in map_by_length(request.decode, lengths, config.batch_size, self.workers, advance):
            results[row] = self.written(request, row, hypotheses)
        for row, translations in enumerate(results):
            warnings.add_terms(start + row + 1, translations[0].terms)
            if translations[0].note:
                warnings.add(start + row + 1, translations[0].note)
        return results

    def written(self, request: Request, row: int, hypotheses: Sequence[Hypothesis]) -> list[Translation]:
        """The outputs for one text of a request, as text."""
        pieces = tuple(self.tokenizers.source.pieces(request.sources[row]))
        translations = [
            translation_of(
                hypothesis,
                self.tokenizers.target,
                pieces,
                request.notes.get(row),
                head=self.direction.head(pieces),
                prefix=request.prefix,
                protected=None if request.protected is None else request.protected[row],
            )
            for hypothesis in hypotheses
        ]
        if self.terminology is not None:
            found = request.terms[row]
            translations = [
                replace(one, terms=self.terminology.uses(found, one.text, forced=hypothesis.forced))
                for one, hypothesis in zip(translations, hypotheses, strict=True)
            ]
        if self.confidence is not None and request.config.method == "beam" and not request.prefix:
            translations = with_confidence(translations, self.confidence)
        return translations


@lru_cache(maxsize=16)
def _for_the_best(config: SearchSettings, beam: int | None) -> SearchSettings:
    """Settings for one output; a beam is checked, which takes longer than to read a sentence."""
    if beam is None:
        return config.model_copy(update={"nbest": 1})
    from seq2seq.config.decoding import DecodingConfig

    return DecodingConfig.model_validate({**asdict(config), "nbest": 1, "method": "beam", "beam": beam})
