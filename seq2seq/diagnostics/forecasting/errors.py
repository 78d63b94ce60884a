"""The error of forecasts by step of the horizon, beside forecasts without a network."""

from typing import Any, Final

import numpy as np
from pydantic import JsonValue

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.forecasting.outcomes import format_of, listed, means, outcomes, standard_error
from seq2seq.diagnostics.subject import Subject
from seq2seq.evaluation.forecasting.table import NAMES
from seq2seq.report.drawings.lines import Lines, Series
from seq2seq.series.baselines.baseline import Baseline, forecast_baseline
from seq2seq.series.series import Floats
from seq2seq.wording import plural

SIGMAS: Final = 2.0
"""Standard errors, over series, by which errors must differ to count as different."""
_BASELINES: Final[tuple[Baseline, ...]] = ("naive", "seasonal_naive", "drift")
_REMEDY: Final = (
    "Choose settings by what they forecast (data.forecast.hold_out: dev): training.max_steps, a longer "
    "data.forecast.context, the season (data.forecast.season), model.dropout. If nothing helps, use the forecast "
    "without a network."
)


def measure_errors(subject: Subject) -> list[Finding]:
    """Mean absolute scaled errors by step."""
    form, found = format_of(subject), outcomes(subject)
    about: dict[str, Any] = {
        "measure": "errors-by-step",
        "title": "Error of the forecasts (MASE)",
        "source": "Hyndman and Koehler 2006, section 3",
    }
    names = [name for name in _BASELINES if name != "seasonal_naive" or form.season > 1]
    points = {
        name: np.stack(
            [
                forecast_baseline(name, history, horizon=window.horizon, season=form.season).mean
                for window in subject.windows
                for history in window.history.T
            ]
        )
        for name in names
    }
    known = np.isfinite(found.scale)
    if not known.any():
        sentence = "Every history is constant, or too short to have a scale for errors."
        return [Finding(**about, value=None, verdict=Verdict.UNJUDGED, sentence=sentence)]

    def scaled(points: Floats) -> Floats:
        return (np.abs(points - found.actual) / found.scale[:, None])[known]

    model = scaled(found.median)
    others = {NAMES[name]: scaled(point) for name, point in points.items()}
    best = min(others, key=lambda name: means(others[name], 1).mean())
    apart = means(model, 1) - means(others[best], 1)
    own, least = float(means(model, 1).mean()), float(means(others[best], 1).mean())
    said = f"MASE {own:.3f} over {len(model):,} series; the best forecast without a network ({best}) has {least:.3f}"
    worse = np.flatnonzero(means(model - others[best], 0) > 0) + 1
    if len(worse) and own < least:
        said += f"; at {plural(len(worse), 'step')} of {model.shape[1]}, first at {worse[0]}, its error is smaller"
    sure = abs(apart.mean()) > SIGMAS * standard_error(apart)
    judged: dict[str, Any] = {"verdict": Verdict.FINE, "sentence": f"{said}."}
    if own >= least or not (sure or len(model) == 1):  # of one series, nobody knows what is chance
        much = own >= least and sure
        judged = {
            "verdict": Verdict.TROUBLE if much else Verdict.WATCH,
            "trouble": "forecasts.no-better",
            "sentence": f"{said}: the network is {'worse' if much else 'not better beyond chance'}.",
            "remedy": _REMEDY,
        }
    steps, mean = np.arange(1, model.shape[1] + 1), means(model, 0)
    spread = np.sqrt(means((model - mean) ** 2, 0) / np.maximum(np.isfinite(model).sum(axis=0), 1))
    drawing = Lines(
        title="Error by step of the horizon",
        x_label="steps ahead",
        y_label="mean absolute error, in units of the scale of MASE",
        series=[
            Series(name="model", x=steps, y=mean, low=mean - SIGMAS * spread, high=mean + SIGMAS * spread),
            *(Series(name=name, x=steps, y=means(errors, 0)) for name, errors in others.items()),
        ],
        from_zero=True,
    )
    every = {"model": model, **others}
    by_step: dict[str, JsonValue] = {name: listed(means(errors, 0)) for name, errors in every.items()}
    details: dict[str, JsonValue] = {
        "series": len(model),
        "best": best,
        "difference": float(apart.mean()),
        "by_step": by_step,
    }
    return [Finding(**about, **judged, value=own, unit="MASE", drawings=(drawing,), details=details)]
