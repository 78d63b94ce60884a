"""What evaluations of systems have in common, whatever the task: figures as JSON, for a terminal, and as a page."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, TypeVar, cast

from seq2seq import log
from seq2seq.evaluation.resampling.bootstrap import SAMPLES, SEED
from seq2seq.evaluation.resampling.significance import Comparison, Test
from seq2seq.scoring.systems.names import short_names
from seq2seq.version import VERSION

if TYPE_CHECKING:
    from pydantic import JsonValue
    from rich.console import Group, RenderableType

    from seq2seq.report.page import Page
    from seq2seq.scoring.scored import Report, Scored


@dataclass(frozen=True, slots=True)
class Significance:
    """How systems are compared."""

    test: Test | None = None
    """None: the bootstrap for translations, which is sacrebleu's first; randomisation for labels."""
    samples: int | None = None
    """Resampled test sets, or trials (None: sacrebleu's number)."""
    seed: int = SEED

    @property
    def resamples(self) -> int:
        """Resampled test sets for confidence intervals."""
        return SAMPLES if self.samples is None or self.test != "bootstrap" else self.samples


class Named(Protocol):
    """A system: a model, or outputs that are there already."""

    @property
    def name(self) -> str:
        """Its name, which no other system has."""

    @property
    def scored(self) -> "Scored[Report] | None":
        """Its run; None: its outputs were there already."""

    def to_dict(self) -> "dict[str, JsonValue]":
        """Its scores, as JSON."""


S = TypeVar("S", bound=Named, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation(ABC, Generic[S]):
    """One or more systems on one test set; the first is the baseline of the others."""

    unit: ClassVar[str]
    """What a test set consists of, in the plural: ``sentences``."""

    name: str
    """Of the test set."""
    systems: Sequence[S]
    comparisons: Mapping[str, Sequence[Comparison]]
    """Of every system but the first with the first, by the system's name; metric by metric."""
    detailed: bool = False
    """Whether details are requested."""
    baseline_named: bool = False
    """Whether the baseline was named as such, and is not one of the systems that are evaluated."""

    @property
    @abstractmethod
    def size(self) -> int:
        """Sentences or texts of the test set."""

    @property
    def baseline(self) -> S:
        """The system that others are compared with."""
        return self.systems[0]

    @property
    def short_names(self) -> Mapping[str, str]:
        """The systems' names as tables show them, by their full names."""
        names = [system.name for system in self.systems]
        return dict(zip(names, short_names(names), strict=True))

    @property
    def single(self) -> S | None:
        """The only system that is evaluated, if there is one, whether with or without a baseline."""
        return self.systems[-1] if len(self.systems) == 1 + self.baseline_named else None

    def to_dict(self) -> "dict[str, JsonValue]":
        """As JSON: the scores of a single system at the top, those of several in ``systems``."""
        if len(self.systems) == 1:
            return cast("dict[str, JsonValue]", {**self.baseline.to_dict(), **self.further()})
        content: dict[str, object] = {
            "data": self.name,
            self.unit: self.size,
            "baseline": self.baseline.name,
            "systems": [{"name": system.name, **system.to_dict()} for system in self.systems],
            "comparisons": [
                {"name": name, "against": self.baseline.name, **one.to_dict()}
                for name, found in self.comparisons.items()
                for one in found
            ],
        } | self.further()
        if self.baseline_named and len(self.systems) == 2:  # one system is evaluated, and compared
            system = self.systems[1]
            comparison = {one.metric: one.to_dict() for one in self.comparisons[system.name]}
            content = {**system.to_dict(), "comparison": comparison, **content}
        return cast("dict[str, JsonValue]", content)

    @abstractmethod
    def further(self) -> dict[str, object]:
        """Entries of the JSON about several systems together."""

    @abstractmethod
    def tables(self) -> "list[RenderableType]":
        """For people, part by part, on a terminal of 80 columns."""

    def render(self) -> "Group":
        """For a rich console, as ``seq2seq evaluate`` prints it."""
        from rich.console import Group

        return Group(*self.tables())

    @abstractmethod
    def page(self, facts: Mapping[str, str]) -> "Page":
        """The report; ``facts`` say what it was made from."""

    def save_report(self, path: str | Path, *, facts: Mapping[str, str] | None = None) -> None:
        """Write all figures with pictures and examples as one page of HTML, which needs no other file.

        Args:
            path: the file to write.
            facts: further facts for the head of the page, by name.

        Raises:
            OSError: the file cannot be written.
        """
        models = [system.name for system in self.systems if system.scored is not None]
        known = {
            "test set": self.name,
            "models": ", ".join(models) or "none",
            "date": date.today().isoformat(),
            "program": f"seq2seq {VERSION}",
        }
        self.page({**(facts or {}), **known}).write(Path(path))
        log.say(f"report: {path}")
