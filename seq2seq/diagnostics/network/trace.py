"""The states of every recurrent layer at every step, recorded while the model reads a batch.

Fused kernels return outputs and final states only. Inside :func:`traced`, every cell runs step by step by its
:meth:`~seq2seq.models.cells.base.Cell.step` instead, whatever the cell, and the states between the steps are recorded.
Everything else of the model runs as always, and the results are the same up to rounding.

Letters: B batch, T steps, I inputs, H hidden.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import torch
from torch import Tensor, nn

from seq2seq.models.build import Model
from seq2seq.models.cells.base import Cell, State
from seq2seq.models.forecaster import Forecaster
from seq2seq.models.projection import Projection
from seq2seq.models.recurrent import Bidirectional
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.models.synthesizer import Synthesizer

Side = Literal["encoder", "decoder"]


@dataclass
class CellTrace:
    """One cell over one batch. Steps count in the order in which the cell reads: backwards, in a backward layer."""

    name: str
    """`encoder layer 1, backward`."""
    side: Side
    cell: Cell
    lengths: Tensor
    """(B,) real steps of each row."""
    inputs: list[Tensor] = field(default_factory=list)
    """T inputs, (B, I) each."""
    states: list[State] = field(default_factory=list)
    """T + 1 states: before the first step, and after each; arbitrary on padding."""
    outputs: list[Tensor] = field(default_factory=list)
    """T outputs, (B, H) each, as the layers above read them: copies of the states' first tensor, so that a gradient of
    theirs has not passed through a later step of this cell."""
    final: State = ()
    """The state after each row's last step, as the rest of the model reads it."""

    @property
    def steps(self) -> int:
        """T, padding included."""
        return len(self.outputs)

    def real(self) -> Tensor:
        """(B, T) bool, True on real steps."""
        return torch.arange(self.steps, device=self.lengths.device) < self.lengths[:, None]

    def at_real(self, per_step: Sequence[Tensor]) -> Tensor:
        """(N, ...) the values at the N real steps, of T tensors (B, ...) per step."""
        return torch.stack(list(per_step), dim=1)[self.real()]


@dataclass
class Trace:
    """A model over one batch."""

    cells: list[CellTrace] = field(default_factory=list)
    """In the order in which they ran."""
    embedded: list[Tensor] = field(default_factory=list)
    """Outputs of the embeddings (or of a projection): of the source (B, S, E), then of the target (B, T, E)."""


def tensor_name(tensor: int) -> str:
    """Name of a state tensor: `h`, or of an LSTM `c`; of other cells, its number."""
    return "hc"[tensor] if tensor < 2 else f"state {tensor + 1}"


def named_cells(model: Model) -> Iterator[tuple[str, Side, Cell]]:
    """The cells of a model with readable names, from the source to the output."""
    encoder = None if isinstance(model, Synthesizer) else model.encoder
    for number, layer in enumerate(getattr(encoder, "layers", ()), start=1):
        name = f"encoder layer {number}"
        if isinstance(layer, Bidirectional):
            yield f"{name}, forward", "encoder", layer.forward_layer
            yield f"{name}, backward", "encoder", layer.backward_layer
        else:
            yield name, "encoder", layer
    if isinstance(model, Seq2Seq | Forecaster | Synthesizer):
        for number, cell in enumerate(_decoder_cells(model), start=1):
            yield f"decoder layer {number}", "decoder", cell


@contextmanager
def traced(model: Model) -> Iterator[Trace]:
    """Record what a model does with one batch.

    Gradients, where they are enabled, are those of what is recorded: the outputs of the embeddings are leaves, and no
    parameter gets any. Single steps also have gradients on a GPU, where the fused kernels of a model in evaluation mode
    have none.

    Args:
        model: in evaluation mode.
    """
    trace = Trace()
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    with ExitStack() as stack:
        for parameter in trainable:
            parameter.requires_grad_(False)
            stack.callback(parameter.requires_grad_, True)
        for module in model.modules():
            if isinstance(module, nn.Embedding | Projection):
                stack.callback(module.register_forward_hook(_embedding_hook(trace)).remove)
        for name, side, cell in named_cells(model):
            stack.callback(cell.register_forward_hook(_cell_hook(trace, name, side), with_kwargs=True).remove)
        yield trace


def _decoder_cells(model: Seq2Seq | Forecaster | Synthesizer) -> list[Cell]:
    return [module for module in model.decoder.modules() if isinstance(module, Cell)]


def _embedding_hook(trace: Trace) -> Any:
    def record(_module: nn.Module, _args: Any, output: Tensor) -> Tensor:
        leaf = output.detach().requires_grad_(torch.is_grad_enabled())
        trace.embedded.append(leaf)
        return leaf

    return record


def _cell_hook(trace: Trace, name: str, side: Side) -> Any:
    """A hook of one cell, which replaces the fused outputs by those of single steps."""
    recorded: list[CellTrace] = []

    def run(
        cell: Cell, args: tuple[Any, ...], kwargs: dict[str, Any], _fused: tuple[Tensor, State]
    ) -> tuple[Tensor, State]:
        x, state, lengths = _arguments(*args, **kwargs)
        if state is None:
            state = tuple(x.new_zeros(x.size(0), cell.hidden) for _ in range(cell.state_tensors))
        real_steps = x.new_full((x.size(0),), x.size(1), dtype=torch.long) if lengths is None else lengths.to(x.device)
        if recorded:  # input feeding calls the cell once per token
            one = recorded[0]
            one.lengths = one.lengths + real_steps
        else:
            one = CellTrace(name, side, cell, real_steps, states=[state])
            recorded.append(one)
            trace.cells.append(one)
        return _run(one, x, state, None if lengths is None else real_steps)

    return run


def _arguments(
    x: Tensor, state: State | None = None, lengths: Tensor | None = None
) -> tuple[Tensor, State | None, Tensor | None]:
    """The arguments of :meth:`Cell.forward`, however they were passed."""
    return x, state, lengths


def _run(one: CellTrace, x: Tensor, state: State, lengths: Tensor | None) -> tuple[Tensor, State]:
    """Run over (B, T, I) inputs by single steps, and record them.

    Padding stands at the end and cannot reach the steps before it: it is read like all else, and the final state is
    taken from each row's last real step.
    """
    begin = one.steps
    for now in x.unbind(1):
        state = one.cell.step(now, state)
        one.inputs.append(now)
        one.states.append(state)
        one.outputs.append(state[0].clone())
    rows = torch.arange(x.size(0), device=x.device)
    last = x.new_full((x.size(0),), x.size(1), dtype=torch.long) if lengths is None else lengths
    one.final = tuple(torch.stack(parts, dim=1)[rows, last - 1] for parts in zip(*one.states[begin + 1 :], strict=True))
    return torch.stack(one.outputs[begin:], dim=1), one.final
