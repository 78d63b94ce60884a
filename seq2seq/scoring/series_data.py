"""The series that a forecaster continues or is judged by: those of its recipe, or of another file."""

from collections.abc import Sequence
from pathlib import Path

from seq2seq import log
from seq2seq.config.forecast import ForecastConfig
from seq2seq.data.reading.sequences.windows import series_file
from seq2seq.data.reading.sources import SplitName
from seq2seq.errors import DataError, advising_options
from seq2seq.inference.forecasting.requirements import require_channels, require_frequency
from seq2seq.model_folder.read import ModelFolder
from seq2seq.series.forecasting import read_to_forecast
from seq2seq.series.series import SeriesSet
from seq2seq.series.windows import Window, rolling, split_by_time
from seq2seq.text.vocabulary.series import SeriesFormat
from seq2seq.wording import plural

Windows = tuple[Sequence[Window], str]
"""Windows to be forecast, and the name of their data."""


def series_of(folder: ModelFolder, file: Path) -> SeriesSet:
    """The series of a file, read as the recipe's own; what was done to them is said.

    Raises:
        DataError: the file cannot be read, or has another frequency than that of training.
    """
    with advising_options():  # no setting can be changed any more
        found = read_to_forecast(file, _settings(folder), clock=_format(folder).clock)
    require_frequency(found, _format(folder))
    require_channels(found, _format(folder))
    for remark in found.remarks:
        log.say(f"{file}: {remark}")
    return found


def own_series(folder: ModelFolder) -> SeriesSet:
    """The series of the recipe.

    Raises:
        DataError: they are not there, or cannot be read; or it is a model of the hub.
    """
    return series_of(folder, series_file(folder.own_data))


def windows_of(folder: ModelFolder, file: Path, split: SplitName | None = None, *, origins: int = 1) -> Windows:
    """The last horizon of every series of a file (split ``dev``: those before), and of ``origins`` up to it.

    Raises:
        DataError: the file cannot be read, or no series is long enough; or it is that of the recipe, and forecasts from
            so many origins would reach into what was learnt from.
    """
    if origins > 1 and _is_own(folder, file):
        _refuse_learnt(folder, split or "test", origins)
    windows = _held_out(folder, series_of(folder, file), split or "test")
    if origins > 1:
        windows = rolling(windows, origins, _format(folder).context)
    return windows, str(file)


def own_windows(folder: ModelFolder, split: SplitName, *, origins: int = 1) -> Windows | None:
    """As :func:`windows_of`, of the series of the recipe; None: they were learnt from.

    Raises:
        DataError: as :func:`own_series`; or forecasts from so many origins would reach into what was learnt from.
    """
    if not _horizons(_settings(folder), split):
        return None
    _refuse_learnt(folder, split, origins)
    data, (windows, _) = folder.own_data, windows_of(folder, series_file(folder.own_data), split, origins=origins)
    return windows, f"{data.train or data.path}, {split} held out"


def _is_own(folder: ModelFolder, file: Path) -> bool:
    """Whether a file is that of the recipe."""
    try:
        return series_file(folder.own_data).samefile(file)
    except (DataError, OSError):
        return False


def _horizons(settings: ForecastConfig, split: SplitName) -> int:
    """Horizons at the end of a split, and before it, that were not learnt from."""
    match settings.hold_out:
        case "dev":
            return settings.dev_horizons + (split == "test")
        case "test":
            return int(split == "test")
        case "none":
            return 0


def _refuse_learnt(folder: ModelFolder, split: SplitName, origins: int) -> None:
    """Raise a DataError if forecasts from so many origins would reach into what was learnt from."""
    settings = _settings(folder)
    most = max((_horizons(settings, split) - 1) * settings.horizon + 1, 0)
    if origins > most:
        raise DataError(
            f"--origins {origins}: the model has learnt from steps that so many would forecast; what is held out has "
            f"room for {plural(most, 'origin')}.\n"
            "  Name a FILE with steps that the model has not learnt from, or train with more horizons held out "
            "(data.forecast.hold_out=dev, dev_horizons=N).",
            code="evaluation.learnt-from",
        )


def _held_out(folder: ModelFolder, found: SeriesSet, split: SplitName) -> Sequence[Window]:
    form = _format(folder)
    parts = split_by_time(
        found, horizon=form.horizon, context=form.context, dev_horizons=_settings(folder).dev_horizons
    )
    for remark in parts.remarks:
        log.say(remark)
    return parts.dev if split == "dev" else parts.test


def _settings(folder: ModelFolder) -> ForecastConfig:
    settings = folder.recipe.data.forecast
    assert settings is not None  # a rule of recipes for forecasting
    return settings


def _format(folder: ModelFolder) -> SeriesFormat:
    form = folder.tokenizers.source
    assert isinstance(form, SeriesFormat)
    return form
