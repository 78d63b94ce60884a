"""A student that learns the probabilities that a teacher gives the labels (Hinton et al. 2015)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from seq2seq import log
from seq2seq.config.recipe import Recipe
from seq2seq.data.reading.examples import Examples
from seq2seq.distillation.answers import Answers
from seq2seq.distillation.classification.student import student_recipe
from seq2seq.distillation.classification.table import LabelMeasurement
from seq2seq.distillation.corpus import Corpus
from seq2seq.distillation.lesson import Rows
from seq2seq.distillation.options import DistillationOptions
from seq2seq.distillation.teachers.teacher import Answer
from seq2seq.errors import DataError
from seq2seq.text.vocabulary.soft_labels import write_soft_label
from seq2seq.wording import listed, plural

_OWN_SHARE: Final = 0.5
"""Share of the probability that the data's own label gets: as much as the teacher's (benchmarks/LOG.md)."""


class LabelLesson:
    """Labels with their probabilities; see :class:`~seq2seq.distillation.lesson.Lesson`."""

    columns = ("text", "label")
    targets = "labels"

    def rows(self, corpus: Corpus, answers: Answers, options: DistillationOptions) -> tuple[Rows, Sequence[str]]:
        """The teacher's probabilities, or their mean with the data's own labels."""
        given = {source: _probabilities(answers[source]) for source in corpus.sources}
        labelled = {source: some for source, some in given.items() if some}
        _compare_labels(labelled, corpus.references)
        if options.with_references:
            for source, own in corpus.references.items():
                labelled[source] = _with_own(labelled.get(source, {}), own)
        rows = [(source, write_soft_label(labelled[source])) for source in corpus.sources if source in labelled]
        missing = len(corpus.sources) - len(rows)
        return rows, [f"{plural(missing, 'source')} without a label"] if missing else []

    def recipe(self, folder: Path, corpus: Corpus, options: DistillationOptions, *, taught: bool) -> Recipe:
        """That of its size; trained alike without the teacher."""
        return student_recipe(folder, options.size, options.overrides, test=corpus.test is not None, taught=taught)

    def measurement(self, examples: Examples) -> LabelMeasurement:
        """Accuracy and macro-F1."""
        return LabelMeasurement(examples)


def _probabilities(answers: Sequence[Answer]) -> dict[str, float]:
    """The probability of each label; none of a text without one."""
    return {answer.text: 1.0 if answer.score is None else answer.score for answer in answers if answer.text}


def _with_own(taught: Mapping[str, float], own: Sequence[str]) -> dict[str, float]:
    """The weighted mean of the teacher's probabilities and the labels of the data, of which there may be several."""
    shares = Counter({label: count / len(own) for label, count in Counter(map(str.strip, own)).items()})
    share = _OWN_SHARE if taught else 1.0
    return {
        label: (1 - share) * taught.get(label, 0.0) + share * shares.get(label, 0.0)
        for label in dict.fromkeys([*taught, *shares])
    }


def _compare_labels(taught: Mapping[str, Mapping[str, float]], references: Mapping[str, Sequence[str]]) -> None:
    """Refuse a teacher all of whose labels are others than those of the data, and warn of those that are."""
    known = {label for some in taught.values() for label in some}
    own = {label.strip() for some in references.values() for label in some}
    if own and not known & own:
        raise DataError(
            f"DATA's labels ({listed(sorted(own))}) are none of the teacher's ({listed(sorted(known))}).\n"
            "  Is the column of the labels the right one (--target-column)? Write both alike.",
            code="distill.other-labels",
        )
    if own and (others := sorted(known - own)):
        log.warn(
            f"The teacher's label {listed(others)} is none of DATA's: {listed(sorted(own))}. The student learns it.",
            code="distill.label-unknown",
        )
