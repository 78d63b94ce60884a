"""The series that a forecaster continues or is judged by: those of its recipe, or of another file."""

from pathlib import Path

from seq2seq import log
from seq2seq.config.data import ForecastConfig
from seq2seq.data.reading.sequences.windows import series_file
from seq2seq.data.reading.sources import SplitName
from seq2seq.errors import advising_options
from seq2seq.inference.forecasting.requirements import require_frequency
from seq2seq.model_folder.read import ModelFolder
from seq2seq.series.forecasting import read_to_forecast
from seq2seq.series.series import SeriesSet
from seq2seq.series.windows import Window, split_by_time
from seq2seq.text.vocabulary.series import SeriesFormat

Windows = tuple[list[Window], str]
"""Windows to be forecast, and the name of their data."""


def series_of(folder: ModelFolder, file: Path) -> SeriesSet:
    """The series of a file, read as the recipe's own; what was done to them is said.

    Raises:
        DataError: the file cannot be read, or has another frequency than that of training.
    """
    with advising_options():  # no setting can be changed any more
        found = read_to_forecast(file, _settings(folder))
    require_frequency(found, _format(folder))
    for remark in found.remarks:
        log.say(f"{file}: {remark}")
    return found


def own_series(folder: ModelFolder) -> SeriesSet:
    """The series of the recipe.

    Raises:
        DataError: they are not there, or cannot be read; or it is a model of the hub.
    """
    return series_of(folder, series_file(folder.own_data))


def windows_of(folder: ModelFolder, file: Path, split: SplitName | None = None) -> Windows:
    """The last horizon of every series of a file (split ``dev``: the last but one).

    Raises:
        DataError: the file cannot be read, or no series is long enough.
    """
    return _held_out(folder, series_of(folder, file), split or "test"), str(file)


def own_windows(folder: ModelFolder, split: SplitName) -> Windows | None:
    """The last horizon of every series of the recipe (split ``dev``: the last but one); None: it was learnt from.

    Raises:
        DataError: as :func:`own_series`.
    """
    held_out = {"dev": ("dev", "test"), "test": ("test",), "none": ()}[_settings(folder).hold_out]
    if split not in held_out:
        return None
    data = folder.own_data
    return _held_out(folder, own_series(folder), split), f"{data.train or data.path}, {split} held out"


def _held_out(folder: ModelFolder, found: SeriesSet, split: SplitName) -> list[Window]:
    form = _format(folder)
    parts = split_by_time(found, horizon=form.horizon, context=form.context)
    for remark in parts.remarks:
        log.say(remark)
    return list(parts.dev if split == "dev" else parts.test)


def _settings(folder: ModelFolder) -> ForecastConfig:
    settings = folder.recipe.data.forecast
    assert settings is not None  # a rule of recipes for forecasting
    return settings


def _format(folder: ModelFolder) -> SeriesFormat:
    form = folder.tokenizers.source
    assert isinstance(form, SeriesFormat)
    return form
