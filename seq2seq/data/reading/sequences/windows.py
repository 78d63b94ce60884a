"""The splits of a recipe for forecasting: windows of the series of one file."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from seq2seq.config.data import DataConfig
from seq2seq.config.sides import SideKind, Sides
from seq2seq.data.reading.find_files import existing, files_in
from seq2seq.data.reading.raw_split import Origin, Source
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows
from seq2seq.errors import DataError
from seq2seq.files.digest import content_digest
from seq2seq.files.opening import without_compression
from seq2seq.series.forecasting import ForecastData, as_learnt, forecast_data, read_to_forecast
from seq2seq.series.inputs import window_texts
from seq2seq.series.reading.read import ENDINGS
from seq2seq.series.series import SeriesSet
from seq2seq.series.windows import Window
from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.text.vocabulary.series import SeriesFormat

_SIDES: Final = Sides(SideKind.SERIES, SideKind.SERIES)
_AT_ONCE: Final = 1000
"""Rows that are handed on together."""


def series_file(data: DataConfig) -> Path:
    """The file of series of a recipe for forecasting.

    Raises:
        DataError: it is not there.
    """
    place = data.train if data.train is not None else data.path
    assert isinstance(place, str)  # a rule of recipes
    path = existing(place)
    if not path.is_dir():
        return path
    plain = {file: Path(without_compression(file.name)) for file in files_in(path)}
    found = [
        file
        for name in data.splits.train
        for file, own in plain.items()
        if own.stem == name and own.suffix.lower() in ENDINGS
    ]
    if not found:
        names = " or ".join(data.splits.train)
        raise DataError(
            f"{path}: no file of series called {names} ({', '.join(ENDINGS)}).",
            settings="Name it: --set data.train=FILE",
            code="data.no-such-split",
        )
    return found[0]


def own_forecasts(data: DataConfig, form: SeriesFormat | None = None) -> ForecastData:
    """What a recipe for forecasting learns from, and is judged by; ``form`` as of :func:`find_windows`.

    Raises:
        DataError: the file is not there, something in it is wrong, or its series are too short.
        ConfigError: nothing is called as the frequency is.
    """
    return _read_and_split(data, form)[1]


def _read_and_split(data: DataConfig, form: SeriesFormat | None) -> tuple[SeriesSet, ForecastData]:
    assert data.forecast is not None  # a rule of recipes
    path = series_file(data)
    found = read_to_forecast(path, data.forecast, clock=None if form is None else form.clock)
    split = forecast_data(found, data.forecast, str(path))
    return found, split if form is None else as_learnt(split, form, str(path))


def find_windows(data: DataConfig, form: SeriesFormat | None = None) -> dict[str, Source | None]:
    """The training, development and test splits of a recipe for forecasting, by name; errors as :func:`own_forecasts`.

    ``form`` is what a model reads that is trained further, and decides how covariates are scaled.

    The file is read here, since all of its series decide what a step is. A row is a window; the number of its series,
    from 1, stands in the place of a line number.
    """
    path, (series, found) = series_file(data), _read_and_split(data, form)
    both = VocabularyPair(found.format, found.format)
    numbers = {one.id: number for number, one in enumerate(series.series, 1)}  # parts of a series have its name

    def source(windows: Sequence[Window], remarks: Sequence[str]) -> Source:
        read = partial(_read, windows, remarks, found.format, numbers)
        origin = Origin(str(path), read, partial(content_digest, (path,)))
        return Source(str(path), (origin,), data.skip_bad, swap=False, sides=_SIDES, tokenizers=both)

    return {
        "train": source(found.train, found.remarks),
        "dev": source(found.dev, found.dev_remarks),
        "test": source(found.test, ()) if found.test else None,
    }


def _read(
    windows: Sequence[Window], remarks: Sequence[str], form: SeriesFormat, numbers: dict[str, int], bad: BadRows
) -> Iterator[Rows]:
    for remark in remarks:
        bad.remark(remark)
    for start in range(0, len(windows), _AT_ONCE):
        rows, some = Rows(), windows[start : start + _AT_ONCE]
        for window, (context, target) in zip(some, window_texts(some, form), strict=True):
            rows.add(numbers[window.series.id], context, target, None)
        yield rows
