"""Classifiers side by side: the teacher, the student, and the same one without a teacher; quality, size and speed."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seq2seq.data.reading.examples import Examples
from seq2seq.distillation.systems import ARITHMETIC, BASELINE, STUDENT, TEACHER, WARM, megabytes
from seq2seq.evaluation.classification import classification_scores
from seq2seq.evaluation.resampling.label_statistics import LABEL_TITLES, compare_labels
from seq2seq.evaluation.resampling.significance import Comparison
from seq2seq.inference.classifier import TextClassifier
from seq2seq.progress import show_progress
from seq2seq.scoring.classifiers.tables import TESTS, shown_comparison

if TYPE_CHECKING:
    from pydantic import JsonValue
    from rich.console import Group


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSystem:
    """One line of the table."""

    name: str
    labels: Sequence[str] = field(repr=False)
    """Of each text; "" where there is none."""
    accuracy: float
    macro_f1: float
    arithmetic: str = ""
    megabytes: float | None = None
    """Of the files that are needed to run it."""
    rate: float | None = None
    """Texts per second; None: not measured."""

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        return {
            "name": self.name,
            "arithmetic": self.arithmetic or None,
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "megabytes": self.megabytes,
            "texts_per_second": self.rate,
        }


@dataclass(frozen=True, slots=True)
class LabelTable:
    """Systems on one set of texts."""

    name: str
    """Of the set."""
    texts: int
    systems: Sequence[LabelSystem]
    comparisons: Sequence[tuple[str, Comparison]]
    """The student in float32, compared with others: with what, and the result."""

    def to_dict(self) -> "dict[str, JsonValue]":
        """As JSON."""
        content: dict[str, Any] = {
            "data": self.name,
            "texts": self.texts,
            "systems": [system.to_dict() for system in self.systems],
            "comparisons": [
                {"name": STUDENT, "against": other, **comparison.to_dict()} for other, comparison in self.comparisons
            ],
        }
        return content

    def render(self) -> "Group":
        """For a rich console, of 80 columns."""
        from rich.console import Group
        from rich.table import Table as RichTable
        from rich.text import Text

        scores = RichTable(box=None, pad_edge=False)
        for title in ("system", "", *LABEL_TITLES.values(), "MB", "texts/s"):
            scores.add_column(title, justify="left" if title in ("system", "") else "right", no_wrap=True)
        for one in self.systems:
            scores.add_row(
                one.name,
                one.arithmetic,
                f"{one.accuracy:.1%}",
                f"{one.macro_f1:.3f}",
                "" if one.megabytes is None else f"{one.megabytes:.2f}",
                "" if one.rate is None else f"{one.rate:,.0f}",
            )
        changes = RichTable(box=None, pad_edge=False)
        for title in ("student beside", "metric", "difference", "95 % interval", "p"):
            left = title in ("student beside", "metric")
            changes.add_column(title, justify="left" if left else "right", no_wrap=True)
        for other, comparison in self.comparisons:
            changes.add_row(other, LABEL_TITLES[comparison.metric], *shown_comparison(comparison)[2:])
        tests = {LABEL_TITLES[one.metric]: TESTS[one.test] for _, one in self.comparisons}
        note = "; ".join(f"{metric}: {test}" for metric, test in tests.items())
        return Group(
            Text(f"{self.name}: {self.texts:,} texts"),
            scores,
            *((Text(""), changes, Text(f"p: {note}", "dim")) if self.comparisons else ()),
        )


class LabelMeasurement:
    """Measures systems on one set of texts.

    Args:
        examples: texts, and their labels.
    """

    def __init__(self, examples: Examples) -> None:
        self._examples = examples
        self._expected = [label.strip() for label in examples.targets]
        self._systems: list[LabelSystem] = []

    def add_outputs(self, name: str, outputs: Sequence[str], *, rate: float | None) -> None:
        """A system whose labels are there already."""
        self._add(name, outputs, rate=rate)

    def add_model(self, name: str, model: Path) -> None:
        """An exported model, in both precisions."""
        for engine, arithmetic in ARITHMETIC.items():
            _, classifier = TextClassifier.open(model, engine=engine)
            texts = self._examples.sources
            classifier.classify(texts[:WARM])
            start = time.perf_counter()
            with show_progress("labelling the test set", total=len(texts), unit="texts") as bar:
                found = classifier.classify(texts, advance=bar.advance)
            rate = len(texts) / (time.perf_counter() - start)
            labels = [text.label for text in found]
            self._add(name, labels, rate=rate, arithmetic=arithmetic, size=megabytes(model, engine))

    def table(self) -> LabelTable:
        """All of them; the student in float32 compared with the teacher, and with the same one without a teacher."""
        by_name = {one.name: one for one in self._systems if one.arithmetic in ("", ARITHMETIC["onnx"])}
        compared = [
            (other, comparison)
            for other in (BASELINE, TEACHER)
            if other in by_name
            for comparison in compare_labels(by_name[other].labels, by_name[STUDENT].labels, self._expected)
        ]
        return LabelTable(self._examples.name, len(self._expected), tuple(self._systems), tuple(compared))

    def _add(
        self,
        name: str,
        labels: Sequence[str],
        *,
        rate: float | None,
        arithmetic: str = "",
        size: float | None = None,
    ) -> None:
        scores = classification_scores(labels, self._expected, sorted({*self._expected, *labels}))
        self._systems.append(
            LabelSystem(
                name=name,
                labels=labels,
                accuracy=scores.accuracy,
                macro_f1=scores.macro_f1,
                arithmetic=arithmetic,
                megabytes=size,
                rate=rate,
            )
        )
