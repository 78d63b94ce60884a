"""Labels of all systems on one test set: their scores, and each compared with the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from seq2seq.evaluation.resampling.label_statistics import compare_labels
from seq2seq.progress import show_progress
from seq2seq.scoring.classifiers.agreement import SHOWN, Agreement, always_wrong
from seq2seq.scoring.classifiers.system import ClassifierSystem
from seq2seq.scoring.systems.compared import Evaluation, Significance
from seq2seq.scoring.systems.names import distinct

if TYPE_CHECKING:
    from rich.console import RenderableType

    from seq2seq.report.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationEvaluation(Evaluation[ClassifierSystem]):
    """One or more classifiers on one test set; the first is the baseline of the others."""

    unit: ClassVar[str] = "examples"

    texts: Sequence[str] | None = field(repr=False)
    """None: not known."""
    expected: Sequence[str] = field(repr=False)
    """The right label of each text."""
    agreements: Mapping[str, Agreement] = field(default_factory=dict)
    """Of every system but the first with the first, by the system's name."""

    @property
    def size(self) -> int:
        """Texts of the test set."""
        return len(self.expected)

    def further(self) -> dict[str, object]:
        """On what systems agree; and if details are requested, the texts to read."""
        content: dict[str, object] = {}
        if self.agreements:
            content["agreement"] = [
                {"name": name, "against": self.baseline.name, **one.to_dict()} for name, one in self.agreements.items()
            ]
        if self.detailed:
            different = {
                name: [self._example(row) for row in (*one.only_baseline[:SHOWN], *one.only_system[:SHOWN])]
                for name, one in self.agreements.items()
            }
            wrong = [self._example(row) for row in self.always_wrong[:SHOWN]]
            content["examples_to_read"] = {"wrong": wrong, "different": different}
        return content

    @property
    def always_wrong(self) -> list[int]:
        """Rows that no system labels rightly."""
        return always_wrong([system.labels for system in self.systems], self.expected)

    def _example(self, row: int) -> dict[str, object]:
        labels = {system.name: system.labels[row] for system in self.systems}
        return {"line": row + 1, "expected": self.expected[row], "labels": labels}

    def tables(self) -> "list[RenderableType]":
        """The systems, their comparison with the first, and remarks."""
        from seq2seq.scoring.classifiers.tables import render

        return render(self)

    def page(self, facts: Mapping[str, str]) -> "Page":
        """Scores, differences, confusion matrices, and texts with their labels side by side."""
        from seq2seq.scoring.classifiers.page import build_page

        return build_page(self, facts=facts)


def assemble(
    name: str,
    texts: Sequence[str] | None,
    expected: Sequence[str],
    systems: Sequence[ClassifierSystem],
    how: Significance,
    *,
    baseline_named: bool = False,
    details: bool = False,
) -> ClassificationEvaluation:
    """Compare classifiers whose labels are scored.

    Args:
        name: of the test set.
        texts: N texts, if they are known.
        expected: N labels.
        systems: at least one, the baseline first, each with N labels.
        how: systems are compared.
        baseline_named: see :class:`~seq2seq.scoring.systems.compared.Evaluation`.
        details: whether to add examples to read.
    """
    names = distinct([system.name for system in systems])
    first, *others = [replace(system, name=own) for system, own in zip(systems, names, strict=True)]
    comparisons = {}
    test = how.test or "randomisation"
    with show_progress("comparing", total=len(others), unit="systems") as bar:
        for system in others:
            comparisons[system.name] = compare_labels(
                first.labels,
                system.labels,
                expected,
                test=test,
                samples=how.samples,
                seed=how.seed,
            )
            bar.advance()
    return ClassificationEvaluation(
        name=name,
        texts=texts,
        expected=expected,
        systems=[first, *others],
        comparisons=comparisons,
        agreements={system.name: Agreement.of(first.labels, system.labels, expected) for system in others},
        baseline_named=baseline_named,
        detailed=details,
    )
