"""The learning rate over time, as a share of its peak; and the limits of training."""

import math
from dataclasses import dataclass

from seq2seq.config.duration import format_duration
from seq2seq.config.training import ScheduleConfig, TrainingConfig


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of training, which ends at the first that is reached."""

    max_steps: int | None
    max_epochs: int | None
    max_time: float | None
    """Seconds of training and validation, without preparation."""

    @classmethod
    def of(cls, config: TrainingConfig) -> "Limits":
        """The limits that a recipe sets."""
        return cls(config.max_steps, config.max_epochs, config.max_time)

    def progress(self, *, steps: int, epochs: float, seconds: float) -> float:
        """Share of training that is over, from 0 to 1, by the nearest limit; the current epoch counts in part.

        The learning rates of a run that is limited in time thus depend on the machine.
        """
        limits = ((steps, self.max_steps), (epochs, self.max_epochs), (seconds, self.max_time))
        return min(1.0, max(done / limit for done, limit in limits if limit is not None))

    def reached(self, *, steps: int, epochs: float, seconds: float) -> str | None:
        """The limit that has been reached, in words; ``None``: none yet."""
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
    plateau        times ``factor`` after ``patience`` validations without improvement

    The rate rises to its peak over ``warmup_steps``. `cosine` and `one_cycle` depend on the progress of training.
    """

    def __init__(self, config: ScheduleConfig) -> None:
        self.config = config
        self.reduction = 1.0
        """Share of the peak that plateaus have left."""
        self.bad = 0
        """Validations since the last improvement or reduction."""

    def share(self, step: int, progress: float) -> float:
        """The share for the step after ``step`` others, when ``progress`` (0 to 1) of training is over."""
        config = self.config
        if step < config.warmup_steps:
            risen = (step + 1) / config.warmup_steps
            return risen if config.name != "one_cycle" else _wave(1 - risen, config.min_share)
        if config.name == "inverse_sqrt":
            share = math.sqrt(max(config.warmup_steps, 1) / (step + 1))
        elif config.name in ("cosine", "one_cycle"):
            # The wave starts where warm-up ended: at a steady pace, at this share of training.
            risen = progress * config.warmup_steps / step if step else 0.0
            share = _wave((progress - risen) / max(1 - risen, 1e-9), config.min_share)
        else:
            share = self.reduction if config.name == "plateau" else 1.0
        return max(share, config.min_share)

    def observe(self, *, improved: bool) -> None:
        """Take the result of a validation into account."""
        if self.config.name != "plateau":
            return
        self.bad = 0 if improved else self.bad + 1
        if not improved and self.bad >= self.config.patience:
            self.reduction *= self.config.factor
            self.bad = 0


def _wave(progress: float, floor: float) -> float:
    """Fall from 1 to ``floor`` along half a cosine."""
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * progress))
