"""One system on a test set: a model, or outputs that are there already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from seq2seq.evaluation.breakdown.buckets import BreakdownScores
from seq2seq.evaluation.translation_report import TranslationReport
from seq2seq.scoring.scored import Scored
from seq2seq.scoring.source_use import SourceUse

if TYPE_CHECKING:
    from pydantic import JsonValue

    from seq2seq.inference.translator import Translator


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """What one system wrote, and how good it is."""

    name: str
    outputs: Sequence[str] = field(repr=False)
    report: TranslationReport = field(repr=False)
    scored: Scored[TranslationReport] | None = None
    """Its run: data, settings, speed and memory; None: the outputs of a file."""
    translator: "Translator | None" = field(default=None, repr=False)
    """The model, open; None: the outputs of a file."""
    breakdowns: Mapping[str, BreakdownScores] = field(default_factory=dict, repr=False)
    """Scores by source length and the like, if requested."""
    source_use: SourceUse | None = None
    """How much it depends on its sources, if requested; None also for the outputs of a file."""

    def to_dict(self) -> "dict[str, JsonValue]":
        """As JSON: scores, and the run of a model."""
        content: dict[str, object] = dict((self.scored or self.report).to_dict())
        if self.breakdowns:
            content["breakdown"] = {key: scores.to_dict() for key, scores in self.breakdowns.items()}
        if self.source_use is not None:
            content["source_use"] = self.source_use.to_dict()
        return cast("dict[str, JsonValue]", content)

    def remarks(self) -> list[str]:
        """What a person should know about its scores, one sentence each."""
        return self.report.remarks() + ([] if self.source_use is None else self.source_use.remarks())
