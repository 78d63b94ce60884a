"""One call of a translator: its texts as the model reads them, and the search for their translations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from seq2seq.config.search_settings import SearchSettings
from seq2seq.inference.base import after_prompt
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.inference.request.sources import read_prefix, read_sources
from seq2seq.search.decode import search
from seq2seq.search.hypothesis import APPENDED, Hypothesis
from seq2seq.search.stepper import Stepper
from seq2seq.text.markup.spans import Span

if TYPE_CHECKING:
    from seq2seq.inference.request.terminology import FoundTerm
    from seq2seq.inference.translator import Translator
    from seq2seq.search.phrases import Requirements
    from seq2seq.text.protection import ProtectedText


@dataclass(frozen=True)
class Request:
    """What a model is asked for. Rows are indices into the texts."""

    translator: Translator
    config: SearchSettings
    start: int
    """Number of the first text, from 0."""
    attention: bool
    """Whether outputs carry their attention weights."""
    stepper: Stepper[Any]
    """The model, behind the prefix."""
    prefix: Sequence[int]
    """Token ids that every translation begins with."""
    protected: Sequence[ProtectedText] | None
    """The texts with symbols for their spans; None: the model has no symbols."""
    sources: Mapping[int, Any]
    """Token ids of each row that has any, or its vectors (S, N)."""
    notes: Mapping[int, str]
    """Warnings about rows."""
    terms: Mapping[int, Sequence[FoundTerm]]
    """Terms of the glossary in each row."""

    @classmethod
    def read(
        cls,
        translator: Translator,
        texts: Sequence[Any],
        config: SearchSettings,
        *,
        start: int,
        warnings: InputWarnings,
        prefix: str,
        spans: Sequence[Sequence[Span]] | None,
        attention: bool,
    ) -> Self:
        """Read texts in this order: symbols for spans, tags, annotated terms, token ids.

        Raises:
            DataError: a text does not say into which of several languages it is translated; or it is no sequence of
                vectors, where the model reads those.
            ConfigError: the target vocabulary lacks characters of ``prefix``, or the search cannot force terms.
        """
        tokenizers, copying, terminology = translator.tokenizers, translator.copying, translator.terminology
        protected = None
        if copying is not None:
            (protected_prefix,) = copying.protect([prefix])
            protected = copying.protect(texts, spans, prefix=protected_prefix)
            prefix, texts = protected_prefix.text, [text.text for text in protected]
        words = texts = translator.direction.lead(texts, start)
        if terminology is not None:
            terminology.check(config)
            texts = [terminology.annotate(text) for text in texts]
        prefix_ids = read_prefix(tokenizers.target, prefix)
        stepper: Stepper[Any] = translator.stepper
        if prefix_ids:
            from seq2seq.search.steppers.prompt import PrefixStepper

            following = after_prompt(tokenizers.target, prefix, stepper.vocabulary)
            stepper = PrefixStepper(stepper, prefix_ids, following)
        sources, notes = read_sources(tokenizers.source, texts, start, warnings, longest=translator.longest)
        terms: Mapping[int, Sequence[FoundTerm]] = {}
        if terminology is not None:
            terms = {row: terminology.find(words[row], tokenizers.source.pieces(ids)) for row, ids in sources.items()}
        return cls(translator, config, start, attention, stepper, prefix_ids, protected, sources, notes, terms)

    def decode(self, rows: list[int]) -> list[list[Hypothesis]]:
        """The outputs of a batch; with the terms of its rows, as far as they can be written."""
        outputs = self._placed(rows, self._search(rows))
        if self.translator.terminology is None:
            return outputs
        return self.translator.terminology.enforce(
            [self.terms[row] for row in rows],
            outputs,
            self.prefix,
            lambda places, required: self._search([rows[place] for place in places], required),
        )

    def _placed(self, rows: Sequence[int], outputs: list[list[Hypothesis]]) -> list[list[Hypothesis]]:
        """Outputs at whose end copied text had to be put, searched for again: it is put where the model attends to it.

        A second output replaces the first if it puts nothing at the end, and does not repeat itself.
        """
        copying = self.translator.copying
        if copying is None or self.config.method != "beam":
            return outputs
        places = [place for place, (best, *_) in enumerate(outputs) if APPENDED in (best.warning or "")]
        if places:
            from seq2seq.search.phrases import Requirements

            required = [copying.requirements(self.sources[rows[place]], self.prefix) for place in places]
            again = self._search([rows[place] for place in places], Requirements(required, copying.borders))
            for place, second in zip(places, again, strict=True):
                if second[0].warning is None:
                    outputs[place] = second
        return outputs

    def _search(self, rows: Sequence[int], required: Requirements | None = None) -> list[list[Hypothesis]]:
        batch, copying = [self.sources[row] for row in rows], self.translator.copying
        return search(
            self.stepper,
            batch,
            self.config,
            offsets=[self.start + row for row in rows],
            budgets=None if copying is None else [copying.budget(source, self.prefix) for source in batch],
            pairs=None if copying is None else copying.pairs,
            space=None if copying is None else copying.space,
            required=required,
            attention=self.attention,
        )
