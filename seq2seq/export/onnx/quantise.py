"""Rounding to 8-bit integers, and products in them, as ONNX nodes.

Weights are symmetric integers with a scale per output, or one for many outputs. Their other factors are rounded when
the graph runs, with a scale that is either known beforehand (a tanh lies in -1 .. 1) or that of its own row: never that
of the batch, so that no output depends on the rest of its batch.

Letters: I inputs and O outputs of a product, V vocabulary, E embedding.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.models.nodes import Array, GraphBuilder, TensorRef

MICROSOFT: Final = "com.microsoft"
"""Domain of the operators that ONNX Runtime adds to the standard's."""
_STEPS: Final = 127
"""Steps from 0 to the bound of an activation, which is an unsigned integer around ``_ZERO``."""
_ZERO: Final = 128
_PAIR: Final = 128
"""Largest sum of two neighbouring weights of one sign, in steps. A CPU without VNNI adds up their products with
activations, of at most 255 each, in 16 bits: within this limit they always fit, and every CPU computes the same."""
_OUTLYING: Final = 4.0
"""Rows of a table share a scale unless the largest number of all exceeds this many times the median row's largest."""
_MANY: Final = 1024
"""Outputs from which those of a product share a scale, unless the largest is ``_UNLIKE`` times the median one: ONNX
Runtime computes the scales of outputs at every call, one by one, which costs a third of the product of one row."""
_UNLIKE: Final = 3.0
_SMALLEST: Final = 1e-30
"""Least scale, of rows of zeros."""


def rounded(weight: Array) -> tuple[NDArray[np.int8], Array]:
    """(O, I) weights → integers of the same shape, and (O,) the size of a step of each output."""
    scales = weight_scales(weight)
    return _to_integers(weight, scales), scales


def _to_integers(weight: Array, scales: Array) -> NDArray[np.int8]:
    return np.round(weight / scales[..., None]).astype(np.int8)


def weight_scales(weight: Array) -> Array:
    """(O, I) weights → (O,) the size of a step of each output: as small as ``_STEPS`` and ``_PAIR`` allow."""
    even = np.pad(weight, ((0, 0), (0, weight.shape[1] % 2))).reshape(len(weight), -1, 2)
    of_one_sign = np.maximum(np.maximum(even, 0).sum(axis=2), np.maximum(-even, 0).sum(axis=2))
    # Rounding may add half a step to each of the two.
    finest = np.maximum(np.abs(weight).max(axis=1) / _STEPS, of_one_sign.max(axis=1) / (_PAIR - 1))
    scales: Array = np.maximum(finest, _SMALLEST).astype(np.float32)
    return scales


def embed_integers(graph: GraphBuilder, ids: str, table: Array) -> TensorRef:
    """Rows of a (V, E) table as integers; with a scale per row where rows differ much in size."""
    peaks = np.maximum(np.abs(table).max(axis=1, keepdims=True), _SMALLEST).astype(np.float32)
    bound = float(peaks.max())
    outlying = bound > _OUTLYING * float(np.median(peaks))
    integers = (np.round(table / (peaks if outlying else bound) * _STEPS) + _ZERO).astype(np.uint8)
    rows = graph.op("Gather", graph.constant(integers), ids)
    scale = graph.op("Gather", graph.constant(peaks), ids) if outlying else None
    return TensorRef(rows, table.shape[1], bound, quantised=True, scale=scale)


def floats_of_integers(graph: GraphBuilder, x: TensorRef) -> str:
    """What the integers of a tensor stand for, in float32."""
    assert x.bound is not None
    centred = graph.op("Sub", graph.op("Cast", x.name, to=1), graph.constant(np.float32(_ZERO)))
    if x.scale is None:
        return graph.op("Mul", centred, graph.constant(np.float32(x.bound / _STEPS)))
    return graph.op("Mul", graph.op("Mul", centred, graph.constant(np.float32(1 / _STEPS))), x.scale)


