"""A column of texts, or of sequences of vectors, labelled."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any

from seq2seq.batch.column_model import Answer, Output
from seq2seq.batch.source_column import SourceColumn

if TYPE_CHECKING:
    from seq2seq.inference.classifier import TextClassifier
    from seq2seq.text.vocabulary.pair import Vocabulary


@dataclass(frozen=True)
class Classify(SourceColumn["TextClassifier"]):
    """Adds a column of labels to batches of rows, wherever batches are processed.

    A text that is missing, or has no characters but white space, has no label. Sequences of vectors are numbers (steps,
    channels), as lists or arrays, or their JSON.

    Raises:
        ConfigError: two columns have the same name, or a number is not positive.
    """

    _: KW_ONLY
    column: str = "text"
    """The column of texts, or of sequences of vectors."""
    output: str = "label"
    """The column of labels."""
    probability: str | None = None
    """A column for the calibrated probability of the label."""

    @property
    def _column(self) -> str:
        return self.column

    def _outputs(self) -> list[Output]:
        return [Output(self.output), *([] if self.probability is None else [Output(self.probability, "number")])]

    def _key(self) -> Hashable:
        return ("classifier", self.model, self.ensemble, self.device, self.engine, self.threads, self.workers)

    def _load(self) -> TextClassifier:
        from seq2seq.inference.classifier import TextClassifier
        from seq2seq.inference.load import open_ensemble

        _, classifier = open_ensemble(
            TextClassifier,
            [self.model, *self.ensemble],
            device=self.device,
            engine=self.engine,
            threads=self.threads,
            workers=self.workers,
        )
        return classifier

    def _source(self, classifier: TextClassifier) -> Vocabulary:
        return classifier.tokenizers.source

    def _answers(self, classifier: TextClassifier, sources: Sequence[Any]) -> list[Answer]:
        from seq2seq.inference.request.input_warnings import InputWarnings

        warnings = InputWarnings()
        answers: list[Answer] = []
        for one in classifier.classify(sources, warnings=warnings):
            probability = [] if self.probability is None else [one.probability if one.label else None]
            answers.append((one.label or None, *probability, one.note))
        if self.notes is None:
            warnings.report()
        return answers
