"""The rules of recipes for forecasting: each names the contradiction and how to resolve it."""

from collections.abc import Iterator
from typing import Final

from seq2seq.config.data import ColumnsConfig, DataConfig
from seq2seq.config.forecast import ForecastConfig
from seq2seq.config.initial_model import InitialModelConfig
from seq2seq.config.problems import Problem, problem_at
from seq2seq.config.sides import SideKind, Sides
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.config.training import TrainingConfig

_BY_TIME: Final = "the end of every series is held out; set it to null"


def forecast_rules(data: DataConfig, sides: Sides) -> Iterator[Problem]:
    """Yield whether series are to be continued where that is not the task, or the other way round."""
    if sides.target is SideKind.SERIES and data.forecast is None:
        what = "says how far series are to be forecast, and is missing; set data.forecast.horizon"
        yield problem_at("data.forecast", what, "task")
    elif sides.target is not SideKind.SERIES and data.forecast is not None:
        yield problem_at("data.forecast", "is for task: forecasting; set it to null", "task")


def series_rules(
    data: DataConfig, tokenizer: TokenizerConfig, start: InitialModelConfig | None, training: TrainingConfig
) -> Iterator[Problem]:
    """Yield what does not go with series that are to be continued."""
    for name in ("dev", "test"):
        if getattr(data, name) is not None:
            yield problem_at(f"data.{name}", _BY_TIME, "data.forecast.hold_out")
    if data.train is not None and not isinstance(data.train, str):
        yield problem_at("data.train", "are two aligned files of text; name one file of series", "task")
    if data.columns != ColumnsConfig():
        yield problem_at("data.columns", "are columns of texts; name those of series in data.forecast", "task")
    if data.path is not None and data.path.startswith("hf://"):
        yield problem_at("data.path", "series are read from files; name a file in data.train", "task")
    if data.forecast is not None:
        yield from _columns_named_twice(data.forecast)
        if isinstance(data.forecast.calibration, str) and data.forecast.hold_out == "dev":
            what = "is measured on dev; set it to true, or data.forecast.hold_out to 'test' or 'none'"
            yield problem_at("data.forecast.calibration", what, "data.forecast.hold_out")
    if data.replay is not None:
        yield problem_at("data.replay", "is for texts and labels; set it to null", "task")
    if tokenizer != TokenizerConfig():
        yield problem_at("tokenizer", "is for text, and there is none here; remove it", "task")
    if start is not None and start.extend_vocabulary:
        yield problem_at("initial_model.extend_vocabulary", "is for text, and there is none here; set it to 0", "task")
    if training.batch.windows is not None:
        what = "is for running text; set it to null: data.forecast.context is what the network reads of a series"
        yield problem_at("training.batch.windows", what, "data.forecast.context")
    if training.r_drop:
        yield problem_at("training.r_drop", "is for tokens and labels; set it to 0", "task")
    if data.forecast is not None and data.forecast.hold_out != "dev":
        what = "needs data that are not learnt from; set {}, or data.forecast.hold_out to 'dev'"
        if training.validation.patience is not None:
            remedy = what.format("it to null")
            yield problem_at("training.validation.patience", remedy, "data.forecast.hold_out")
        if training.validation.metric is not None:
            yield problem_at("training.validation.metric", what.format("it to null"), "data.forecast.hold_out")
        if training.schedule.name == "plateau":
            yield problem_at("training.schedule.name", what.format("'cosine'"), "data.forecast.hold_out")


def _columns_named_twice(forecast: ForecastConfig) -> Iterator[Problem]:
    """Yield settings with a column that has another meaning already."""
    meanings: dict[str, str] = {}
    for setting in ("series", "time", "value", "known_covariates", "past_covariates", "ignore"):
        names = getattr(forecast, setting) or ()
        for name in (names,) if isinstance(names, str) else names:
            if name in meanings:
                what = f"{name!r} is in data.forecast.{meanings[name]} already; a column has one meaning"
                yield problem_at(f"data.forecast.{setting}", what, f"data.forecast.{meanings[name]}")
            meanings.setdefault(name, setting)
