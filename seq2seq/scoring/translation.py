"""A translator's scores on sentences with references."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from pydantic import JsonValue, TypeAdapter

from seq2seq import log
from seq2seq.config.decoding import DecodingConfig
from seq2seq.data.reading.examples import Examples
from seq2seq.errors import DataError
from seq2seq.evaluation.report import Report, evaluate
from seq2seq.evaluation.word_tokenisation import WordTokenisation
from seq2seq.inference.input_warnings import InputWarnings
from seq2seq.inference.translator import Translator
from seq2seq.text.sketch import Sketch

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """What is translated, and what it is compared with.

    Raises:
        DataError: the numbers of lines differ.
    """

    name: str
    """What it is called in reports."""
    sources: Sequence[str]
    references: Sequence[Sequence[str]]
    """One or more sets, each as long as the sources."""
    groups: Sequence[str | None] | None = None
    """As long as the sources; None if the data have no groups."""
    skipped: int = 0
    """Malformed rows that were left out."""

    def __post_init__(self) -> None:
        for references in self.references:
            if len(references) != len(self.sources):
                raise DataError(
                    f"{self.name}: {len(self.sources):,} sources, but {len(references):,} references.\n"
                    "  Both must have one line a sentence, in the same order."
                )

    @classmethod
    def of(cls, examples: Examples) -> "EvaluationSet":
        """Examples with one reference each."""
        return cls(examples.name, examples.sources, [examples.targets], examples.groups, examples.skipped)


@dataclass(frozen=True, slots=True)
class Translated:
    """The result of :func:`score`."""

    evaluation_set: EvaluationSet
    config: DecodingConfig
    hypotheses: list[str]
    """One a source, each on one line."""
    report: Report
    seconds: float
    """Time that decoding took."""

    @property
    def name(self) -> str:
        """What was scored."""
        return self.evaluation_set.name

    @property
    def rate(self) -> float:
        """Sentences a second."""
        return len(self.hypotheses) / max(self.seconds, 1e-9)

    @property
    def speed(self) -> str:
        """How fast it went, for people."""
        return f"{self.seconds:,.1f} s, {self.rate:,.0f} sentences a second"

    def render(self) -> "RenderableType":
        """The scores, for a rich console."""
        return self.report.render()

    def to_dict(self) -> dict[str, JsonValue]:
        """As JSON: the scores at the top, then what was decoded, how, and how fast."""
        run = {
            "data": self.evaluation_set.name,
            "skipped": self.evaluation_set.skipped,
            "decoding": self.config.model_dump(mode="json"),
            "seconds": round(self.seconds, 3),
            "sentences_per_second": round(self.rate, 1),
        }
        return TypeAdapter(dict[str, JsonValue]).validate_python({**self.report.to_dict(), **run})


def score(
    translator: Translator,
    evaluation_set: EvaluationSet,
    config: DecodingConfig,
    *,
    words: WordTokenisation | None = None,
    sketch: Sketch | None = None,
    sink: TextIO | None = None,
) -> Translated:
    """Translate the sources, and compare.

    Args:
        translator: the model.
        evaluation_set: sources and references.
        config: how to search.
        words: what counts as a word (``None``: what the script of the references needs).
        sketch: of the texts that the model was trained on, if that is known.
        sink: gets the translations, a line each, before they are compared.

    Raises:
        DataError: there is nothing to score.
    """
    log.warn_skipped(evaluation_set.skipped, evaluation_set.name)
    warnings = InputWarnings()
    start = time.perf_counter()
    with log.progress("translating", total=len(evaluation_set.sources), unit="sentences") as bar:
        # In one piece: the sources are in memory anyway, and sorting all of them wastes the least padding.
        found = translator.translate_nbest(evaluation_set.sources, config, warnings=warnings, advance=bar.advance)
    seconds = time.perf_counter() - start
    for message in warnings.messages():
        log.warn(message)
    hypotheses = [" ".join(best.text.splitlines()) for best, *_ in found]
    if sink is not None:
        sink.writelines(f"{text}\n" for text in hypotheses)
        sink.flush()
    report = evaluate(
        hypotheses,
        evaluation_set.references,
        sources=evaluation_set.sources,
        groups=evaluation_set.groups,
        words=words,
        overlap=None if sketch is None else sketch.overlap(evaluation_set.sources),
    )
    return Translated(evaluation_set, config, hypotheses, report, seconds)
