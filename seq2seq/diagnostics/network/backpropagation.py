"""Gradients that flow back through the recurrence of one cell.

The gradient of the loss that reaches a cell's output at one step, from the layers above, the attention or the loss
itself, is followed back through the steps before it: dL/dh and, in an LSTM, dL/dc at every lag (Pascanu et al. 2013,
section 2: a product of Jacobians, one per step). Only the path through time is followed: what attention or another
layer carries from an earlier step to the loss is no part of it. So the figures of different architectures mean the
same, and a single layer's are the whole gradient where time is the only path.

Letters: B batch, T steps, H hidden, K lags.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from seq2seq.diagnostics.network.decay import Floats
from seq2seq.diagnostics.network.trace import CellTrace, Trace


@dataclass(frozen=True)
class LaggedNorms:
    """Norms of one cell's gradients by lag."""

    cell: CellTrace
    norms: tuple[Floats, ...]
    """(B, K) per state tensor; NaN before a row's first step."""
    only_at_end: bool
    """Whether only the final state is read, so that time is the only path from a token to the loss."""


def lagged_norms(trace: Trace, loss: Tensor, generator: np.random.Generator) -> list[LaggedNorms]:
    """Follow the gradient of ``loss`` back through every cell of a trace.

    Each row starts from its last step where nothing else is read, and otherwise from a random step of its second half.
    """
    found = []
    for one, upstream in zip(trace.cells, _upstream(trace, loss), strict=True):
        last = one.lengths - 1
        only_at_end = not any(bool(gradient[last != step].any()) for step, gradient in enumerate(upstream[0]))
        steps = last if only_at_end else _second_half(one.lengths, generator)
        found.append(LaggedNorms(one, back_from(one, upstream, steps), only_at_end))
    return found


def back_from(one: CellTrace, upstream: Sequence[Sequence[Tensor]], steps: Tensor) -> tuple[Floats, ...]:
    """(B, K) norms by lag per state tensor, of the gradient that enters each row at one of its steps.

    Args:
        one: a cell, recorded with gradients.
        upstream: per state tensor, T gradients (B, H).
        steps: (B,) the step that each row starts from.
    """
    chosen = [(steps == step)[:, None] for step in range(one.steps)]
    entered = torch.stack(
        [
            (state * gradient * at).sum()
            for tensor, gradients in enumerate(upstream)
            for (state, gradient, at) in zip(
                (state[tensor] for state in one.states[1:]), gradients, chosen, strict=True
            )
        ]
    ).sum()
    inputs = [part for state in one.states[1:] for part in state]
    found = torch.autograd.grad(entered, inputs, retain_graph=True, allow_unused=True)
    gradients = [_or_zeros(*pair) for pair in zip(found, inputs, strict=True)]
    norms = []
    for tensor in range(one.cell.state_tensors):
        own = torch.stack(gradients[tensor :: one.cell.state_tensors], dim=1)
        by_step = own.double().norm(dim=2).cpu().numpy()
        norms.append(_by_lag(by_step, steps.cpu().numpy()))
    return tuple(norms)


def _by_lag(by_step: Floats, steps: np.ndarray) -> Floats:
    """(B, T) by step → (B, K) by lag, back from each row's step; NaN before the first step."""
    earlier = steps[:, None] - np.arange(by_step.shape[1])
    found = np.take_along_axis(by_step, np.maximum(earlier, 0), axis=1)
    return np.where(earlier >= 0, found, np.nan)


def _upstream(trace: Trace, loss: Tensor) -> list[list[list[Tensor]]]:
    """Per cell and state tensor, the T gradients (B, H) that enter from outside of the cell."""
    flat = [part for one in trace.cells for part in (*one.outputs, *one.final)]
    gradients = iter(torch.autograd.grad(loss, flat, retain_graph=True, allow_unused=True))
    found = []
    for one in trace.cells:
        direct = [_or_zeros(next(gradients), output) for output in one.outputs]
        per_tensor = [direct] + [[torch.zeros_like(part) for part in direct] for _ in one.final[1:]]
        for tensor, final in enumerate(one.final):
            gradient = _or_zeros(next(gradients), final)
            for step in (one.lengths - 1).unique().tolist():  # where a row ends
                ends = (one.lengths - 1 == step)[:, None]
                per_tensor[tensor][step] = per_tensor[tensor][step] + gradient * ends
        found.append(per_tensor)
    return found


def _or_zeros(gradient: Tensor | None, like: Tensor) -> Tensor:
    return torch.zeros_like(like) if gradient is None else gradient


def _second_half(lengths: Tensor, generator: np.random.Generator) -> Tensor:
    """A random step of the second half of each row."""
    ends = lengths.cpu().numpy()
    return torch.as_tensor(generator.integers(ends // 2, ends), device=lengths.device)
