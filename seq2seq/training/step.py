"""One optimiser step, and what may go wrong in it: numbers that are none, and too little memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from seq2seq import log
from seq2seq.config.training import TrainingConfig
from seq2seq.data.batch import Batch
from seq2seq.errors import TrainingError
from seq2seq.models.decoder import DecoderState
from seq2seq.training.average import MovingAverage
from seq2seq.training.hold import Hold
from seq2seq.training.loss import Losses
from seq2seq.training.objective import Objective
from seq2seq.training.runtime import Runtime

SHOWN = 5
"""Examples of a batch that a message names."""


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
    """Whether the gradient was no number, so that nothing was learnt."""


class Learner:
    """Takes steps.

    Args:
        objective: the model with its loss, as the runtime has wrapped it.
        bare: the same, unwrapped: counts what the loss is a sum over.
        optimizer: as the runtime has wrapped it.
        runtime: where it runs.
        config: clipping.
        where: names an example of the training split.
        goes_on: whether a batch goes on where the one before it ended.
        hold: what keeps the weights near a start.
        average: follows the weights.
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
        hold: Hold | None,
        average: MovingAverage | None,
    ) -> None:
        self.objective, self.bare, self.optimizer, self.runtime, self.config = (
            objective,
            bare,
            optimizer,
            runtime,
            config,
        )
        self.hold, self.average = hold, average
        self.carried: DecoderState | None = None
        self._where, self._goes_on = where, goes_on

    def step(self, batches: Sequence[Batch], *, rate: float, number: int) -> Step:
        """Learn from the mean loss over all tokens (or labels) of some batches, on all processes.

        A gradient that is no number is thrown away: weights, average and carried state stay as they are.

        Args:
            batches: the micro-batches of this process.
            rate: learning rate.
            number: of the step, for messages.

        Raises:
            TrainingError: memory does not suffice for a single example, or for a batch where it cannot be split.
        """
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        own = sum(map(self.bare.units, batches))
        (units,) = self.runtime.sum(own)
        before = self.carried
        nlls = self._gradients(list(batches), units, number)
        if self.hold is not None:
            self.hold.pull()
        norm = self.runtime.clip(self.objective, self.optimizer, self.config.clip_norm)
        skipped = not bool(norm.isfinite())
        if skipped:
            self.carried = before
            self._report(batches, nlls, number)
        else:
            self.optimizer.step()
            if self.hold is not None:
                self.hold.restore()
            if self.average is not None:
                self.average.update()
        self.optimizer.zero_grad()
        nll = sum((one for _, one in nlls), torch.zeros((), device=self.runtime.device))
        examples = sum(map(len, batches))
        return Step(nll, norm, rate, units=own, units_of_all=int(units), examples=examples, skipped=skipped)

    def _gradients(self, parts: list[Batch], units: float, number: int) -> list[tuple[Batch, Tensor]]:
        """Add up the gradients of all batches; where memory does not suffice, of halves of them, from the beginning."""
        while True:
            start = self.carried
            try:
                return self._attempt(parts, units)
            except (MemoryError, RuntimeError) as error:
                if not _is_memory(error):
                    raise
                self.carried = start
                self.optimizer.zero_grad()
                parts = self._smaller(parts, error, number)

    def _attempt(self, parts: Sequence[Batch], units: float) -> list[tuple[Batch, Tensor]]:
        found = []
        for number, batch in enumerate(parts, start=1):
            moved = batch.to(self.runtime.device)
            with self.runtime.hold_gradients(self.objective, hold=number < len(parts)):
                carried = None if batch.first else self.carried
                losses: Losses = self.objective(moved.source, moved.source_lengths, moved.target, carried)
                # DDP averages over processes; the sum of their losses is wanted.
                self.runtime.backward(losses.smoothed * (self.runtime.ranks / units))
            found.append((batch, losses.nll))
            if self._goes_on and losses.state is not None:  # the gradient ends where the window begins
                self.carried = losses.state.detach()
        return found

    def _smaller(self, parts: Sequence[Batch], error: Exception, number: int) -> list[Batch]:
        """Halves of batches for which memory did not suffice; an example that is alone is left out.

        Raises:
            TrainingError: they cannot be split.
        """
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        if self._goes_on or self.runtime.ranks > 1:
            what = "windows that go on" if self._goes_on else "a batch that several processes share"
            setting = "training.batch.windows.streams" if self._goes_on else "training.batch.max_tokens"
            raise TrainingError(
                f"Out of memory at step {number:,} ({reason}), and {what} cannot be split.\n"
                f"  Lower {setting}, and raise training.batch.accumulate by as much; then run the same command again."
            ) from error
        self.runtime.free_memory()
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
            f"{', '.join(map(self._where, longest.rows))}"
        )
        return [batch for batch in parts if batch is not longest]

    def _report(self, parts: Sequence[Batch], nlls: Sequence[tuple[Batch, Tensor]], number: int) -> None:
        """Say of which examples the loss, or its gradient, was no number."""
        guilty = [batch for batch, nll in nlls if not bool(nll.isfinite())]
        rows = [row for batch in guilty or parts for row in batch.rows]
        named = ", ".join(map(self._where, rows[:SHOWN])) + (
            f" and {len(rows) - SHOWN:,} more" if len(rows) > SHOWN else ""
        )
        what = "the loss" if guilty else "the gradient"
        of = f"; among these examples: {named}" if rows else ""
        log.warn(f"step {number:,} skipped: {what} is not finite{of}")


def _is_memory(error: Exception) -> bool:
    """Whether an error says that memory does not suffice: torch's on a GPU is a class, on a CPU a text."""
    text = str(error)
    return (
        isinstance(error, MemoryError | torch.OutOfMemoryError)
        or "DefaultCPUAllocator" in text
        or "not enough memory" in text
    )
