"""The evaluation of a model that forecasts: its scores beside those of baselines, and what it does not beat."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seq2seq.evaluation.forecasting.scores import ForecastScores
from seq2seq.evaluation.forecasting.table import BaselineResult, compared_by, not_beaten, table_lines

if TYPE_CHECKING:
    from rich.console import Group


@dataclass(frozen=True, slots=True)
class ForecastReport:
    """The evaluation of a model on the last steps of series."""

    scores: ForecastScores
    baselines: Mapping[str, BaselineResult]
    """By name; on the same series and steps."""
    horizon: int
    """Steps that were forecast."""
    origins: int = 1
    """Forecasts of each series, from one step apart."""
    left_out: str = ""
    """Why a baseline is not in the table, for people."""

    def to_dict(self) -> dict[str, object]:
        """As JSON: the scores at the top, under their names."""
        return {
            **self.scores.to_dict(),
            "horizon": self.horizon,
            "origins": self.origins,
            "baselines": {
                name: {**one.scores.to_dict(), "replaced": dict(one.replaced)} for name, one in self.baselines.items()
            },
            "compared_by": compared_by(self.scores),
            "not_better_than": not_beaten(self.scores, self.baselines),
        }

    def render(self) -> "Group":
        """For a rich console: the table, and what has to be said about it."""
        from rich.console import Group
        from rich.text import Text

        lines = [*table_lines(self.scores, self.baselines, origins=self.origins)]
        lines += [self.left_out] if self.left_out else []
        return Group(*map(Text, lines))  # brackets of a command are no markup
