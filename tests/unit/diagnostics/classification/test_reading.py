"""What is read of a model is what `classify` says."""

import numpy as np
import pytest
from support import tiny

from seq2seq.config.data import DataConfig
from seq2seq.diagnostics.classification.reading import is_classifier, labelled, labelled_train, sampled_train
from seq2seq.diagnostics.examine import examine
from seq2seq.diagnostics.subject import Subject
from seq2seq.inference.classifier import TextClassifier


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    folder = tmp_path_factory.mktemp("labels")
    rows = [*tiny.LABELLED] * 6
    (folder / "train.tsv").write_text("".join(f"{text}\t{label}\n" for text, label in rows), encoding="utf-8")
    (folder / "dev.tsv").write_text(
        "".join(f"{text}\t{label}\n" for text, label in [*rows, ("the dog", "unknown")]), encoding="utf-8"
    )
    data = DataConfig(path=str(folder), cache=str(folder / "cache"), workers=1)
    return Subject.open(tiny.save_classifier(folder / "model", data, temperature=1.5), device="cpu")


def test_probabilities_are_those_of_classify(subject: Subject) -> None:
    found = labelled(subject)
    assert is_classifier(subject)
    assert len(subject.examples) == 49
    assert len(found.expected) == 48  # one label is unknown to the model
    classifier = TextClassifier.load(subject.loaded.path)
    expected = classifier.classify([one.source for one in subject.examples if one.target != "unknown"])
    for row, one in enumerate(expected):
        assert found.probabilities[row] == pytest.approx([share for _, share in one.probabilities], abs=1e-5)
        assert found.names[found.predicted[row]] == one.label
    assert [found.names[label] for label in found.expected] == [label for _, label in tiny.LABELLED] * 6


def test_training_data(subject: Subject) -> None:
    texts, labels = sampled_train(subject)
    assert len(texts) == len(labels) == len(labelled_train(subject).expected) == 8  # without duplicates
    assert np.bincount(labels).tolist() == [4, 1, 3]


def test_the_section_runs_on_a_model(subject: Subject) -> None:
    names = {part.name: [one.measure for one in part.findings] for part in examine(subject).parts}
    assert names["classification"] == ["labels", "bag-of-words", "confusion", "label-calibration"]
