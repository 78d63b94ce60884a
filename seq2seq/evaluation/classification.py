"""Scores of a classifier: how often it is right, class by class, and what it mistakes for what.

precision   0 to 1    of the examples given this label, the share that has it; 0 if the label was never given
recall      0 to 1    of the examples that have this label, the share that was given it; 0 if there are none
f1          0 to 1    the harmonic mean of the two; 0 if both are
macro_f1    0 to 1    the mean of f1 over the classes that occur (the "averaged F1" of Opitz and Burst 2019)
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from seq2seq.errors import DataError
from seq2seq.evaluation.calibration import Calibration
from seq2seq.evaluation.remarks import WrappedLine, remark_lines
from seq2seq.text.sketch import Overlap

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

LARGEST_MATRIX: Final = 12
"""Classes up to which the whole confusion matrix fits a terminal; of more, the commonest mistakes are listed."""
WIDEST_HEADER: Final = 56
"""Characters that the classes' names may take above the columns; if they need more, numbers stand there."""
WIDEST_NAME: Final = 17
"""Characters of a name beside the rows of a numbered matrix."""


@dataclass(frozen=True, slots=True)
class ClassScores:
    """How well one label is told from the others."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int
    """Examples that have this label."""


@dataclass(frozen=True, slots=True)
class ClassificationScores:
    """The scores of a corpus, or of a group in it."""

    examples: int
    accuracy: float
    """Share (0 to 1) of the examples that were given their label."""
    macro_f1: float
    baseline: float
    """Accuracy of always answering ``baseline_label``; an example whose label the model does not know is wrong."""
    baseline_macro_f1: float
    """Macro-F1 of the same."""
    baseline_label: str
    """The model's label that is expected most often; of several, the first in the order of ``classes``."""
    classes: tuple[ClassScores, ...]
    """C classes: the labels of the model in their order, then those that only the data hold."""
    confusion: tuple[tuple[int, ...], ...]
    """(C, C) examples; rows: expected, columns: predicted, both in the order of ``classes``."""
    unknown: tuple[str, ...] = ()
    """Those of the classes that are no labels of the model."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the classes, in order."""
        return tuple(one.label for one in self.classes)

    def to_dict(self) -> dict[str, object]:
        """As JSON; ``labels`` name the rows and columns of ``confusion``."""
        return {
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "baseline": self.baseline,
            "baseline_macro_f1": self.baseline_macro_f1,
            "baseline_label": self.baseline_label,
            "examples": self.examples,
            "classes": [asdict(one) for one in self.classes],
            "labels": list(self.labels),
            "confusion": [list(row) for row in self.confusion],
            "unknown": list(self.unknown),
        }

    def mistakes(self) -> list[tuple[str, str, int]]:
        """(expected, predicted, examples) of every kind of mistake that was made, the commonest first."""
        found = [
            (expected, predicted, count)
            for expected, row in zip(self.labels, self.confusion, strict=True)
            for predicted, count in zip(self.labels, row, strict=True)
            if count and expected != predicted
        ]
        return sorted(found, key=lambda mistake: -mistake[2])

    def remarks(self) -> list[str]:
        """What a person should know, one sentence each; none if all is well."""
        given = {
            label: sum(column) for label, column in zip(self.labels, zip(*self.confusion, strict=True), strict=True)
        }
        known = [one for one in self.classes if one.label not in self.unknown]
        expected = [one.label for one in self.classes if one.support]
        never = [one.label for one in known if one.support and not given[one.label]]
        absent = [one.label for one in known if not one.support]
        found = []
        if len(expected) == 1:
            found.append(f"All examples have the label {expected[0]!r}: the accuracy says little.")
        elif 0 < self.baseline >= self.accuracy:
            found.append(f"Always answering {self.baseline_label!r} would be right at least as often as the model is.")
        if never:
            found.append(f"Never predicted: {_listed(never)}.")
        if absent:
            found.append(f"Without an example in the data: {_listed(absent)}.")
        strange = {one.label: one.support for one in self.classes if one.label in self.unknown and one.support}
        if strange:
            count, names = sum(strange.values()), _listed(list(strange))
            found.append(f"{count} of {self.examples} examples have labels that the model does not know: {names}.")
        return found


