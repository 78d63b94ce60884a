"""How far a run has come, in a few numbers: with the weights, all that it takes to go on."""

from pydantic import BaseModel


class IntervalState(BaseModel):
    """What one process has learnt since the last line of the log."""

    steps: int = 0
    nats: float = 0.0
    units: int = 0
    """Target tokens, or labels."""
    examples: int = 0
    rate: float = 0.0
    """Learning rate of the last step."""
    norm: float | None = 0.0
    """Norm of its gradient; None: it was not finite, which JSON does not know."""


class TrainingState(BaseModel):
    """Where training stands. Everything that is random follows from the seed and these."""

    step: int = 0
    """Optimiser steps taken."""
    epoch: int = 0
    """The current epoch, from 0."""
    batch: int = 0
    """Batches of the epoch that are done, on each process ..."""
    epoch_batches: int = 0
    """... of so many."""
    seconds: float = 0.0
    """Spent on training and validating, over all sittings."""
    units: int = 0
    """Target tokens, or labels, learnt from."""
    best: float | None = None
    """The best value of the validation metric."""
    best_loss: float | None = None
    """The loss then, which decides between equals."""
    learnt: bool = True
    """Whether the metric has been better than chance; until then the loss decides."""
    last: float | None = None
    """The metric at the last validation."""
    low_loss: float | None = None
    """The lowest loss so far, slight gains left out."""
    best_step: int = 0
    """The step that reached it."""
    validations: int = 0
    """Validations so far."""
    validated_step: int = -1
    """The step of the last one."""
    validated_at: float = 0.0
    """Seconds spent before it began."""
    validation_seconds: float = 0.0
    """That it took."""
    due: bool = False
    """Whether this step is still to be validated: somebody stopped the run while it was."""
    stale: int = 0
    """Validations that brought nothing since the best."""
    plateau_reduction: float = 1.0
    """The schedule's: what plateaus have brought the learning rate down to."""
    plateau_bad: int = 0
    """The schedule's: validations since the last improvement or reduction."""
    window: list[IntervalState] = [IntervalState()]
    """Of each process, what has not been reported yet."""
    ranks: int = 1
    """Processes that share the batches of an epoch."""
    averaged: int = 0
    """Steps that the moving average has seen."""
    skipped: int = 0
    """Steps whose gradient was no number."""
    skipped_in_row: int = 0
    """Of these, the last ones without any other between."""
