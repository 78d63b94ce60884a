"""Series that are to be continued: read by the settings of a recipe, and split by time into windows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from seq2seq.config.forecast import ForecastConfig
from seq2seq.errors import DataError
from seq2seq.series.features import calendar_names
from seq2seq.series.frequency import parse_frequency
from seq2seq.series.reading.columns import ID, TIME, VALUE, SeriesColumns
from seq2seq.series.reading.numbers import Decimal
from seq2seq.series.reading.problems import Problems
from seq2seq.series.reading.read import read_series
from seq2seq.series.series import Series, SeriesSet
from seq2seq.series.windows import Split, Window, last_horizons, split_by_time, windows
from seq2seq.text.vocabulary.series import Clock, SeriesFormat
from seq2seq.wording import listed, plural

_SHORTEST: Final = 4
"""Steps of the shortest context that is learnt from, where there is no season."""
_HORIZONS: Final = {"year": 6, "quarter": 8, "month": 18, "week": 13, "day": 14, "hour": 48}
"""Steps that are forecast where nobody says how many: those of the M4 competition (Makridakis et al. 2020)."""
_PART: Final = 5
"""They are at most a fifth of a series of usual length."""
_DECIMALS: Final[dict[str, Decimal]] = {"point": ".", "comma": ","}
_DELIMITERS: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
_LEARN: Final = "learn from"
_LEARNT: Final = "learnt from, too: what validations say of it is not how good forecasts are"


@dataclass(frozen=True, slots=True, eq=False)
class ForecastData:
    """What a forecaster learns from, and the forecasts that it is judged by."""

    format: SeriesFormat
    """What is read of a step."""
    train: tuple[Window, ...]
    """Every window of what is learnt from, series by series."""
    dev: tuple[Window, ...]
    """One of each series that is long enough; learnt from, unless it is held out."""
    test: tuple[Window, ...]
    """One of each series that is long enough; none if nothing is held out."""
    remarks: tuple[str, ...]
    """On the whole."""
    dev_remarks: tuple[str, ...]
    """On the development split."""


def read_to_forecast(
    path: Path, config: ForecastConfig, *, clock: Clock | None = None, problems: Problems | None = None
) -> SeriesSet:
    """The series of a file: of one channel each, unless channels are joint.

    Those of series with several are called ``id/channel``. Their season is that of the settings, if these have one.
    ``clock`` is that of the model which is to read them (:func:`read_series`). ``problems`` collects what is wrong with
    rows, which are passed over; None: it is raised.

    Raises:
        DataError: the file cannot be read, or something in it is wrong; names file and line.
        ConfigError: nothing is called as the frequency is.
    """
    values = (config.value,) if isinstance(config.value, str) else config.value
    columns = SeriesColumns(
        # Recipes of version 0.2 have the usual names for all tables, also for those that lack such columns.
        id=None if config.series == ID else config.series,
        time=None if config.time == TIME else config.time,
        values=None if values == (VALUE,) else values,
        covariates=config.known_covariates,
        past=config.past_covariates or (),
        ignored=config.ignore,
    )
    found = read_series(
        path,
        columns=columns,
        frequency=None if config.frequency is None else parse_frequency(config.frequency),
        decimal=None if config.decimal is None else _DECIMALS[config.decimal],
        delimiter=None if config.delimiter is None else _DELIMITERS[config.delimiter],
        clock=clock,
        problems=problems,
    )
    series = found.series
    if config.channels == "separate":
        series = tuple(part for one in found.series for part in _channels(one))
    return replace(found, series=series, season=config.season or found.season)


def usual_horizon(found: SeriesSet) -> int:
    """Steps to forecast, where nobody says how many.

    What the file declares; or as many as its covariates are known of in advance; or by the frequency (two seasons where
    competitions have none), and at most a fifth of the series' median length.
    """
    ahead = max(len(one.known) - len(one) for one in found.series)
    if found.horizon or (ahead and found.covariates):
        return found.horizon or ahead
    unit = found.frequency
    steps = _HORIZONS.get(unit.unit) if unit is not None and unit.count == 1 else None
    length = int(np.median([len(one) for one in found.series]))
    return max(1, min(steps or max(2 * found.season, 6), length // _PART))


def _channels(one: Series) -> Iterator[Series]:
    if len(one.channels) == 1:
        yield one
        return
    for place, (name, channel) in enumerate(zip(one.channel_ids, one.channels, strict=True)):
        yield replace(one, id=name, channels=(channel,), values=one.values[:, place : place + 1])


def forecast_data(found: SeriesSet, config: ForecastConfig, name: str) -> ForecastData:
    """Split some series by time, and cut what is learnt from into windows.

    Args:
        found: as :func:`read_to_forecast` reads them with ``config``.
        config: says how far they are forecast, and what is held out.
        name: of the file, for messages.

    Raises:
        DataError: no series is long enough.
    """
    horizon, season = config.horizon, found.season
    context = config.context or max(3 * horizon, 2 * season)
    ahead = config.dev_horizons
    split = split_by_time(found, horizon=horizon, context=context, dev_horizons=ahead)
    learnt = _learnt(found, split, config)
    shortest = min(context, max(_SHORTEST, season + 1))
    train = tuple(
        window
        for one in learnt
        for window in windows(one, context=context, horizon=horizon, stride=config.stride, shortest=shortest)
    )
    held_out = config.hold_out == "dev"
    dev = split.dev
    if config.hold_out == "none":  # the last horizons, those of the test among them
        dev = last_horizons((one for one in found.series if len(one) >= ahead * horizon + 2), ahead, context, horizon)
    longest = max((len(one) for one in found.series), default=0)
    for part, wanted, needed in (
        (_LEARN, train, shortest + horizon * {"dev": 2 + ahead, "test": 2, "none": 1}[config.hold_out]),
        ("validate on", dev, 2 + horizon * (ahead + (config.hold_out != "none"))),
    ):
        if not wanted and longest >= needed:
            channels = " of every channel" if config.channels == "joint" else ""
            raise DataError(
                f"{name}: no series has the values that are needed to {part}: one{channels} at least in the {context} "
                f"steps before a horizon of {horizon}, and in those after.",
                settings="Leave out steps without values, at the end of a series above all; or read more steps "
                "(--set data.forecast.context=N).",
                code="series.no-value",
            )
        if not wanted:
            raise DataError(
                f"{name}: no series is long enough to {part}: a horizon of {horizon} needs {plural(needed, 'step')} "
                f"with values, and the longest series has {longest:,}.",
                settings=_remedy(config, seasonal=part == _LEARN and shortest > _SHORTEST),
                code="series.too-short",
            )
    past = _past(found, config)
    return ForecastData(
        format=_format(found, learnt, season, context, config.horizon, past),
        train=train,
        dev=dev,
        test=() if config.hold_out == "none" else split.test,
        remarks=(*found.remarks, *_on_covariates(found, past, config), *split.remarks),
        dev_remarks=() if held_out else (_LEARNT,),
    )


def as_learnt(data: ForecastData, form: SeriesFormat, name: str) -> ForecastData:
    """Series as a model reads them that has learnt from others; what they have beside is not read.

    Raises:
        DataError: they are not such as those of its training; names all differences.
    """
    own = data.format
    problems = [
        f"{what}: {getattr(own, what)}, and the model was trained with {getattr(form, what)}"
        for what in ("frequency", "season", "horizon", "context")
        if getattr(own, what) != getattr(form, what)
    ]
    if own.channels != form.channels:
        of_both = [listed(one.channels) if one.channels else "one each" for one in (own, form)]
        problems.append(f"channels: {of_both[0]}, and the model was trained with {of_both[1]}, in this order")
    if lacking := [one for one in form.covariates if one not in own.covariates]:
        problems.append(f"without covariates that the model was trained with: {listed(lacking)}")
    if problems:
        message = "\n  ".join([f"{name}: the series are not such as the model was trained on:", *problems])
        raise DataError(
            f"{message}\n  Give series such as those, or train a model on these: seq2seq train FILE --output RUN",
            code="series.other-format",
        )
    return replace(data, format=form)


def _remedy(config: ForecastConfig, *, seasonal: bool) -> str:
    """What a user can do where series are too short: what is set so already would change nothing."""
    remedies = [
        *(["forecast fewer steps (--set data.forecast.horizon=N)"] if config.horizon > 1 else []),
        *(["hold out less (--set data.forecast.hold_out=none)"] if config.hold_out != "none" else []),
        *(["say that there is no season (--set data.forecast.season=1)"] if seasonal else []),
    ]
    return f"Give longer series{''.join(f', or {remedy}' for remedy in remedies)}."


def _learnt(found: SeriesSet, split: Split, config: ForecastConfig) -> Sequence[Series]:
    """The part of every series that is learnt from."""
    match config.hold_out:
        case "dev":
            return split.train
        case "test":
            return [one.until(max(len(one) - config.horizon, 0)) for one in found.series]
        case "none":
            return found.series


def _past(found: SeriesSet, config: ForecastConfig) -> tuple[str, ...]:
    """Covariates that are not known in advance: those that are named, or have no value where others have one."""
    if config.past_covariates is not None:
        return config.past_covariates
    ahead = np.concatenate([one.known[len(one) :] for one in found.series])
    named = config.known_covariates or ()
    empty = np.isnan(ahead).all(axis=0) if len(ahead) else np.zeros(len(found.covariates), dtype=bool)
    return tuple(name for name, is_empty in zip(found.covariates, empty, strict=True) if is_empty and name not in named)


def _on_covariates(found: SeriesSet, past: Sequence[str], config: ForecastConfig) -> Iterator[str]:
    """What is taken for known in advance, and what is not, where no setting says so."""
    if past and config.past_covariates is None:
        yield f"not known in advance, as no step to come has them: {listed(past)}"
    known = [name for name in found.covariates if name not in past]
    if known and config.known_covariates is None and not any(one.future for one in found.series):
        yield (
            f"taken for known in advance, so that forecasts need their steps to come: {listed(known)} "
            "(otherwise: data.forecast.past_covariates, or ignore)"
        )


def _format(
    found: SeriesSet, learnt: Sequence[Series], season: int, context: int, horizon: int, past: Sequence[str]
) -> SeriesFormat:
    """What is read of a step; covariates are scaled by what is learnt from."""
    covariates = found.series[0].covariates
    rows = np.concatenate([one.known[: len(one)] for one in learnt])
    known = np.isfinite(rows)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, rows, 0.0).sum(axis=0) / count
    deviation = np.sqrt((np.where(known, rows - mean, 0.0) ** 2).sum(axis=0) / count)
    return SeriesFormat(
        frequency=None if found.frequency is None else str(found.frequency),
        season=season,
        horizon=horizon,
        context=context,
        calendar=calendar_names(found.frequency),
        covariates=covariates,
        past=past,
        channels=found.channels if len(found.channels) > 1 else (),
        mean=mean.tolist(),
        deviation=np.where(deviation > 1e-12 * np.abs(mean), deviation, 1.0).tolist(),
        clock=found.clock or "local",
    )
