"""What is left of one step, beside what is left of the next: a network that has learnt all leaves no relation."""

from typing import Any, Final

import numpy as np
import torch

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.forecasting.outcomes import network_of, to_array
from seq2seq.diagnostics.subject import Subject
from seq2seq.report.drawings.lines import Level, Lines, Series
from seq2seq.series.series import Floats
from seq2seq.training.step.forecast_objective import join
from seq2seq.wording import plural

FEW: Final = 50
"""Pairs of neighbouring steps with which autocorrelation is judged at least: two standard errors are then 0.28."""
CORRELATED: Final = 0.2
"""Autocorrelation of neighbours from which something was not learnt: it explains 4 % of what is left."""
SIGMAS: Final = 2.0
_LAGS: Final = 12
_LARGEST: Final = 5.0
"""Larger residuals, in units of the mean absolute one, count as this: one of them would decide the figure."""


def measure_residuals(subject: Subject) -> list[Finding]:
    """The autocorrelation of what forecasts of one step leave, when the network reads what came before."""
    left = residuals(subject)
    known = np.abs(left[np.isfinite(left)])
    size = float(known.mean()) if len(known) else 0.0
    left = np.clip(left / size, -_LARGEST, _LARGEST) if size > 0 else left
    lags = range(1, min(_LAGS, left.shape[1] - 1) + 1)
    found = {lag: correlation(left, lag) for lag in lags}
    pairs = found[1][1] if found else 0
    about: dict[str, Any] = {
        "measure": "residuals",
        "title": "Autocorrelation of what is left of neighbouring steps",
        "source": "Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, 5.4",
    }
    if pairs < FEW or not size > 0:
        sentence = f"{plural(pairs, 'pair')} of neighbouring steps are too few, of {FEW}, to tell anything from."
        return [Finding(**about, value=None, verdict=Verdict.UNJUDGED, sentence=sentence)]
    first, bound = found[1][0], SIGMAS / pairs**0.5
    said = (
        f"What is left of {pairs:,} pairs of neighbouring steps has an autocorrelation of {first:.2f} "
        f"(chance: ±{bound:.2f})"
    )
    judged: dict[str, Any] = {"verdict": Verdict.FINE, "sentence": f"{said}."}
    if abs(first) >= max(CORRELATED, bound):
        judged = {
            "verdict": Verdict.WATCH,
            "trouble": "residuals.correlated",
            "sentence": f"{said}: an error tells of the next one, which the network has not learnt.",
            "remedy": "Train longer (training.max_steps), with more units (model.decoder.hidden), or a longer context "
            "(data.forecast.context); see whether the season is right (data.forecast.season).",
        }
    drawing = Lines(
        title="Autocorrelation of what is left, by lag",
        x_label="steps apart",
        y_label="autocorrelation",
        series=[Series(name="residuals", x=list(found), y=[value for value, _ in found.values()])],
        levels=[Level(name="chance", value=bound), Level(name="chance, negative", value=-bound)],
    )
    details = {"pairs": pairs, "bound": bound, "by_lag": {str(lag): value for lag, (value, _) in found.items()}}
    return [Finding(**about, **judged, value=first, drawings=(drawing,), details=details)]


def residuals(subject: Subject) -> Floats:
    """(N, H) increments less their medians, in units of the mean absolute increment; NaN where a value is missing.

    Channels of a window are series of their own.
    """
    model = network_of(subject)
    found = np.full((len(subject.examples), model.channels, subject.windows[0].horizon), np.nan)
    for rows, batch in subject.batches(subject.examples):
        steps = join(batch.source, batch.source_lengths, batch.target).to(subject.device)
        with torch.no_grad():
            lengths = batch.source_lengths.to(subject.device)
            values, known = steps[..., : model.channels], steps[..., model.channels :]
            raw, increments = model(values, lengths, known, batch.target.size(1))
            found[list(rows)] = to_array((increments - model.distribution.median(raw)).transpose(1, 2))
    return found.reshape(-1, found.shape[2])


def correlation(left: Floats, lag: int) -> tuple[float, int]:
    """Autocorrelation at a lag, about zero, and the number of pairs."""
    one, other = left[:, :-lag], left[:, lag:]
    known = np.isfinite(one) & np.isfinite(other)
    products, squares = (one * other)[known].sum(), np.sqrt((one[known] ** 2).sum() * (other[known] ** 2).sum())
    return (float(products / squares) if squares > 0 else 0.0), int(known.sum())