def linear_integers(graph: GraphBuilder, parts: Sequence[TensorRef], weight: Array, bias: Array | None) -> str:
    """W [x; ...] + b in integers: up to three products, by how the scale of a part is known."""
    columns = np.split(weight, np.cumsum([part.size for part in parts])[:-1], axis=1)
    bounded: list[tuple[TensorRef, Array, float]] = []
    others: list[tuple[TensorRef, Array]] = []
    products = []
    for part, part_weight in zip(parts, columns, strict=True):
        if part.scale is not None:
            products.append(graph.op("Mul", _product(graph, part.name, part_weight), part.scale))
        elif part.bound is not None:
            bounded.append((part, part_weight, part.bound))
        else:
            others.append((part, part_weight))
    if bounded:
        # A part bounded by 0.3 is read as if by 1, and its weights shrink instead: one product serves all parts.
        joined = _joined_integers(graph, [part for part, _, _ in bounded])
        shrunk = np.concatenate([part_weight * bound for _, part_weight, bound in bounded], axis=1)
        products.append(_product(graph, joined, shrunk, bias))
    if others:
        joined = graph.join(*(part.name for part, _ in others))
        peak = graph.op("ReduceMax", graph.op("Abs", joined), graph.constant(np.array([-1])))
        peak = graph.op("Max", peak, graph.constant(np.float32(_SMALLEST)))
        size = sum(part.size for part, _ in others)
        rows = _integers(graph, TensorRef(graph.op("Div", joined, peak), size), 1.0)
        product = _product(graph, rows, np.concatenate([part_weight for _, part_weight in others], axis=1))
        products.append(graph.op("Mul", product, peak))
    if bias is not None and not bounded:
        products.append(graph.constant(bias))
    total = products[0]
    for product in products[1:]:
        total = graph.op("Add", total, product)
    return total


def _joined_integers(graph: GraphBuilder, parts: Sequence[TensorRef]) -> str:
    """Bounded tensors as integers, side by side; neighbours with the same bound are rounded together."""
    rounded_parts = []
    for (quantised, bound), group in groupby(parts, key=lambda part: (part.quantised, part.bound)):
        names = [part.name for part in group]
        assert bound is not None
        rounded_parts += names if quantised else [_integers(graph, TensorRef(graph.join(*names), 0), bound)]
    return graph.join(*rounded_parts)


def product_integers(graph: GraphBuilder, x: TensorRef, weight: str, scale: str) -> str:
    """W x with (I, O) integer weights, and (O,) the size of their steps, that are given when the graph runs."""
    assert x.bound is not None
    step, zero = graph.constant(np.float32(x.bound / _STEPS)), graph.constant(np.uint8(_ZERO))
    integers = _integers(graph, x, x.bound)
    return graph.op("MatMulIntegerToFloat", integers, weight, step, scale, zero, domain=MICROSOFT)


def _integers(graph: GraphBuilder, x: TensorRef, bound: float) -> str:
    """A tensor as integers, unless it holds them already."""
    if x.quantised:
        return x.name
    step, zero = graph.constant(np.float32(bound / _STEPS)), graph.constant(np.uint8(_ZERO))
    return graph.op("QuantizeLinear", x.name, step, zero)


def _product(graph: GraphBuilder, integers: str, weight: Array, bias: Array | None = None) -> str:
    """Integers that stand for -1 .. 1, times (O, I) weights."""
    scales = weight_scales(weight)
    if len(scales) >= _MANY and scales.max() <= _UNLIKE * np.median(scales):
        scales = scales.max()
    return graph.op(
        "MatMulIntegerToFloat",
        integers,
        graph.constant(_to_integers(weight, scales).T),
        graph.constant(np.float32(1 / _STEPS)),
        graph.constant(scales),
        graph.constant(np.uint8(_ZERO)),
        graph.constant(np.int8(0)),
        *([] if bias is None else [graph.constant(bias)]),
        domain=MICROSOFT,
    )
