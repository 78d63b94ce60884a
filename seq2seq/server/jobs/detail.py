"""Translations with all that is known of them, as ``seq2seq translate --json`` writes them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from seq2seq.config.search_settings import SearchSettings
from seq2seq.documents.engine import DocumentTranslator
from seq2seq.documents.records import Record, line_record, paragraph_record
from seq2seq.documents.spans.inline import parse_content, text_of
from seq2seq.documents.spans.literals import Literals, place_spans
from seq2seq.documents.text import TranslatedLine, translate_lines
from seq2seq.documents.translated import Translated
from seq2seq.inference.base import require_text
from seq2seq.inference.recorded import translate_recorded
from seq2seq.inference.request.terminology import GlossaryMode
from seq2seq.inference.translator import Translator
from seq2seq.server.jobs.engine import TextFormat, TranslationEngine, as_page, estimated_tokens, without_mark
from seq2seq.server.jobs.job import Advance, searched
from seq2seq.special import EOS

_ALONE: Final = 16
"""A search that is recorded has a batch of its own, and sorts the vocabulary at every step: it takes the time of about
so many in a batch (measured with a small vocabulary, `benchmarks/LOG.md`)."""
Terms = tuple[tuple[str, tuple[str, ...]], ...]
"""Terms and their translations."""


@dataclass(frozen=True, slots=True)
class Detailed:
    """A line or an HTML text, translated."""

    text: str
    """The translation."""
    records: list[Record]
    """Of the line; of the segments of an HTML text."""


@dataclass(frozen=True, slots=True)
class DetailedTranslation:
    """Lines are translated, or whole texts of HTML."""

    source: str
    target: str
    format: TextFormat = "text"
    nbest: int = 1
    """Translations of each line. For several, lines are translated whole."""
    beam: int | None = None
    alignments: bool = False
    prefix: str = ""
    """Beginning of every translation; lines are translated whole."""
    glossary: Terms = ()
    mode: GlossaryMode | None = None
    search: bool = False
    """Whether to return the search; lines are translated whole."""
    protect: tuple[str, ...] = ()
    """Strings that are not translated; for sentences alone, not for whole lines."""
    spans: bool = False
    """Whether to return where these, markup, placeholders and links stand."""

    def run(self, engine: TranslationEngine, texts: Sequence[str], advance: Advance) -> list[Detailed]:
        """Their translations.

        Raises:
            ConfigError: the model was not trained for the glossary's mode, or cannot write one of its terms.
        """
        model = engine.to(self.target)
        if self.glossary:
            model = engine.with_terms(model, (self.source, self.target), self.glossary, self.mode)
        answers = self._translate(model, texts, advance)
        if self.spans:
            literals = Literals(self.protect)
            for record in (record for answer in answers for record in answer.records):
                source, target = str(record["source"]), str(record["translation"])
                record["spans"] = list(map(asdict, place_spans(source, target, literals, model.declared_markup)))
        return answers

    def _translate(self, model: Translator, texts: Sequence[str], advance: Advance) -> list[Detailed]:
        config = self._config(model.decoding)
        if self.format == "html":
            return self._pages(model, config, texts, advance)
        if self.search:
            return self._recorded(model, config, texts, advance)
        vectors = model.tokenizers.reads_vectors
        if vectors and self.protect:
            require_text(model.tokenizers, "what is protected is text")
        if self.nbest > 1 or self.prefix or vectors:
            found = model.translate_nbest(
                texts, config, alignments=self.alignments, prefix=self.prefix, advance=advance
            )
            return [
                Detailed(ranked[0].text, [line_record(1, text, ranked)])
                for text, ranked in zip(texts, found, strict=True)
            ]
        # A blank line before them: what a file's first bytes say of its kind is not asked of a client's text.
        lines = translate_lines(self._documents(model, config), ["", *texts], advance=advance)[1:]
        return [Detailed(line.target, [paragraph_record(1, line)]) for line in lines]

    def tokens_of(self, text: str, default: SearchSettings) -> int:
        """What a text takes; the prefix, for each."""
        tokens = estimated_tokens(text) + (estimated_tokens(self.prefix) if self.prefix else 0)
        tokens = searched(tokens, self._config(default), default)
        return tokens * _ALONE if self.search else tokens

    def _recorded(
        self, model: Translator, config: SearchSettings, texts: Sequence[str], advance: Advance
    ) -> list[Detailed]:
        answers = []
        for text in texts:
            answers.append(self._searched(model, config, text))
            advance(1)
        return answers

    def _searched(self, model: Translator, config: SearchSettings, text: str) -> Detailed:
        ranked, tree = translate_recorded(model, text, config, alignments=self.alignments, prefix=self.prefix)
        pieces = model.tokenizers.target.pieces([node.token for node in tree])
        nodes: list[Record] = [
            {
                "piece": None if node.token == EOS else piece,
                "parent": node.parent,
                "log_prob": node.log_prob,
                "probability": node.probability,
                "fate": node.fate,
                "best": node.best,
            }
            for node, piece in zip(tree, pieces, strict=True)
        ]
        return Detailed(ranked[0].text, [line_record(1, text, ranked) | {"search": nodes}])

    def _config(self, default: SearchSettings) -> SearchSettings:
        beam = default.beam if self.beam is None else self.beam
        return default.model_copy(update={"method": "beam", "beam": max(beam, self.nbest), "nbest": self.nbest})

    def _documents(self, model: Translator, config: SearchSettings) -> DocumentTranslator:
        return DocumentTranslator(
            model,
            source_language=self.source,
            target_language=self.target,
            config=config,
            markup=model.declared_markup,
            literals=Literals(self.protect),
            alignments=self.alignments,
        )

    def _pages(
        self, model: Translator, config: SearchSettings, texts: Sequence[str], advance: Advance
    ) -> list[Detailed]:
        pages = [as_page(text) for text in texts]
        segments = [segment for page in pages for segment in page.segments]
        done = iter(self._documents(model, config).translate(segments, advance=advance))
        answers = []
        for page in pages:
            translated = [next(done) for _ in page.segments]
            text = without_mark(page.write([one.target for one in translated]))
            answers.append(Detailed(text, list(map(_segment_record, translated))))
        return answers


def _segment_record(translated: Translated) -> Record:
    source, target = (
        text_of(parse_content(content)) for content in (translated.segment.content, translated.target.content)
    )
    return paragraph_record(translated.segment.line, TranslatedLine(source, target, translated))
