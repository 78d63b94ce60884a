"""The position of a run, in a few numbers: with the weights, all that is needed to resume it."""

from typing import Any

from pydantic import BaseModel

from seq2seq.text.sketch import Sketch


class IntervalState(BaseModel):
    """Sums of one process over the steps since the last report."""

    steps: int = 0
    nats: float = 0.0
    units: int = 0
    """Target tokens, or labels, learnt from."""
    examples: int = 0
    rate: float = 0.0
    """Learning rate of the last step."""
    norm: float | None = 0.0
    """Norm of the last gradient; None: not finite, which JSON cannot express."""
    skipped: int = 0
    """Steps that were skipped."""
    initial_loss: float | None = None
    """Mean loss of the run's first step, of random weights; None: it is not among these steps, or was skipped."""
    norms: int = 0
    """Steps that were not, and whose gradients the following figures are of; none in older checkpoints."""
    norm_sum: float = 0.0
    """Sum of their norms before clipping."""
    norm_max: float = 0.0
    """The largest of them."""
    clipped: int | None = None
    """Steps whose gradient clipping made smaller; None: there is no limit."""


class TrainingState(BaseModel):
    """The position of a run. All random numbers follow from the seed and these."""

    step: int = 0
    """Optimiser steps taken."""
    epoch: int = 0
    """The current epoch, from 0."""
    batch: int = 0
    """Batches of the epoch that are done, per process."""
    epoch_batches: int = 0
    """Batches of the epoch in all, per process."""
    seconds: float = 0.0
    """Seconds of training and validation, before and after interruptions."""
    units: int = 0
    """Target tokens, or labels, learnt from."""
    best: float | None = None
    """Best value of the validation metric."""
    best_loss: float | None = None
    """Validation loss at the best value, which decides between equals."""
    learnt: bool = True
    """Whether the metric has been better than chance; until then, the loss decides."""
    last: float | None = None
    """Value of the metric at the last validation."""
    low_loss: float | None = None
    """Lowest validation loss so far, without slight gains."""
    best_step: int = 0
    """Step of the best value."""
    validations: int = 0
    validated_step: int = -1
    """Step of the last validation."""
    validated_at: float = 0.0
    """Value of ``seconds`` when the last validation began."""
    validation_seconds: float = 0.0
    """Seconds that the last validation took."""
    due: bool = False
    """Whether this step is still to be validated, because a signal interrupted its validation."""
    stale: int = 0
    """Validations without improvement since the best."""
    plateau_reduction: float = 1.0
    """Share of the peak learning rate that plateaus have left."""
    plateau_bad: int = 0
    """Validations since the last improvement or reduction of the learning rate."""
    window: list[IntervalState] = [IntervalState()]
    """Sums since the last report, of each process."""
    ranks: int = 1
    """Processes that share the batches of an epoch."""
    averaged: int = 0
    """Steps in the moving average."""
    skipped: int = 0
    """Steps that were skipped, because a number was not finite or memory was short."""
    skipped_in_row: int = 0
    """Skipped steps in a row, up to now."""
    seen: dict[str, Any] | None = None
    """Sketch of the texts of a stream's epochs so far; None: there is no stream, or none has begun."""

    def add_seen(self, sketch: Sketch) -> None:
        """Add to the texts that the model has seen."""
        before = Sketch() if self.seen is None else Sketch.from_dict(self.seen)
        self.seen = (before | sketch).to_dict()
