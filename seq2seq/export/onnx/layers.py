"""Recurrent layers as ONNX nodes: the equations of :mod:`seq2seq.models.cells`, with the weights of its modules.

One step of a cell is the same nodes in a decoder, which takes one, and in an encoder, whose loop over the source is
ONNX's Scan. What an input adds to the gates is computed for a whole source at once, outside of the loop.

Letters: B batch, S source length, R rows, I inputs, H hidden, G gates, L layers, M memory size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from onnx import TensorProto
from torch import Tensor, nn

from seq2seq.config.model import CellName
from seq2seq.export.onnx.graph import Array, Graph, TensorRef
from seq2seq.models.bridge import Bridge
from seq2seq.models.cells import PARTS
from seq2seq.models.encoder import Encoder, TagReader
from seq2seq.models.recurrent import Bidirectional, Layer, LayerConnection


def array(tensor: Tensor) -> Array:
    """A parameter's numbers."""
    return tensor.detach().cpu().float().numpy()


def affine(graph: Graph, parts: Sequence[TensorRef], layer: nn.Linear, *, by_row: bool = False) -> str:
    """A linear layer, over tensors side by side; see :meth:`Graph.linear`."""
    bias: Tensor | None = layer.bias
    return graph.linear(parts, array(layer.weight), None if bias is None else array(bias), by_row=by_row)


@dataclass(frozen=True)
class Cell:
    """The weights of one layer in one direction, as its nodes want them."""

    kind: CellName
    hidden: int
    inputs: Array
    """(G H, I); of an LSTM, the gates in the order i, f, o, g: those with the same non-linearity are neighbours."""
    recurrent: Array
    """(G H, H)."""
    input_bias: Array
    """(G H,), all of the bias but for the GRU's candidate."""
    recurrent_bias: Array | None
    """(G H,) of a GRU."""

    @classmethod
    def of(cls, layer: Layer) -> "Cell":
        """Take the weights of a layer."""
        parts = [array(part) for part in layer.weights]
        if layer.cell == "lstm":
            parts = [np.concatenate([np.split(part, 4)[gate] for gate in (0, 1, 3, 2)]) for part in parts]
        inputs, recurrent, input_bias, recurrent_bias = parts
        if layer.cell == "gru":
            return cls(layer.cell, layer.hidden, inputs, recurrent, input_bias, recurrent_bias)
        return cls(layer.cell, layer.hidden, inputs, recurrent, input_bias + recurrent_bias, None)

    @property
    def parts(self) -> int:
        """Of its state."""
        return PARTS[self.kind]

    @property
    def bound(self) -> float | None:
        """Of h: all but a relu keep it between -1 and 1."""
        return None if self.kind == "rnn_relu" else 1.0

    def output(self, name: str) -> TensorRef:
        """What is known of an h."""
        return TensorRef(name, self.hidden, self.bound)

    def from_input(self, graph: Graph, parts: Sequence[TensorRef]) -> str:
        """What (..., I) inputs add to the gates."""
        return graph.linear(parts, self.inputs, self.input_bias)

    def from_state(self, graph: Graph, h: str) -> str:
        """What the (R, H) state adds to the gates."""
        return graph.linear([self.output(h)], self.recurrent, self.recurrent_bias, by_row=True)

    def step(
        self, graph: Graph, parts: Sequence[TensorRef], state: Sequence[str], extra: str | None = None
    ) -> list[str]:
        """One step from (R, I) inputs and (R, H) states to new states; ``extra`` (R, G H) joins the gates' sums."""
        if self.kind == "gru":
            given = self.from_input(graph, parts)
            given = given if extra is None else graph.op("Add", given, extra)
            return self.advance(graph, given, state)
        both = np.concatenate([self.inputs, self.recurrent], axis=1)
        read = [*parts, self.output(state[0])]
        if self.kind == "lstm" and not graph.int8 and extra is None:
            # A product for each gate: nothing is cut apart, and ONNX Runtime puts the non-linearities into them.
            weights, biases = np.split(both, 4), np.split(self.input_bias, 4)
            i, f, o, g = (graph.linear(read, *one) for one in zip(weights, biases, strict=True))
            return self.gated_apart(graph, [*(graph.op("Sigmoid", gate) for gate in (i, f, o)), g], state)
        gates = graph.linear(read, both, self.input_bias)
        return self.gated(graph, gates if extra is None else graph.op("Add", gates, extra), state)

    def advance(self, graph: Graph, given: str, state: Sequence[str]) -> list[str]:
        """One step, once it is known what the input adds to the gates."""
        if self.kind != "gru":
            return self.gated(graph, graph.op("Add", given, self.from_state(graph, state[0])), state)
        rz_given, n_given = graph.split(given, 2 * self.hidden, self.hidden)
        rz_kept, n_kept = graph.split(self.from_state(graph, state[0]), 2 * self.hidden, self.hidden)
        rz = graph.op("Sigmoid", graph.op("Add", rz_given, rz_kept))
        r, z = graph.split(rz, self.hidden, self.hidden)
        n = graph.op("Tanh", graph.op("Add", n_given, graph.op("Mul", r, n_kept)))
        return [graph.op("Add", n, graph.op("Mul", z, graph.op("Sub", state[0], n)))]

    def gated(self, graph: Graph, gates: str, state: Sequence[str]) -> list[str]:
        """From the sums before the gates' non-linearities to new states; an RNN has one gate."""
        if self.kind != "lstm":
            return [graph.op("Tanh" if self.kind == "rnn_tanh" else "Relu", gates)]
        ifo, g = graph.split(gates, 3 * self.hidden, self.hidden)
        i, f, o = graph.split(graph.op("Sigmoid", ifo), self.hidden, self.hidden, self.hidden)
        return self.gated_apart(graph, [i, f, o, g], state)

    def gated_apart(self, graph: Graph, gates: Sequence[str], state: Sequence[str]) -> list[str]:
        """An LSTM's new states, from i, f, o, and g before its tanh."""
        i, f, o, g = gates
        kept = graph.op("Mul", f, state[1])
        c = graph.op("Add", kept, graph.op("Mul", i, graph.op("Tanh", g)))
        return [graph.op("Mul", o, graph.op("Tanh", c)), c]


