"""ONNX graphs, written by hand: a few nodes per line, and products with weights in float32 or in 8-bit integers.

Letters: I inputs and O outputs of a product, V vocabulary, E embedding.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, ClassVar, Final

import numpy as np
import onnx
from numpy.typing import ArrayLike
from onnx import TensorProto, helper, numpy_helper

from seq2seq.errors import ModelError
from seq2seq.export.onnx.quantise import (
    MICROSOFT,
    embed_integers,
    floats_of_integers,
    linear_integers,
    product_integers,
)
from seq2seq.inference.engines.onnx.safety import LOOP, OPERATORS, PLUGIN_OPERATORS
from seq2seq.models.nodes import Array, TensorRef

OPSET: Final = 21
IR_VERSION: Final = 10
OPERATOR: Final = "export.operator"
"""Code of the error for a component that writes an operator which model folders may not hold."""


LARGE: Final = 1024
"""Bytes from which a constant counts as weights: it may be stored in another file, and must not be in a loop's body."""


class Graph:
    """A graph under construction: names of its tensors begin with its own; in ``int8``, products are in integers.

    The body of a loop may read tensors of the graph around it, ``outer``, which has its weights.
    """

    writable: ClassVar = (OPERATORS | PLUGIN_OPERATORS) - {LOOP}
    """The operators of components; :meth:`loop` alone writes loops."""
    opsets: ClassVar = {"": OPSET, MICROSOFT: 1}
    """Versions of the operators' domains."""

    def __init__(self, name: str, *, int8: bool = False, outer: "Graph | None" = None) -> None:
        self.name = name
        self.int8 = int8
        self._outer = outer
        self.once = outer or self
        """The graph that computes what no trip of the loop changes."""
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[tuple[str, tuple[int, ...], bytes], onnx.TensorProto] = {}
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []
        self._included: list[onnx.TensorProto] = []

    # ------------------------------------------------------------------------------------------- inputs and outputs

    def input(self, name: str, shape: Sequence[int | str], kind: int = TensorProto.FLOAT) -> str:
        """Declare an input; a letter in its ``shape`` is a size that is known only when the graph runs."""
        self._inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, name: str, value: str, shape: Sequence[int | str], kind: int = TensorProto.FLOAT) -> None:
        """Make a tensor an output, under a name that other programs know."""
        self.alias(value, name)
        self._outputs.append(helper.make_tensor_value_info(name, kind, shape))

    def result(self, value: str, shape: Sequence[int | str], kind: int = TensorProto.FLOAT) -> None:
        """Make a tensor of a loop's body an output, by its own name: without a copy. It must be of one of its nodes."""
        self._outputs.append(helper.make_tensor_value_info(value, kind, shape))

    def loop(
        self, body: "Graph", trips: str, going: str, carried: Sequence[str], scanned: int
    ) -> tuple[list[str], list[str]]:
        """Run a body, whose nodes may read tensors of this graph, again and again.

        Args:
            body: its inputs are the number of the trip, () int64; whether to go on, () bool; and what is ``carried``.
                Its outputs are whether to go on, what is carried, and ``scanned`` tensors.
            trips: the most trips, (1,) int64.
            going: whether there is any, () bool.
            carried: tensors that each trip changes.
            scanned: number of tensors that are kept of every trip.

        Returns:
            What is carried in the end, and what was kept of each trip, with the trips as the first axis.
        """
        found = self._add(LOOP, len(carried) + scanned, trips, going, *carried, body=body.body())
        return found[: len(carried)], found[len(carried) :]

    def include(self, other: "Graph") -> None:
        """Add another graph: its inputs are tensors of this one, by :meth:`alias`, and its outputs become such."""
        self._nodes += other._nodes
        self._included += [*other._constants.values(), *other._included]

    def alias(self, value: str, name: str) -> str:
        """Give a tensor another name."""
        self._nodes.append(helper.make_node("Identity", [value], [name]))
        return name

    def body(self) -> onnx.GraphProto:
        """The graph, as the body of another's loop."""
        constants = [*self._constants.values(), *self._included]
        return helper.make_graph(self._nodes, self.name, self._inputs, self._outputs, initializer=constants)

    def model(self) -> onnx.ModelProto:
        """The graph, as a model of its own."""
        opsets = [helper.make_opsetid(domain, version) for domain, version in self.opsets.items()]
        return helper.make_model(self.body(), opset_imports=opsets, ir_version=IR_VERSION, producer_name="seq2seq")

    # -------------------------------------------------------------------------------------------------- the nodes

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node with one output; attributes are ONNX's."""
        (output,) = self.ops(kind, 1, *inputs, domain=domain, **attributes)
        return output

    def ops(self, kind: str, outputs: int, *inputs: str, domain: str = "", **attributes: Any) -> list[str]:
        """Add a node with several outputs."""
        if kind not in self.writable:
            raise ModelError(
                f"The operator {kind} is not allowed in a model folder; write the component's nodes with\n"
                f"  {', '.join(sorted(self.writable))}",
                code=OPERATOR,
            )
        return self._add(kind, outputs, *inputs, domain=domain, **attributes)

    def _add(self, kind: str, outputs: int, *inputs: str, domain: str = "", **attributes: Any) -> list[str]:
        names = [f"{self.name}.{len(self._nodes)}.{kind}.{number}" for number in range(outputs)]
        self._nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names

    def constant(self, value: ArrayLike) -> str:
        """A constant, stored once however often it is used; float64 becomes float32."""
        array = np.array(value, order="C")
        if array.dtype == np.float64:
            array = array.astype(np.float32)
        if self._outer is not None and array.nbytes >= LARGE:
            return self._outer.constant(array)
        key = (array.dtype.str, array.shape, hashlib.sha256(array.tobytes()).digest())
        if key not in self._constants:
            self._constants[key] = numpy_helper.from_array(array, f"{self.name}.constant.{len(self._constants)}")
        return str(self._constants[key].name)

    def doubles(self, values: ArrayLike) -> str:
        """A constant in float64."""
        return self._include(numpy_helper.from_array(np.asarray(values, dtype=np.float64)))

    def _include(self, tensor: onnx.TensorProto) -> str:
        tensor.name = f"{self.name}.included.{len(self._included)}"
        self._included.append(tensor)
        return str(tensor.name)

    def split(self, x: str, *sizes: int) -> list[str]:
        """Cut the last axis into pieces."""
        return [x] if len(sizes) == 1 else self.ops("Split", len(sizes), x, self.constant(np.array(sizes)), axis=-1)

    def join(self, *parts: str, axis: int = -1) -> str:
        """Put tensors side by side."""
        return parts[0] if len(parts) == 1 else self.op("Concat", *parts, axis=axis)

    def reshape(self, x: str, *shape: int) -> str:
        """Change a shape; -1 stands for the rest, 0 for the size as it is."""
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
        if self.int8:
            return embed_integers(self, ids, table)
        rows = self.op("Gather", self.constant(table), ids)
        return TensorRef(rows, table.shape[1], max(float(np.abs(table).max()), 1e-30))

    def floats(self, x: TensorRef) -> str:
        """The numbers of :meth:`embed`, for what is not a product with weights."""
        return floats_of_integers(self, x) if x.quantised else x.name

    def linear(self, parts: Sequence[TensorRef], weight: Array, bias: Array | None = None) -> str:
        """W [x; ...] + b.

        Args:
            parts: (..., I) tensors, side by side.
            weight: (O, I), I those of all parts.
            bias: (O,).

        Returns:
            (..., O) in float32.
        """
        if self.int8:
            return linear_integers(self, parts, weight, bias)
        product = self.op("MatMul", self.join(*(part.name for part in parts)), self.constant(weight.T))
        return product if bias is None else self.op("Add", product, self.constant(bias))

    def product(self, x: TensorRef, weight: str, scale: str) -> str:
        """W x, (..., O) in float32, of a bounded x (..., I) with weights (I, O) that are given when the graph runs.

        For 8-bit integers, ``scale`` (O,) is the size of a step of each output.
        """
        if not self.int8:
            return self.op("MatMul", x.name, weight)
        return product_integers(self, x, weight, scale)
