"""The learning rate over time, as a share of its peak; and the limits that say how long that time is."""

import math
from dataclasses import dataclass

from seq2seq.config.duration import format_duration
from seq2seq.config.training import ScheduleConfig, TrainingConfig


@dataclass(frozen=True, slots=True)
class Limits:
    """When training ends: at the first of these."""

    max_steps: int | None
    max_epochs: int | None
    max_time: float | None
    """Seconds of training and validating, preparation left out."""

    @classmethod
    def of(cls, config: TrainingConfig) -> "Limits":
        """The limits that a recipe sets."""
        return cls(config.max_steps, config.max_epochs, config.max_time)

    def progress(self, *, steps: int, epochs: float, seconds: float) -> float:
        """How much of training is over, from 0 to 1: by the limit that comes nearest.

        Args:
            steps: taken so far.
            epochs: passed so far, the current one in part.
            seconds: spent so far. A run that is limited in time thus has learning rates that depend on the machine.
        """
        shares = []
        if self.max_steps is not None:
            shares.append(steps / self.max_steps)
        if self.max_epochs is not None:
            shares.append(epochs / self.max_epochs)
        if self.max_time is not None:
            shares.append(seconds / self.max_time)
        return min(1.0, max(shares))

    def reached(self, *, steps: int, epochs: float, seconds: float) -> str | None:
        """The limit that has been reached, in words; ``None`` if there is time left."""
        if self.max_steps is not None and steps >= self.max_steps:
            return f"max_steps {self.max_steps:,} reached"
        if self.max_epochs is not None and epochs >= self.max_epochs:
            return f"max_epochs {self.max_epochs} reached"
        if self.max_time is not None and seconds >= self.max_time:
            return f"max_time {format_duration(self.max_time)} reached"
        return None


class Schedule:
    """The learning rate's share of its peak.

    constant       1
    inverse_sqrt   sqrt(warm-up / step)                         Vaswani et al. 2017, section 5.3
    cosine         from 1 to ``floor``, half a wave             Loshchilov and Hutter 2017
    one_cycle      up and down along cosines                    Smith and Topin 2019
    plateau        times ``factor`` after ``patience`` validations that bring nothing

    The first ``warmup_steps`` rise to the peak. `cosine` and `one_cycle` need to know how much of training is over.
    """

    def __init__(self, config: ScheduleConfig) -> None:
        self.config = config
        self.reduction = 1.0
        """What plateaus have brought the rate down to."""
        self.bad = 0
        """Validations since the last improvement or reduction."""

    def share(self, step: int, progress: float) -> float:
        """The share for the step that comes after ``step`` others, with ``progress`` (0 to 1) of training over."""
        config = self.config
        if step < config.warmup_steps:
            risen = (step + 1) / config.warmup_steps
            return risen if config.name != "one_cycle" else _wave(1 - risen, config.min_share)
        if config.name == "inverse_sqrt":
            share = math.sqrt(max(config.warmup_steps, 1) / (step + 1))
        elif config.name in ("cosine", "one_cycle"):
            # The wave begins where warm-up ended; at a steady pace that was at this share of training.
            risen = progress * config.warmup_steps / step if step else 0.0
            share = _wave((progress - risen) / max(1 - risen, 1e-9), config.min_share)
        else:
            share = self.reduction if config.name == "plateau" else 1.0
        return max(share, config.min_share)

    def observe(self, *, improved: bool) -> None:
        """Take note of a validation."""
        if self.config.name != "plateau":
            return
        self.bad = 0 if improved else self.bad + 1
        if not improved and self.bad >= self.config.patience:
            self.reduction *= self.config.factor
            self.bad = 0


def _wave(progress: float, floor: float) -> float:
    """From 1 down to ``floor`` along half a cosine."""
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * progress))
