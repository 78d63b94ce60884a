"""What a classifier says about examples whose label it knows.

Letters: N examples, C labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from seq2seq.config.recipe import ClassificationRecipe
from seq2seq.diagnostics.subject import Example, Subject, once_per_subject
from seq2seq.evaluation.calibration import log_softmax
from seq2seq.special import NAMES

TRAIN: Final = 8_000
"""Rows of the training split that naive Bayes learns from: more take longer, and change its accuracy by a point."""
TRAIN_SAMPLE: Final = 2_000
"""Rows of the training split that the model labels: their mean recall has a standard error of some one per cent."""

Integers = NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class Labelled:
    """Examples with the labels that they have, and those that the model gives them."""

    names: tuple[str, ...]
    """The C labels of the model."""
    tokens: tuple[Integers, ...]
    """Token ids of each text, without EOS; none where sources are vectors."""
    expected: Integers
    """(N,) indices of labels."""
    probabilities: NDArray[np.float64]
    """(N, C), calibrated."""

    @property
    def predicted(self) -> Integers:
        """(N,) indices of the most probable labels."""
        found: Integers = self.probabilities.argmax(axis=1)
        return found

    @property
    def accuracy(self) -> float:
        """Share (0 to 1) of the examples whose label is the most probable one."""
        return float((self.predicted == self.expected).mean())


def is_classifier(subject: Subject) -> bool:
    """Whether the measures of this package apply."""
    return isinstance(subject.recipe, ClassificationRecipe)


@once_per_subject
def labelled(subject: Subject) -> Labelled:
    """The examples that the model has not learnt from."""
    return _labelled(subject, subject.examples)


def labelled_train(subject: Subject) -> Labelled:
    """A sample of the training split; empty if it cannot be read."""
    return _labelled(subject, subject.sample_train(TRAIN_SAMPLE))


@once_per_subject
def sampled_train(subject: Subject) -> tuple[tuple[Integers, ...], Integers]:
    """Token ids and labels of up to :data:`TRAIN` rows of the training split; none where there are none."""
    if subject.train is None or not subject.reads_tokens:
        return (), np.zeros(0, np.int64)
    rows = np.sort(subject.generator("sampled-train").permutation(len(subject.train))[:TRAIN]).tolist()
    labels = np.array([subject.train.target_ids(row)[0] - len(NAMES) for row in rows], np.int64)
    texts = tuple(np.asarray(subject.train.source_ids(row), np.int64) for row in rows)
    return tuple(text for text, label in zip(texts, labels, strict=True) if label >= 0), labels[labels >= 0]


def _labelled(subject: Subject, examples: Sequence[Example]) -> Labelled:
    known = [one for one in examples if one.target_ids and one.target_ids[0] >= len(NAMES)]
    calibration = subject.loaded.description.calibration
    names = subject.loaded.description.labels
    logits = np.zeros((len(known), len(names)))
    with torch.inference_mode():
        for rows, batch in subject.batches(known):
            moved = batch.to(subject.device)
            logits[list(rows)] = subject.model(moved.source, moved.source_lengths).double().cpu().numpy()
    return Labelled(
        names=tuple(names),
        tokens=tuple(np.asarray(one.source_ids, np.int64) for one in known) if subject.reads_tokens else (),
        expected=np.array([one.target_ids[0] - len(NAMES) for one in known], np.int64),
        probabilities=np.exp(log_softmax(logits / (calibration.temperature if calibration else 1.0))),
    )
