"""ONNX graphs, written by hand: a few nodes a line, and products with weights in float32 or in 8-bit integers.

Weights of an int8 graph are symmetric integers with a scale for every output. What they are multiplied with is made an
integer on the way, with a scale that is either known beforehand (what a tanh leaves lies in -1 .. 1) or that of its own
row: never that of the batch, so that no output depends on what else is in a batch.

Letters: I inputs and O outputs of a product, V vocabulary, E embedding.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import ArrayLike, NDArray
from onnx import TensorProto, helper, numpy_helper

from seq2seq.errors import ModelError
from seq2seq.inference.engines.onnx.safety import OPERATORS, PLUGIN_OPERATORS
from seq2seq.models.nodes import Array, TensorRef

OPSET: Final = 21
IR_VERSION: Final = 10
OPERATOR: Final = "export.operator"
"""Code of the error for a component that writes an operator which model folders may not hold."""
MICROSOFT: Final = "com.microsoft"
"""Operators that plain ONNX Runtime has beside the standard's."""

_STEPS: Final = 127
"""Steps from 0 to the bound of an activation, which is an unsigned integer around ``_ZERO``."""
_ZERO: Final = 128
_PAIR: Final = 128
"""Steps of two neighbouring weights of one sign. A CPU without VNNI adds up their products with activations, of at most
255 each, in 16 bits: so they always fit, and every CPU computes the same."""

_OUTLYING: Final = 4.0
"""Rows of a table share a scale unless the largest number of all is more than so many times that of a middling row."""