def classification_scores(
    predicted: Sequence[str], expected: Sequence[str], labels: Sequence[str]
) -> ClassificationScores:
    """Score N predictions.

    Macro-F1 is the mean of the classes' F1, not the F1 of mean precision and mean recall. It is taken over the classes
    that are expected or predicted at least once, as scikit-learn does unless told otherwise; a class of the data that
    the model does not know is among them, and counts as 0.

    Args:
        predicted: N labels, as the model gave them.
        expected: N labels, as the data have them.
        labels: the labels that the model knows, in its order.

    Raises:
        DataError: if there is nothing to score, or the numbers differ.
    """
    if not predicted:
        raise DataError("There is nothing to score: no predictions.")
    _check_aligned(predicted, expected, "expected labels")
    names = list(dict.fromkeys([*labels, *expected, *predicted]))
    ids = {name: i for i, name in enumerate(names)}
    cells = [ids[want] * len(names) + ids[got] for want, got in zip(expected, predicted, strict=True)]
    confusion = np.bincount(cells, minlength=len(names) ** 2).reshape(len(names), len(names))
    support, given, right = confusion.sum(axis=1), confusion.sum(axis=0), confusion.diagonal()
    f1 = 2 * right / np.maximum(support + given, 1)
    occurs = support + given > 0
    # A model can answer with its own labels only: those of the data that it does not know are wrong, whatever it says.
    usual = int(support[: len(set(labels))].argmax())
    share = float(support[usual] / len(expected))
    return ClassificationScores(
        examples=len(expected),
        accuracy=float(right.sum() / len(expected)),
        macro_f1=float(f1[occurs].mean()),
        baseline=share,
        # Its only class with an F1 above 0 has the precision `share` and the recall 1.
        baseline_macro_f1=2 * share / (1 + share) / int((support > 0).sum()),
        baseline_label=names[usual],
        classes=tuple(
            ClassScores(name, *scores)
            for name, *scores in zip(
                names,
                (right / np.maximum(given, 1)).tolist(),
                (right / np.maximum(support, 1)).tolist(),
                f1.tolist(),
                support.tolist(),
                strict=True,
            )
        ),
        confusion=tuple(tuple(row) for row in confusion.tolist()),
        unknown=tuple(name for name in names if name not in set(labels)),
    )


def group_scores(
    predicted: Sequence[str], expected: Sequence[str], labels: Sequence[str], groups: Sequence[str | None]
) -> Mapping[str, ClassificationScores]:
    """Score each group of a corpus apart, in the order in which the groups appear.

    Args:
        predicted: N labels, as the model gave them.
        expected: N labels, as the data have them.
        labels: the labels that the model knows, in its order.
        groups: N names; an example without one counts in no group.

    Raises:
        DataError: if the numbers differ.
    """
    _check_aligned(predicted, expected, "expected labels")
    _check_aligned(predicted, groups, "groups")
    rows: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        if group is not None:
            rows.setdefault(group, []).append(row)
    return {
        group: classification_scores([predicted[i] for i in members], [expected[i] for i in members], labels)
        for group, members in rows.items()
    }


