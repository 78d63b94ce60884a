"""The evaluation of a classifier, as tables for people and as JSON for programs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from seq2seq.evaluation.calibration import Calibration
from seq2seq.evaluation.classification import ClassificationScores
from seq2seq.evaluation.remarks import WrappedLine, remark_lines, score_table
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

    def to_dict(self) -> dict[str, object]:
        """As JSON: the scores at the top, under their names."""
        content = self.scores.to_dict()
        if self.groups:
            content["groups"] = {name: scores.to_dict() for name, scores in self.groups.items()}
        if self.calibration:
            content["calibration"] = self.calibration.to_dict()
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
        small = len(self.scores.classes) <= LARGEST_MATRIX
        confusion = self._matrix() if small else self._mistakes()
        return Group(self._summary(), "", self._classes(), "", confusion, *([""] if lines else []), *lines)

    def _summary(self) -> "Table":
        from rich.text import Text

        figures = ("examples", "accuracy", "baseline", "macro-F1", "baseline")
        table = score_table(["group"] if self.groups else [], figures)
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

        table = score_table(["class"], ["precision", "recall", "F1", "support"])
        for scores in self.scores.classes:
            cells = (f"{value:.3f}" for value in (scores.precision, scores.recall, scores.f1))
            table.add_row(Text(scores.label), *cells, str(scores.support))
        return table

    def _matrix(self) -> "Table":
        from rich.text import Text

        labels = self.scores.labels
        numbered = sum(len(label) + 2 for label in labels) > WIDEST_HEADER
        columns = [str(number) for number in range(1, len(labels) + 1)] if numbered else labels
        rows = [f"{number:>2} {shortened(label, WIDEST_NAME)}" for number, label in enumerate(labels, start=1)]
        table = score_table(["expected \\ predicted"], columns)
        for name, row in zip(rows if numbered else labels, self.scores.confusion, strict=True):
            table.add_row(Text(name), *map(str, row))
        return table

    def _mistakes(self) -> "Table":
        from rich.text import Text

        table = score_table(["expected", "predicted"], ["most frequent mistakes"])
        for expected, predicted, count in self.scores.mistakes()[:LARGEST_MATRIX]:
            table.add_row(Text(expected), Text(predicted), str(count))
        return table


def shortened(label: str, width: int) -> str:
    """The label in at most ``width`` (3 or more) characters, without its middle: labels often differ at their end."""
    return label if len(label) <= width else f"{label[: width // 2]}…{label[1 + width // 2 - width :]}"
