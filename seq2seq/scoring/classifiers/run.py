"""Labels of models and of other systems, scored on one test set and compared."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from seq2seq.data.reading.examples import Examples
from seq2seq.errors import DataError
from seq2seq.scoring.classifiers.evaluation import ClassificationEvaluation, assemble
from seq2seq.scoring.classifiers.outputs import systems_of_labels
from seq2seq.scoring.classifiers.system import ClassifierSystem
from seq2seq.scoring.systems.compared import Significance
from seq2seq.scoring.systems.outputs import Outputs
from seq2seq.wording import listed

if TYPE_CHECKING:
    from seq2seq.inference.classifier import TextClassifier
    from seq2seq.scoring.systems.models import OpenModel


def evaluate_labels(
    examples: Examples,
    models: "Sequence[OpenModel]",
    outputs: Sequence[Outputs],
    how: Significance,
    *,
    baseline: Outputs | None = None,
    texts_known: bool = True,
    details: bool = False,
) -> ClassificationEvaluation:
    """Label texts with models, score their labels and those of other systems, and compare them.

    Args:
        examples: texts, and the labels that are expected.
        models: classifiers.
        outputs: labels of further systems, which are there already.
        how: systems are compared.
        baseline: is compared with all others (None: the first model or system is).
        texts_known: whether the sources of ``examples`` are the texts; labels can be scored without.
        details: whether to add texts to read.

    Raises:
        ConfigError: classifiers have different labels.
        DataError: the numbers of lines differ, no label is known, or there is nothing to score.
    """
    expected = [label.strip() for label in examples.targets]
    if not expected:
        raise DataError(f"{examples.name}: is empty; there is nothing to score.", code="evaluation.empty")
    first = [] if baseline is None else [baseline]
    classifiers: list[TextClassifier] = []
    known = None
    if models:
        from seq2seq.scoring.classifiers.models import classifiers_of

        classifiers = classifiers_of(models)
        known = classifiers[0].labels
        if not set(expected) & set(known):
            raise DataError(
                f"{examples.name}: none of its labels is one of the model's: "
                f"{listed(list(dict.fromkeys(expected)), 3)}.\n"
                f"  The model's: {listed(list(known))}. Is the column of the labels the right one?",
                code="evaluation.unknown-label",
            )
    # Files first: a wrong one is reported before models start to work.
    files = systems_of_labels([*first, *outputs], expected, how, known=known, groups=examples.groups)
    systems: list[ClassifierSystem] = []
    if models:
        from seq2seq.scoring.classifiers.models import systems_of_models

        systems = systems_of_models(models, classifiers, examples, how)
    return assemble(
        examples.name,
        examples.sources if texts_known else None,
        expected,
        [*files[: len(first)], *systems, *files[len(first) :]],
        how,
        baseline_named=baseline is not None,
        details=details,
    )
