"""A model beside the baselines, in one table, which says what the model does not beat."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Final, Literal

import numpy as np

from seq2seq.evaluation.forecasting.scores import ForecastScores, Outcome, score_forecasts
from seq2seq.series.baselines.baseline import Baseline, forecast_baseline, require_baseline
from seq2seq.series.baselines.forecast import Forecast
from seq2seq.series.windows import Window
from seq2seq.wording import plural

NAMES: Final[Mapping[str, str]] = {
    "naive": "naive", "seasonal_naive": "seasonal naive", "drift": "drift", "ses": "SES", "ets": "ETS",
}  # fmt: skip
"""What baselines are called in a table."""
Criterion = Literal["mase", "wql", "rmse"]
_TITLES: Final[Mapping[Criterion, str]] = {"mase": "MASE", "wql": "wQL", "rmse": "RMSE"}


@dataclass(frozen=True, slots=True)
class BaselineResult:
    """The scores of a baseline."""

    scores: ForecastScores
    replaced: Mapping[str, int]
    """Numbers of series that another method forecast, by its name, since this one could not."""


def can_be_scored(window: Window, channel: int) -> bool:
    """Whether a channel has a value before the origin, and one after it."""
    before, after = window.history[:, channel], window.target[:, channel]
    return bool(np.isfinite(before).any() and np.isfinite(after).any())


def baseline_scores(
    windows: Sequence[Window],
    season: int,
    names: Sequence[Baseline],
    *,
    advance: Callable[[int], None] | None = None,
) -> dict[str, BaselineResult]:
    """Score baselines on every channel of some windows, those apart that have no value before the origin or after it.

    Args:
        windows: with their targets.
        season: steps per season; at 1, a seasonal naive forecast is a naive one, and is left out.
        names: of the baselines.
        advance: called with the number of windows finished since its last call, once for every baseline.

    Raises:
        DataError: no channel can be scored.
        MissingExtra: a package of a baseline is not installed.
    """
    found: dict[str, BaselineResult] = {}
    for name in names:
        require_baseline(name)
    for name in names:
        if name == "seasonal_naive" and season == 1:
            if advance:
                advance(len(windows))
            continue
        outcomes = []
        for window in windows:
            for channel in range(len(window.series.channels)):
                if can_be_scored(window, channel):
                    history = window.history[:, channel]
                    forecast = forecast_baseline(name, history, horizon=len(window.target), season=season)
                    outcomes.append(Outcome(history, window.target[:, channel], forecast))
            if advance:
                advance(1)
        replaced = Counter(one.forecast.method for one in outcomes if one.forecast.method != name)
        found[name] = BaselineResult(score_forecasts(outcomes, season), dict(replaced))
    return found


def outcomes_of(windows: Sequence[Window], forecasts: Sequence[Sequence[Forecast]]) -> list[Outcome]:
    """Forecasts of a model beside what came, for the channels that baselines are scored on, too.

    Args:
        windows: with their targets.
        forecasts: of every window, one per channel.
    """
    return [
        Outcome(window.history[:, channel], window.target[:, channel], forecast)
        for window, own in zip(windows, forecasts, strict=True)
        for channel, forecast in enumerate(own)
        if can_be_scored(window, channel)
    ]


def compared_by(model: ForecastScores) -> Criterion:
    """The score by which a model is compared with baselines, which have those scores that it has.

    It is MASE, unless no series has one; then wQL, unless all values are zero; then RMSE.
    """
    if not isnan(model.mase):
        return "mase"
    return "rmse" if isnan(model.wql) else "wql"


def not_beaten(model: ForecastScores, baselines: Mapping[str, BaselineResult]) -> list[str]:
    """Names of the baselines that are as good as the model, or better, by :func:`compared_by`."""
    score = compared_by(model)
    return [name for name, one in baselines.items() if getattr(one.scores, score) <= getattr(model, score)]


def table_lines(
    model: ForecastScores | None, baselines: Mapping[str, BaselineResult], *, origins: int = 1
) -> list[str]:
    """The table for people: the model, if there is one, above the baselines, and what has to be said about them.

    What counts as one is a series, or each of the forecasts from several ``origins`` of a series.
    """
    counted = "series" if origins == 1 else "forecasts"
    rows = {} if model is None else {"model": model}
    rows |= {NAMES.get(name, name): result.scores for name, result in baselines.items()}
    width = max(map(len, rows))
    head = f"{'':{width}}  {'MASE':>7}  {'sMAPE':>7}  {'wQL':>7}  {'in 80 %':>7}  {'in 95 %':>7}  {'RMSE':>9}"
    lines = [head]
    for name, scores in rows.items():
        lines.append(
            f"{name:{width}}  {_shown(scores.mase, '7.3f')}  {scores.smape:7.1%}  {_shown(scores.wql, '7.4f')}  "
            f"{scores.coverage_80:7.1%}  {scores.coverage_95:7.1%}  {scores.rmse:9.4g}"
        )
    first = next(iter(rows.values()))
    rolled = "" if origins == 1 else f", from up to {origins:,} origins of each series"
    lines.append(f"{first.series:,} {counted}{rolled}; MASE, sMAPE and RMSE are means over {counted}")
    if first.constant:
        lines.append(f"MASE leaves out {first.constant:,} {counted} whose history is constant, or has one value")
    for name, result in baselines.items():
        for other, count in result.replaced.items():
            lines.append(f"{NAMES.get(name, name)}: {NAMES.get(other, other)} in its place for {count:,} {counted}")
    if model is not None:
        better = [NAMES.get(name, name) for name in not_beaten(model, baselines)]
        if better:
            by = _TITLES[compared_by(model)]
            lines.append(f"the model is not better than {plural(len(better), 'baseline')} by {by}: {', '.join(better)}")
    return lines


def _shown(figure: float, form: str) -> str:
    """A figure, or a dash in its width where there is none."""
    return f"{'–':>{form.partition('.')[0]}}" if isnan(figure) else f"{figure:{form}}"
