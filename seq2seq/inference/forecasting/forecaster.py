"""From series to forecasts: sampled paths, and their mean and quantiles."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Self, TypeVar
from zlib import crc32

import numpy as np

from seq2seq.errors import ModelError
from seq2seq.inference.base import TextModel
from seq2seq.inference.forecasting.forecast import SeriesForecast
from seq2seq.inference.forecasting.paths import ForecastingNetwork, one_step_levels, sample_paths
from seq2seq.inference.forecasting.requirements import require_forecastable, require_frequency
from seq2seq.inference.workers import map_by_length
from seq2seq.model_folder.read import ModelFolder
from seq2seq.series.baselines.forecast import LEVELS, Forecast, sampled_forecast
from seq2seq.series.copula import root
from seq2seq.series.distributions import SAMPLERS
from seq2seq.series.frequency import parse_frequency
from seq2seq.series.inputs import window_inputs
from seq2seq.series.series import Floats, Series, SeriesSet
from seq2seq.series.windows import Window, last_window
from seq2seq.text.vocabulary.series import SeriesFormat

T = TypeVar("T")
PATHS: Final = 200
"""Paths that are sampled of each series, unless others are asked for."""
_AT_ONCE: Final = 256
"""Windows of a batch without paths."""
_DRAWS: Final = 100
"""Numbers that a level is measured by."""
_ROWS: Final = 4096
"""Most paths of a batch."""


@dataclass(eq=False, repr=False)
class SeriesForecaster(TextModel):
    """Continues series with a trained model; :func:`seq2seq.load` makes one."""

    task = "forecasting"
    method = "forecast"

    network: ForecastingNetwork
    format: SeriesFormat
    """Frequency, season, horizon, and what is read of a step."""
    distribution: str
    """Of each increment; one of :data:`~seq2seq.series.distributions.SAMPLERS`."""
    factors: tuple[float, ...] = ()
    """By step: what the distances of paths from their median are multiplied by, so that intervals cover what they
    promise; beyond the last step its factor. None: 1."""
    correlations: tuple[tuple[float, ...], ...] = ()
    """Of the channels of a step, given those before it; none: each is drawn by itself."""
    workers: int = field(default=1, kw_only=True)
    """Batches that are computed in parallel."""

    @classmethod
    def from_folder(cls, folder: ModelFolder, network: ForecastingNetwork, *, workers: int) -> Self:
        """The forecaster of a model folder whose network is open."""
        form, config = folder.tokenizers.source, folder.inference
        assert isinstance(form, SeriesFormat)
        assert config.distribution is not None
        together = config.correlations
        if together and len(together) != form.width:
            message = (
                f"{folder.path}: correlations of {len(together)} channels, of {form.width}. Copy the folder again."
            )
            raise ModelError(message, code="model.damaged")
        return cls(network, form, config.distribution, config.interval_factors, together, workers=workers)

    def forecast(
        self,
        series: SeriesSet | Iterable[Series],
        horizon: int | None = None,
        *,
        paths: int = PATHS,
        seed: int = 1,
        levels: Sequence[float] = LEVELS,
        keep_paths: bool = False,
        advance: Callable[[int], None] | None = None,
    ) -> list[SeriesForecast]:
        """Forecast what comes after the end of every series; of one with several channels, each by its name.

        The paths of channels that are read together are joint: those of one number belong together.

        A series has the same forecast whatever is forecast beside it: its random numbers follow from ``seed`` and its
        name.

        Args:
            series: as :func:`seq2seq.series.forecasting.read_to_forecast` reads them, of one channel each unless the
                model reads several together; missing values are passed over.
            horizon: steps to be forecast (default: as many as in training). The decoder goes on for as long as is
                asked for; beyond what it was trained on, its uncertainty is not tested.
            paths: sampled for each series.
            seed: of the random numbers.
            levels: of the quantiles, between 0 and 1.
            keep_paths: whether the paths are returned, too.
            advance: called with the number of series finished since its last call.

        Raises:
            DataError: a series is too short or has no value to go on from, it has other channels or covariates than
                in training, covariates are not known so far ahead, or it has dates and those of training had none,
                or the reverse; all such series are named. Or the set has another frequency than that of training.
        """
        if isinstance(series, SeriesSet):
            require_frequency(series, self.format)
        wanted = list(series.series if isinstance(series, SeriesSet) else series)
        steps = self.format.horizon if horizon is None else horizon
        require_forecastable(wanted, self.format, steps)
        cut = [last_window(one, context=self.format.context, horizon=steps) for one in wanted]
        frequency = None if self.format.frequency is None else parse_frequency(self.format.frequency)
        ascending = tuple(sorted(levels))

        def summarise(window: Window, sampled: Floats) -> list[SeriesForecast]:
            return [
                SeriesForecast(
                    id=name,
                    times=window.times_target(frequency),
                    mean=own.mean(axis=0),
                    levels=ascending,
                    quantiles=np.quantile(own, ascending, axis=0).T,
                    median=np.median(own, axis=0),
                    paths=own if keep_paths else None,
                )
                for name, own in zip(window.series.channel_ids, np.moveaxis(sampled, 2, 0), strict=True)
            ]

        return [one for own in self._each(cut, summarise, paths, seed, advance) for one in own]

    def forecast_windows(
        self,
        windows: Sequence[Window],
        *,
        paths: int = PATHS,
        seed: int = 1,
        advance: Callable[[int], None] | None = None,
    ) -> list[list[Forecast]]:
        """Forecasts to be scored, of each channel of windows with one horizon, from what is before their origins.

        Their point is the median of the paths, for MASE counts absolute errors; arguments as of :meth:`forecast`.
        """

        def summarise(_: Window, sampled: Floats) -> list[Forecast]:
            return [sampled_forecast(np.median(own, axis=0), own, "model") for own in np.moveaxis(sampled, 2, 0)]

        return self._each(windows, summarise, paths, seed, advance)

    def sample_windows(self, windows: Sequence[Window], *, paths: int = PATHS, seed: int = 1) -> list[Floats]:
        """(R, H, C) paths of each window, as of :meth:`forecast_windows`."""
        return self._each(windows, lambda _, sampled: sampled, paths, seed, None)

    def one_step_levels(self, windows: Sequence[Window], *, seed: int = 1) -> list[Floats]:
        """(H, C) where the increments of each window's target are in their distributions, from 0 to 1, step by step.

        Each is the share of 100 draws below it, given all values before it; NaN where one is missing.
        """
        found: list[Floats] = []
        random = np.random.default_rng(seed)
        for start in range(0, len(windows), _AT_ONCE):
            inputs = window_inputs(windows[start : start + _AT_ONCE], self.format)
            levels = one_step_levels(
                self.network,
                SAMPLERS[self.distribution],
                inputs.values.astype(np.float64),
                inputs.lengths,
                inputs.known.astype(np.float64),
                season=self.format.season,
                draws=_DRAWS,
                random=random,
            )
            found.extend(levels)
        return found

    def _each(
        self,
        windows: Sequence[Window],
        use: Callable[[Window, Floats], T],
        paths: int,
        seed: int,
        advance: Callable[[int], None] | None,
    ) -> list[T]:
        """What ``use`` makes of each window and its paths (R, H, C); those of a batch alone are in memory."""

        def compute(rows: list[int]) -> Iterator[T]:
            some = [windows[row] for row in rows]
            inputs = window_inputs(some, self.format)
            sampled = sample_paths(
                self.network,
                SAMPLERS[self.distribution],
                inputs.values.astype(np.float64),
                inputs.lengths,
                inputs.known.astype(np.float64),
                season=self.format.season,
                paths=paths,
                random=[np.random.default_rng([seed, crc32(one.series.id.encode())]) for one in some],
                together=root(np.array(self.correlations)) if self.correlations else None,
            )
            restored = _spread(inputs.restore(sampled), self.factors)
            return iter([use(window, own) for window, own in zip(some, restored, strict=True)])

        lengths = [(row, window.end - window.begin) for row, window in enumerate(windows)]
        found = dict(map_by_length(compute, lengths, max(1, _ROWS // paths), self.workers, advance))
        return [found[row] for row in range(len(windows))]


def _spread(paths: Floats, factors: Sequence[float]) -> Floats:
    """Paths (B, R, H, C) with other distances from their medians, by step; after the last one, by its factor."""
    if not factors:
        return paths
    own = np.array([*factors, *[factors[-1]] * (paths.shape[2] - len(factors))])[: paths.shape[2]]
    medians = np.median(paths, axis=1, keepdims=True)
    return np.asarray(medians + own[:, None] * (paths - medians))
