"""A column of texts, or of sequences of vectors, that is translated or classified."""

import re
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np

from seq2seq.batch.column_model import Answer, ColumnModel, RowProblem, found
from seq2seq.errors import DataError
from seq2seq.text.vocabulary.channels import Channels
from seq2seq.text.vocabulary.pair import Vocabulary

Model = TypeVar("Model")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class SourceColumn(ColumnModel[Model]):
    """Adds columns to batches with sources."""

    _: KW_ONLY
    ensemble: Sequence[str | Path] = ()
    """Further models, see :func:`seq2seq.load`."""

    def __post_init__(self) -> None:
        """See :class:`ColumnModel`."""
        super().__post_init__()
        object.__setattr__(self, "ensemble", tuple(map(found, self.ensemble)))

    def _problem_of(self, value: Any) -> RowProblem | None:
        if value is None or isinstance(value, list | tuple | np.ndarray):  # numbers, if the model reads them
            return None
        if not isinstance(value, str):
            return _no_text(value)
        if _SURROGATE.search(value):
            return RowProblem("half of a surrogate pair, which is no character", "batch.surrogate")
        return None

    def _item(self, model: Model, value: Any) -> Any:
        vocabulary = self._source(model)
        if isinstance(value, str) and not (isinstance(vocabulary, Channels) and value.strip()):
            return value
        if not isinstance(vocabulary, Channels):
            return _no_text(value)
        try:
            return vocabulary.read(value)
        except DataError as error:
            return RowProblem(str(error), error.code)

    def _answer(self, model: Model, items: Sequence[Any]) -> list[Answer]:
        return self._answers(model, ["" if item is None else item for item in items])

    @abstractmethod
    def _source(self, model: Model) -> Vocabulary:
        """The vocabulary of what the model reads."""

    @abstractmethod
    def _answers(self, model: Model, sources: Sequence[Any]) -> list[Answer]:
        """The answers for sources; empty texts for rows that have none."""


def _no_text(value: object) -> RowProblem:
    return RowProblem(f"no text, but of type {type(value).__name__}", "batch.not-text")