class Graph:
    """A graph in the making.

    Args:
        name: what it is called; the names of its tensors begin with it.
        int8: whether products with weights are computed in 8-bit integers.
    """

    def __init__(self, name: str, *, int8: bool = False) -> None:
        self.name = name
        self.int8 = int8
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[tuple[str, tuple[int, ...], bytes], onnx.TensorProto] = {}
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    # --------------------------------------------------------------------------------------------------- the ends

    def input(self, name: str, shape: Sequence[int | str], kind: int = TensorProto.FLOAT) -> str:
        """Declare an input; a letter in its ``shape`` is a size that is known only when the graph runs."""
        self._inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, name: str, value: str, shape: Sequence[int | str], kind: int = TensorProto.FLOAT) -> None:
        """Give out a tensor."""
        self._nodes.append(helper.make_node("Identity", [value], [name]))
        self._outputs.append(helper.make_tensor_value_info(name, kind, shape))

    def body(self) -> onnx.GraphProto:
        """The graph, as the body of another's loop."""
        constants = list(self._constants.values())
        return helper.make_graph(self._nodes, self.name, self._inputs, self._outputs, initializer=constants)

    def model(self) -> onnx.ModelProto:
        """The graph, as a model of its own."""
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(self.body(), opset_imports=opsets, ir_version=IR_VERSION, producer_name="seq2seq")

    # -------------------------------------------------------------------------------------------------- the nodes

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node with one output; attributes are ONNX's."""
        (output,) = self.ops(kind, 1, *inputs, domain=domain, **attributes)
        return output

    def ops(self, kind: str, outputs: int, *inputs: str, domain: str = "", **attributes: Any) -> list[str]:
        """Add a node with so many outputs."""
        if kind not in OPERATORS | PLUGIN_OPERATORS:
            raise ModelError(
                f"The operator {kind} is not allowed in a model folder; write the component's nodes with\n"
                f"  {', '.join(sorted(OPERATORS | PLUGIN_OPERATORS))}",
                code=OPERATOR,
            )
        names = [f"{self.name}.{len(self._nodes)}.{kind}.{number}" for number in range(outputs)]
        self._nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names

    def constant(self, value: ArrayLike) -> str:
        """A constant, kept once however often it is named; float64 becomes float32."""
        array = np.array(value, order="C")
        if array.dtype == np.float64:
            array = array.astype(np.float32)
        key = (array.dtype.str, array.shape, hashlib.sha256(array.tobytes()).digest())
        if key not in self._constants:
            self._constants[key] = numpy_helper.from_array(array, f"{self.name}.constant.{len(self._constants)}")
        return str(self._constants[key].name)

    def split(self, x: str, *sizes: int) -> list[str]:
        """Cut the last axis into pieces."""
        return [x] if len(sizes) == 1 else self.ops("Split", len(sizes), x, self.constant(np.array(sizes)), axis=-1)

    def join(self, *parts: str, axis: int = -1) -> str:
        """Put tensors side by side."""
        return parts[0] if len(parts) == 1 else self.op("Concat", *parts, axis=axis)

    def reshape(self, x: str, *shape: int) -> str:
        """Change a shape; -1 is what is left, 0 what it was."""
        return self.op("Reshape", x, self.constant(np.array(shape)))

    def transpose(self, x: str, *axes: int) -> str:
        """Change the order of axes."""
        return self.op("Transpose", x, perm=list(axes))

    def unsqueeze(self, x: str, axis: int) -> str:
        """Add an axis of one."""
        return self.op("Unsqueeze", x, self.constant(np.array([axis])))

    def squeeze(self, x: str, axis: int) -> str:
        """Take away an axis of one."""
        return self.op("Squeeze", x, self.constant(np.array([axis])))

    # -------------------------------------------------------------------------------------- products with weights

    def embed(self, ids: str, table: Array) -> TensorRef:
        """Rows of a (V, E) table, for ids of any shape, to be read by :meth:`linear` alone."""
        peaks = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-30).astype(np.float32)
        bound = float(peaks.max())
        if not self.int8:
            return TensorRef(self.op("Gather", self.constant(table), ids), table.shape[1], bound)
        outlying = bound > _OUTLYING * float(np.median(peaks))
        integers = (np.round(table / (peaks if outlying else bound) * _STEPS) + _ZERO).astype(np.uint8)
        read = self.op("Gather", self.constant(integers), ids)
        scale = self.op("Gather", self.constant(peaks), ids) if outlying else None
        return TensorRef(read, table.shape[1], bound, quantised=True, scale=scale)

    def linear(
        self, parts: Sequence[TensorRef], weight: Array, bias: Array | None = None, *, by_row: bool = False
    ) -> str:
        """W [x; ...] + b.

        Args:
            parts: (..., I) tensors, side by side.
            weight: (O, I), I those of all parts.
            bias: (O,).
            by_row: in integers, let a row's own largest element be its bound, though another is known: finer, and
                a little slower.

        Returns:
            (..., O) in float32.
        """
        if self.int8:
            return self._linear_in_integers(parts, weight, bias, by_row=by_row)
        product = self.op("MatMul", self.join(*(part.name for part in parts)), self.constant(weight.T))
        return product if bias is None else self.op("Add", product, self.constant(bias))

    def _linear_in_integers(
        self, parts: Sequence[TensorRef], weight: Array, bias: Array | None, *, by_row: bool
    ) -> str:
        columns = np.split(weight, np.cumsum([part.size for part in parts])[:-1], axis=1)
        bounded: list[tuple[TensorRef, Array, float]] = []
        others: list[tuple[TensorRef, Array]] = []
        products = []
        for part, of in zip(parts, columns, strict=True):
            if part.scale is not None:
                products.append(self.op("Mul", self._product(part.name, of), part.scale))
            elif part.bound is not None and (part.quantised or not by_row):
                bounded.append((part, of, part.bound))
            else:
                others.append((part, of))
        if bounded:
            # What is bounded by 0.3 is read as if by 1, and its weights shrink instead: one product serves all parts.
            joined = self.join(*(self._integers(part.name, bound, part.quantised) for part, _, bound in bounded))
            shrunk = np.concatenate([of * bound for _, of, bound in bounded], axis=1)
            products.append(self._product(joined, shrunk, bias))
        if others:
            joined = self.join(*(part.name for part, _ in others))
            peak = self.op("ReduceMax", self.op("Abs", joined), self.constant(np.array([-1])))
            peak = self.op("Max", peak, self.constant(np.float32(1e-30)))
            rows = self._integers(self.op("Div", joined, peak), 1.0)
            product = self._product(rows, np.concatenate([of for _, of in others], axis=1))
            products.append(self.op("Mul", product, peak))
        if bias is not None and not bounded:
            products.append(self.constant(bias))
        total = products[0]
        for product in products[1:]:
            total = self.op("Add", total, product)
        return total

    def product(self, x: TensorRef, weight: str, scale: str) -> str:
        """W x, with weights that are given when the graph runs.

        Args:
            x: (..., I), bounded.
            weight: (I, O) in float32, or in 8-bit integers ...
            scale: ... with (O,) what a step of each output is worth.

        Returns:
            (..., O) in float32.
        """
        if not self.int8:
            return self.op("MatMul", x.name, weight)
        assert x.bound is not None
        step, zero = self.constant(np.float32(x.bound / _STEPS)), self.constant(np.uint8(_ZERO))
        integers = self._integers(x.name, x.bound, x.quantised)
        return self.op("MatMulIntegerToFloat", integers, weight, step, scale, zero, domain=MICROSOFT)

    def _integers(self, x: str, bound: float, quantised: bool = False) -> str:
        if quantised:
            return x
        return self.op("QuantizeLinear", x, self.constant(np.float32(bound / _STEPS)), self.constant(np.uint8(_ZERO)))

    def _product(self, integers: str, weight: Array, bias: Array | None = None) -> str:
        """Integers that stand for -1 .. 1, times (O, I) weights."""
        whole, scale = rounded(weight)
        return self.op(
            "MatMulIntegerToFloat",
            integers,
            self.constant(whole.T),
            self.constant(np.float32(1 / _STEPS)),
            self.constant(scale),
            self.constant(np.uint8(_ZERO)),
            self.constant(np.zeros(len(scale), dtype=np.int8)),
            *([] if bias is None else [self.constant(bias)]),
            domain=MICROSOFT,
        )


def rounded(weight: Array) -> tuple[NDArray[np.int8], Array]:
    """(O, I) weights → as many integers, and (O,) what a step of each output is worth."""
    scale = weight_scales(weight)
    return np.round(weight / scale[:, None]).astype(np.int8), scale


def weight_scales(weight: Array) -> Array:
    """(O, I) weights → (O,) what a step of each output is worth: as little as ``_STEPS`` and ``_PAIR`` allow."""
    even = np.pad(weight, ((0, 0), (0, weight.shape[1] % 2))).reshape(len(weight), -1, 2)
    of_one_sign = np.maximum(np.maximum(even, 0).sum(axis=2), np.maximum(-even, 0).sum(axis=2))
    # Rounding may add half a step to each of the two.
    finest = np.maximum(np.abs(weight).max(axis=1) / _STEPS, of_one_sign.max(axis=1) / (_PAIR - 1))
    scales: Array = np.maximum(finest, 1e-30).astype(np.float32)
    return scales
