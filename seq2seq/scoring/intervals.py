"""The intervals of a trained forecaster: calibrated on the development split, or as another model's were."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from seq2seq import log
from seq2seq.config.forecast import ForecastConfig
from seq2seq.errors import ModelError
from seq2seq.evaluation.forecasting.calibration import FEWEST, coverage, distances, fit_factors
from seq2seq.inference.forecasting.forecaster import SeriesForecaster
from seq2seq.inference.load import open_pipeline
from seq2seq.model_folder.description import IntervalFacts
from seq2seq.model_folder.read import ModelFolder, describe
from seq2seq.model_folder.writing.update import write_measured
from seq2seq.scoring.forecasting import SEED
from seq2seq.scoring.series_data import own_windows
from seq2seq.series.series import Floats
from seq2seq.series.windows import Window, rolling
from seq2seq.wording import plural

_MOST: Final = 2000
"""Forecasts that are enough to measure a factor per step."""
_DIGITS: Final = 4


def save_intervals(path: Path) -> IntervalFacts | None:
    """Calibrate the intervals of the forecaster in a folder as its recipe says, and save the factors there.

    Returns what was saved; None: the model is no forecaster, or its intervals stay as they are, which is reported where
    there are too few data.
    """
    loaded, pipeline = open_pipeline(path)
    if not isinstance(pipeline, SeriesForecaster):
        return None
    config = loaded.recipe.data.forecast
    assert config is not None  # a rule of recipes for forecasting
    found = taken_intervals(config) or (_measured(loaded, pipeline, config) if config.calibration else None)
    if found is not None:
        write_measured(path, {"intervals": found.model_dump(mode="json")})
        of = "covered" if found.coverage is None else f"covered {found.coverage:.1%} of dev"
        low, high = min(found.factors), max(found.factors)
        log.say(f"intervals of 80 % {of}; paths are spread by factors from {low:.2f} to {high:.2f}, by step")
    return found


def taken_intervals(config: ForecastConfig) -> IntervalFacts | None:
    """The factors of the model that a recipe names; None: it names none.

    Raises:
        ModelError: the model is not there, was not calibrated, or has another horizon.
    """
    if isinstance(config.calibration, bool):
        return None
    description = describe(config.calibration)
    found, theirs = description.intervals, description.recipe.data.forecast
    if found is None or theirs is None:
        raise ModelError(
            f"{config.calibration}: the intervals of this model are not calibrated.\n"
            f"  Name one that was trained with data.forecast.hold_out=dev and {plural(FEWEST, 'forecast')} in dev, or "
            "leave it out (--set data.forecast.calibration=true).",
            code="model.not-calibrated",
        )
    if theirs.horizon != config.horizon:
        raise ModelError(
            f"{config.calibration}: forecasts {plural(theirs.horizon, 'step')}, and the recipe {config.horizon}.\n"
            "  Name a model with the same data.forecast.horizon.",
            code="model.not-calibrated",
        )
    return found


def _measured(folder: ModelFolder, forecaster: SeriesForecaster, config: ForecastConfig) -> IntervalFacts | None:
    """Factors that the development split shows; None: it was learnt from, or is too small."""
    with log.muted(mute=True):  # what the data are has been said
        found = own_windows(folder, "dev")
    if found is None:
        return None
    windows = found[0]
    known = sum(bool(np.isfinite(window.target).any()) for window in windows)
    if known < FEWEST:
        few = f"dev has {plural(known, 'forecast')} of steps with values, and {FEWEST} are needed"
        log.say(f"intervals stay as they are: {few}. More: --set data.forecast.dev_horizons=N")
        return None
    chosen, actual = _every_distance(windows, config.dev_horizons, forecaster.format.context)
    forecaster = replace(forecaster, factors=())  # it may have been calibrated before
    # The channels of a series stand side by side here, as forecasts of their own.
    paths = np.concatenate([np.moveaxis(own, 2, 0) for own in forecaster.sample_windows(chosen, seed=SEED)])
    apart = distances(paths, actual)
    return IntervalFacts(
        factors=tuple(fit_factors(apart).round(_DIGITS).tolist()), forecasts=known, coverage=coverage(apart)
    )


def _every_distance(windows: Sequence[Window], horizons: int, context: int) -> tuple[list[Window], Floats]:
    """Windows that forecast each step of dev from every distance, and the values of dev, NaN at other steps.

    The values are (B C, H), the channels of a window one after the other.

    Origins before dev forecast its steps, too, and so do those close to its end.
    """
    horizon = windows[0].horizon
    latest = (replace(window, end=len(window.series) - 1) for window in windows)
    rolled = rolling(latest, (horizons + 1) * horizon - 1, context)
    actual = np.full((len(rolled), windows[0].target.shape[1], horizon), np.nan)
    for row, window in enumerate(rolled):
        actual[row, :, : len(window.target)] = window.target.T
        actual[row, :, : max(len(window.series) - horizons * horizon - window.end, 0)] = np.nan  # learnt from
    known = np.flatnonzero(np.isfinite(actual).any(axis=(1, 2)))
    rows = known[np.unique(np.linspace(0, len(known) - 1, num=min(_MOST, len(known)), dtype=int))]
    return [rolled[row] for row in rows], actual[rows].reshape(-1, horizon)
