"""Padding packed away (`FusedCell.run_packed`, as on a GPU) against padding read as well (`run_padded`, as on a CPU).

Both ways read the same real batches in turn, through the encoder of the recipe, forwards and backwards.
"""

import time
from collections.abc import Callable
from itertools import islice
from statistics import median
from typing import Any, Final
from unittest import mock

import torch
from torch import Tensor

from on_gpu.report import Figure
from on_gpu.speed import synchronise
from seq2seq.config.recipe import Recipe
from seq2seq.data.batching.batch import Batch
from seq2seq.diagnostics.learning.trials import fresh_trainer
from seq2seq.models.cells.fused import FusedCell
from seq2seq.models.seq2seq import Seq2Seq

_BATCHES: Final = 20
_ROUNDS: Final = 5


def measure(recipe: Recipe, device: str) -> list[Figure]:
    """Milliseconds per batch both ways, and how much their outputs differ.

    The recipe has no dropout, so that outputs can be compared: cuDNN computes gradients in training mode alone.
    """
    with fresh_trainer(recipe, device) as trainer, _autocast(device, recipe):
        model = trainer.model
        assert isinstance(model, Seq2Seq)
        batches = list(islice(trainer.loader.batches(0), _BATCHES))
        seconds: dict[str, list[float]] = {"packed": [], "padded": []}
        difference = max(_difference(model, batch, device) for batch in batches)
        for round_ in range(_ROUNDS):
            for way in ("packed", "padded") if round_ % 2 == 0 else ("padded", "packed"):
                synchronise(device)
                start = time.perf_counter()
                for batch in batches:
                    outputs = _encode(model, batch, device, way)
                    outputs.float().sum().backward()
                model.zero_grad()
                synchronise(device)
                seconds[way].append(1e3 * (time.perf_counter() - start) / len(batches))
        positions = sum(batch.source.numel() for batch in batches)
        ratios = [padded / packed for packed, padded in zip(seconds["packed"], seconds["padded"], strict=True)]
        return [
            Figure("padding in these batches", 100 * (1 - sum(b.source_tokens for b in batches) / positions), "%"),
            Figure("packed", median(seconds["packed"]), "ms per batch", 2),
            Figure("padded", median(seconds["padded"]), "ms per batch", 2),
            Figure("packed is as fast as padded", median(ratios), "times", 2),
            Figure("largest difference of an encoder output", difference, digits=6),
        ]


def _encode(model: Seq2Seq, batch: Batch, device: str, way: str) -> Tensor:
    with running(way):
        memory, _ = model.encode(batch.source.to(device, non_blocking=True), batch.source_lengths)
    assert memory.outputs is not None
    return memory.outputs


@torch.no_grad()
def _difference(model: Seq2Seq, batch: Batch, device: str) -> float:
    """The largest difference at a real position."""
    packed, padded = (_encode(model, batch, device, way).float().cpu() for way in ("packed", "padded"))
    real = torch.arange(batch.source.size(1)) < batch.source_lengths[:, None]
    return float((packed - padded)[real].abs().max())


def _autocast(device: str, recipe: Recipe) -> torch.autocast:
    """As in training: whether layers compute in bfloat16."""
    return torch.autocast(device, dtype=torch.bfloat16, enabled=recipe.training.precision == "bf16-mixed")


def running(way: str) -> Any:
    """A context in which all fused cells take this way over a sequence."""
    chosen: dict[str, Callable[..., Any]] = {
        "packed": lambda cell, x, state, lengths: cell.run_packed(x, state, lengths),
        "padded": lambda cell, x, state, lengths: cell.run_padded(x, state, lengths),
    }
    return mock.patch.object(FusedCell, "run", chosen[way])
