"""One optimiser step: gradients, clipping and the update of the weights, skipped where a number is not finite.

Whether the loss and the gradient are finite is known on the device first. On a CPU the answer is there at once
(:class:`ImmediateUpdater`). To wait for a GPU would leave it idle while the next step is prepared: there, the optimiser
skips the update on the device, and the outcomes of many steps are read together later (:class:`DeferredUpdater`).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final, NamedTuple

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.profiler import record_function

from seq2seq import log, openmp
from seq2seq.config.training import TrainingConfig
from seq2seq.data.batching.batch import Batch
from seq2seq.training.distributed import Runtime
from seq2seq.training.finetune.constraints import WeightConstraints
from seq2seq.training.step.ema import EMA
from seq2seq.training.step.gradients import BatchLoss, GradientAccumulator
from seq2seq.training.step.objective import Objective
from seq2seq.training.step.out_of_memory import enough_memory, name_examples
from seq2seq.training.step.update_ratio import UpdateMeter

OPTIMISER: Final = "optimiser"
"""A profiler's name for clipping, the update and the moving average."""
_SMALLER_MODEL: Final = (
    "The optimiser's state does not fit: lower the sizes under model, or restart training with "
    "training.optimizer.name: sgd. The last checkpoint, if any, is intact."
)


@dataclass(frozen=True, slots=True)
class Step:
    """The outcome of an optimiser step."""

    number: int
    """From 1."""
    nll: float
    """Sum of its losses in nats, on this process."""
    norm: float
    """Norm of the gradient before clipping."""
    clipped: bool | None
    """Whether clipping made the gradient smaller; None: there is no limit."""
    rate: float
    """Learning rate."""
    units: int
    """Target tokens, or labels, of its batches, on this process."""
    units_of_all: int
    """Target tokens, or labels, on all processes."""
    examples: int
    """Rows of its batches, on this process."""
    skipped: bool = False
    """Whether the weights stayed as they were: a loss or gradient was not finite, or no example fitted into memory."""
    update_ratios: Mapping[str, float] | None = None
    """Norm of the update over that of the weights, by part, if it was measured."""


class _Queued(NamedTuple):
    """A step whose outcome has not been read yet; its tensors are on the device."""

    number: int
    nll: Tensor
    norm: Tensor
    finite: Tensor
    """() bool: whether the loss and the gradient are finite, on all processes."""
    rate: float
    units_of_all: int
    losses: list[BatchLoss]
    update: Tensor | None
    """Norms of the update and of the weights, if they were measured."""


