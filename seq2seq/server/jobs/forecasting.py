"""Forecasts of series."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from seq2seq.config.search_settings import SearchSettings
from seq2seq.inference.forecasting.forecast import SeriesForecast
from seq2seq.inference.forecasting.forecaster import SeriesForecaster
from seq2seq.series.series import Series
from seq2seq.server.jobs.job import Advance

_PER_TOKEN: Final = 100
"""Sampled steps that take about as long as a token of a text, in small models (``benchmarks/LOG.md``)."""


@dataclass(frozen=True, slots=True)
class Forecasting:
    """Series are continued."""

    horizon: int
    paths: int
    seed: int
    levels: tuple[float, ...]
    keep_paths: bool

    def run(self, engine: SeriesForecaster, series: Sequence[Series], advance: Advance) -> list[SeriesForecast]:
        """Their forecasts."""
        return engine.forecast(
            series,
            self.horizon,
            paths=self.paths,
            seed=self.seed,
            levels=self.levels,
            keep_paths=self.keep_paths,
            advance=advance,
        )

    def tokens_of(self, series: Series, _default: SearchSettings) -> int:
        """What a series takes: its steps are read once, and those of its paths one by one."""
        return (len(series) + self.horizon * self.paths) // _PER_TOKEN + 1
