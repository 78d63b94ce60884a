"""A column of series continued."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from seq2seq.batch.column_model import Answer, ColumnModel, Output, RowProblem, not_positive
from seq2seq.batch.columns import read_column
from seq2seq.errors import ConfigError, DataError
from seq2seq.wording import listed

if TYPE_CHECKING:
    from seq2seq.inference.forecasting.forecaster import SeriesForecaster
    from seq2seq.series.series import Series


class _Row(NamedTuple):
    """What a row says of a series."""

    values: Any
    start: Any
    times: Any
    name: Any
    covariates: dict[str, Any]

    def __repr__(self) -> str:
        """The values, for messages."""
        return repr(self.values)


@dataclass(frozen=True)
class Forecast(ColumnModel["SeriesForecaster"]):
    """Adds columns of forecasts to batches of series, wherever batches are processed.

    A row is a series: a list of numbers, and the time of the first one. Its forecasts are lists, too, with a number per
    step, and do not depend on other rows. A missing series has missing forecasts.

    Raises:
        ConfigError: options contradict each other, or two columns have the same name; when it is called, the model
            reads several channels together.
    """

    _: KW_ONLY
    column: str = "y"
    """The column of values: lists or arrays of numbers, None or NaN where one is missing."""
    start: str | None = None
    """The column of the time of the first value; the others follow in the model's frequency."""
    times: str | None = None
    """The column of lists of times, one per value, instead; steps that are left out are missing values."""
    name: str | None = None
    """The column of names, from which the random numbers of a series follow (default: all have the same ones)."""
    covariates: Sequence[str] = ()
    """Columns of the model's covariates, which are called as they are: lists of a number per value, and then of those
    that are known in advance."""
    output: str = "forecast"
    """The column of forecasts: the medians of sampled paths."""
    mean: str | None = None
    """A column for the means of the paths."""
    quantiles: Mapping[float, str] | tuple[tuple[float, str], ...] = ()
    """Columns for quantiles of the paths, by their levels: ``{0.1: "low", 0.9: "high"}``."""
    steps: str | None = None
    """A column for the times of the steps that are forecast, as text."""
    horizon: int | None = None
    """Steps to be forecast (default: as many as in training)."""
    paths: int = 200
    """Sampled paths of each series."""
    seed: int = 1
    """Of the random numbers."""

    def __post_init__(self) -> None:
        """Make all options hashable, and check them."""
        object.__setattr__(self, "quantiles", tuple(sorted(dict(self.quantiles).items())))
        object.__setattr__(self, "covariates", tuple(self.covariates))
        super().__post_init__()

    @property
    def _column(self) -> str:
        return self.column

    def _outputs(self) -> list[Output]:
        numbers = [self.output, *([] if self.mean is None else [self.mean]), *dict(self.quantiles).values()]
        return [
            *(Output(name, "number", lists=True) for name in numbers),
            *([] if self.steps is None else [Output(self.steps, "text", lists=True)]),
        ]

    def _problems(self) -> list[str]:
        from seq2seq.inference.forecasting.forecast import least_paths

        problems = [*super()._problems(), *not_positive(horizon=self.horizon, paths=self.paths)]
        if self.seed < 0:
            problems.append(f"seed: {self.seed} is negative")
        if self.start is not None and self.times is not None:
            problems.append("times: a column of all times has that of the first, too; leave start out")
        for level in dict(self.quantiles):
            if not 0 < level < 1:
                problems.append(f"quantiles: {level:g} is not a level between 0 and 1")
            elif self.paths < (least := least_paths(level)):
                problems.append(f"quantiles: {level:g} needs {least:,} paths, not {self.paths:,}")
        return problems

    def _key(self) -> Hashable:
        return ("forecaster", self.model, self.device, self.engine, self.threads, self.workers)

    def _load(self) -> SeriesForecaster:
        from seq2seq.inference.forecasting.forecaster import SeriesForecaster

        loaded = SeriesForecaster.load(
            self.model, device=self.device, engine=self.engine, threads=self.threads, workers=self.workers
        )
        if channels := loaded.format.channels:  # no row could be used
            problem = f"{self.model} reads the channels {listed(channels)} together, and a row has one list of values"
            raise ConfigError(type(self).__name__, [problem], code="batch.channels")
        return loaded

    def _read(self, batch: object) -> list[Any]:
        values = read_column(batch, self.column)

        def beside(column: str | None) -> list[Any]:
            return [None] * len(values) if column is None else read_column(batch, column)

        known = {name: beside(name) for name in self.covariates}
        rows = zip(values, beside(self.start), beside(self.times), beside(self.name), strict=True)
        return [
            None
            if own is None
            else _Row(own, start, times, name, {column: entries[row] for column, entries in known.items()})
            for row, (own, start, times, name) in enumerate(rows)
        ]

    def _problem_of(self, value: _Row | None) -> RowProblem | None:
        if value is None or not isinstance(value.values, str):
            return None
        return RowProblem("text, where a list of numbers is expected", "batch.not-numbers")

    def _item(self, forecaster: SeriesForecaster, value: _Row) -> Series | RowProblem:
        from seq2seq.inference.forecasting.requirements import problem_of
        from seq2seq.series.given import given_series

        known = {name: entries for name, entries in value.covariates.items() if entries is not None}
        name = "" if value.name is None else str(value.name)
        try:
            series = given_series(
                name, value.values, forecaster.format, start=value.start, times=value.times, covariates=known
            )
        except DataError as error:
            return RowProblem(str(error), error.code)
        problem = problem_of(series, forecaster.format, self.horizon or forecaster.format.horizon)
        return series if problem is None else RowProblem(problem[0], "forecast.series")

    def _answer(self, forecaster: SeriesForecaster, items: Sequence[Series | None]) -> list[Answer]:
        levels = dict(self.quantiles)
        series = [one for one in items if one is not None]
        found = iter(
            forecaster.forecast(series, self.horizon, paths=self.paths, seed=self.seed, levels=tuple(levels) or (0.5,))
        )
        answers: list[Answer] = []
        for item in items:
            if item is None:
                answers.append(())
                continue
            one = next(found)
            numbers = [one.median, *([] if self.mean is None else [one.mean]), *map(one.at, levels)]
            times = [] if self.steps is None else [one.written_times]
            answers.append((*(column.tolist() for column in numbers), *times, None))
        return answers
