"""How good a model is on examples that it does not learn from."""

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
from seq2seq.evaluation.metric import higher_is_better, scale_of
from seq2seq.training.distributed import Runtime
from seq2seq.training.step.loss import Losses
from seq2seq.training.step.objective import Objective
from seq2seq.training.step.out_of_memory import in_smaller_batches

_BATCH_TOKENS = 8192
_STILL: Final = 0.01
"""Share of a metric's range by which it moves when it stands still."""
_SLIGHT: Final = 0.001
"""Share of the loss that is no gain."""


@dataclass(frozen=True, slots=True)
class Validation:
    """What a validation found."""

    figures: Mapping[str, float]
    """By name, `loss` first: nats per target token (or label), without label smoothing."""
    shown: str
    """The figures beside the loss, for people."""
    details: tuple[str, ...] = ()
    """A few examples, for people."""
    facts: Mapping[str, JsonValue] = field(default_factory=dict)
    """What is kept with the model, if it is the best."""
    chance: Callable[[str], float] | None = None
    """Up to which value a metric may come about by chance, where that can be told."""


class NotFinite(ArithmeticError):  # noqa: N818 - as Interrupted, it ends a piece of work
    """A loss that is no number."""

    def __init__(self, loss: float) -> None:
        super().__init__(f"the loss is {loss}")
        self.loss = loss


Check = Callable[[], None]


def never_interrupt() -> None:
    """Let a validation come to its end."""


class Validator(Protocol):
    """Judges a model by a development split."""

    def validate(self, check: Check = never_interrupt) -> Validation:
        """Judge the model as it is; it is in evaluation mode.

        Args:
            check: called now and then; what it raises gives the validation up.
        """
        ...


def improves(
    metric: str, value: float, best: float | None, *, loss: float = math.inf, best_loss: float | None = None
) -> bool:
    """Whether a value is better than the best so far; of equals, by a lower loss.

    Args:
        metric: what is judged by.
        value: of the metric now.
        best: of the metric so far; None: there is none.
        loss: now, in nats.
        best_loss: the loss at the best; None: nobody knows.
    """
    if best is None:
        return True
    if metric == "loss":
        return value < best
    if not higher_is_better(metric):
        value, best = -value, -best
    return value > best or (value == best and loss < (math.inf if best_loss is None else best_loss))


def is_unchanged(metric: str, value: float, *others: float | None) -> bool:
    """Whether a metric is about what it was: by a hundredth of its range, of one of some other values."""
    if metric == "loss":
        return False
    near = _STILL * scale_of(metric)
    return any(other is not None and abs(value - other) <= near for other in others)


def has_decreased(loss: float, low: float | None) -> bool:
    """Whether a loss is lower than it has been, and not only slightly."""
    return low is None or loss < low - _SLIGHT * abs(low)


def dev_loader(prepared: Prepared, batch: BatchConfig) -> Loader | WindowLoader:
    """The development split, in large batches; or in windows, as it is trained."""
    if batch.windows is not None:
        return WindowLoader(prepared.dev, batch.windows, seed=None)
    longest = int(prepared.dev.lengths.sum(axis=1).max())
    sampler = TokenBudgetSampler(prepared.dev.lengths, BatchConfig(max_tokens=max(_BATCH_TOKENS, longest)), seed=0)
    return Loader(prepared.dev, sampler, prepared.tokenizers, seed=0)


@torch.no_grad()
def mean_loss(
    objective: Objective, loader: Loader | WindowLoader, runtime: Runtime, check: Check = never_interrupt
) -> float:
    """Nats per unit over a split, shared out over the processes: each batch is read by one of them.

    Args:
        objective: the model with its loss. It is the bare one: what shares gradients would wait for the other processes
            at every batch, and they need not have as many.
        loader: the split's batches.
        runtime: whose processes share the batches, unless one goes on from the other.
        check: called after every batch.

    Raises:
        NotFinite: the mean is no number; there is nothing more to judge then.
    """
    nats, count = 0.0, 0
    state = None
    goes_on = isinstance(loader, WindowLoader)

    def judge(part: Batch) -> Losses:
        losses: Losses = objective(part.source, part.source_lengths, part.target, None if part.first else state)
        return losses

    for number, batch in enumerate(loader.batches(0)):
        if goes_on or number % runtime.world_size == runtime.rank:
            if goes_on:
                judged = [(batch, judge(batch))]
                state = judged[0][1].state
            else:
                judged = in_smaller_batches(
                    [batch], lambda parts: map(judge, parts), during="validation", where=loader.split.where
                )
            for part, losses in judged:
                nats += float(losses.nll)
                count += objective.units(part)
            check()
            openmp.adapt(runtime.device)
    all_nats, all_count = (nats, count) if goes_on else runtime.sum(nats, count)
    loss = all_nats / max(all_count, 1)
    if not math.isfinite(loss):
        raise NotFinite(loss)
    return loss
