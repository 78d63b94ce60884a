"""One series, and the series of a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.series.frequency import Frequency, Times
from seq2seq.text.vocabulary.series import Clock

Floats = NDArray[np.float64]
"""Numbers, NaN where one is missing."""
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """A sequence of vectors, at regular times.

    Raises:
        ValueError: the shapes do not go together.
    """

    id: str
    """Its name, unique within a file."""
    values: Floats
    """(T, C) what is to be forecast or classified; NaN where a value is missing."""
    channels: tuple[str, ...]
    """Names of the C channels."""
    times: Times
    """(T,) when the values were observed, ascending: ``datetime64[us]``, or int64 for steps without a calendar."""
    known: Floats
    """(T + F, K) covariates known in advance, NaN where one is missing; the last F rows lie beyond the last value."""
    covariates: tuple[str, ...] = ()
    """Names of the K covariates."""
    label: str | None = None
    """The class of a labelled sequence."""
    attributes: Mapping[str, str] = field(default_factory=lambda: _NONE)
    """What else the file says about the series, by the names of a `.tsf`."""
    lines: NDArray[np.int64] | None = None
    """(T + F,) the line of its file that each step is in, or its row or number where there are no lines, from 1; 0 for
    a step that is left out. None: it has no file."""

    def __post_init__(self) -> None:
        steps, channels = self.values.shape
        if (steps, channels) != (len(self.times), len(self.channels)):
            raise ValueError(f"{channels} x {steps} values, {len(self.channels)} channels, {len(self.times)} times")
        if len(self.known) < steps or self.known.shape[1] != len(self.covariates):
            raise ValueError(f"covariates {self.known.shape} for {steps} steps and {len(self.covariates)} names")

    def __len__(self) -> int:
        """T, the steps with values."""
        return len(self.values)

    @property
    def future(self) -> int:
        """F, the steps after the last value for which covariates are known."""
        return len(self.known) - len(self.values)

    @property
    def channel_ids(self) -> tuple[str, ...]:
        """Names of its channels among those of other series: its own if there is one channel, else ``id/channel``."""
        return (self.id,) if len(self.channels) == 1 else tuple(f"{self.id}/{name}" for name in self.channels)

    @property
    def line(self) -> int:
        """The first line that one of its steps is in; 0: it has no file."""
        return 0 if self.lines is None else int(self.lines[self.lines > 0].min())

    def until(self, steps: int) -> "Series":
        """The first steps alone; covariates of the others are known in advance."""
        return replace(self, values=self.values[:steps], times=self.times[:steps])


@dataclass(frozen=True, slots=True, eq=False)
class SeriesSet:
    """The series of a file, all with the same channels and covariates."""

    series: tuple[Series, ...]
    frequency: Frequency | None = None
    """How far apart the times are; None: steps without a calendar."""
    season: int = 1
    """Steps per season; 1: there is none. A file without dates may declare it."""
    horizon: int | None = None
    """Steps to be forecast, where the file declares them."""
    clock: Clock | None = None
    """Of the times; None: they have no offsets from UTC."""
    remarks: tuple[str, ...] = ()
    """What was done to the data on reading, for people: sorted, filled, converted."""

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels."""
        return self.series[0].channels

    @property
    def covariates(self) -> tuple[str, ...]:
        """Names of the covariates known in advance."""
        return self.series[0].covariates

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes of labelled sequences, sorted; none: they have no labels."""
        return tuple(sorted({one.label for one in self.series if one.label is not None}))


def without_covariates(steps: int) -> Floats:
    """``known`` of a series that has none: (T, 0)."""
    return np.empty((steps, 0))
