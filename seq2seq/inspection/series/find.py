"""The file of series that is inspected, and by which settings it is read."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from seq2seq.config.forecast import ForecastConfig
from seq2seq.config.load import load_recipe, names_recipe
from seq2seq.config.overrides import Overrides, sets
from seq2seq.config.recipe import Recipe
from seq2seq.data.reading.sequences.windows import series_file
from seq2seq.data.reading.survey import are_series, forecast_settings
from seq2seq.errors import ConfigError

_TASK = "forecasting"


class SeriesCorpus(NamedTuple):
    """Series that can be inspected."""

    path: Path
    config: ForecastConfig
    """How they are read."""
    horizon: int | None
    """Steps to be forecast; None: what is usual for the series."""
    recipe: Recipe | None = None
    """The recipe that names them, or by which they are read."""


def find_series(
    data: Sequence[str],
    task: str | None,
    columns: Mapping[str, str | int | None],
    recipe: str | None,
    overrides: Overrides = (),
) -> SeriesCorpus | None:
    """Find series that are to be forecast; None: the data are others.

    Args:
        data: a file, or a recipe; or two aligned files, which are no series.
        task: of the data, if it is known.
        columns: of texts; data of which they are named are no series, unless the task says so.
        recipe: by which they are read.
        overrides: settings to change.

    Raises:
        ConfigError: the recipe is wrong, or contradicts the task; or a setting is wrong.
        DataError: there is no such file.
    """
    if len(data) != 1:
        if task == _TASK:
            raise ConfigError("task", [f"{_TASK}: series are one file, not {len(data)}"], code="inspect.two-files")
        return None
    named = recipe is None and names_recipe(data[0])
    if recipe is not None or named:
        plan = load_recipe(data[0] if recipe is None else recipe, overrides)
        if plan.task != _TASK:
            return None
        if task not in (None, _TASK):
            problem = f"task: {task!r} is requested; the recipe is for {plan.task}"
            raise ConfigError(str(recipe or data[0]), [problem], code="inspect.other-task")
        own = plan.data if named else plan.data.model_copy(update={"train": data[0], "path": None})
        assert own.forecast is not None  # a rule of recipes
        changed = plan.model_copy(update={"data": own})
        return SeriesCorpus(series_file(own), own.forecast, own.forecast.horizon, changed)
    if task != _TASK and (task is not None or columns or not are_series(data[0], overrides)):
        return None
    own = forecast_settings(data[0], overrides)
    assert own.forecast is not None  # a rule of recipes
    horizon = own.forecast.horizon if sets(overrides, "data.forecast.horizon") else None
    return SeriesCorpus(series_file(own), own.forecast, horizon)
