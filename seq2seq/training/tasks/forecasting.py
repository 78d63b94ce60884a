"""Training a forecaster: the loss of every increment; evaluated by it, and by sampled paths beside naive forecasts."""

from math import isfinite
from typing import Final

import numpy as np

from seq2seq.config.recipe import ForecastingRecipe
from seq2seq.data.preparing.prepare import Prepared
from seq2seq.data.reading.sequences.windows import own_forecasts
from seq2seq.errors import DataError
from seq2seq.evaluation.forecasting.scores import score_forecasts
from seq2seq.evaluation.forecasting.table import NAMES, baseline_scores, can_be_scored, outcomes_of
from seq2seq.inference.engines.torch.forecaster import TorchForecaster
from seq2seq.inference.forecasting.forecaster import SeriesForecaster
from seq2seq.models.build import Model
from seq2seq.models.forecaster import Forecaster
from seq2seq.scoring.intervals import taken_intervals
from seq2seq.series.baselines.baseline import Baseline
from seq2seq.series.baselines.forecast import Forecast
from seq2seq.series.windows import Window
from seq2seq.text.vocabulary.series import SeriesFormat
from seq2seq.training.distributed import Runtime
from seq2seq.training.step.forecast_objective import ForecastObjective
from seq2seq.training.validation.validation import Check, Validation, dev_loader, mean_loss, never_interrupt

_PATHS: Final = 100
"""Sampled paths of a series: enough for figures to two digits, and half of what a forecast has."""
_BASELINES: Final[tuple[Baseline, ...]] = ("naive", "seasonal_naive", "drift")
"""Those that take no time."""


def forecast_objective(recipe: ForecastingRecipe, model: Model, prepared: Prepared) -> ForecastObjective:  # noqa: ARG001
    """The objective of a forecaster."""
    assert isinstance(model, Forecaster)
    return ForecastObjective(model)


class ForecastValidator:
    """Evaluates a model by the loss, and by forecasts of some series: ``validation.decode``, or all of them (0)."""

    def __init__(
        self, recipe: ForecastingRecipe, objective: ForecastObjective, prepared: Prepared, runtime: Runtime
    ) -> None:
        self._runtime, self._objective = runtime, objective
        self._seed = recipe.training.seed
        self._distribution = recipe.model.distribution
        self._loader = dev_loader(prepared, recipe.training.batch)
        assert recipe.data.forecast is not None  # a rule of recipes for forecasting
        taken_intervals(recipe.data.forecast)  # a model that cannot be used is refused before training
        form = prepared.tokenizers.source  # of the first model, where one is trained further
        assert isinstance(form, SeriesFormat)
        data = own_forecasts(recipe.data, form)
        self._format = form
        channels = range(form.width)
        windows = [window for window in data.dev if any(can_be_scored(window, channel) for channel in channels)]
        decode = min(recipe.training.validation.decode or len(windows), len(windows))
        chosen = np.unique(np.linspace(0, len(windows) - 1, num=decode, dtype=int)).tolist()
        self._windows: list[Window] = [windows[row] for row in chosen]
        found = baseline_scores(self._windows, self._format.season, _BASELINES) if self._windows else {}
        self._baselines = {NAMES[name]: result.scores for name, result in found.items()}
        chosen_by = recipe.chosen_by
        if chosen_by != "loss" and not any(isfinite(getattr(one, chosen_by)) for one in self._baselines.values()):
            raise DataError(
                f"training.validation.metric: no {chosen_by} exists on dev: its series are constant, or zero.\n"
                "  Let the loss select the model: --set training.validation.metric=loss",
                code="series.no-scale",
            )

    def validate(self, check: Check = never_interrupt) -> Validation:
        """Evaluate the model.

        The processes share the series and exchange their forecasts, so that all have the same figures.
        """
        loss = mean_loss(self._objective, self._loader, self._runtime, check)
        if not self._windows:
            return Validation({"loss": loss}, "")
        rank, ranks = self._runtime.rank, self._runtime.world_size
        forecasts: list[list[Forecast]] = [[]] * len(self._windows)
        for process, own in enumerate(self._runtime.gather(self._forecast(range(rank, len(forecasts), ranks), check))):
            forecasts[process::ranks] = own
        outcomes = outcomes_of(self._windows, forecasts)
        scores = score_forecasts(outcomes, self._format.season)
        figures = {"loss": loss, "mase": scores.mase, "wql": scores.wql, "coverage_80": scores.coverage_80}
        name, best = min(self._baselines.items(), key=lambda one: one[1].mase)
        shown = [
            *([f"MASE {scores.mase:.3f} ({name} {best.mase:.3f})"] if isfinite(scores.mase) else []),
            *([f"wQL {scores.wql:.4f}"] if isfinite(scores.wql) else []),
            f"80 % intervals cover {scores.coverage_80:.0%}",
        ]
        return Validation(figures, "  ".join(shown))

    def _forecast(self, rows: range, check: Check) -> list[list[Forecast]]:
        """Forecasts of some series; a series has the same random numbers in every validation."""
        network = TorchForecaster(self._objective.model, self._runtime.device)
        forecaster = SeriesForecaster(network, self._format, self._distribution)
        some = [self._windows[row] for row in rows]
        return forecaster.forecast_windows(some, paths=_PATHS, seed=self._seed, advance=lambda _: check())
