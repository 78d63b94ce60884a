"""The gradient of an optimiser step, summed over its batches."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor, nn

from seq2seq.data.batching.batch import Batch
from seq2seq.errors import TrainingError, reason_of
from seq2seq.models.decoder import DecoderState
from seq2seq.training.distributed import Runtime, seed_step
from seq2seq.training.step.loss import Losses
from seq2seq.training.step.objective import Objective
from seq2seq.training.step.out_of_memory import in_smaller_batches


class BatchLoss(NamedTuple):
    """The loss of one batch, still on the device."""

    rows: tuple[int, ...]
    """Rows of its examples in the training split."""
    units: int
    """Target tokens, or labels."""
    nll: Tensor
    """Sum of its losses in nats."""


@dataclass(eq=False)
class GradientAccumulator:
    """Computes gradients; where memory runs out, of smaller batches."""

    objective: Objective
    """The model with its loss; counts what the loss is a sum over."""
    wrapped: nn.Module
    """The objective as the runtime has wrapped it; computes the loss."""
    runtime: Runtime
    """The processes that share the gradients."""
    seed: int
    where: Callable[[int], str]
    """``file:line`` of an example of the training split, by its row."""
    stateful: bool
    """Whether a batch starts from the state in which the one before it ended."""
    carried: DecoderState | None = None
    """Decoder state at the end of the last window, where windows continue a text."""
    _carried_before: DecoderState | None = None

    def accumulate(self, batches: Sequence[Batch], step: int) -> tuple[list[BatchLoss], float]:
        """Add up the gradients of the mean loss over all tokens (or labels) of some batches, on all processes.

        Dropout is a function of the run's seed, the number of the ``step``, from 1, and the process.

        Returns:
            The losses of the batches, and the number of tokens (or labels) on all processes; 0: no example is left.

        Raises:
            TrainingError: memory ran out, and the batches cannot be split.
        """
        self._carried_before = self.carried
        units = 0.0

        def attempt(parts: Sequence[Batch]) -> Iterator[Tensor]:
            nonlocal units
            (units,) = self.runtime.sum(sum(map(self.objective.units, parts)))
            if units:
                seed_step(self.seed, step - 1, self.runtime.rank)
                yield from self._backward(parts, units)

        def recover(error: Exception) -> None:
            self._require_splittable(step, error)
            self.discard()
            self.objective.zero_grad()
            self.runtime.free_memory()

        done = in_smaller_batches(
            batches,
            attempt,
            during=f"step {step:,}",
            where=self.where,
            advice="If this happens often, lower training.batch.max_tokens.",
            recover=recover,
        )
        return [BatchLoss(batch.rows, self.objective.units(batch), nll) for batch, nll in done], units

    def discard(self) -> None:
        """Reset the carried state to what it was before the last step."""
        self.carried = self._carried_before

    def _backward(self, parts: Sequence[Batch], units: float) -> Iterator[Tensor]:
        for number, batch in enumerate(parts, start=1):
            with self.runtime.hold_gradients(self.wrapped, hold=number < len(parts)):
                carried = None if batch.first else self.carried
                # From the CPU, where what depends on lengths and padding is known without waiting for a device.
                losses: Losses = self.wrapped(batch.source, batch.source_lengths, batch.target, carried)
                # DDP averages over processes; the sum of their losses is wanted.
                self.runtime.backward(losses.smoothed * (self.runtime.world_size / units))
            if self.stateful and losses.state is not None:  # the gradient ends where the window begins
                self.carried = losses.state.detach()
            yield losses.nll

    def _require_splittable(self, step: int, error: Exception) -> None:
        """Stop where batches cannot be split: a window's state covers all of its rows; processes wait for others."""
        if not self.stateful and self.runtime.world_size == 1:
            return
        batches, setting = (
            ("windows that carry their state", "training.batch.windows.streams or windows.tokens")
            if self.stateful
            else ("a batch that several processes share", "training.batch.max_tokens")
        )
        raise TrainingError(
            f"Out of memory at step {step:,} ({reason_of(error)}), and {batches} cannot be split.\n"
            "  Free some memory and run the same command again: the last checkpoint is intact. "
            f"Or restart training with a lower {setting}.",
            code="training.batch-not-splittable",
        ) from error
