"""Whether intervals cover what they say: the ranks of what came among the sampled paths, and coverage by step."""

from typing import Any, Final

import numpy as np

from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.forecasting.errors import SIGMAS
from seq2seq.diagnostics.forecasting.outcomes import listed, means, outcomes, standard_error
from seq2seq.diagnostics.subject import Subject
from seq2seq.report.drawings.histogram import Histogram
from seq2seq.report.drawings.lines import Level, Lines, Series
from seq2seq.series.series import Floats
from seq2seq.wording import plural

FEW: Final = 8
"""Series with which coverage is judged at least: with fewer, its standard error is not known itself."""
APART: Final = 0.1
"""Difference of the coverage from 80 %, or of the mean rank from a half, from which it matters."""
INTERVALS: Final = {0.8: (0.1, 0.9), 0.95: (0.025, 0.975)}
"""Their ends, as levels."""
_BINS: Final = 10


def measure_intervals(subject: Subject) -> list[Finding]:
    """Coverage of the intervals of 80 and 95 %."""
    ranks = outcomes(subject).ranks
    ranks = ranks[np.isfinite(ranks).any(axis=1)]  # one of several channels may have no value
    known = ranks[np.isfinite(ranks)]
    inside, most = (float(within(known, *ends).mean()) for ends in INTERVALS.values())
    above = float((known > 0.5).mean())
    said = (
        f"Of {plural(known.size, 'value')}, {inside:.0%} are inside of the intervals of 80 %, {most:.0%} of those of "
        f"95 %, and {above:.0%} above the median"
    )
    by_step = {level: means(within(ranks, *ends), 0) for level, ends in INTERVALS.items()}
    about: dict[str, Any] = {
        "measure": "intervals",
        "title": "Values inside of the intervals of 80 %",
        "value": 100 * inside,
        "unit": "%",
        "source": "Gneiting et al. 2007, section 3.1",
        "drawings": (
            draw_ranks("Ranks of the values among the sampled paths", "share of the paths below the value", known),
            _lines(by_step),
        ),
        "details": {
            "values": int(known.size),
            "coverage_80": inside,
            "coverage_95": most,
            "mean_rank": float(known.mean()),
            "coverage_80_by_step": listed(by_step[0.8]),
            "coverage_95_by_step": listed(by_step[0.95]),
        },
    }
    if len(ranks) < FEW:
        sentence = f"{said}. {len(ranks):,} series are too few to judge them."
        return [Finding(**about, verdict=Verdict.UNJUDGED, sentence=sentence)]
    gap, error = inside - 0.8, standard_error(means(within(ranks, *INTERVALS[0.8]), 1))
    shift = float(known.mean()) - 0.5
    matters = abs(gap) >= APART and abs(gap) > SIGMAS * error
    if matters and gap < 0:
        judged: dict[str, Any] = {
            "verdict": Verdict.TROUBLE,
            "trouble": "intervals.narrow",
            "sentence": f"{said}: forecasts are surer than they are right.",
            "remedy": "Calibrate them by a run that leaves data for it (data.forecast.hold_out: dev; see "
            "data.forecast.calibration). A network that has learnt its series by heart needs fewer steps "
            "(training.max_steps) or more dropout (model.dropout.output), too.",
        }
    elif matters:
        judged = {
            "verdict": Verdict.WATCH,
            "trouble": "intervals.wide",
            "sentence": f"{said}: intervals are wider than they have to be.",
            "remedy": "Calibrate them by a run that leaves data for it (data.forecast.hold_out: dev; see "
            "data.forecast.calibration), or train longer (training.max_steps).",
        }
    elif abs(shift) >= APART and abs(shift) > SIGMAS * standard_error(means(ranks, 1)):
        where = "above" if shift > 0 else "below"
        judged = {
            "verdict": Verdict.WATCH,
            "trouble": "forecasts.biased",
            "sentence": f"{said}: what came is {where} the forecasts, more often than not.",
            "remedy": "If the latest steps are unlike the rest, learn from them: data.forecast.hold_out: test or none.",
        }
    else:
        judged = {"verdict": Verdict.FINE, "sentence": f"{said}."}
    return [Finding(**about, **judged)]


def within(ranks: Floats, low: float, high: float) -> Floats:
    """1 inside of an interval, 0 outside, NaN where the value is missing."""
    return np.where(np.isfinite(ranks), (ranks >= low) & (ranks <= high), np.nan)


def draw_ranks(title: str, x_label: str, ranks: Floats) -> Histogram:
    """A picture of ranks between 0 and 1, of any shape."""
    edges = np.linspace(0, 1, _BINS + 1)
    return Histogram(
        title=f"{title} (even, if distributions are right)",
        x_label=x_label,
        edges=edges,
        counts={"values": np.histogram(ranks, bins=edges)[0]},
    )


def _lines(by_step: dict[float, Floats]) -> Lines:
    return Lines(
        title="Coverage by step of the horizon",
        x_label="steps ahead",
        y_label="share of the values inside of the interval",
        series=[
            Series(name=f"{level:.0%}", x=np.arange(1, len(shares) + 1), y=shares) for level, shares in by_step.items()
        ],
        levels=[Level(name=f"{level:.0%}", value=level) for level in by_step],
        from_zero=True,
    )
