"""Labels of systems that are there already, scored."""

from collections.abc import Sequence
from dataclasses import replace

from seq2seq.errors import DataError
from seq2seq.evaluation.classification import classification_scores, group_scores
from seq2seq.evaluation.classification_report import ClassificationReport
from seq2seq.evaluation.resampling.bootstrap import confidence_interval
from seq2seq.evaluation.resampling.label_statistics import label_statistics
from seq2seq.hints import alike
from seq2seq.scoring.classifiers.system import ClassifierSystem
from seq2seq.scoring.evaluation_set import require_lines
from seq2seq.scoring.systems.compared import Significance
from seq2seq.scoring.systems.outputs import Outputs
from seq2seq.wording import listed


def systems_of_labels(
    given: Sequence[Outputs],
    expected: Sequence[str],
    how: Significance,
    *,
    known: Sequence[str] | None = None,
    groups: Sequence[str | None] | None = None,
) -> list[ClassifierSystem]:
    """Score labels that are there already, by name.

    Args:
        given: the name of a system, and N labels.
        expected: N labels.
        how: intervals are computed.
        known: the labels of the models that they are compared with; None: there are no models.
        groups: the group of each example, if there are groups.

    Raises:
        DataError: there are more or fewer labels than expected ones, or others than are known.
    """
    systems = []
    for name, own in given:
        require_lines(name, own, len(expected), what="expected label")
        labels = [label.strip() for label in own]
        _refuse_unknown(name, labels, [*(known or ()), *expected], strict=known is not None)
        names = list(known) if known is not None else sorted(set(expected))
        report = ClassificationReport(
            classification_scores(labels, expected, names),
            group_scores(labels, expected, names, groups) if groups else {},
        )
        report = with_intervals(report, labels, expected, how)
        systems.append(ClassifierSystem(name=name, labels=labels, report=report))
    return systems


def with_intervals(
    report: ClassificationReport, labels: Sequence[str], expected: Sequence[str], how: Significance
) -> ClassificationReport:
    """A report with the confidence intervals of accuracy and macro-F1."""
    found = {
        name: confidence_interval(statistics, samples=how.resamples, seed=how.seed)
        for name, statistics in label_statistics(labels, expected).items()
    }
    return replace(report, intervals={name: interval for name, interval in found.items() if interval is not None})


def _refuse_unknown(name: str, labels: Sequence[str], known: Sequence[str], *, strict: bool) -> None:
    """Refuse labels that are not known; without models (not ``strict``), only if none is: a label may be rare."""
    names = dict.fromkeys(known)
    strange = [row for row, label in enumerate(labels) if label and label not in names]
    if strange and (strict or len(strange) == len(labels)):
        label = labels[strange[0]]
        near = alike(label, names)
        hint = f"Did you mean {near!r}? " if near else ""
        raise DataError(
            f"{name}:{strange[0] + 1}: {label!r} is not a label. {hint}Labels: {listed(list(names))}.\n"
            "  Give one label per line, spelt as in the data; where there is none, an empty line.",
            code="evaluation.unknown-label",
        )
