"""How a component writes itself as ONNX nodes: with a graph builder and references to tensors, without importing ONNX.

The export hands its own builder to :meth:`Cell.step_nodes <seq2seq.models.cells.base.Cell.step_nodes>` and the like;
the models import nothing of it.

Letters: S source length, B sentences, R rows, I inputs and O outputs of a product, M memory size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

Array: TypeAlias = NDArray[np.float32]
Shape: TypeAlias = tuple[int | str, ...]
"""Sizes of a tensor; a letter is one that is known only when the graph runs."""


class TensorRef(NamedTuple):
    """A tensor of a graph, with its size and bounds."""

    name: str
    size: int
    """Units of its last axis."""
    bound: float | None = None
    """Upper bound of the absolute value of every element; None if there is none."""
    quantised: bool = False
    """Whether it holds 8-bit integers already."""
    scale: str | None = None
    """Tensor (..., 1) with the bound of each row of integers; None if all rows have the bound of the tensor."""


@dataclass(frozen=True)
class EncoderNodes:
    """The outputs of an encoder, in a graph."""

    outputs: TensorRef
    """(S, B, M) of the top layer."""
    final: list[list[TensorRef]]
    """(B, M) final states, by layer and state tensor."""
    embedded: TensorRef | None = None
    """(S, B, E) what it has read; as :meth:`GraphBuilder.embed` gives it."""


class GraphBuilder(Protocol):
    """Adds nodes to a graph; a tensor is its name. :class:`seq2seq.export.onnx.graph.Graph` is one."""

    int8: bool
    """Whether products with weights are computed in 8-bit integers."""

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node with one output; attributes are ONNX's."""

    def ops(self, kind: str, outputs: int, *inputs: str, domain: str = "", **attributes: Any) -> list[str]:
        """Add a node with several outputs."""

    def constant(self, value: ArrayLike) -> str:
        """A constant; float64 becomes float32."""

    def split(self, x: str, *sizes: int) -> list[str]:
        """Cut the last axis into pieces."""

    def join(self, *parts: str, axis: int = -1) -> str:
        """Put tensors side by side."""

    def reshape(self, x: str, *shape: int) -> str:
        """Change a shape; -1 stands for the rest, 0 for the size as it is."""

    def transpose(self, x: str, *axes: int) -> str:
        """Change the order of axes."""

    def unsqueeze(self, x: str, axis: int) -> str:
        """Add an axis of one."""

    def squeeze(self, x: str, axis: int) -> str:
        """Take away an axis of one."""

    def linear(self, parts: Sequence[TensorRef], weight: Array, bias: Array | None = None) -> str:
        """W [x; ...] + b of (..., I) parts, side by side, and (O, I) weights."""


def array(tensor: Tensor) -> Array:
    """The numbers of a parameter."""
    return tensor.detach().cpu().float().numpy()


def affine(graph: GraphBuilder, parts: Sequence[TensorRef], layer: nn.Linear) -> str:
    """A linear layer over tensors side by side."""
    bias: Tensor | None = layer.bias
    return graph.linear(parts, array(layer.weight), None if bias is None else array(bias))


def mean(graph: GraphBuilder, x: str, real: str | None) -> str:
    """(S, B, D) → (B, D), the mean over real tokens; ``real`` (S, B, 1) is False on padding, None if there is none."""
    axis = graph.constant(np.array([0]))
    if real is None:
        return graph.op("ReduceMean", x, axis, keepdims=0)
    weights = graph.op("Cast", real, to=1)  # float32
    total = graph.op("ReduceSum", graph.op("Where", real, x, graph.constant(np.float32(0))), axis, keepdims=0)
    return graph.op("Div", total, graph.op("ReduceSum", weights, axis, keepdims=0))
