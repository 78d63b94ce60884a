"""Cells without a matrix product over time: what they keep and what they add depends on their inputs alone.

    c' = a * c + u,    a and u from x, * the product of elements

Both are computed for a whole sequence at once; what is left of the recurrence is a multiply and an add of each unit and
step, which is done in order: on a CPU that takes a fraction of what a scan by doubling takes, which reads and writes
everything log2(T) times (benchmarks/LOG.md).

Letters: B batch, T steps, I inputs, H hidden, G maps of the input.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from seq2seq.config.model import InitialisationConfig
from seq2seq.models.cells.base import Cell, State
from seq2seq.models.nodes import Array, GraphBuilder, array


class ScannedCell(Cell):
    """A cell whose state is scaled and added to, unit by unit; its last state tensor is c."""

    maps: ClassVar[int]
    """G."""

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__(inputs, hidden)
        self.map = nn.Linear(inputs, self.maps * hidden)

    @abstractmethod
    def terms(self, mapped: Tensor) -> tuple[Tensor, Tensor]:
        """(..., G H) maps of the inputs → a and u, (..., H) each."""

    def state_of(self, c: Tensor) -> State:
        """The state with some c."""
        return (c,)

    def step(self, x: Tensor, state: State) -> State:
        """One step."""
        a, u = self.terms(_exact(self.map(x)))
        return self.state_of(a * state[-1] + u)

    def run(self, x: Tensor, state: State, lengths: Tensor | None) -> tuple[Tensor, State]:
        """Run over a sequence: on padding, nothing is forgotten and nothing added."""
        a, u = self.terms(_exact(self.map(x.transpose(0, 1))))
        if lengths is not None:
            padding = (torch.arange(x.size(1), device=x.device)[:, None] >= lengths.to(x.device))[..., None]
            a, u = a.masked_fill(padding, 1.0), u.masked_fill(padding, 0.0)
        c: Tensor = _Scan.apply(a, u, _exact(state[-1]))  # type: ignore[no-untyped-call]
        outputs = self.state_of(c)[0].transpose(0, 1)
        return outputs, self.state_of(c[-1])

    @torch.no_grad()
    def initialise(self, config: InitialisationConfig) -> None:  # noqa: ARG002
        """Glorot weights, map by map, and biases of zero."""
        for weight in self.map.weight.chunk(self.maps):
            nn.init.xavier_uniform_(weight)
        nn.init.zeros_(self.map.bias)

    # ------------------------------------------------------------------------------------------------------ ONNX nodes

    @abstractmethod
    def term_nodes(self, graph: GraphBuilder, mapped: str) -> tuple[str, str]:
        """ONNX nodes of :meth:`terms`."""

    def output_nodes(self, graph: GraphBuilder, c: str) -> list[str]:  # noqa: ARG002
        """ONNX nodes of :meth:`state_of`."""
        return [c]

    def input_map(self) -> tuple[Array, Array]:
        """All maps."""
        return array(self.map.weight), array(self.map.bias)

    def step_nodes(self, graph: GraphBuilder, gates: str, state: Sequence[str]) -> list[str]:
        """One step, given the maps of its input."""
        a, u = self.term_nodes(graph, gates)
        return self.output_nodes(graph, graph.op("Add", graph.op("Mul", a, state[-1]), u))


def _exact(x: Tensor) -> Tensor:
    """In float32 at least: under autocast, maps come in bfloat16, whose rounding errors a sum over time collects."""
    return x.float() if x.dtype in (torch.bfloat16, torch.float16) else x


class _Scan(torch.autograd.Function):
    """c[t] = a[t] c[t - 1] + u[t] over (T, B, H), from (B, H)."""

    @staticmethod
    def forward(ctx: Any, a: Tensor, u: Tensor, first: Tensor) -> Tensor:
        """(T, B, H) c."""
        c = torch.empty_like(u)
        last = first
        for time in range(len(a)):
            last = torch.addcmul(u[time], a[time], last, out=c[time])
        ctx.save_for_backward(a, c, first)
        return c

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The gradient of c[t] is its own and a[t + 1] times that of c[t + 1]."""
        a, c, first = ctx.saved_tensors
        (own,) = upstream
        gradient = torch.empty_like(own)
        last = gradient[-1].copy_(own[-1])
        for time in range(len(a) - 2, -1, -1):
            last = torch.addcmul(own[time], a[time + 1], last, out=gradient[time])
        before = torch.cat([first[None], c[:-1]])
        return gradient * before, gradient, gradient[0] * a[0]