@dataclass(frozen=True)
class EncoderNodes:
    """What an encoder leaves."""

    outputs: TensorRef
    """(S, B, M) of the top layer."""
    final: list[list[TensorRef]]
    """(B, M) by layer and part."""


def encode(graph: Graph, encoder: Encoder | TagReader, table: Array, ids: str, real: str) -> EncoderNodes:
    """Read a source.

    Args:
        graph: gets the nodes.
        encoder: the module.
        table: (V, E) of the embedding.
        ids: (S, B) tokens.
        real: (S, B, 1) bool, False on padding.
    """
    if isinstance(encoder, TagReader):
        embedded = graph.op("Gather", graph.constant(table), ids)
        bound = float(np.abs(table).max())
        return EncoderNodes(
            TensorRef(embedded, encoder.size, bound), [[TensorRef(mean(graph, embedded, real), encoder.size, bound)]]
        )
    x = graph.embed(ids, table)
    final = []
    for layer, between in zip_longest(encoder.layers, encoder.between):
        assert isinstance(layer, Layer | Bidirectional)
        assert between is None or isinstance(between, LayerConnection)
        outputs, state = _read_layer(graph, layer, x, real, backwards=encoder.reverse_source)
        x = outputs if between is None else between_layers(graph, between, outputs, x)
        final.append(state)
    return EncoderNodes(x, final)


def _read_layer(
    graph: Graph, layer: Layer | Bidirectional, x: TensorRef, real: str, *, backwards: bool
) -> tuple[TensorRef, list[TensorRef]]:
    """One layer over (S, B, I): outputs (S, B, M), and the final state, (B, M) a part."""
    directions = (layer,) if isinstance(layer, Layer) else (layer.ahead, layer.back)
    cells = [Cell.of(direction) for direction in directions]
    outputs, states = _scan(graph, cells, [cell.from_input(graph, [x]) for cell in cells], real, backwards=backwards)
    bound = cells[0].bound
    size = len(cells) * cells[0].hidden
    # h is bounded, c is not.
    final = [
        TensorRef(graph.join(*part), size, bound if number == 0 else None)
        for number, part in enumerate(zip(*states, strict=True))
    ]
    return TensorRef(graph.join(*outputs), size, bound), final


