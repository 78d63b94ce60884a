"""Fine-tuning of a forecaster on other series: its recipe, and the comparison at the end."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.config.finetune import finetuning_recipe
from seq2seq.config.initial_model import InitialModelConfig
from seq2seq.config.load import parse_recipe
from seq2seq.config.overrides import Overrides
from seq2seq.config.recipe import ForecastingRecipe, Recipe
from seq2seq.data.reading.find_files import resolve
from seq2seq.errors import ConfigError
from seq2seq.evaluation.forecasting.metrics import pinball, seasonal_error
from seq2seq.evaluation.forecasting.scores import Outcome, score_forecasts
from seq2seq.evaluation.forecasting.table import NAMES, baseline_scores, outcomes_of
from seq2seq.evaluation.resampling.significance import compare
from seq2seq.evaluation.resampling.sufficient_statistics import SufficientStatistics
from seq2seq.inference.forecasting.forecaster import SeriesForecaster
from seq2seq.model_folder.find import find_model
from seq2seq.model_folder.read import describe, read_folder
from seq2seq.model_folder.writing.update import write_measured
from seq2seq.scoring.compare import LoadedPipeline, ModelComparison
from seq2seq.scoring.forecasting import SEED, scorable
from seq2seq.scoring.intervals import save_intervals
from seq2seq.scoring.series_data import Windows, own_windows, windows_of
from seq2seq.series.baselines.baseline import Baseline
from seq2seq.series.baselines.forecast import LEVELS, Forecast
from seq2seq.series.windows import Window
from seq2seq.text.vocabulary.series import FILE as SERIES
from seq2seq.text.vocabulary.series import SeriesFormat

_EPOCHS: Final = 5
"""Fewer than of texts: windows overlap, so that an epoch reads a value many times, and no data are left to stop by."""
_BASELINES: Final[tuple[Baseline, ...]] = ("naive", "seasonal_naive", "drift")
"""Those that take no time."""
_UNDEFINED: Final = {
    "mase": "there is no MASE: up to the forecast, each series has the same value throughout, or too few",
    "wql": "there is no wQL: all values to be forecast are 0",
}
"""Metrics, and why one of them does not exist."""


def series_recipe(
    model: str, base: ForecastingRecipe, data: Sequence[str], start: InitialModelConfig, overrides: Overrides
) -> Recipe:
    """The recipe for fine-tuning a forecaster on one file of series.

    Steps, season, horizon, context and covariates are those that the model reads.

    Raises:
        DataError: the file is missing.
        ConfigError: a setting is wrong, or there are two files.
    """
    if len(data) != 1:
        raise ConfigError("DATA", ["a forecaster learns from one file of series"], code="evaluation.series")
    form, forecast = SeriesFormat.load(find_model(model) / SERIES), base.data.forecast
    assert forecast is not None  # a rule of recipes
    named: dict[str, object] = {}
    if form.covariates:
        known = tuple(name for name in form.covariates if name not in form.past)
        named = {"known_covariates": known or None, "past_covariates": form.past or None}
    own = {"horizon": form.horizon, "context": form.context, "season": form.season}
    settings = {**own, **named, "hold_out": "test", "calibration": forecast.calibration is not False}
    place = {"path": None, "train": str(resolve(data[0])), "forecast": forecast.model_copy(update=settings)}
    recipe = finetuning_recipe(base, base.data.model_copy(update=place), start)
    recipe["training"]["max_epochs"] = _EPOCHS
    recipe["training"]["validation"] |= {"patience": None, "metric": None}  # nothing is left that could select a model
    return parse_recipe(recipe, "the recipe of this fine-tuning", overrides)


def calibrate(model: Path, start: Path) -> None:
    """Calibrate the intervals of a model by its own development split; without one, as those of the first model are.

    ``start`` is the copy of the first model in the run folder, which outlives the model itself.
    """
    forecast, first = describe(model).recipe.data.forecast, describe(start).intervals
    taken = save_intervals(model) is None and forecast is not None and forecast.calibration is not False
    if taken and first is not None:
        write_measured(model, {"intervals": first.model_dump(mode="json")})


def old_series(model: str, file: str | None) -> Windows:
    """The series to measure forgetting on: the end of those of a file, or of what the model's own recipe holds out.

    Raises:
        DataError: they are missing, or wrong.
        ConfigError: the recipe holds nothing out.
    """
    folder = read_folder(model, lambda found: found)
    found = own_windows(folder, "test") if file is None else windows_of(folder, resolve(file))
    if found is None:
        problem = "the model's recipe holds nothing out; name a file"
        raise ConfigError("--retain-test own", [problem], code="finetune.no-own-data")
    return found


def compare_forecasters(before: LoadedPipeline, after: LoadedPipeline, name: str, found: Windows) -> ModelComparison:
    """Two forecasters of one format on the same windows: MASE and wQL, by the paired bootstrap over series."""
    windows = scorable(*found)
    forecasters = [pipeline for _, pipeline in (before, after)]
    sums: list[dict[str, SufficientStatistics]] = []
    season, scored = 1, []
    for forecaster in forecasters:
        assert isinstance(forecaster, SeriesForecaster)
        season = forecaster.format.season
        forecasts = forecaster.forecast_windows(windows, seed=SEED)
        scored = outcomes_of(windows, forecasts)
        sums.append({"mase": _scaled(scored, season), "wql": _losses(scored)})
    kept = [metric for metric in _UNDEFINED if len(sums[0][metric].rows)]
    left_out = [why for metric, why in _UNDEFINED.items() if metric not in kept]
    return ModelComparison(
        name=name,
        data=found[1],
        examples=len(windows),
        comparisons=tuple(compare(metric, sums[0][metric], sums[1][metric]) for metric in kept),
        notes=(*left_out, *_beside_baselines(windows, scored, season)),
    )


def _beside_baselines(windows: Sequence[Window], scored: Sequence[Outcome], season: int) -> list[str]:
    """What the best forecast without a network has, and whether the new model is better."""
    own = score_forecasts(scored, season).mase
    others = {NAMES[name]: one.scores.mase for name, one in baseline_scores(windows, season, _BASELINES).items()}
    best = min(others, key=lambda name: others[name])
    if own != own:  # no series has a scale
        return []
    verdict = "" if own < others[best] else ": the new model is not better"
    return [f"MASE of the best forecast without a network ({best}) is {others[best]:.3f}{verdict}"]


def _scaled(scored: Sequence[Outcome], season: int) -> SufficientStatistics:
    """Errors of each series over their scale, and 1; those that have no scale are left out, as by MASE."""
    rows = [
        (np.nanmean(np.abs(one.actual - one.forecast.mean)) / scale, 1.0)
        for one in scored
        if (scale := seasonal_error(one.history, season)) > 0
    ]
    return SufficientStatistics(np.array(rows).reshape(-1, 2), _ratio)


def _losses(scored: Sequence[Outcome]) -> SufficientStatistics:
    """Quantile losses of each series, and the size of its values; no series where the values of all are 0."""
    rows = [(_loss(one.actual, one.forecast), float(np.nansum(np.abs(one.actual)))) for one in scored]
    found = np.array(rows).reshape(-1, 2)
    return SufficientStatistics(found if found[:, 1].any() else found[:0], _ratio)


def _loss(actual: NDArray[np.float64], forecast: Forecast) -> float:
    levels = LEVELS[1:-1]
    return 2 * float(np.nansum(pinball(actual, forecast.quantiles[:, 1:-1], levels))) / len(levels)


def _ratio(sums: NDArray[np.float64]) -> float:
    """0 of resampled series that have no values but 0, which are none that both models are compared by."""
    return float(sums[0] / sums[1]) if sums[1] > 0 else 0.0
