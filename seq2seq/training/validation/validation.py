"""Validation: how good a model is on examples that it does not learn from."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

import torch
from pydantic import JsonValue

from seq2seq import openmp
from seq2seq.config.training import BatchConfig
from seq2seq.data.batching.batch import Batch
from seq2seq.data.batching.loader import Loader
from seq2seq.data.batching.sampler import TokenBudgetSampler
from seq2seq.data.batching.windows import WindowLoader
from seq2seq.data.preparing.prepare import Prepared
from seq2seq.evaluation.added_metrics import higher_is_better, scale_of
from seq2seq.training.distributed import Runtime
from seq2seq.training.step.loss import Losses
from seq2seq.training.step.objective import Objective
from seq2seq.training.step.out_of_memory import in_smaller_batches

_BATCH_TOKENS = 8192
_STILL: Final = 0.01
"""Share of a metric's range within which it counts as unchanged."""
_SLIGHT: Final = 0.001
"""Share of the loss below which a decrease does not count."""


@dataclass(frozen=True, slots=True)
class Validation:
    """The result of a validation."""

    figures: Mapping[str, float]
    """Figures by name, `loss` first: nats per target token (or label), without label smoothing."""
    shown: str
    """The figures other than the loss, for people."""
    details: tuple[str, ...] = ()
    """Sample outputs, for people."""
    facts: Mapping[str, JsonValue] = field(default_factory=dict)
    """Saved with the model, if it is the best."""
    chance: Callable[[str], float] | None = None
    """The value of a metric that chance may reach; None: unknown."""


class NotFinite(ArithmeticError):  # noqa: N818 - as Interrupted, it ends a validation
    """The loss is NaN or infinite."""

    def __init__(self, loss: float) -> None:
        super().__init__(f"the loss is {loss}")
        self.loss = loss


Check = Callable[[], None]


def never_interrupt() -> None:
    """Never interrupt a validation."""


class Validator(Protocol):
    """Evaluates a model on the development split."""

    def validate(self, check: Check = never_interrupt) -> Validation:
        """Evaluate the model, in evaluation mode; an exception from ``check``, called now and then, aborts that."""
        ...


def improves(
    metric: str, value: float, best: float | None, *, loss: float = math.inf, best_loss: float | None = None
) -> bool:
    """Whether a value is better than the best so far (None: there is none); of equals, by a lower loss (in nats)."""
    if best is None:
        return True
    if metric == "loss":
        return value < best
    if not higher_is_better(metric):
        value, best = -value, -best
    return value > best or (value == best and loss < (math.inf if best_loss is None else best_loss))


def is_unchanged(metric: str, value: float, *others: float | None) -> bool:
    """Whether a metric is within a hundredth of its range of one of some earlier values."""
    if metric == "loss":
        return False
    tolerance = _STILL * scale_of(metric)
    return any(other is not None and abs(value - other) <= tolerance for other in others)


def has_decreased(loss: float, low: float | None) -> bool:
    """Whether a loss is more than slightly lower than the lowest so far."""
    return low is None or loss < low - _SLIGHT * abs(low)


def dev_loader(prepared: Prepared, batch: BatchConfig) -> Loader | WindowLoader:
    """The development split, in large batches; or in windows, as in training."""
    if batch.windows is not None:
        return WindowLoader(prepared.dev, batch.windows, seed=None)
    longest = int(prepared.dev.lengths.sum(axis=1).max())
    sampler = TokenBudgetSampler(prepared.dev.lengths, BatchConfig(max_tokens=max(_BATCH_TOKENS, longest)), seed=0)
    return Loader(prepared.dev, sampler, prepared.tokenizers, seed=0)


@torch.no_grad()
def mean_loss(
    objective: Objective, loader: Loader | WindowLoader, runtime: Runtime, check: Check = never_interrupt
) -> float:
    """Nats per unit over a split. The processes share its batches.

    Args:
        objective: the model with its loss, unwrapped: the wrapper would wait for the other processes at every batch,
            and they may have fewer.
        loader: the split's batches.
        runtime: its processes share the batches, unless each continues the one before.
        check: called after every batch.

    Raises:
        NotFinite: the mean is not finite; the rest of the validation is pointless.
    """
    nats, count = 0.0, 0
    state = None
    stateful = isinstance(loader, WindowLoader)

    def losses_of(part: Batch) -> Losses:
        losses: Losses = objective(part.source, part.source_lengths, part.target, None if part.first else state)
        return losses

    for number, batch in enumerate(loader.batches(0)):
        if stateful or number % runtime.world_size == runtime.rank:
            if stateful:
                evaluated = [(batch, losses_of(batch))]
                state = evaluated[0][1].state
            else:
                evaluated = in_smaller_batches(
                    [batch], lambda parts: map(losses_of, parts), during="validation", where=loader.split.where
                )
            for part, losses in evaluated:
                nats += float(losses.nll)
                count += objective.units(part)
            check()
            openmp.adapt(runtime.device)
    all_nats, all_count = (nats, count) if stateful else runtime.sum(nats, count)
    loss = all_nats / max(all_count, 1)
    if not math.isfinite(loss):
        raise NotFinite(loss)
    return loss