@dataclass(frozen=True, slots=True)
class ClassificationReport:
    """The evaluation of a classifier on one set of examples."""

    scores: ClassificationScores
    groups: Mapping[str, ClassificationScores] = field(default_factory=dict)
    calibration: Calibration | None = None
    overlap: Overlap | None = None
    """How many of the texts the model was trained on; None: that is not known."""

    def to_dict(self) -> dict[str, object]:
        """As JSON: the scores at the top, under their names."""
        found = self.scores.to_dict()
        if self.groups:
            found["groups"] = {name: scores.to_dict() for name, scores in self.groups.items()}
        if self.calibration:
            found["calibration"] = self.calibration.to_dict()
        if self.overlap:
            found["trained_on"] = self.overlap.to_dict()
        return found

    def remarks(self) -> list[str]:
        """What a person should know, one sentence each; none if all is well."""
        found = self.overlap.remarks() if self.overlap else []
        return found + self.scores.remarks() + (self.calibration.remarks() if self.calibration else [])

    def render(self) -> "Group":
        """For a rich console: the scores beside their baseline, the classes, the mistakes, then what is remarkable."""
        from rich.console import Group

        lines = [WrappedLine(self.calibration.line())] if self.calibration else []
        lines += remark_lines(self.remarks())
        small = len(self.scores.classes) <= LARGEST_MATRIX
        confusion = self._matrix() if small else self._mistakes()
        return Group(self._summary(), "", self._classes(), "", confusion, *([""] if lines else []), *lines)

    def _summary(self) -> "Table":
        from rich.text import Text

        figures = ("examples", "accuracy", "baseline", "macro-F1", "baseline")
        table = _table(["group"] if self.groups else [], figures)
        table.add_column("baseline: always")
        for group, scores in (*self.groups.items(), ("all", self.scores)):
            cells = [
                str(scores.examples),
                f"{scores.accuracy:.1%}",
                f"{scores.baseline:.1%}",
                f"{scores.macro_f1:.3f}",
                f"{scores.baseline_macro_f1:.3f}",
            ]
            name = [Text(group)] if self.groups else []
            table.add_row(*name, *cells, Text(scores.baseline_label))
        return table

    def _classes(self) -> "Table":
        from rich.text import Text

        table = _table(["class"], ["precision", "recall", "F1", "support"])
        for one in self.scores.classes:
            cells = (f"{value:.3f}" for value in (one.precision, one.recall, one.f1))
            table.add_row(Text(one.label), *cells, str(one.support))
        return table

    def _matrix(self) -> "Table":
        from rich.text import Text

        labels = self.scores.labels
        numbered = sum(len(label) + 2 for label in labels) > WIDEST_HEADER
        columns = [str(number) for number in range(1, len(labels) + 1)] if numbered else labels
        rows = [f"{number:>2} {shortened(label, WIDEST_NAME)}" for number, label in enumerate(labels, start=1)]
        table = _table(["expected \\ predicted"], columns)
        for name, row in zip(rows if numbered else labels, self.scores.confusion, strict=True):
            table.add_row(Text(name), *map(str, row))
        return table

    def _mistakes(self) -> "Table":
        from rich.text import Text

        table = _table(["expected", "predicted"], ["commonest mistakes"])
        for expected, predicted, count in self.scores.mistakes()[:LARGEST_MATRIX]:
            table.add_row(Text(expected), Text(predicted), str(count))
        return table


def _table(names: Sequence[str], figures: Sequence[str]) -> "Table":
    """An empty table, as all of the reports look, with columns for names and then for figures."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for title in names:
        table.add_column(title)
    for title in figures:
        table.add_column(Text(title), justify="right", no_wrap=True)
    return table


def shortened(label: str, width: int) -> str:
    """The label in at most ``width`` (3 or more) characters, without its middle: the end may tell it apart."""
    return label if len(label) <= width else f"{label[: width // 2]}…{label[1 + width // 2 - width :]}"


def _listed(names: Sequence[str]) -> str:
    """At most five of the names, and how many more there are."""
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(map(repr, names[:5])) + more


def _check_aligned(predicted: Sequence[str], others: Sequence[str | None], what: str) -> None:
    if len(predicted) != len(others):
        raise DataError(
            f"{len(predicted)} predictions, but {len(others)} {what}.\n"
            "  There must be one of each an example, in the same order."
        )