@dataclass(eq=False)
class Updater(ABC):
    """Takes optimiser steps."""

    deferred: ClassVar[bool]
    """Whether a queued step may still be running on the device."""

    gradients: GradientAccumulator
    """The gradients of the objective that is trained."""
    optimizer: Optimizer
    """The optimiser as the runtime has wrapped it."""
    clip_norm: float | None
    """Largest norm of the gradient; None: no limit."""
    constraints: WeightConstraints | None
    """Keep weights near their initial values."""
    ema: EMA | None
    _queue: list[_Queued] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._runtime = self.gradients.runtime
        self._meter = UpdateMeter(self.gradients.objective.named_parameters())

    def enqueue(self, batches: Sequence[Batch], *, rate: float, number: int, measured: bool = False) -> None:
        """Minimise the mean loss over all tokens (or labels) of some batches, on all processes; steps count from 1.

        A ``measured`` step also measures the update of the weights, which costs a copy of them.
        Where a loss or gradient is not finite, weights, moments, moving average and carried state stay as they are.

        Raises:
            TrainingError: memory does not suffice for a batch that cannot be split, or for the optimiser.
        """
        openmp.adapt(self._runtime.device)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        losses, units = self.gradients.accumulate(batches, number)
        nll = sum((loss.nll for loss in losses), torch.zeros((), device=self._runtime.device))
        with record_function(OPTIMISER), enough_memory(f"at step {number:,}, for the optimiser", _SMALLER_MODEL):
            if self.constraints is not None:
                self.constraints.add_anchor_gradient()
            norm = self._runtime.clip(self.gradients.wrapped, self.optimizer, self.clip_norm)
            before = self._meter.snapshot() if measured else None
            finite = self._update((norm + nll).isfinite(), empty=not units)
            update = self._meter.measure(before) if before is not None else None
        self.optimizer.zero_grad()
        self._queue.append(_Queued(number, nll, norm, finite, rate, int(units), losses, update))

    def flush(self) -> list[Step]:
        """The outcomes of the steps queued since the last call, in order; waits for the device once."""
        queue, self._queue = self._queue, []
        if not queue:
            return []
        read = [(one.nll, one.norm, one.finite) for one in queue]
        nlls, norms, outcomes = (torch.stack(values).tolist() for values in zip(*read, strict=True))
        steps = [self._outcome(*one) for one in zip(queue, nlls, norms, strict=True)]
        return [
            step if finite else self._skip(queued, step)
            for queued, step, finite in zip(queue, steps, outcomes, strict=True)
        ]

    def _outcome(self, queued: _Queued, nll: float, norm: float) -> Step:
        """The outcome of a step if all its numbers are finite."""
        skipped = not queued.units_of_all
        return Step(
            queued.number,
            nll,
            norm,
            clipped=None if self.clip_norm is None else norm > self.clip_norm,
            rate=queued.rate,
            units=sum(loss.units for loss in queued.losses),
            units_of_all=queued.units_of_all,
            examples=sum(len(loss.rows) for loss in queued.losses),
            skipped=skipped,
            update_ratios=None if queued.update is None or skipped else self._meter.ratios(queued.update),
        )

    @abstractmethod
    def _update(self, finite: Tensor, *, empty: bool) -> Tensor:
        """Update the weights if the numbers of this process are finite, and no step is ``empty``; returns whether."""

    def _follow(self, where: Tensor | None = None) -> None:
        """Restore frozen weights after an update, and include the others in the average."""
        if self.constraints is not None:
            self.constraints.restore_frozen()
        if self.ema is not None:
            self.ema.update(where)

    def _skip(self, queued: _Queued, step: Step) -> Step:
        """Name the examples, of all processes, whose loss or gradient was not finite."""
        not_finite = [row for loss in queued.losses if not bool(loss.nll.isfinite()) for row in loss.rows]
        everywhere = self._runtime.gather((not_finite, [row for loss in queued.losses for row in loss.rows]))
        rows = [row for some, _ in everywhere for row in some]
        number = "the loss" if rows else "the gradient"
        named = name_examples(rows or [row for _, some in everywhere for row in some], self.gradients.where)
        message = f"step {queued.number:,} skipped: {number} is not finite; among these examples: {named}"
        log.warn(message, code="training.not-finite")
        return replace(step, units_of_all=0, skipped=True, update_ratios=None)


class ImmediateUpdater(Updater):
    """Waits for every step: on a CPU, among several processes, and where batches carry a state."""

    deferred = False

    def _update(self, finite: Tensor, *, empty: bool) -> Tensor:
        everywhere = not self._runtime.any(not bool(finite))
        if empty or not everywhere:
            self.gradients.discard()
        else:
            self.optimizer.step()
            self._follow()
        return torch.tensor(everywhere)


class DeferredUpdater(Updater):
    """Leaves steps to the device: one process with a GPU."""

    deferred = True

    def _update(self, finite: Tensor, *, empty: bool) -> Tensor:
        if not empty:
            self._runtime.step_where(finite, self.optimizer)
            self._follow(finite)
        return finite

    def _skip(self, queued: _Queued, step: Step) -> Step:
        if self.ema is not None and not step.skipped:
            self.ema.steps -= 1  # counted before the outcome was known
        return super()._skip(queued, step)


def build_updater(
    objective: Objective,
    wrapped: nn.Module,
    optimizer: Optimizer,
    runtime: Runtime,
    config: TrainingConfig,
    *,
    where: Callable[[int], str],
    constraints: WeightConstraints | None,
    ema: EMA | None,
) -> Updater:
    """The updater that suits the runtime and the batches; ``where`` gives ``file:line`` of a training example."""
    stateful = config.batch.windows is not None and config.batch.windows.carry_state
    gradients = GradientAccumulator(objective, wrapped, runtime, config.seed, where, stateful)
    deferred = runtime.device.type == "cuda" and runtime.world_size == 1 and not stateful
    kind = DeferredUpdater if deferred else ImmediateUpdater
    return kind(gradients, optimizer, config.clip_norm, constraints, ema)
