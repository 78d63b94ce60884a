"""How good a model is on examples that it does not learn from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import torch
from pydantic import JsonValue
from torch import nn

from seq2seq.config.training import BatchConfig
from seq2seq.data.loader import Loader
from seq2seq.data.prepare import Prepared
from seq2seq.data.sampler import TokenBudgetSampler
from seq2seq.data.windows import WindowLoader
from seq2seq.training.objective import Objective
from seq2seq.training.runtime import Runtime

_BATCH_TOKENS = 8192


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


class Validator(Protocol):
    """Judges a model by a development split."""

    def validate(self, objective: nn.Module) -> Validation:
        """Judge the model as it is; it is in evaluation mode.

        Args:
            objective: the model with its loss, as it is trained.
        """
        ...


def improves(metric: str, value: float, best: float | None) -> bool:
    """Whether a value is better than the best so far: a lower loss, a higher anything else."""
    if best is None:
        return True
    return value < best if metric == "loss" else value > best


def dev_loader(prepared: Prepared, batch: BatchConfig) -> Loader | WindowLoader:
    """The development split, in large batches; or in windows, as it is trained."""
    if batch.windows is not None:
        return WindowLoader(prepared.dev, batch.windows, seed=None)
    longest = int(prepared.dev.lengths.sum(axis=1).max())
    sampler = TokenBudgetSampler(prepared.dev.lengths, BatchConfig(max_tokens=max(_BATCH_TOKENS, longest)), seed=0)
    return Loader(prepared.dev, sampler, prepared.tokenizers, seed=0)


@torch.no_grad()
def mean_loss(objective: nn.Module, units: Objective, loader: Loader | WindowLoader, runtime: Runtime) -> float:
    """Nats per unit over a split, shared out over the processes.

    Args:
        objective: the model with its loss, as it is trained.
        units: the same, bare: knows what the loss is a sum over.
        loader: the split's batches.
        runtime: whose processes share the batches, unless one goes on from the other.
    """
    nats, count = 0.0, 0
    state = None
    goes_on = isinstance(loader, WindowLoader)
    for number, batch in enumerate(loader.batches(0)):
        if goes_on or number % runtime.ranks == runtime.rank:
            moved = batch.to(runtime.device)
            losses = objective(moved.source, moved.source_lengths, moved.target, None if batch.first else state)
            state = losses.state
            nats += float(losses.nll)
            count += units.units(batch)
    all_nats, all_count = (nats, count) if goes_on else runtime.sum(nats, count)
    return all_nats / max(all_count, 1)
