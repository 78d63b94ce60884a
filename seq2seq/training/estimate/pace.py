"""A run and its time: when it validates within an epoch, and what is said where there is little of it."""

import math
from collections.abc import Sequence
from math import ceil
from typing import Final

import numpy as np
import numpy.typing as npt

from seq2seq import log
from seq2seq.config.duration import format_duration
from seq2seq.config.training import TrainingConfig
from seq2seq.training.estimate.outlook import FEW, suggestions
from seq2seq.training.run_folder.state import TrainingState
from seq2seq.training.step.schedule import Limits

_TIMES: Final = 10
"""Validations in the time that there is, where epochs are longer: eight at least, though some come late."""
_COST: Final = 4
"""Times the seconds of a validation between the beginnings of two: they take a quarter of all time at most."""
_NEAR: Final = 0.25
"""Share of the interval before the end of an epoch in which the validation at that end is waited for."""
_SLOW: Final = 2.0
"""Seconds of a validation from which on its cost is worth a word."""
_WARM_UP: Final = 5
"""Steps that say nothing of the speed."""
_SEEN: Final = 30
"""Steps from which the speed is known ..."""
_SECONDS: Final = 15.0
"""... or so many seconds, with a third of the steps."""


def interval(config: TrainingConfig, cost: float) -> float | None:
    """Seconds between the beginnings of two validations, at most; None: steps or epochs alone decide.

    Args:
        config: the limits, and how often to validate.
        cost: seconds of a validation.
    """
    if config.validation.every_steps is not None or config.max_time is None:
        return None
    return max(config.max_time / _TIMES, _COST * cost)


def is_due(interval: float, *, since: float, left: float) -> bool:
    """Whether to validate now, within an epoch.

    What lies between two validations that come anyway is divided evenly, so that none comes just before the other.

    Args:
        interval: of :func:`interval`.
        since: seconds since the beginning of the last validation.
        left: seconds to the end of the epoch, or of training, when there is one anyway.
    """
    stretch = since + left
    return since * ceil(stretch / interval) >= stretch and left >= _NEAR * interval


class Pace:
    """Looks at the clock of a run.

    Args:
        config: the limits, and how often to validate.
        lengths: (N, 2) tokens of both sides of the training examples.
        parameters: of the model.
        bfloat16: whether the device is a CPU that computes in bfloat16.
    """

    def __init__(
        self, config: TrainingConfig, lengths: npt.NDArray[np.int32], *, parameters: int, bfloat16: bool
    ) -> None:
        self._config, self._limits = config, Limits.of(config)
        self._lengths, self._parameters, self._bfloat16 = lengths, parameters, bfloat16
        self._begun: tuple[float, float] | None = None
        self._looked = False
        self._told = False

    def is_validation_due(self, state: TrainingState, epochs: float) -> bool:
        """Whether time asks for a validation before the epoch ends."""
        gap = interval(self._config, state.validation_seconds)
        if gap is None or self._config.max_time is None or not epochs:
            return False
        to_the_end = self._config.max_time - state.seconds
        of_the_epoch = (ceil(epochs) - epochs) * state.seconds / epochs
        return is_due(gap, since=state.seconds - state.validated_at, left=min(to_the_end, of_the_epoch))

    def validated(self, state: TrainingState, start: float) -> None:
        """Take down when a validation began and what it took, and say so if there are few for that reason."""
        state.validated_at, state.validation_seconds = start, state.seconds - start
        cost, time = state.validation_seconds, self._config.max_time
        few = interval(self._config, 0.0) != interval(self._config, cost)
        if few and time is not None and cost >= _SLOW and not self._told:
            self._told = True
            log.say(
                f"a validation takes {format_duration(cost)}, so that there is one every "
                f"{format_duration(_COST * cost)} at most; a lower training.validation.decode makes it faster"
            )

    def look_ahead(self, state: TrainingState, epochs: float) -> None:
        """As soon as the speed is known, say what would help if the time will not do; called after every step."""
        if self._looked or self._config.max_time is None:
            return
        if self._begun is None:
            self._looked = state.step > _WARM_UP  # a run that goes on has said it
            if state.step == _WARM_UP:
                self._begun = state.seconds, epochs
            return
        steps, seconds = state.step - _WARM_UP, state.seconds - self._begun[0]
        if steps < _SEEN and (seconds < _SECONDS or steps < _SEEN // 3):
            return
        self._looked = True
        epoch_seconds = seconds / (epochs - self._begun[1])
        in_time = epochs + (self._config.max_time - state.seconds) / epoch_seconds
        nearest = min(self._limits.max_epochs or FEW, (self._limits.max_steps or math.inf) * epochs / state.step)
        if in_time < min(FEW, nearest):
            ways = self._ways(in_time, epoch_seconds)
            log.say(_listed(f"until max_time, there is time for about {in_time:.1f} epochs. What would help:", ways))

    def look_back(self, state: TrainingState, epochs: float) -> None:
        """Say that a run has not seen all of its data, and what would help."""
        if not 0 < epochs < 1:
            return
        begin = f"training ended after {epochs:.2f} epochs: before the data had been seen once."
        if self._limits.max_steps is not None and state.step >= self._limits.max_steps:
            log.warn(f"{begin} An epoch has {ceil(state.step / epochs):,} steps: raise training.max_steps.")
            return
        ways = self._ways(epochs, state.seconds / epochs)
        log.warn(_listed(f"{begin} What would help, in another --output or with --overwrite:", ways))

    def _ways(self, epochs: float, epoch_seconds: float) -> list[str]:
        return suggestions(
            self._config,
            self._lengths,
            epochs=epochs,
            epoch_seconds=epoch_seconds,
            parameters=self._parameters,
            bfloat16=self._bfloat16,
        )


def _listed(begin: str, ways: Sequence[str]) -> str:
    return "\n".join([begin, *(f"  {way}" for way in ways)])
