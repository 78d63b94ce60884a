"""Sentences through the model: each distinct one once, many at a time."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final, NamedTuple, Protocol

from seq2seq.config.search_settings import SearchSettings
from seq2seq.documents.spans.marks import MarkedSentence, mark
from seq2seq.documents.translated import Sentence
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.inference.translation import Translation
from seq2seq.text.markup.spans import Markup, Span
from seq2seq.text.vocabulary.pair import VocabularyPair

_MOST_REMEMBERED: Final = 100_000
"""Sentences whose translations are remembered for repeats."""


class SentenceTranslator(Protocol):
    """What translates sentences: a :class:`seq2seq.inference.translator.Translator`, for one."""

    decoding: SearchSettings
    """Default settings of the search."""
    longest: int | None
    """Tokens of the longest source in training, EOS included."""
    languages: tuple[str, str]
    """Languages of source and target, as codes of BCP 47; empty where they are not known."""

    @property
    def tokenizers(self) -> VocabularyPair:
        """Those of the model."""

    @property
    def declared_markup(self) -> Collection[Markup]:
        """Markup languages of the texts that it was trained on."""

    @property
    def copies_spans(self) -> bool:
        """Whether it takes ``spans``, which it copies."""

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
        """The translations of each text, best first."""


class _Request(NamedTuple):
    """What the model is asked for."""

    text: str
    spans: tuple[Span, ...] = ()
    """Spans that the model copies."""


class SentenceRunner:
    """Translates sentences.

    Args:
        model: translates them.
        config: settings of the search, in place of the recipe's.
        alignments: whether all translations have the model's attention, and not only those that need it.

    Attributes:
        warnings: about all sentences so far.
    """

    def __init__(self, model: SentenceTranslator, config: SearchSettings | None, *, alignments: bool) -> None:
        self._model = model
        self._config = config
        self._alignments = alignments
        self._known: dict[_Request, tuple[Translation, bool]] = {}
        self.warnings = InputWarnings()

    def translate(self, work: Sequence[tuple[int, Sentence]], advance: Callable[[float], None] | None = None) -> int:
        """Translate the sentences that the memory does not have.

        Where the model copies spans, a sentence is rendered, too, if all of them came out well.

        Args:
            work: sentences, and the lines in which they begin.
            advance: called with the share of the work that was finished since its last call.

        Returns:
            The number of sentences that were translated: others had been before, or are the same.
        """
        asked = [(line, sentence) for line, sentence in work if sentence.match is None]
        copied = [
            (line, sentence, mark(sentence.items))
            for line, sentence in asked
            if self._model.copies_spans and sentence.extract.nodes
        ]
        plain = [(line, one) for line, one in asked if not (self._model.copies_spans and one.extract.nodes)]
        marked = [(line, _Request(one.text, one.spans), self._alignments) for line, _, one in copied]
        done = self._run([*marked, *map(self._request, plain)], advance)
        failed = []
        for line, sentence, one in copied:
            translation = self._known[_Request(one.text, one.spans)][0]
            items = one.read(translation.text)
            if items is None:
                failed.append((line, sentence))
            else:
                sentence.rendered, sentence.translation = items, _readable(translation, one)
        self._run([*map(self._request, failed)], None)
        for _, sentence in (*plain, *failed):
            sentence.translation = self._known[_Request(sentence.extract.words)][0]
        for request in list(islice(self._known, max(0, len(self._known) - _MOST_REMEMBERED))):
            del self._known[request]
        return done

    def _request(self, work: tuple[int, Sentence]) -> tuple[int, _Request, bool]:
        """The request for the words of a sentence, and whether it needs attention."""
        line, sentence = work
        return line, _Request(sentence.extract.words), self._alignments or bool(sentence.extract.nodes)

    def _run(self, requests: Sequence[tuple[int, _Request, bool]], advance: Callable[[float], None] | None) -> int:
        """Translate what is not known yet; returns the number of texts."""
        wanted: dict[_Request, tuple[int, bool]] = {}
        for line, request, aligned in requests:
            known = self._known.get(request)
            if known is None or (aligned and not known[1]):
                first, before = wanted.get(request, (line, False))
                wanted[request] = first, before or aligned
        groups: dict[tuple[bool, bool], dict[_Request, int]] = {}
        for request, (line, aligned) in wanted.items():
            groups.setdefault((aligned, bool(request.spans)), {})[request] = line
        for (aligned, copies), lines in sorted(groups.items(), key=lambda group: group[0]):
            self._translate(lines, advance, len(wanted), aligned=aligned, copies=copies)
        return len(wanted)

    def _translate(
        self,
        lines: Mapping[_Request, int],
        advance: Callable[[float], None] | None,
        total: int,
        *,
        aligned: bool,
        copies: bool,
    ) -> None:
        """Translate requests of one kind, which begin in some lines."""
        start, numbers = self.warnings.lines, list(lines.values())
        self.warnings.line_of = lambda number: numbers[number - 1 - start]
        nbest = self._model.translate_nbest(
            [request.text for request in lines],
            self._config,
            start=start,
            warnings=self.warnings,
            alignments=aligned,
            spans=[request.spans for request in lines] if copies else None,
            advance=(lambda count: advance(count / total)) if advance else None,
        )
        self._known.update((request, (best, aligned)) for request, (best, *_) in zip(lines, nbest, strict=True))


def _readable(translation: Translation, marked: MarkedSentence) -> Translation:
    """A translation with its spans as the source spells them, in place of their marks."""
    table = {ord(character): inline.text for character, inline in marked.marks}
    return replace(
        translation,
        text=translation.text.translate(table),
        tokens=tuple(token.translate(table) for token in translation.tokens),
        source_tokens=tuple(token.translate(table) for token in translation.source_tokens),
    )
