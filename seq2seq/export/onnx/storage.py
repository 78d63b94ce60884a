"""Weights of an ONNX graph stored in 16 bits: half the file size, and computation still in float32.

A matrix is stored rounded, and a Cast in front of its use makes float32 of it; ONNX Runtime does that once, when it
opens the graph. float16 keeps 11 significant bits of numbers up to 65,504, bfloat16 8 bits of all that float32 has.
"""

from typing import Final, Literal

import ml_dtypes
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from seq2seq.errors import ModelError

Half = Literal["float16", "bfloat16"]

_KINDS: Final[dict[Half, np.dtype[np.generic]]] = {
    "float16": np.dtype(np.float16),
    "bfloat16": np.dtype(ml_dtypes.bfloat16),
}
_SMALLEST: Final = 1024
"""Numbers of a tensor for which a Cast node is worthwhile."""


def in_half(model: onnx.ModelProto, kind: Half) -> onnx.ModelProto:
    """A copy of a model whose matrices are stored in 16 bits.

    Raises:
        ModelError: a weight is too large for float16.
    """
    halved = onnx.ModelProto()
    halved.CopyFrom(model)
    _halve(halved.graph, kind)
    return halved


def _halve(graph: onnx.GraphProto, kind: Half) -> None:
    casts = []
    for tensor in graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.dtype != np.float32 or array.ndim < 2 or array.size < _SMALLEST:
            continue
        with np.errstate(over="ignore"):  # looked for below
            stored = array.astype(_KINDS[kind])
        if not np.isfinite(stored.astype(np.float32)).all():
            message = f"A weight of {np.abs(array).max():g} is too large for {kind}: store bfloat16, or float32."
            raise ModelError(message, code="export.too-large-weight")
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(stored, f"{name}.{kind}"))
        casts.append(helper.make_node("Cast", [tensor.name], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                _halve(attribute.g, kind)
