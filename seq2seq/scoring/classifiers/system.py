"""One classifier on a test set: a model, or labels that are there already."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from seq2seq.evaluation.classification_report import ClassificationReport
from seq2seq.scoring.scored import Scored

if TYPE_CHECKING:
    from pydantic import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifierSystem:
    """The labels that one system gives, and how good they are."""

    name: str
    labels: Sequence[str] = field(repr=False)
    """Of each text; "" where there is none."""
    report: ClassificationReport = field(repr=False)
    scored: Scored[ClassificationReport] | None = None
    """Its run: data and speed; None: the labels of a file."""

    def to_dict(self) -> "dict[str, JsonValue]":
        """As JSON: scores, and the run of a model."""
        return cast("dict[str, JsonValue]", (self.scored or self.report).to_dict())
