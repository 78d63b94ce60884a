"""A column of texts, or of sequences of vectors, translated."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from seq2seq.batch.column_model import Answer, Output, RowProblem, found, not_positive
from seq2seq.batch.once import once
from seq2seq.batch.source_column import SourceColumn
from seq2seq.errors import ConfigError

if TYPE_CHECKING:
    from seq2seq.config.search_settings import SearchSettings
    from seq2seq.inference.request.input_warnings import InputWarnings
    from seq2seq.inference.request.terminology import GlossaryMode
    from seq2seq.inference.translator import Translator
    from seq2seq.text.vocabulary.pair import Vocabulary

_LINE_BREAKS: Final = re.compile(r"[\r\n]+")
Terms = tuple[tuple[str, tuple[str, ...]], ...]
"""A glossary that was given as a dictionary."""


@dataclass(frozen=True)
class Translate(SourceColumn["Translator"]):
    """Adds a column of translations to batches of rows, wherever batches are processed.

    A text is translated as a line of ``seq2seq translate`` is: sentence by sentence, with links, placeholders and
    markup as they are; lines of a text stay lines. With ``n_best``, and by a model whose texts begin with a tag for
    their language, it is translated whole. An empty text stays empty, a missing one has a missing translation.
    Sequences of vectors are numbers (steps, channels), as lists or arrays, or their JSON.

    Raises:
        ConfigError: options contradict each other, or a number is not positive; at the first batch: the model's recipe
            samples, or the model does not know ``to``, or an option is not for it.
    """

    _: KW_ONLY
    column: str = "source"
    """The column of texts, or of sequences of vectors."""
    output: str = "translation"
    """The column of translations."""
    score: str | None = None
    """A column for scores: usually the log-probability per token, in nats."""
    confidence: str | None = None
    """A column for the probability (0 to 1) that a translation is good; missing where the model has none."""
    beam: int | None = None
    """Hypotheses per step of beam search (1 is greedy), in place of the recipe's settings."""
    n_best: int | None = None
    """Lists of up to so many translations per text, best first, in all columns but the notes."""
    to: str | None = None
    """The target language, of a model that was trained with several."""
    protect: Sequence[str] = ()
    """Strings, such as names, that are left as they are wherever they occur."""
    glossary: str | Path | Mapping[str, str | Sequence[str]] | Terms | None = None
    """Terms that translations contain: a file, or a dictionary; see :meth:`seq2seq.Translator.with_glossary`."""
    glossary_mode: GlossaryMode | None = None
    """See :meth:`seq2seq.Translator.with_glossary`."""
    shortlist: bool = False
    """Whether translations are searched over the tokens of a lexicon; see :func:`seq2seq.load`."""

    def __post_init__(self) -> None:
        """Make all options hashable, and check them."""
        super().__post_init__()
        terms: str | Terms | None = None
        if isinstance(self.glossary, str | Path):
            terms = found(self.glossary)
        elif self.glossary is not None:
            terms = tuple(
                (term, (texts,) if isinstance(texts, str) else tuple(texts))
                for term, texts in dict(self.glossary).items()
            )
        object.__setattr__(self, "glossary", terms)
        object.__setattr__(self, "protect", (self.protect,) if isinstance(self.protect, str) else tuple(self.protect))

    @property
    def _column(self) -> str:
        return self.column

    def _outputs(self) -> list[Output]:
        lists = self.n_best is not None
        numbers = [Output(name, "number", lists) for name in (self.score, self.confidence) if name is not None]
        return [Output(self.output, "text", lists), *numbers]

    def _problems(self) -> list[str]:
        problems = [*super()._problems(), *not_positive(beam=self.beam, n_best=self.n_best)]
        if self.beam is not None and self.n_best is not None and 0 < self.beam < self.n_best:
            problems.append(f"n_best: {self.n_best} outputs need a beam of at least {self.n_best}, not {self.beam}")
        if self.glossary_mode is not None and self.glossary is None:
            problems.append("glossary_mode: for a glossary")
        if self.protect and self.n_best is not None:
            problems.append("protect: not with n_best, which translates each text whole")
        return problems

    def _engine_key(self) -> Hashable:
        return (self.model, self.ensemble, self.device, self.engine, self.threads, self.workers, self.shortlist)

    def _key(self) -> Hashable:
        return ("translator", self._engine_key(), self.to, self.glossary, self.glossary_mode)

    def _open(self) -> Translator:
        network = once(("model", self._engine_key()), self._load)
        return once(self._key(), lambda: self._directed(network))

    def _load(self) -> Translator:
        from seq2seq.inference.translator import Translator

        return Translator.load(
            self.model,
            ensemble=self.ensemble,
            device=self.device,
            engine=self.engine,
            threads=self.threads,
            workers=self.workers,
            shortlist=self.shortlist,
        )

    def _directed(self, translator: Translator) -> Translator:
        """The model with language and glossary."""
        if self.to is not None:
            translator = translator.to(self.to)
        if self.glossary is not None:
            terms = self.glossary if isinstance(self.glossary, str | Path) else dict(self.glossary)
            translator = translator.with_glossary(terms, mode=self.glossary_mode)
        return translator

    def _search(self, translator: Translator) -> SearchSettings:
        """Settings of the search.

        Raises:
            ConfigError: they do not go with the model.
        """
        config, count = translator.decoding, self.n_best or 1
        changes: dict[str, object] = {"nbest": count}
        problems = []
        if self.beam is not None:
            changes |= {"method": "beam", "beam": self.beam}
        elif config.method == "sample":
            problems = ["beam: is needed: this model's recipe samples, by the number of a row among all rows"]
        else:
            changes["beam"] = max(config.beam, count)
        if self.protect and self._is_whole(translator):
            what = "vectors, or texts with tags for their language (give to)"
            problems.append(f"protect: not for {what}, which are translated whole")
        if problems:
            raise ConfigError(type(self).__name__, problems, code="batch.options")
        return config.model_copy(update=changes)

    def _is_whole(self, translator: Translator) -> bool:
        """Whether texts are translated whole, not sentence by sentence."""
        return self.n_best is not None or translator.reads_lines

    def _source(self, translator: Translator) -> Vocabulary:
        return translator.tokenizers.source

    def _item(self, translator: Translator, value: Any) -> Any:
        problem = translator.direction.problem_of(value) if isinstance(value, str) else None
        return super()._item(translator, value) if problem is None else RowProblem(*problem)

    def _answers(self, translator: Translator, sources: Sequence[Any]) -> list[Answer]:
        from seq2seq.inference.request.input_warnings import InputWarnings

        config, warnings = self._search(translator), InputWarnings()
        if self._is_whole(translator):
            answers = self._whole(translator, sources, config, warnings)
        else:
            answers = self._by_sentence(translator, sources, config, warnings)
        if self.notes is None:
            warnings.report()
        return answers

    def _whole(
        self, translator: Translator, sources: Sequence[Any], config: SearchSettings, warnings: InputWarnings
    ) -> list[Answer]:
        answers: list[Answer] = []
        lines = [_LINE_BREAKS.sub(" ", one) if isinstance(one, str) else one for one in sources]
        for translations in translator.translate_nbest(lines, config, warnings=warnings):
            rows = [self._numbers(one.text, one.score, one.confidence) for one in translations]
            columns = [list(column) for column in zip(*rows, strict=True)] if self.n_best else rows[0]
            answers.append((*columns, translations[0].note))
        return answers

    def _by_sentence(
        self, translator: Translator, texts: Sequence[str], config: SearchSettings, warnings: InputWarnings
    ) -> list[Answer]:
        from seq2seq.documents.engine import DocumentTranslator
        from seq2seq.documents.spans.literals import Literals
        from seq2seq.documents.text import combine, translate_lines

        source, target = translator.languages
        documents = DocumentTranslator(
            translator,
            source_language=source,
            target_language=target,
            config=config,
            markup=translator.declared_markup,
            literals=Literals(self.protect),
        )
        documents.warnings = warnings
        lines = [text.split("\n") for text in texts]
        # The first line is empty: nothing that a text begins with is taken for the head of a file.
        every = translate_lines(documents, ["", *(line for of_text in lines for line in of_text)], number=-1)
        rest = iter(every[1:])
        answers: list[Answer] = []
        for of_text in lines:
            done = [next(rest) for _ in of_text]
            paragraphs = [line.paragraph for line in done if line.paragraph is not None]
            sentences = [one.translation for paragraph in paragraphs for one in paragraph.sentences]
            flags = dict.fromkeys(str(flag) for paragraph in paragraphs for flag in paragraph.flags)
            whole = combine([one for one in sentences if one is not None], "\n".join(line.target for line in done))
            answers.append((*self._numbers(whole.text, whole.score, whole.confidence), "; ".join(flags) or None))
        return answers

    def _numbers(self, text: str, score: float, confidence: float | None) -> Answer:
        """The entries of the columns that were asked for."""
        return (text, *([] if self.score is None else [score]), *([] if self.confidence is None else [confidence]))
