"""Weights of an ONNX graph stored in 16 or 8 bits: a half or a quarter of the file, and computation still in float32.

A matrix is stored rounded, and nodes in front of its use make float32 of it; ONNX Runtime runs them once, when it opens
the graph. float16 keeps 11 significant bits of numbers up to 65,504, bfloat16 8 bits of all that float32 has. Integers
of 8 bits have a scale per row or per column, whichever is nearer to the matrix.
"""

from collections.abc import Callable
from typing import Any, Final, Literal

import ml_dtypes
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from seq2seq.errors import ModelError

Half = Literal["float16", "bfloat16"]

_KINDS: Final[dict[Half, np.dtype[np.generic]]] = {
    "float16": np.dtype(np.float16),
    "bfloat16": np.dtype(ml_dtypes.bfloat16),
}
_SMALLEST: Final = 1024
"""Numbers of a tensor for which more nodes are worthwhile."""
_STEPS: Final = 127
"""Steps from 0 to the largest number of a row or column."""

_Stored = tuple[NDArray[Any], NDArray[np.float32] | None]
"""What is stored of a matrix, and its scales, if any."""


def in_half(model: onnx.ModelProto, kind: Half) -> onnx.ModelProto:
    """A copy of a model whose matrices are stored in 16 bits.

    Raises:
        ModelError: a weight is too large for float16.
    """

    def store(array: NDArray[np.float32]) -> _Stored:
        with np.errstate(over="ignore"):  # looked for below
            stored = array.astype(_KINDS[kind])
        if not np.isfinite(stored.astype(np.float32)).all():
            message = f"A weight of {np.abs(array).max():g} is too large for {kind}: store bfloat16, or float32."
            raise ModelError(message, code="export.too-large-weight")
        return stored, None

    return _copy(model, store)


def in_integers(model: onnx.ModelProto) -> onnx.ModelProto:
    """A copy of a model whose matrices are stored in 8 bits."""

    def store(array: NDArray[np.float32]) -> _Stored:
        return min((_rounded(array, axis) for axis in (-1, -2)), key=lambda found: _error(array, *found))

    return _copy(model, store)


def _rounded(array: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Integers, and the sizes of their steps, one along an axis."""
    largest = np.abs(array).max(axis=axis, keepdims=True)
    scales = (np.where(largest > 0, largest, 1) / _STEPS).astype(np.float32)
    return np.round(array / scales).astype(np.int8), scales


def _error(array: NDArray[np.float32], integers: NDArray[np.int8], scales: NDArray[np.float32]) -> float:
    return float(np.square(integers * scales - array).sum())


def _copy(model: onnx.ModelProto, store: Callable[[NDArray[np.float32]], _Stored]) -> onnx.ModelProto:
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    _store(copy.graph, store)
    return copy


def _store(graph: onnx.GraphProto, store: Callable[[NDArray[np.float32]], _Stored]) -> None:
    before, scales = [], []
    for tensor in graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.dtype != np.float32 or array.ndim < 2 or array.size < _SMALLEST:
            continue
        stored, scale = store(array)
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(stored, f"{name}.{stored.dtype}"))
        if scale is None:
            before.append(helper.make_node("Cast", [tensor.name], [name], to=TensorProto.FLOAT))
            continue
        scales.append(numpy_helper.from_array(scale, f"{name}.scale"))
        before.append(helper.make_node("Cast", [tensor.name], [f"{name}.steps"], to=TensorProto.FLOAT))
        before.append(helper.make_node("Mul", [f"{name}.steps", scales[-1].name], [name]))
    graph.initializer.extend(scales)
    nodes = [*before, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                _store(attribute.g, store)
