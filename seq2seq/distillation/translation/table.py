"""Translators side by side: the teacher, the student, and the same one without a teacher; quality, size and speed."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from seq2seq.data.reading.examples import Examples
from seq2seq.distillation.systems import ARITHMETIC, BASELINE, STUDENT, TEACHER, WARM, megabytes
from seq2seq.evaluation.resampling.significance import FEWEST, Comparison, compare
from seq2seq.evaluation.translation import MetricName, corpus_statistics
from seq2seq.evaluation.word_tokenisation import WordTokenisation
from seq2seq.inference.translator import Translator
from seq2seq.progress import show_progress

if TYPE_CHECKING:
    from pydantic import JsonValue
    from rich.console import Group

    from seq2seq.evaluation.resampling.sufficient_statistics import SufficientStatistics

METRICS: Final[tuple[MetricName, ...]] = ("bleu", "chrf")


@dataclass(frozen=True, slots=True)
class System:
    """One line of the table."""

    name: str
    statistics: "dict[MetricName, SufficientStatistics]"
    arithmetic: str = ""
    beam: int | None = None
    """1 is greedy; None: not known."""
    megabytes: float | None = None
    """Of the files that are needed to run it."""
    rate: float | None = None
    """Sentences per second; None: not measured."""

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        content: dict[str, object] = {
            "name": self.name,
            "arithmetic": self.arithmetic or None,
            "beam": self.beam,
            "megabytes": self.megabytes,
            "sentences_per_second": self.rate,
        }
        for metric, one in self.statistics.items():
            content[metric] = {"score": one.score, "signature": one.signature()}
        return content


@dataclass(frozen=True, slots=True)
class TranslationTable:
    """Systems on one set of sentences."""

    name: str
    """Of the set."""
    sentences: int
    systems: Sequence[System]
    comparisons: Sequence[tuple[str, str, Comparison]]
    """The student's greedy output and its beam search, in float32, compared with others: what, with what, by what."""

    def to_dict(self) -> "dict[str, JsonValue]":
        """As JSON."""
        content: dict[str, Any] = {
            "data": self.name,
            "sentences": self.sentences,
            "systems": [system.to_dict() for system in self.systems],
            "comparisons": [
                {"name": name, "against": other, **comparison.to_dict()} for name, other, comparison in self.comparisons
            ],
        }
        return content

    def render(self) -> "Group":
        """For a rich console, of 80 columns."""
        from rich.console import Group
        from rich.table import Table as RichTable
        from rich.text import Text

        scores = RichTable(box=None, pad_edge=False)
        for title in ("system", "", "beam", "BLEU", "chrF", "MB", "sent./s"):
            scores.add_column(title, justify="left" if title in ("system", "") else "right", no_wrap=True)
        for one in self.systems:
            scores.add_row(
                one.name,
                one.arithmetic,
                "" if one.beam is None else str(one.beam),
                *(f"{one.statistics[metric].score:.1f}" for metric in METRICS),
                "" if one.megabytes is None else f"{one.megabytes:.1f}",
                "" if one.rate is None else f"{one.rate:,.0f}",
            )
        changes = RichTable(box=None, pad_edge=False)
        for title in ("", "compared with", "BLEU", "95 % interval", "p"):
            changes.add_column(title, justify="left" if title in ("", "compared with") else "right", no_wrap=True)
        for name, other, comparison in self.comparisons:
            if comparison.metric == METRICS[0]:
                interval = f"{comparison.low:+.1f} to {comparison.high:+.1f}"
                p = f"{comparison.p_value:.3f}" if self.sentences >= FEWEST else ""
                changes.add_row(name, other, f"{comparison.delta:+.1f}", interval, p)
        signatures = [
            Text(f"{title}: {self.systems[0].statistics[metric].signature()}", "dim")
            for title, metric in zip(("BLEU", "chrF"), METRICS, strict=True)
        ]
        return Group(Text(f"{self.name}: {self.sentences:,} sentences"), scores, Text(""), changes, *signatures)


class TranslationMeasurement:
    """Measures systems on one set of sentences.

    Args:
        examples: sources and what their translations are compared with.
    """

    def __init__(self, examples: Examples) -> None:
        self._examples = examples
        self._references = [list(examples.targets)]
        self._words = WordTokenisation.of(self._references)
        self._systems: list[System] = []

    def add_outputs(self, name: str, outputs: Sequence[str], *, rate: float | None) -> None:
        """A system whose translations are there already."""
        self._systems.append(System(name, self._statistics(outputs), rate=rate))

    def add_model(self, name: str, model: Path) -> None:
        """An exported model: greedy and with its recipe's beam, in both precisions."""
        for engine, arithmetic in ARITHMETIC.items():
            _, translator = Translator.open(model, engine=engine)
            for beam in dict.fromkeys((1, translator.decoding.beam)):
                system = self._run(translator, beam)
                size = megabytes(model, engine)
                self._systems.append(replace(system, name=name, arithmetic=arithmetic, megabytes=size))

    def table(self) -> TranslationTable:
        """All of them, the student's search compared with the others' alike, and its greedy one with its beam."""
        float32 = [one for one in self._systems if one.arithmetic == ARITHMETIC["onnx"]]
        students = [one for one in float32 if one.name == STUDENT]
        compared = []
        for student in students:
            alike = [one for one in float32 if one.name == BASELINE and one.beam == student.beam]
            teachers = [one for one in self._systems if one.name == TEACHER]
            beams = [one for one in students if student.beam == 1 != one.beam]
            for other in (*alike, *teachers, *beams):
                for metric in METRICS:
                    found = compare(metric, other.statistics[metric], student.statistics[metric])
                    compared.append((_named(student), _named(other), found))
        return TranslationTable(self._examples.name, len(self._examples.sources), tuple(self._systems), tuple(compared))

    def _run(self, translator: Translator, beam: int) -> System:
        config = translator.decoding.model_copy(update={"method": "beam", "beam": beam, "nbest": 1})
        sources = list(self._examples.sources)
        translator.translate_nbest(sources[:WARM], config)
        start = time.perf_counter()
        with show_progress("translating the test set", total=len(sources), unit="sentences") as bar:
            found = translator.translate_nbest(sources, config, advance=bar.advance)
        rate = len(sources) / (time.perf_counter() - start)
        return System("", self._statistics([best.text for best, *_ in found]), beam=beam, rate=rate)

    def _statistics(self, outputs: Sequence[str]) -> "dict[MetricName, SufficientStatistics]":
        return {name: corpus_statistics(name, outputs, self._references, words=self._words) for name in METRICS}


def _named(system: System) -> str:
    beam = "" if system.beam is None else ", greedy" if system.beam == 1 else f", beam {system.beam}"
    return f"{system.name}{beam}"
