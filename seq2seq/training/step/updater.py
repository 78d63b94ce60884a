"""One optimiser step, and what may go wrong in it: numbers that are none, and too little memory.

Whether the loss and the gradient are numbers is known on the device first. A CPU says so at once. A GPU would have to
be waited for, and stand idle while the next step is made ready: there, the optimiser itself leaves out what must not be
learnt, and what became of a step is read later, of many at once (:meth:`Updater.flush`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from seq2seq import log, openmp
from seq2seq.config.training import TrainingConfig
from seq2seq.data.batching.batch import Batch
from seq2seq.errors import TrainingError, is_out_of_memory, reason_of
from seq2seq.models.decoder import DecoderState
from seq2seq.training.distributed import Runtime, seed_step
from seq2seq.training.finetune.constraints import WeightConstraints
from seq2seq.training.step.ema import EMA
from seq2seq.training.step.loss import Losses
from seq2seq.training.step.objective import Objective
from seq2seq.training.step.out_of_memory import enough_memory

SHOWN = 5
"""Examples of a batch that a message names."""
_SMALLER_MODEL = (
    "The weights have no room beside its moments: lower the sizes under model, or train anew with "
    "training.optimizer.name: sgd. The last checkpoint, if any, is as it was."
)


@dataclass(frozen=True, slots=True)
class Step:
    """What is known of an optimiser step, still on the device."""

    nll: Tensor
    """Sum of its losses in nats, on this process."""
    norm: Tensor
    """Norm of the gradient before clipping."""
    rate: float
    """Learning rate."""
    units: int
    """Target tokens, or labels, of its batches, on this process."""
    units_of_all: int
    """Target tokens, or labels, on all processes."""
    examples: int
    """Rows of its batches, on this process."""
    skipped: bool = False
    """Whether nothing was learnt: the loss or the gradient was no number, or no example fitted into memory."""


class _Queued(NamedTuple):
    """A step that the device may still be at."""

    number: int
    step: Step
    """As it is if it was learnt."""
    finite: Tensor
    """() bool, on the device, or on the CPU where it is the answer of all processes."""
    losses: list[tuple[tuple[int, ...], Tensor]]
    """Rows of every batch, and the sum of their losses in nats."""


class Updater:
    """Takes steps.

    Attributes:
        defers: whether a step that is queued can be left to the device: one process with a GPU, and batches that do not
            go on from each other.

    Args:
        objective: the model with its loss, as the runtime has wrapped it.
        bare: the same, unwrapped: counts what the loss is a sum over.
        optimizer: as the runtime has wrapped it.
        runtime: where it runs.
        config: the seed, and clipping.
        where: names an example of the training split.
        goes_on: whether a batch goes on where the one before it ended.
        constraints: what keeps the weights near a start.
        ema: follows the weights.
    """

    def __init__(
        self,
        objective: nn.Module,
        bare: Objective,
        optimizer: Optimizer,
        runtime: Runtime,
        config: TrainingConfig,
        *,
        where: Callable[[int], str],
        goes_on: bool,
        constraints: WeightConstraints | None,
        ema: EMA | None,
    ) -> None:
        self.objective, self.bare, self.optimizer, self.runtime, self.config = (
            objective,
            bare,
            optimizer,
            runtime,
            config,
        )
        self.constraints, self.ema = constraints, ema
        self.carried: DecoderState | None = None
        self._where, self._goes_on = where, goes_on
        self.defers = runtime.device.type == "cuda" and runtime.world_size == 1 and not goes_on
        self._queued: list[_Queued] = []

    def step(self, batches: Sequence[Batch], *, rate: float, number: int) -> Step:
        """Queue a step, and wait for it: see :meth:`enqueue` and :meth:`flush`."""
        self.enqueue(batches, rate=rate, number=number)
        return self.flush()[-1]

    def enqueue(self, batches: Sequence[Batch], *, rate: float, number: int) -> None:
        """Learn from the mean loss over all tokens (or labels) of some batches, on all processes.

        A loss or gradient that is no number is thrown away: weights, moments, average and carried state stay as they
        are. Its random draws are a function of the run's seed, the step and the process.

        Args:
            batches: the micro-batches of this process.
            rate: learning rate.
            number: of the step, from 1.

        Raises:
            TrainingError: memory does not suffice for a batch that cannot be split, or for the optimiser.
        """
        openmp.adapt(self.runtime.device)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        before = self.carried
        nlls, units = self._gradients(list(batches), number)
        nll = sum((one for _, one in nlls), torch.zeros((), device=self.runtime.device))
        with enough_memory(f"at step {number:,}, for the optimiser", _SMALLER_MODEL):
            if self.constraints is not None:
                self.constraints.add_anchor_gradient()
            norm = self.runtime.clip(self.objective, self.optimizer, self.config.clip_norm)
            finite = (norm + nll).isfinite()
            if not self.defers:
                finite = torch.tensor(not self.runtime.any(not bool(finite)))
            if not units or not (self.defers or finite):
                self.carried = before
            else:
                if self.defers:
                    self.runtime.step_where(finite, self.optimizer)
                else:
                    self.optimizer.step()
                if self.constraints is not None:
                    self.constraints.restore_frozen()
                if self.ema is not None:
                    self.ema.update(finite if self.defers else None)
        self.optimizer.zero_grad()
        own = sum(self.bare.units(batch) for batch, _ in nlls)
        examples = sum(len(batch) for batch, _ in nlls)
        step = Step(nll, norm, rate, units=own, units_of_all=int(units), examples=examples, skipped=not units)
        self._queued.append(_Queued(number, step, finite, [(batch.rows, one) for batch, one in nlls]))

    def flush(self) -> list[Step]:
        """What became of the steps queued since the last call, in their order; waits for the device once."""
        queued, self._queued = self._queued, []
        known = torch.stack([one.finite for one in queued]).tolist() if queued else []
        return [self._settled(one, finite=finite) for one, finite in zip(queued, known, strict=True)]

    def _settled(self, queued: _Queued, *, finite: bool) -> Step:
        if finite:
            return queued.step
        self._report(queued.losses, queued.number)
        if self.defers and self.ema is not None and not queued.step.skipped:
            self.ema.steps -= 1
        return replace(queued.step, units_of_all=0, skipped=True)

    def _gradients(self, parts: list[Batch], number: int) -> tuple[list[tuple[Batch, Tensor]], float]:
        """Add up the gradients of all batches; where memory does not suffice, of halves of them, from the beginning.

        Returns:
            The batches with their losses; and the tokens (or labels) over which the gradient is a mean.
        """
        while True:
            (units,) = self.runtime.sum(sum(map(self.bare.units, parts)))
            if not units:
                return [], 0.0
            start = self.carried
            seed_step(self.config.seed, number - 1, self.runtime.rank)
            try:
                return self._attempt(parts, units), units
            except (MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error):
                    raise
                reason = reason_of(error)
                self._require_parts(number, error)
            # Here, where the error holds on to nothing any more.
            self.carried = start
            self.optimizer.zero_grad()
            self.runtime.free_memory()
            parts = self._smaller(parts, reason, number)

    def _attempt(self, parts: Sequence[Batch], units: float) -> list[tuple[Batch, Tensor]]:
        found = []
        for number, batch in enumerate(parts, start=1):
            with self.runtime.hold_gradients(self.objective, hold=number < len(parts)):
                carried = None if batch.first else self.carried
                # From the CPU, where what depends on lengths and padding is known without waiting for a device.
                losses: Losses = self.objective(batch.source, batch.source_lengths, batch.target, carried)
                # DDP averages over processes; the sum of their losses is wanted.
                self.runtime.backward(losses.smoothed * (self.runtime.world_size / units))
            found.append((batch, losses.nll))
            if self._goes_on and losses.state is not None:  # the gradient ends where the window begins
                self.carried = losses.state.detach()
        return found

    def _require_parts(self, number: int, error: Exception) -> None:
        """Give up where batches cannot be split: the state of a window is that of all its rows, and processes wait.

        Raises:
            TrainingError: always then.
        """
        if not self._goes_on and self.runtime.world_size == 1:
            return
        what, mend = (
            ("windows that go on", "train anew with a lower training.batch.windows.streams or windows.tokens")
            if self._goes_on
            else ("a batch that several processes share", "train anew with a lower training.batch.max_tokens")
        )
        raise TrainingError(
            f"Out of memory at step {number:,} ({reason_of(error)}), and {what} cannot be split.\n"
            f"  Free some memory and run the same command again: the last checkpoint is as it was. Or {mend}."
        ) from error

    def _smaller(self, parts: Sequence[Batch], reason: str, number: int) -> list[Batch]:
        """Halves of batches for which memory did not suffice; an example that is alone is left out."""
        largest = max(map(len, parts))
        if largest > 1:
            log.warn(
                f"step {number:,}: out of memory ({reason}); it is taken again, its batches halved. "
                "If this happens often, lower training.batch.max_tokens."
            )
            return [half for batch in parts for half in batch.halves()]
        longest = max(parts, key=lambda batch: batch.source_tokens + batch.target_tokens)
        log.warn(
            f"step {number:,}: out of memory ({reason}) for a single example, which is left out: "
            f"{self._named(longest.rows)}"
        )
        return [batch for batch in parts if batch is not longest]

    def _report(self, losses: Sequence[tuple[tuple[int, ...], Tensor]], number: int) -> None:
        """Say of which examples, of all processes, the loss, or its gradient, was no number."""
        guilty = [row for rows, nll in losses if not bool(nll.isfinite()) for row in rows]
        everyone = self.runtime.gather((guilty, [row for rows, _ in losses for row in rows]))
        found = [row for one, _ in everyone for row in one]
        what = "the loss" if found else "the gradient"
        named = self._named(found or [row for _, all_rows in everyone for row in all_rows])
        log.warn(f"step {number:,} skipped: {what} is not finite; among these examples: {named}")

    def _named(self, rows: Sequence[int]) -> str:
        """``file:line`` of a few examples, and how many there are beside."""
        more = f" and {len(rows) - SHOWN:,} more" if len(rows) > SHOWN else ""
        return ", ".join(map(self._where, rows[:SHOWN])) + more
