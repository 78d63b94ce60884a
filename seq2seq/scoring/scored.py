"""The result of scoring a model, whatever its task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic_core import to_jsonable_python

from seq2seq.evaluation.classification_report import ClassificationReport
from seq2seq.evaluation.forecasting.report import ForecastReport
from seq2seq.evaluation.likelihood import LikelihoodReport
from seq2seq.evaluation.translation_report import TranslationReport
from seq2seq.evaluation.vectors import VectorReport

if TYPE_CHECKING:
    from pydantic import JsonValue
    from rich.console import Group

Report = TranslationReport | ClassificationReport | LikelihoodReport | VectorReport | ForecastReport
R = TypeVar("R", bound=Report, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored(Generic[R]):
    """The scores of a model on one set of examples, and how long they took."""

    name: str
    report: R
    seconds: float
    """Time that the model took."""
    count: int
    """Examples or tokens processed in that time, in units of ``unit``."""
    unit: str
    """Unit of ``count``, in the plural: ``sentences``."""
    skipped: int = 0
    """Malformed rows that were left out."""
    settings: Mapping[str, object] = field(default_factory=dict)
    """Settings that the scores depend on, for the JSON."""
    outputs: Sequence[str] = field(default=(), repr=False)
    """What the model wrote, if it translates; the labels that it gave, if it classifies."""
    source_tokens: int | None = None
    """Tokens of the sources, ends included, if the model translates."""
    memory: int | None = None
    """Rise of resident memory, in bytes, while the model translated; None: unknown."""

    @property
    def rate(self) -> float:
        """Speed in ``unit`` per second."""
        return self.count / max(self.seconds, 1e-9)

    @property
    def speed(self) -> str:
        """Time and speed, for people."""
        return f"{self.seconds:,.1f} s, {self.rate:,.0f} {self.unit} per second"

    @property
    def cost(self) -> str:
        """Time, speed and memory, for people."""
        memory = "" if self.memory is None else f", {self.memory / 1e6:,.0f} MB of memory while translating"
        return self.speed + memory

    def render(self) -> "Group":
        """The scores, for a rich console."""
        return self.report.render()

    def to_dict(self) -> "dict[str, JsonValue]":
        """As JSON: the scores at the top, then the data, settings and speed."""
        run = {"data": self.name, "skipped": self.skipped, **self.settings, "seconds": round(self.seconds, 3)}
        if self.unit == "sentences":
            run["sentences_per_second"] = round(self.rate, 1)
        if self.source_tokens is not None:
            run["source_tokens_per_second"] = round(self.source_tokens / max(self.seconds, 1e-9), 1)
        if self.memory is not None:
            run["decoding_memory"] = self.memory
        content: dict[str, Any] = to_jsonable_python({**self.report.to_dict(), **run})
        return content
