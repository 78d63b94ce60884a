"""The forecast of one series, and how it is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np

from seq2seq.series.frequency import Times
from seq2seq.series.series import Floats

_RAREST: Final = 1e-12
"""Levels nearer to 0 or 1 need no other number of paths: nobody has as many."""


@dataclass(frozen=True, slots=True, eq=False)
class SeriesForecast:
    """The next steps of one series."""

    id: str
    """Name of the series."""
    times: Times
    """(H,) ``datetime64[us]``, or int64 for steps without a calendar."""
    mean: Floats
    """(H,) mean of the paths."""
    levels: tuple[float, ...]
    """Levels of the quantiles, ascending."""
    quantiles: Floats
    """(H, Q) at ``levels``."""
    median: Floats
    """(H,) the point with the least expected absolute error: what MASE is computed from."""
    paths: Floats | None = None
    """(R, H) the sampled paths, if they are asked for."""

    def at(self, level: float) -> Floats:
        """(H,) the quantile at one of ``levels``.

        Raises:
            ValueError: there is none.
        """
        return np.asarray(self.quantiles[:, self.levels.index(level)])

    @property
    def written_times(self) -> list[str]:
        """Times as they are read: days, days with times, or numbers of steps."""
        if self.times.dtype.kind != "M":
            return [str(time) for time in self.times.tolist()]
        days = self.times.astype("datetime64[D]")
        if (days == self.times).all():
            return [str(day) for day in days]
        return [str(time).replace("T", " ") for time in self.times.astype("datetime64[s]")]

    def rows(self, levels: Sequence[float]) -> tuple[list[str], list[list[float]]]:
        """Times, and by step the mean and the quantiles at some levels, rounded to seven digits."""
        columns = np.column_stack([self.mean, *(self.at(level) for level in levels)])
        return self.written_times, [list(map(_rounded, row)) for row in columns.tolist()]

    def record(self, levels: Sequence[float]) -> dict[str, object]:
        """For JSON: the name, times, mean, quantiles at some levels, and the paths, if there are any."""
        times, rows = self.rows(levels)
        mean, *quantiles = (list(column) for column in zip(*rows, strict=True))
        named = {f"{level:g}": column for level, column in zip(levels, quantiles, strict=True)}
        paths = {} if self.paths is None else {"paths": [list(map(_rounded, path)) for path in self.paths.tolist()]}
        return {"unique_id": self.id, "ds": times, "mean": mean, "quantiles": named, **paths}


def least_paths(level: float) -> int:
    """The fewest paths of which one lies beyond the quantile at a level: with fewer, it would be the outermost one."""
    return ceil(round(1 / max(min(level, 1 - level), _RAREST), 6))


def _rounded(number: float) -> float:
    return float(f"{number:.7g}")
