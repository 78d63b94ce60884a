"""Times as numbers of steps, and the steps between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seq2seq.series.frequency import Frequency, Times, commonest, following


@dataclass(frozen=True, slots=True)
class Regular:
    """The steps that a series has, without gaps."""

    steps: NDArray[np.int64]
    """(N,) the step of every row."""
    times: Times
    """(T,) the time of every step."""
    missing: int
    """Steps without a row."""


def step_numbers(times: Times, frequency: Frequency | None) -> NDArray[np.int64]:
    """Number of the step of every time (N,), ascending from 0; -1 where a time falls between steps.

    Whole numbers are counted in their commonest interval. The second of two times in one step, such as a month, falls
    between steps.
    """
    if frequency is not None and times.dtype.kind == "M":
        steps = frequency.steps(times)
    else:
        apart = (times - times[:1]).astype(np.int64)
        interval = commonest(times) or 1
        steps = np.where(apart % interval == 0, apart // interval, -1)
    steps[1:][steps[1:] == steps[:-1]] = -1
    return steps


def on_grid(times: Times, steps: NDArray[np.int64], frequency: Frequency | None) -> Regular:
    """The steps from the first time to the last; times between steps, which have been refused, take part in none."""
    whole = steps >= 0
    count = int(steps.max()) + 1
    if count == len(times) and whole.all():
        return Regular(steps, times, 0)
    if times.dtype.kind == "M":
        every = np.concatenate([times[:1], following(times[whole][:1], frequency, count - 1)])
    else:
        every = times[0] + np.arange(count) * (commonest(times) or 1)
    every[steps[whole]] = times[whole]  # a month may be stamped on its last working day
    return Regular(steps, every, count - int(whole.sum()))
