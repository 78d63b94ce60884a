"""The result of a measure: a figure, a verdict in words, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import JsonValue

from seq2seq.report.blocks import Example
from seq2seq.report.drawings.svg import Drawing


class Verdict(StrEnum):
    """How a figure is judged."""

    TROUBLE = "trouble"
    """Something is wrong, and has a name and a remedy."""
    WATCH = "watch"
    """Not wrong by itself; worth knowing when the model disappoints."""
    FINE = "fine"
    UNJUDGED = "unjudged"
    """A fact, or a figure that cannot be judged here; the sentence says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The result of one measure on one model."""

    measure: str
    """Name of the measure, in kebab case: `gradient-flow-encoder`. Unique in a diagnosis."""
    title: str
    """The quantity, in words: `Memory of the encoder`."""
    value: float | None
    """The figure; None: it could not be measured, and the sentence says why."""
    unit: str = ""
    """Unit of the figure: `tokens`, `nats per token`, `%` (then the value is a percentage)."""
    verdict: Verdict
    sentence: str
    """The verdict in words, with the figures that it rests on: one or two sentences."""
    trouble: str | None = None
    """Stable name of what is wrong or worth watching: `gradients.vanishing`; None with other verdicts."""
    remedy: str | None = None
    """What to do about it: a setting and a value, or a command."""
    cause: str | None = None
    """The trouble of another finding that this one may only follow from; it has that one's remedy."""
    source: str = ""
    """The paper, with its section, that the measure comes from."""
    drawings: tuple[Drawing, ...] = ()
    examples: tuple[Example, ...] = ()
    """Texts that show it, for the page."""
    details: Mapping[str, JsonValue] = field(default_factory=dict)
    """Further figures, for JSON: all that a drawing shows."""

    def __post_init__(self) -> None:
        judged = self.verdict in (Verdict.TROUBLE, Verdict.WATCH)
        if judged != (self.trouble is not None) or judged != (self.remedy is not None):
            raise ValueError(f"{self.measure}: trouble and remedy belong to the verdicts `trouble` and `watch`")

    def to_dict(self) -> dict[str, JsonValue]:
        """As JSON, without drawings and examples, whose figures are in the details."""
        return {
            "measure": self.measure,
            "title": self.title,
            "value": self.value,
            "unit": self.unit,
            "verdict": str(self.verdict),
            "trouble": self.trouble,
            "cause": self.cause,
            "sentence": self.sentence,
            "remedy": self.remedy,
            "source": self.source,
            "details": dict(self.details),
        }
