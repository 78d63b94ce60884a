"""The results of replications: as JSON, and as the tables and pictures of the page."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from replications.protocol import Effect, Replication, Scores, judge


@dataclass(frozen=True)
class Result:
    """A replication, and what its seeds have shown."""

    replication: Replication
    scores: Mapping[int, Scores]
    """By seed."""
    quick: bool = False

    @property
    def effects(self) -> tuple[Effect, ...]:
        """One per prediction."""
        found = list(self.scores.values())
        return tuple(judge(prediction, found, quick=self.quick) for prediction in self.replication.predictions)

    def values(self, arm: str, condition: str) -> list[float]:
        """The scores of an arm under a condition, one per seed."""
        return [scores[arm][condition] for scores in self.scores.values()]

    @property
    def arms(self) -> list[str]:
        """The names of what was compared."""
        return list(next(iter(self.scores.values())))

    @property
    def conditions(self) -> list[str]:
        """What each arm was scored under."""
        return list(next(iter(self.scores.values()))[self.arms[0]])

    def to_dict(self) -> dict[str, Any]:
        """As JSON; an interval that one seed cannot have is null."""
        replication = self.replication
        predictions = [
            {
                "statement": prediction.statement,
                "unit": prediction.unit,
                "smallest": prediction.smallest,
                "effects": dict(zip(map(str, self.scores), effect.values, strict=True)),
                "mean": effect.mean,
                "interval": None if math.isnan(effect.low) else [effect.low, effect.high],
                "verdict": effect.verdict.value,
            }
            for prediction, effect in zip(replication.predictions, self.effects, strict=True)
        ]
        return {
            "claim": replication.claim,
            "source": replication.source,
            "metric": replication.metric,
            "quick": self.quick,
            "predictions": predictions,
            "scores": {str(seed): scores for seed, scores in self.scores.items()},
        }


def result_of(replication: Replication, content: Mapping[str, Any]) -> Result:
    """A result from its JSON; what follows from the scores is judged anew."""
    return Result(replication, {int(seed): scores for seed, scores in content["scores"].items()}, content["quick"])


def summary_table(results: Sequence[Result]) -> str:
    """One row per prediction, in Markdown."""
    rows = [
        "| claim | difference that must be positive | mean effect | range over seeds | 95 % interval | verdict |",
        "|---|---|---|---|---|---|",
    ]
    for result in results:
        for prediction, effect in zip(result.replication.predictions, result.effects, strict=True):
            cells = (
                f"[{result.replication.title}](#{anchor(result.replication.title)})",
                prediction.statement,
                f"{_signed(effect.mean)} {prediction.unit}",
                f"{_signed(min(effect.values))} to {_signed(max(effect.values))}",
                "–" if math.isnan(effect.low) else f"{_signed(effect.low)} to {_signed(effect.high)}",
                f"**{effect.verdict}**",
            )
            rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def score_table(result: Result) -> str:
    """The mean score of every arm under every condition, and its range over the seeds, in Markdown."""
    rows = [f"| {result.replication.axis} | {' | '.join(result.arms)} |", "|---" * (len(result.arms) + 1) + "|"]
    for condition in result.conditions:
        cells = [_spread(result.values(arm, condition)) for arm in result.arms]
        rows.append(f"| {condition} | {' | '.join(cells)} |")
    return "\n".join(rows)


def section(result: Result) -> str:
    """What the page shows of one claim: claim, set-up, picture, scores and verdict."""
    replication = result.replication
    shown = f"{replication.metric} by {replication.axis}: {', '.join(result.arms)}"
    return "\n\n".join(
        (
            f"**Claim.** {replication.claim} ({replication.source})",
            f"**Set-up.** {replication.setting}",
            f"![{shown}](pictures/replication_{replication.name}.svg)",
            f"{shown[0].upper()}{shown[1:]}; mean over seeds (lowest to highest).",
            score_table(result),
            *(
                f"**{effect.verdict.capitalize()}:** {prediction.statement} ({_signed(effect.mean)} {prediction.unit})."
                for prediction, effect in zip(replication.predictions, result.effects, strict=True)
            ),
        )
    )


def picture(result: Result) -> str:
    """The same scores as an SVG file: a line per arm through the means, in a band from the lowest to the highest."""
    from seq2seq.report.drawings.lines import Level, Lines, Series
    from seq2seq.report.drawings.svg import svg_file

    replication, places = result.replication, result.replication.places
    series = []
    for arm in result.arms:
        values = [result.values(arm, condition) for condition in places]
        means = [math.fsum(one) / len(one) for one in values]
        lows, highs = [min(one) for one in values], [max(one) for one in values]
        series.append(Series(name=arm, x=list(places.values()), y=means, low=lows, high=highs))
    levels = [] if replication.chance is None else [Level(name="guessing", value=replication.chance)]
    drawing = Lines(
        title=replication.title,
        x_label=replication.axis,
        y_label=replication.metric,
        series=series,
        levels=levels,
        log_x=replication.log_axis,
        from_zero=True,
    )
    return svg_file(drawing)


def anchor(title: str) -> str:
    """The anchor that a heading gets."""
    return title.lower().replace(" ", "-").replace(",", "")


def _spread(values: Sequence[float]) -> str:
    mean = math.fsum(values) / len(values)
    return f"{mean:.1f}" if len(values) == 1 else f"{mean:.1f} ({min(values):.1f} to {max(values):.1f})"


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")