def _scan(
    graph: Graph, cells: Sequence[Cell], given: Sequence[str], real: str, *, backwards: bool
) -> tuple[list[str], list[list[str]]]:
    """Run cells over (S, B, G H), the first ahead, a second back (or the other way round, ``backwards``).

    On padding a state stands still: it is zero before a source that is read backwards, and the final one after a
    source that is read forwards.

    Returns:
        Outputs (S, B, H) and final states (B, H) a part, of each cell.
    """
    hidden = cells[0].hidden
    directions = [int(backwards), int(not backwards)][: len(cells)]
    body = Graph(f"{given[0]}.loop", int8=graph.int8)
    before = [
        [body.input(f"{body.name}.state.{number}.{part}", ["B", hidden]) for part in range(cells[0].parts)]
        for number in range(len(cells))
    ]
    read = [body.input(f"{body.name}.given.{number}", ["B", "G"]) for number in range(len(cells))]
    masks = [body.input(f"{body.name}.real.{number}", ["B", 1], TensorProto.BOOL) for number in range(len(cells))]
    after = [
        [body.op("Where", mask, new, old) for new, old in zip(cell.advance(body, one, state), state, strict=True)]
        for cell, one, mask, state in zip(cells, read, masks, before, strict=True)
    ]
    for number, parts in enumerate(after):
        for part, name in enumerate(parts):
            body.output(f"{body.name}.after.{number}.{part}", name, ["B", hidden])
    for number, parts in enumerate(after):
        body.output(f"{body.name}.output.{number}", parts[0], ["B", hidden])

    states = len(cells) * cells[0].parts
    found = graph.ops(
        "Scan",
        states + len(cells),
        *[zeros(graph, real, hidden)] * states,
        *given,
        *[real] * len(cells),
        body=body.body(),
        num_scan_inputs=2 * len(cells),
        scan_input_directions=directions * 2,
        scan_output_directions=directions,
    )
    finals = [found[number : number + cells[0].parts] for number in range(0, states, cells[0].parts)]
    return found[states:], finals


def zeros(graph: Graph, like: str, size: int) -> str:
    """(B, size) zeros, B that of a tensor (S, B, ...)."""
    shape = graph.join(graph.op("Shape", like, start=1, end=2), graph.constant(np.array([size])), axis=0)
    return graph.op("Expand", graph.constant(np.float32(0)), shape)


def mean(graph: Graph, x: str, real: str) -> str:
    """(S, B, D) → (B, D), over real tokens."""
    weights = graph.op("Cast", real, to=TensorProto.FLOAT)
    axis = graph.constant(np.array([0]))
    total = graph.op("ReduceSum", graph.op("Where", real, x, graph.constant(np.float32(0))), axis, keepdims=0)
    return graph.op("Div", total, graph.op("ReduceSum", weights, axis, keepdims=0))


def between_layers(graph: Graph, between: LayerConnection, outputs: TensorRef, inputs: TensorRef) -> TensorRef:
    """Normalisation and residual, around a layer that has read ``inputs``."""
    name, size, bound = outputs.name, outputs.size, outputs.bound
    if isinstance(between.norm, nn.LayerNorm):
        norm = between.norm
        scale, shift = (graph.constant(array(part)) for part in (norm.weight, norm.bias))
        name, bound = graph.op("LayerNormalization", name, scale, shift, axis=-1, epsilon=norm.eps), None
    if between.residual and size == inputs.size:
        name = graph.op("Add", name, inputs.name)
        bound = None if bound is None or inputs.bound is None else bound + inputs.bound
    return TensorRef(name, size, bound)


def bridge_states(graph: Graph, bridge: Bridge, final: Sequence[Sequence[TensorRef]], ids: str) -> list[str]:
    """The decoder's first state, (B, H) by layer and part, from the encoder's last; ``ids`` (S, B) says what B is."""
    if bridge.kind == "copy":
        return [part.name for layer in final for part in layer]
    if bridge.kind == "zero":
        return [zeros(graph, ids, bridge.hidden) for _ in range(bridge.layers * bridge.parts)]
    states = []
    for layer in range(bridge.layers):
        source = final[layer if bridge.same_depth else -1]
        for part, maps in enumerate(bridge.maps):
            assert isinstance(maps, nn.ModuleList)
            linear = maps[layer]
            assert isinstance(linear, nn.Linear)
            mapped = affine(graph, [source[min(part, len(source) - 1)]], linear)
            states.append(graph.op("Tanh", mapped) if part == 0 else mapped)
    return states
