"""Scores of a classifier: accuracy, precision, recall and F1 per class, and the confusion matrix.

precision   0 to 1    of the examples predicted to have this label, the share that has it; 0 if it was never predicted
recall      0 to 1    of the examples that have this label, the share predicted to have it; 0 if there are none
f1          0 to 1    the harmonic mean of the two; 0 if both are 0
macro_f1    0 to 1    the mean of f1 over the classes that occur (the "averaged F1" of Opitz and Burst 2019)
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from seq2seq.evaluation.corpus import require_aligned, score_groups
from seq2seq.wording import listed, plural


@dataclass(frozen=True, slots=True)
class ClassScores:
    """Precision, recall and F1 of one label."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int
    """Examples that have this label."""


@dataclass(frozen=True, slots=True)
class ClassificationScores:
    """The scores of a corpus, or of one of its groups."""

    examples: int
    accuracy: float
    """Share (0 to 1) of the examples whose label was predicted."""
    macro_f1: float
    baseline: float
    """Accuracy of always predicting ``baseline_label``; an example whose label is unknown to the model is wrong."""
    baseline_macro_f1: float
    """Macro-F1 of always predicting ``baseline_label``."""
    baseline_label: str
    """The most frequent label among those that the model knows; ties are broken by the order of ``classes``."""
    classes: tuple[ClassScores, ...]
    """C classes: the labels of the model in their order, then labels that occur only in the data."""
    confusion: tuple[tuple[int, ...], ...]
    """(C, C) counts of examples; rows: expected, columns: predicted, both in the order of ``classes``."""
    unknown: tuple[str, ...] = ()
    """Labels of the data that the model does not know."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the classes, in order."""
        return tuple(scores.label for scores in self.classes)

    def to_dict(self) -> dict[str, object]:
        """As JSON; ``labels`` name the rows and columns of ``confusion``."""
        return {**asdict(self), "labels": list(self.labels)}

    def mistakes(self) -> list[tuple[str, str, int]]:
        """(expected, predicted, examples) of every kind of mistake that was made, the most frequent first."""
        mistakes = [
            (expected, predicted, count)
            for expected, row in zip(self.labels, self.confusion, strict=True)
            for predicted, count in zip(self.labels, row, strict=True)
            if count and expected != predicted
        ]
        return sorted(mistakes, key=lambda mistake: -mistake[2])

    def remarks(self) -> list[str]:
        """What a person should know, one sentence each; none if all is well."""
        predictions = dict(zip(self.labels, map(sum, zip(*self.confusion, strict=True)), strict=True))
        support = {scores.label: scores.support for scores in self.classes}
        known = [label for label in self.labels if label not in self.unknown]
        never = [label for label in known if support[label] and not predictions[label]]
        absent = [label for label in known if not support[label]]
        unknown = [label for label in self.unknown if support[label]]
        invented = [label for label in self.unknown if label and not support[label]]
        expected = [label for label in self.labels if support[label]]
        remarks = []
        if len(expected) == 1:
            remarks.append(f"All examples have the label {expected[0]!r}: the accuracy says little.")
        elif 0 < self.baseline >= self.accuracy:
            remarks.append(f"Always predicting {self.baseline_label!r} would be right at least as often as the model.")
        if never:
            remarks.append(f"Never predicted: {listed(never)}.")
        if absent:
            remarks.append(f"No example in the data: {listed(absent)}.")
        if unknown:
            count = sum(support[label] for label in unknown)
            remarks.append(
                f"{count:,} of {self.examples:,} examples with labels that the model does not know: {listed(unknown)}."
            )
        if invented:
            count = sum(predictions[label] for label in invented)
            remarks.append(f"{plural(count, 'prediction')} with labels that no example has: {listed(invented)}.")
        return remarks


def classification_scores(
    predicted: Sequence[str], expected: Sequence[str], labels: Sequence[str]
) -> ClassificationScores:
    """Score N predictions.

    Macro-F1 is the mean of the classes' F1, not the F1 of mean precision and mean recall. It is taken over the classes
    that are expected or predicted at least once, as scikit-learn does by default; a class of the data that the model
    does not know is among them, and counts as 0. ``labels`` are those that the model knows, in its order.

    Raises:
        DataError: there is nothing to score, or the numbers differ.
    """
    require_aligned(predicted, "predictions", {"expected labels": expected})
    names = list(dict.fromkeys([*labels, *expected, *predicted]))
    ids = {name: i for i, name in enumerate(names)}
    cells = [ids[label] * len(names) + ids[guess] for label, guess in zip(expected, predicted, strict=True)]
    confusion = np.bincount(cells, minlength=len(names) ** 2).reshape(len(names), len(names))
    support, predictions, correct = confusion.sum(axis=1), confusion.sum(axis=0), confusion.diagonal()
    f1 = 2 * correct / np.maximum(support + predictions, 1)
    occurs = support + predictions > 0
    # Only a label of the model can be its baseline: it cannot predict any other.
    majority = int(support[: len(set(labels))].argmax())
    share = float(support[majority] / len(expected))
    return ClassificationScores(
        examples=len(expected),
        accuracy=float(correct.sum() / len(expected)),
        macro_f1=float(f1[occurs].mean()),
        baseline=share,
        # Its only class with an F1 above 0 has the precision `share` and the recall 1.
        baseline_macro_f1=2 * share / (1 + share) / int((support > 0).sum()),
        baseline_label=names[majority],
        classes=tuple(
            ClassScores(name, *scores)
            for name, *scores in zip(
                names,
                (correct / np.maximum(predictions, 1)).tolist(),
                (correct / np.maximum(support, 1)).tolist(),
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
    """:func:`classification_scores` of each group of a corpus, in the order in which the N groups (or none) appear.

    Raises:
        DataError: there is nothing to score, or the numbers differ.
    """
    require_aligned(predicted, "predictions", {"expected labels": expected, "groups": groups})
    return score_groups(
        groups, lambda rows: classification_scores([predicted[i] for i in rows], [expected[i] for i in rows], labels)
    )
