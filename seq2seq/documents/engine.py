"""Segments to targets: split into sentences, looked up or translated, and put together again with their spans."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from seq2seq.config.search_settings import SearchSettings
from seq2seq.documents.report import Flag, Flagged, Report, Used
from seq2seq.documents.runner import SentenceRunner, SentenceTranslator
from seq2seq.documents.sentences import Chunk, split_long, split_sentences, trimmed
from seq2seq.documents.spans.extraction import Atom, extract
from seq2seq.documents.spans.inline import Inline, Item, codes_only, parse_content, text_of, to_content
from seq2seq.documents.spans.literals import Literals
from seq2seq.documents.spans.rendering import continue_sentence, render
from seq2seq.documents.spans.verify import splits_message, verify
from seq2seq.documents.translated import Sentence, Translated, TranslatedPart, join_parts
from seq2seq.formats.segment import Segment, Target
from seq2seq.inference.base import require_text
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.inference.translation import Translation
from seq2seq.text.markup.spans import Markup

if TYPE_CHECKING:
    from seq2seq.documents.memory import Memory


class DocumentTranslator:
    """Translates segments, one document or one window of lines after another.

    Args:
        model: translates sentences.
        source_language: by whose rules paragraphs are split into sentences; a code of BCP 47, or empty.
        target_language: of the translations; empty: not known.
        config: settings of the search, in place of the recipe's; one translation per sentence.
        memory: translations that exist already.
        markup: languages in which the words are known to be written.
        flag_below: least confidence of a sentence that is not flagged (see :mod:`seq2seq.evaluation.confidence`).
        literals: strings that are never translated.
        alignments: whether the translations of all sentences have the model's attention.

    Raises:
        ConfigError: the model does not read text.

    Attributes:
        languages: of the source and of the target.
        report: about all segments so far.
    """

    def __init__(
        self,
        model: SentenceTranslator,
        *,
        source_language: str = "",
        target_language: str = "",
        config: SearchSettings | None = None,
        memory: Memory | None = None,
        markup: Collection[Markup] = (),
        flag_below: float | None = None,
        literals: Literals | None = None,
        alignments: bool = False,
    ) -> None:
        require_text(model.tokenizers, "documents hold text")
        self._model = model
        self.languages = source_language, target_language
        self._memory = memory
        self._markup = markup
        self._literals = literals or Literals()
        self._flag_below = flag_below
        self._runner = SentenceRunner(model, config, alignments=alignments)
        self.report = Report()

    @property
    def warnings(self) -> InputWarnings:
        """About all sentences so far."""
        return self._runner.warnings

    @warnings.setter
    def warnings(self, warnings: InputWarnings) -> None:
        self._runner.warnings = warnings

    @property
    def knows_languages(self) -> bool:
        """Whether a language is known, so that what has no letters needs no translation."""
        return any(self.languages)

    def translate(
        self, segments: Sequence[Segment], *, wordless: bool = False, advance: Callable[[float], None] | None = None
    ) -> list[Translated]:
        """Translate segments; each sentence that occurs several times is translated once.

        Args:
            segments: in their order.
            wordless: whether segments are translated whole, though they have no letters.
            advance: called with the number of segments finished since its last call, a fraction included.
        """
        plans = [self._plan(segment, wordless=wordless) for segment in segments]
        work = [
            (segment.line, part)
            for segment, parts in zip(segments, plans, strict=True)
            for part in parts
            if isinstance(part, Sentence)
        ]
        done = self._runner.translate(work, (lambda share: advance(share * len(segments))) if advance else None)
        self.report.translated += done
        self.report.repeats += sum(sentence.match is None for _, sentence in work) - done
        return [self._compose(segment, parts) for segment, parts in zip(segments, plans, strict=True)]

    # ------------------------------------------------------------------------------------------------ before the model

    def _plan(self, segment: Segment, *, wordless: bool) -> list[TranslatedPart]:
        """The sentences of a segment, and what stands between them."""
        items = self._literals.split(parse_content(segment.content, self._markup))
        self.report.segments += 1
        self.report.spans += sum(isinstance(item, Inline) for item in items)
        parts: list[TranslatedPart] = []
        for chunk in self._whole(items) if wordless else self._chunks(items):
            parts += self._sentences(chunk) if chunk.is_sentence else chunk.items
        self.report.sentences += sum(isinstance(part, Sentence) for part in parts)
        return parts

    def _whole(self, items: Sequence[Item]) -> list[Chunk]:
        """All of a segment as one sentence, and the white space around it."""
        chunks = list(trimmed(items)) if items else []
        return [replace(chunk, is_sentence=bool(text_of(chunk.items).strip())) for chunk in chunks]

    def _chunks(self, items: Sequence[Item]) -> list[Chunk]:
        """The sentences of a segment; all of it, if the memory has it, or has one like it and not all its sentences."""
        whole = self._whole(items) if self._memory is not None else []
        if self._has(whole, any, similar=False):
            return whole
        sentences = split_sentences(items, self.languages[0])
        several = sum(chunk.is_sentence for chunk in sentences) > 1
        if several and not self._has(sentences, all, similar=False) and self._has(whole, any, similar=True):
            return whole
        return sentences

    def _has(self, chunks: Sequence[Chunk], which: Callable[[Iterable[bool]], bool], *, similar: bool) -> bool:
        """Whether the memory has ``any``, or ``all``, of the sentences among chunks."""
        return which(self._remembered(one, similar=similar) is not None for one in chunks if one.is_sentence)

    def _sentences(self, chunk: Chunk) -> list[TranslatedPart]:
        """A sentence, or its clauses if it is too long for the model."""
        remembered = self._remembered(chunk, similar=True)
        if remembered is not None:
            return [remembered]
        parts: list[TranslatedPart] = []
        for piece in self._short(chunk):
            if piece.is_sentence:
                parts.append(Sentence(piece.items, extract(piece.items), continues=bool(parts)))
            else:
                parts += piece.items
        return parts

    def _remembered(self, chunk: Chunk, *, similar: bool) -> Sentence | None:
        """A sentence that the memory has; it has placeholders and links as text, and no codes."""
        if self._memory is None:
            return None
        items = codes_only(chunk.items)
        taken = extract(items)
        match = self._memory.find(taken.words)
        if match is None and similar:
            match = self._memory.find_similar(taken.words)
        return None if match is None else Sentence(tuple(items), taken, match=match)

    def _short(self, chunk: Chunk) -> list[Chunk]:
        """A sentence, or its clauses where it is longer than those the model was trained on."""
        longest = self._model.longest
        if longest is None:
            return [chunk]

        def fits(part: Chunk) -> bool:
            words = extract(part.items).words
            # A token has one character at least, unless characters are spelt by their bytes.
            return 4 * len(words) < longest or len(self._model.tokenizers.source.encode(words)) < longest

        parts = split_long(chunk, fits)
        self.report.split += len(parts) > 1
        return parts

    # ------------------------------------------------------------------------------------------------- after the model

    def _compose(self, segment: Segment, parts: Sequence[TranslatedPart]) -> Translated:
        """The target of a segment."""
        sentences = tuple(part for part in parts if isinstance(part, Sentence))
        for sentence in sentences:
            self._finish(sentence, segment.line)
        content = to_content(join_parts(parts))
        flags = list(dict.fromkeys(flag for sentence in sentences for flag in sentence.flags))
        flags += verify(segment.content, content, self._markup, self._literals)
        if splits_message(parts):
            flags.append(Flag("documents.message-parts"))
        target = Target(content, "; ".join(map(str, flags)) or None)
        if flags:
            source, text = (text_of(parse_content(one)) for one in (segment.content, content))
            self.report.add_flagged(Flagged(segment.line, tuple(flags), source, text))
        return Translated(segment, target, sentences, tuple(flags))

    def _finish(self, sentence: Sentence, line: int) -> None:
        """Write the translation of a sentence."""
        match, translation = sentence.match, sentence.translation
        if match is not None:
            translation = Translation(text=match.target, score=0.0, log_prob=0.0)
            used = Used(line, sentence.source, match.source, match.target, match.similarity, match.line)
            self.report.add_match(used)
            if match.similarity < 1:
                sentence.flags.append(Flag("documents.fuzzy-match", f"{match.similarity:.0%} similar"))
        assert translation is not None
        if not translation.tokens and not translation.text.strip():  # nothing that the model can read
            sentence.rendered = list(sentence.items)
        elif not sentence.rendered:
            sentence.rendered, flags = render(sentence.items, sentence.extract, translation)
            sentence.flags += flags
            follows = bool(sentence.extract.nodes) and isinstance(sentence.extract.nodes[0], Atom)
            if sentence.continues or (follows and isinstance(sentence.items[0], Inline)):
                sentence.rendered = continue_sentence(sentence.extract.words, sentence.rendered, self.languages[1])
        confidence = translation.confidence
        if self._flag_below is not None and confidence is not None and confidence < self._flag_below:
            sentence.flags.append(Flag("documents.low-confidence", f"{confidence:.2f}"))
        self.report.terms.add(line, translation.terms)
        sentence.flags += [
            Flag("documents.missed-term", f"{use.source} → {' or '.join(use.targets)}")
            for use in translation.terms
            if not use.met
        ]
        if translation.note:
            sentence.flags.append(Flag("documents.model", translation.note))
