"""The scores of a set of forecasts."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np

from seq2seq.errors import DataError
from seq2seq.evaluation.forecasting.metrics import coverage, mase, pinball, rmse, seasonal_error, smape
from seq2seq.series.baselines.forecast import LEVELS, Forecast
from seq2seq.series.series import Floats

_INTERVALS: Final = {"80": (0.1, 0.9), "95": (0.025, 0.975)}
"""Levels of the ends of every interval."""
_LOSSES: Final = LEVELS[1:-1]
"""Levels of the quantile loss: 0.1 to 0.9."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """A forecast of one channel, and what came."""

    history: Floats
    """(T,) all values before the forecast."""
    actual: Floats
    """(H,) NaN where a value is missing."""
    forecast: Forecast


@dataclass(frozen=True, slots=True)
class ForecastScores:
    """The scores of forecasts; each channel of a series counts as one."""

    mase: float
    """Mean over series of the mean absolute scaled error; NaN if no series has one."""
    smape: float
    """Mean over series, as a share, from 0 to 2."""
    rmse: float
    """Mean over series, in the unit of the data."""
    wql: float
    """Weighted quantile loss at 0.1 to 0.9, of all steps together; NaN if all values are zero."""
    coverage_80: float
    """Share of the values inside of the interval of 80 %."""
    coverage_95: float
    width_80: float
    """Mean over series of the width of the interval of 80 %, in units of the scale of MASE."""
    width_95: float
    series: int
    """Series that are scored."""
    constant: int
    """Of these, those that MASE and widths leave out, since their history is constant or too short to have a scale."""

    def to_dict(self) -> dict[str, float | int | None]:
        """As JSON, which has no NaN."""
        return {name: None if value != value else value for name, value in asdict(self).items()}


def score_forecasts(outcomes: Sequence[Outcome], season: int) -> ForecastScores:
    """Score forecasts whose target has at least one value.

    Args:
        outcomes: of each series and channel.
        season: steps per season, for the scale of MASE.

    Raises:
        DataError: there are none.
    """
    scored = [one for one in outcomes if np.isfinite(one.actual).any()]
    if not scored:
        raise DataError(
            "no forecast can be scored: no target has a value.\n  Leave out the series that end in missing values.",
            code="series.no-target",
        )
    scales = [seasonal_error(one.history, season) for one in scored]
    inside, widths = {}, {}
    for name, (low, high) in _INTERVALS.items():
        counts = [coverage(one.actual, one.forecast.at(low), one.forecast.at(high)) for one in scored]
        inside[name] = sum(count for count, _ in counts) / sum(count for _, count in counts)
        widths[name] = _mean(
            [
                float((one.forecast.at(high) - one.forecast.at(low)).mean()) / scale if scale > 0 else float("nan")
                for one, scale in zip(scored, scales, strict=True)
            ]
        )
    return ForecastScores(
        mase=_mean([mase(one.actual, one.forecast.mean, one.history, season) for one in scored]),
        smape=_mean([smape(one.actual, one.forecast.mean) for one in scored]),
        rmse=_mean([rmse(one.actual, one.forecast.mean) for one in scored]),
        wql=_wql(scored),
        coverage_80=inside["80"],
        coverage_95=inside["95"],
        width_80=widths["80"],
        width_95=widths["95"],
        series=len(scored),
        constant=sum(not scale > 0 for scale in scales),
    )


def _wql(outcomes: Sequence[Outcome]) -> float:
    """Weighted quantile loss, of all steps together."""
    size = sum(float(np.nansum(np.abs(one.actual))) for one in outcomes)
    losses = [float(np.nansum(pinball(one.actual, one.forecast.quantiles[:, 1:-1], _LOSSES))) for one in outcomes]
    return 2 * sum(losses) / len(_LOSSES) / size if size > 0 else float("nan")


def _mean(figures: Sequence[float]) -> float:
    known = [figure for figure in figures if figure == figure]
    return sum(known) / len(known) if known else float("nan")
