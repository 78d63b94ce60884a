"""Inspection of series that are to be forecast: what is in a file, what is wrong with it, what training would do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np

from seq2seq.config.forecast import ForecastConfig
from seq2seq.errors import DataError
from seq2seq.evaluation.forecasting.table import BaselineResult, baseline_scores, can_be_scored
from seq2seq.inspection.engine.finding import Check, Finding, Ledger, by_severity
from seq2seq.inspection.series import checks
from seq2seq.inspection.series.channel import faults_of
from seq2seq.series.baselines.baseline import Baseline
from seq2seq.series.forecasting import ForecastData, forecast_data, read_to_forecast, usual_horizon
from seq2seq.series.reading.problems import Problems
from seq2seq.series.reading.times import shown_time
from seq2seq.series.series import Series, SeriesSet
from seq2seq.wording import plural

_BASELINES: Final[tuple[Baseline, ...]] = ("naive", "seasonal_naive", "drift")
"""Those that take next to no time."""
_SCORED: Final = 1_000
"""Most series that they are scored on."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What training would do with the series."""

    config: ForecastConfig
    data: ForecastData
    baselines: dict[str, BaselineResult]
    """Forecasts without a network of the last horizon, by name; none if nothing can be scored."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        form = self.data.format
        return {
            "horizon": form.horizon,
            "context": form.context,
            "season": form.season,
            "hold_out": self.config.hold_out,
            "windows": {name: len(getattr(self.data, name)) for name in ("train", "dev", "test")},
            "baselines": {name: one.scores.to_dict() for name, one in self.baselines.items()},
        }


@dataclass(frozen=True, slots=True)
class SeriesInspection:
    """An inspected file of series."""

    path: Path
    found: SeriesSet = field(repr=False)
    ledger: Ledger = field(repr=False)
    plan: Plan | None = field(repr=False)
    """None: no series can be learnt from, which is a finding."""

    @property
    def findings(self) -> list[Finding]:
        """All findings: errors first, then by check."""
        return by_severity(self.ledger.findings(), [check.name for check in checks.CHECKS])

    @property
    def ends(self) -> tuple[str, str]:
        """The first time of all series, and the last."""
        times = [one.times for one in self.found.series]
        return shown_time(min(one[0] for one in times)), shown_time(max(one[-1] for one in times))

    @property
    def covariates(self) -> dict[str, list[str]]:
        """Those that are known in advance, and those of the past."""
        past = () if self.plan is None else self.plan.data.format.past
        return {
            "known": [name for name in self.found.covariates if name not in past],
            "past": [name for name in self.found.covariates if name in past],
        }

    @property
    def remarks(self) -> tuple[str, ...]:
        """How the file was read, and what training makes of it."""
        return self.found.remarks if self.plan is None else self.plan.data.remarks

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        found, lengths = self.found, [len(one) for one in self.found.series]
        return {
            "series": {
                "from": str(self.path),
                "count": len(lengths),
                "channels": list(found.channels),
                "covariates": self.covariates,
                "steps": {"least": min(lengths), "median": float(np.median(lengths)), "most": max(lengths)},
                "frequency": None if found.frequency is None else str(found.frequency),
                "season": found.season,
                "first": self.ends[0],
                "last": self.ends[1],
                "notes": list(self.remarks),
            },
            "findings": [finding.to_dict() for finding in self.findings],
            "training": None if self.plan is None else self.plan.to_dict(),
        }


def inspect_series(path: Path, config: ForecastConfig, *, horizon: int | None, shown: int = 5) -> SeriesInspection:
    """Inspect the series of a file.

    Args:
        path: the file.
        config: how it is read, and what is held out.
        horizon: steps to be forecast (None: what is usual for such series).
        shown: the largest number of examples per finding.

    Raises:
        DataError: the file cannot be read, or no row of it.
        ConfigError: nothing is called as the frequency is.
    """
    problems = Problems(path, collecting=True, kept=max(shown, 1))
    found = read_to_forecast(path, config, problems=problems)
    ledger = Ledger(path.name, shown=shown)
    ledger.place(np.tile([0, 1], (problems.rows_read, 1)), [str(path)])

    def add(check: Check, count: int, examples: Iterable[tuple[int, str]]) -> None:
        for number, (line, what) in enumerate(islice(examples, max(shown, 1)) if count else ()):
            ledger.add_at(check, str(path), line, what, rows=0 if number else count)

    for kind, count in problems.kinds.items():
        add(checks.PROBLEMS[kind], count, ((one.line, one.what) for one in problems.found if one.kind == kind))
    for one in found.series:
        for channel, name in enumerate(one.channel_ids):
            for fault in faults_of(one, channel, found.season, problems.unread):
                if fault.check is checks.GAP and "interval" in problems.kinds:
                    continue  # steps without a row are no wonder
                places = ((_line(one, step), f"series {name!r}: {what}") for step, what in fault.examples)
                add(fault.check, fault.number, places)
    for name in _constant_covariates(found):
        add(checks.CONSTANT_COVARIATE, 1, [(1, f"column {name!r}")])
    config = config.model_copy(update={"horizon": horizon or usual_horizon(found)})
    try:
        data = forecast_data(found, config, str(path))
    except DataError as error:
        add(checks.UNLEARNABLE, 1, [(1, str(error).removeprefix(f"{path}: ").partition("\n")[0])])
        return SeriesInspection(path, found, ledger, None)
    learnt = {window.series.id for window in data.train}
    for one in found.series:
        if one.id not in learnt:
            add(checks.TOO_SHORT, 1, [(_line(one, 0), f"series {one.id!r}: {plural(len(one), 'step')}")])
    return SeriesInspection(path, found, ledger, Plan(config, data, _score_baselines(data)))


def _line(one: Series, step: int) -> int:
    """The line of a step; of one without a row, that of the last row before it."""
    if one.lines is None:
        return 1
    before = np.flatnonzero(one.lines[: step + 1])
    return int(one.lines[before[-1]])


def _constant_covariates(found: SeriesSet) -> list[str]:
    known = np.concatenate([one.known for one in found.series])
    with np.errstate(invalid="ignore"):
        same = np.array([len(np.unique(column[np.isfinite(column)])) == 1 for column in known.T], dtype=bool)
    return [name for name, is_same in zip(found.covariates, same, strict=True) if is_same]


def _score_baselines(data: ForecastData) -> dict[str, BaselineResult]:
    """Scores on the test, or, if nothing is held out, on dev."""
    windows = (data.test or data.dev)[:_SCORED]
    if not any(can_be_scored(window, 0) for window in windows):
        return {}
    return baseline_scores(windows, data.format.season, _BASELINES)
