"""The pace of a run: when it validates within an epoch, and advice where time is short."""

import math
from collections.abc import Sequence
from math import ceil
from typing import Final

from seq2seq import log
from seq2seq.config.duration import format_duration
from seq2seq.config.training import TrainingConfig
from seq2seq.training.estimate.outlook import FEW, Outlook
from seq2seq.training.run_folder.state import TrainingState
from seq2seq.training.step.schedule import Limits
from seq2seq.wording import plural

_TIMES: Final = 10
"""Validations within `max_time` where epochs are longer: at least eight, though some come late."""
_COST: Final = 4
"""Interval between two validations, in durations of one: they take at most a quarter of all time."""
_NEAR: Final = 0.25
"""Share of the interval before the end of an epoch in which no validation starts: one follows at that end."""
_SLOW: Final = 2.0
"""Seconds of a validation from which its cost is reported."""
_WARM_UP: Final = 5
"""First steps, which are not representative of the speed."""
_SEEN: Final = 30
"""Timed steps from which the speed is known."""
_SECONDS: Final = 15.0
"""Seconds from which it is known after a third of those steps."""


def interval(config: TrainingConfig, cost: float) -> float | None:
    """Most seconds from the start of a validation, which takes ``cost``, to the next; None: steps or epochs decide."""
    if config.validation.every_steps is not None or config.max_time is None:
        return None
    return max(config.max_time / _TIMES, _COST * cost)


def is_due(interval: float, *, since: float, left: float) -> bool:
    """Whether to validate now, within an epoch.

    The time between two validations that take place anyway is divided evenly, so that none comes just before another.

    Args:
        interval: of :func:`interval`.
        since: seconds since the start of the last validation.
        left: seconds to the end of the epoch or of training, where a validation takes place anyway.
    """
    stretch = since + left
    return since * ceil(stretch / interval) >= stretch and left >= _NEAR * interval


class Pace:
    """Watches the clock of a run."""

    def __init__(self, outlook: Outlook) -> None:
        self._outlook, self._config, self._limits = outlook, outlook.config, Limits.of(outlook.config)
        self._timed_from: tuple[float, float] | None = None
        self._looked_ahead = False
        self._reported_cost = False

    def is_validation_due(self, state: TrainingState, epochs: float) -> bool:
        """Whether a validation is due before the epoch ends, because time is limited."""
        gap = interval(self._config, state.validation_seconds)
        if gap is None or self._config.max_time is None or not epochs:
            return False
        to_end = self._config.max_time - state.seconds
        to_epoch_end = (ceil(epochs) - epochs) * state.seconds / epochs
        return is_due(gap, since=state.seconds - state.validated_at, left=min(to_end, to_epoch_end))

    def validated(self, state: TrainingState, start: float) -> None:
        """Note when a validation began and how long it took; report it if it makes validations rare."""
        state.validated_at, state.validation_seconds = start, state.seconds - start
        cost, time = state.validation_seconds, self._config.max_time
        few = interval(self._config, 0.0) != interval(self._config, cost)
        if few and time is not None and cost >= _SLOW and not self._reported_cost:
            self._reported_cost = True
            log.say(
                f"a validation takes {format_duration(cost)}, so there is one every {format_duration(_COST * cost)} at "
                "most; a lower training.validation.decode makes it faster"
            )

    def look_ahead(self, state: TrainingState, epochs: float) -> None:
        """Once the speed is known, give advice if time is short; called after every step."""
        if self._looked_ahead or self._config.max_time is None:
            return
        if self._timed_from is None:
            self._looked_ahead = state.step > _WARM_UP  # a resumed run has had its advice
            if state.step == _WARM_UP:
                self._timed_from = state.seconds, epochs
            return
        steps, seconds = state.step - _WARM_UP, state.seconds - self._timed_from[0]
        if steps < _SEEN and (seconds < _SECONDS or steps < _SEEN // 3):
            return
        self._looked_ahead = True
        epoch_seconds = seconds / (epochs - self._timed_from[1])
        in_time = epochs + (self._config.max_time - state.seconds) / epoch_seconds
        nearest = min(self._limits.max_epochs or FEW, (self._limits.max_steps or math.inf) * epochs / state.step)
        if in_time < min(FEW, nearest):
            suggested = self._outlook.suggestions(epochs=in_time, epoch_seconds=epoch_seconds)
            log.say(
                _listed(f"until max_time, there is time for about {in_time:.1f} epochs. What would help:", suggested)
            )

    def look_back(self, state: TrainingState, epochs: float) -> None:
        """Warn if a run has not seen all of its data, with advice."""
        if not 0 < epochs < 1:
            return
        begin = f"training ended after {epochs:.2f} epochs: before it had seen all of the data."
        if self._limits.max_steps is not None and state.step >= self._limits.max_steps:
            message = f"{begin} An epoch has {plural(ceil(state.step / epochs), 'step')}: raise training.max_steps."
        else:
            suggested = self._outlook.suggestions(epochs=epochs, epoch_seconds=state.seconds / epochs)
            message = _listed(f"{begin} What would help, in another --output or with --overwrite:", suggested)
        log.warn(message, code="training.data-not-seen")


def _listed(begin: str, suggested: Sequence[str]) -> str:
    return "\n".join([begin, *(f"  {way}" for way in suggested)])
