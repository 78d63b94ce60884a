"""The evaluation of a classifier, as tables for people and as JSON for programs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

from seq2seq.evaluation.calibration import Calibration
from seq2seq.evaluation.classification import ClassificationScores
from seq2seq.evaluation.remarks import WrappedLine, remark_lines, score_table
from seq2seq.evaluation.resampling.bootstrap import Interval
from seq2seq.text.sketch import Overlap

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

LARGEST_MATRIX: Final = 12
"""Most classes whose whole confusion matrix is shown; of more, the most frequent mistakes are listed."""
WIDEST_HEADER: Final = 56
"""Most characters of all column titles of the matrix together; longer names are replaced by numbers."""
WIDEST_NAME: Final = 17
"""Most characters of a name beside the rows of a numbered matrix."""


@dataclass(frozen=True, slots=True)
class ClassificationReport:
    """The evaluation of a classifier on one set of examples."""

    scores: ClassificationScores
    groups: Mapping[str, ClassificationScores] = field(default_factory=dict)
    calibration: Calibration | None = None
    overlap: Overlap | None = None
    """How many of the texts the model was trained on; None: unknown."""
    intervals: Mapping[str, Interval] = field(default_factory=dict)
    """Confidence intervals of ``accuracy`` and ``macro_f1``, where they were computed."""

    def shown(self, metric: str) -> str:
        """Accuracy or macro-F1 for people, with its confidence interval if it has one: ``91.2% ± 1.4``."""
        interval = self.intervals.get(metric)
        if metric == "accuracy":
            spread = "" if interval is None else f" ± {100 * interval.half_width:.1f}"
            return f"{self.scores.accuracy:.1%}{spread}"
        return f"{self.scores.macro_f1:.3f}" + ("" if interval is None else f" ± {interval.half_width:.3f}")

    def to_dict(self) -> dict[str, object]:
        """As JSON: the scores at the top, under their names."""
        content = self.scores.to_dict()
        if self.intervals:
            content["intervals"] = {name: interval.to_dict() for name, interval in self.intervals.items()}
        if self.groups:
            content["groups"] = {name: scores.to_dict() for name, scores in self.groups.items()}
        if self.calibration:
            content["calibration"] = asdict(self.calibration)
        if self.overlap:
            content["trained_on"] = self.overlap.to_dict()
        return content

    def remarks(self) -> list[str]:
        """What a person should know, one sentence each; none if all is well."""
        overlap = self.overlap.remarks() if self.overlap else []
        return overlap + self.scores.remarks() + (self.calibration.remarks() if self.calibration else [])

    def render(self) -> "Group":
        """For a rich console: the scores beside their baseline, the classes, the mistakes, then remarks."""
        from rich.console import Group

        lines = [WrappedLine(self.calibration.line())] if self.calibration else []
        lines += remark_lines(self.remarks())
        confusion = self._matrix() if len(self.scores.classes) <= LARGEST_MATRIX else self._mistakes()
        return Group(self._summary(), "", self._classes(), "", confusion, *([""] if lines else []), *lines)

    def _summary(self) -> "Table":
        titles = ("group", "examples", "accuracy", "baseline", "macro-F1", "baseline", "baseline: always")
        rows = [
            [
                group,
                str(scores.examples),
                self.shown("accuracy") if scores is self.scores else f"{scores.accuracy:.1%}",
                f"{scores.baseline:.1%}",
                self.shown("macro_f1") if scores is self.scores else f"{scores.macro_f1:.3f}",
                f"{scores.baseline_macro_f1:.3f}",
                scores.baseline_label,
            ]
            for group, scores in (*self.groups.items(), ("all", self.scores))
        ]
        first = 0 if self.groups else 1
        return score_table(titles[first:], (row[first:] for row in rows), names=("group", "baseline: always"))

    def _classes(self) -> "Table":
        rows = [
            [of.label, *(f"{value:.3f}" for value in (of.precision, of.recall, of.f1)), str(of.support)]
            for of in self.scores.classes
        ]
        return score_table(("class", "precision", "recall", "F1", "support"), rows, names=("class",))

    def _matrix(self) -> "Table":
        names = labels = self.scores.labels
        if sum(len(label) + 2 for label in labels) > WIDEST_HEADER:
            labels = tuple(str(number) for number, _ in enumerate(names, start=1))
            names = tuple(f"{number:>2} {shortened(name, WIDEST_NAME)}" for number, name in enumerate(names, start=1))
        corner = "expected \\ predicted"
        rows = ([name, *map(str, counts)] for name, counts in zip(names, self.scores.confusion, strict=True))
        return score_table([corner, *labels], rows, names=(corner,))

    def _mistakes(self) -> "Table":
        rows = ([expected, predicted, str(n)] for expected, predicted, n in self.scores.mistakes()[:LARGEST_MATRIX])
        titles = ("expected", "predicted", "most frequent mistakes")
        return score_table(titles, rows, names=titles[:2])


def shortened(label: str, width: int) -> str:
    """The label in at most ``width`` (3 or more) characters, without its middle: labels often differ at their end."""
    return label if len(label) <= width else f"{label[: width // 2]}…{label[1 + width // 2 - width :]}"
