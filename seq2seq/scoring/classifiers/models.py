"""Classifiers that are evaluated: the labels that they give are scored."""

from collections.abc import Sequence
from dataclasses import replace

from seq2seq.data.reading.examples import Examples
from seq2seq.errors import ConfigError
from seq2seq.inference.classifier import TextClassifier
from seq2seq.scoring.classification import score
from seq2seq.scoring.classifiers.outputs import with_intervals
from seq2seq.scoring.classifiers.system import ClassifierSystem
from seq2seq.scoring.systems.compared import Significance
from seq2seq.scoring.systems.models import OpenModel
from seq2seq.wording import listed


def classifiers_of(models: Sequence[OpenModel]) -> list[TextClassifier]:
    """The models as they classify.

    Raises:
        ConfigError: they have different labels.
    """
    classifiers = []
    for model in models:
        assert isinstance(model.pipeline, TextClassifier)
        classifiers.append(model.pipeline)
    for model, classifier in zip(models, classifiers, strict=True):
        if set(classifier.labels) != set(classifiers[0].labels):
            own, others = set(classifier.labels), set(classifiers[0].labels)
            missing = [
                f"{name} lacks {listed(sorted(labels))}"
                for name, labels in ((models[0].name, own - others), (model.name, others - own))
                if labels
            ]
            problem = f"classifiers with the same labels can be compared; {'; '.join(missing)}"
            raise ConfigError("models", [problem], code="evaluation.labels")
    return classifiers


def systems_of_models(
    models: Sequence[OpenModel], classifiers: Sequence[TextClassifier], examples: Examples, how: Significance
) -> list[ClassifierSystem]:
    """Label the texts with every model, and score the labels.

    Raises:
        DataError: there is nothing to score.
    """
    systems = []
    for model, classifier in zip(models, classifiers, strict=True):
        scored = score(classifier, examples, sketch=model.folder.description.sketch)
        expected = [label.strip() for label in examples.targets]
        report = with_intervals(scored.report, scored.outputs, expected, how)
        scored = replace(scored, report=report)
        systems.append(ClassifierSystem(name=model.name, labels=scored.outputs, report=report, scored=scored))
    return systems
