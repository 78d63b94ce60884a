"""Encoders, bridges and the connections between layers as ONNX nodes, with the weights of their modules.

A cell writes its own nodes (:meth:`seq2seq.models.cells.base.Cell.step_nodes`): the same in a decoder, which takes one
step, and in an encoder, whose loop over the source is ONNX's Scan. The inputs' share of the gates is computed for a
whole source at once, outside of the loop.

Letters: B batch, S source length, R rows, I inputs, H hidden, G gate units, L layers, M memory size.
"""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

import numpy as np
from onnx import TensorProto
from torch import nn

from seq2seq.export.onnx.graph import Graph
from seq2seq.models.bridge import Bridge
from seq2seq.models.cells.base import Cell
from seq2seq.models.cells.fused import SummedCell
from seq2seq.models.cells.lstm import LSTM
from seq2seq.models.cells.rnn_relu import ReluRNN
from seq2seq.models.cells.rnn_tanh import TanhRNN
from seq2seq.models.encoder import Encoder, TagReader
from seq2seq.models.nodes import Array, EncoderNodes, TensorRef, affine, array, mean
from seq2seq.models.projection import Projection
from seq2seq.models.recurrent import Bidirectional, LayerConnection

_ALIKE: Final = (LSTM, TanhRNN, ReluRNN)
"""Cells whose two directions differ in their products alone."""


def encode(graph: Graph, encoder: Encoder | TagReader, table: Array, ids: str, real: str | None) -> EncoderNodes:
    """Read tokens (S, B) with an embedding table (V, E); ``real`` (S, B, 1) bool is False on padding, None without."""
    if isinstance(encoder, TagReader):
        tags = graph.op("Gather", graph.constant(table), ids)
        bound = float(np.abs(table).max())
        return EncoderNodes(
            TensorRef(tags, encoder.size, bound), [[TensorRef(mean(graph, tags, real), encoder.size, bound)]]
        )
    return encode_embedded(graph, encoder, graph.embed(ids, table), real)


def encode_embedded(graph: Graph, encoder: Encoder, embedded: TensorRef, real: str | None) -> EncoderNodes:
    """Read what stands for each token or step, (S, B, E); ``real`` as of :func:`encode`."""
    x, final = embedded, []
    for layer, between in zip_longest(encoder.layers, encoder.between):
        assert isinstance(layer, Cell | Bidirectional)
        assert between is None or isinstance(between, LayerConnection)
        outputs, state = _read_layer(graph, layer, x, real, backwards=encoder.reverse_source)
        x = outputs if between is None else connection_nodes(graph, between, outputs, x)
        final.append(state)
    return EncoderNodes(x, final, embedded)


def project(graph: Graph, projection: Projection, vectors: str) -> TensorRef:
    """(S, B, N) vectors → (S, B, E); in float32 always, since a few numbers of any size are ill served by 8 bits."""
    linear = projection.linear
    product = graph.op("MatMul", vectors, graph.constant(array(linear.weight).T))
    return TensorRef(graph.op("Add", product, graph.constant(array(linear.bias))), linear.out_features)


def _read_layer(
    graph: Graph, layer: Cell | Bidirectional, x: TensorRef, real: str | None, *, backwards: bool
) -> tuple[TensorRef, list[TensorRef]]:
    """One layer over (S, B, I): outputs (S, B, M), and the final state, (B, M) a part."""
    cells = (layer,) if isinstance(layer, Cell) else (layer.forward_layer, layer.backward_layer)
    gates = [graph.linear([x], *cell.input_map()) for cell in cells]
    # Of exact classes: those of other packages may differ in more than the products.
    both = [cell for cell in cells if isinstance(cell, SummedCell) and type(cell) in _ALIKE]
    if real is None and len(both) == 2:
        outputs, states = _scan_both(graph, both, gates, backwards=backwards)
    else:
        outputs, states = _scan(graph, cells, gates, real, backwards=backwards)
    bound = cells[0].bound
    size = len(cells) * cells[0].hidden
    # h is bounded, c is not.
    final = [
        TensorRef(graph.join(*part), size, bound if number == 0 else None)
        for number, part in enumerate(zip(*states, strict=True))
    ]
    return TensorRef(graph.join(*outputs), size, bound), final


def _scan(
    graph: Graph, cells: Sequence[Cell], given: Sequence[str], real: str | None, *, backwards: bool
) -> tuple[list[str], list[list[str]]]:
    """Run cells over (S, B, G H), the first ahead, a second back (or the other way round, ``backwards``).

    On padding a state stands still: it is zero before a source that is read backwards, and the final one after a
    source that is read forwards. Outputs there are of no use.

    Returns:
        Outputs (S, B, H) and final states (B, H) a part, of each cell.
    """
    hidden = cells[0].hidden
    directions = [int(backwards), int(not backwards)][: len(cells)]
    body = Graph(f"{given[0]}.loop", int8=graph.int8, outer=graph)
    before = [
        [body.input(f"{body.name}.state.{number}.{part}", ["B", hidden]) for part in range(cells[0].state_tensors)]
        for number in range(len(cells))
    ]
    read = [body.input(f"{body.name}.given.{number}", ["B", "G"]) for number in range(len(cells))]
    masked = [real] * len(cells) if real else []
    masks = [body.input(f"{body.name}.real.{number}", ["B", 1], TensorProto.BOOL) for number in range(len(masked))]
    steps = [cell.step_nodes(body, one, state) for cell, one, state in zip(cells, read, before, strict=True)]
    for new_parts, mask, old_parts in zip_longest(steps, masks, before):
        for new, old in zip(new_parts, old_parts, strict=True):
            body.result(body.op("Where", mask, new, old) if mask else new, ["B", hidden])
    for new_parts in steps:
        # An output of its own: what a state is already cannot be one as well.
        body.result(new_parts[0] if masks else body.op("Identity", new_parts[0]), ["B", hidden])

    states = len(cells) * cells[0].state_tensors
    found = graph.ops(
        "Scan",
        states + len(cells),
        *[zeros(graph, given[0], hidden)] * states,
        *given,
        *masked,
        body=body.body(),
        num_scan_inputs=len(given) + len(masked),
        scan_input_directions=directions * (2 if real else 1),
        scan_output_directions=directions,
    )
    finals = [found[number : number + cells[0].state_tensors] for number in range(0, states, cells[0].state_tensors)]
    return found[states:], finals


def _scan_both(
    graph: Graph, cells: Sequence[SummedCell], given: Sequence[str], *, backwards: bool
) -> tuple[list[str], list[list[str]]]:
    """:func:`_scan` of both directions as one recurrence over 2 B rows, those of the first cell first.

    They differ in their products alone: fewer nodes, which is faster for one source, and more copies, which is slower
    for many. An h is carried by cell, since a product reads it; the rest of a state is not.
    """
    hidden, two = cells[0].hidden, len(cells)
    body = Graph(f"{given[0]}.loop", int8=graph.int8, outer=graph)
    before = [body.input(f"{body.name}.state.{number}", ["B", hidden]) for number in range(two)]
    rest = [body.input(f"{body.name}.rest.{number}", ["2 B", hidden]) for number in range(cells[0].state_tensors - 1)]
    read = [body.input(f"{body.name}.given.{number}", ["B", "G"]) for number in range(two)]
    sums = [cell.sum_nodes(body, one, h) for cell, one, h in zip(cells, read, before, strict=True)]
    h, *others = cells[0].gate_nodes(body, body.join(*sums, axis=0), ["", *rest])  # which read h in the sums alone
    for of_cell in body.ops("Split", two, h, axis=0, num_outputs=two):
        body.result(of_cell, ["B", hidden])
    for joined in [*others, h]:
        body.result(joined, ["2 B", hidden])

    zero = zeros(graph, given[0], hidden)
    found = graph.ops(
        "Scan",
        two + len(rest) + 1,
        *[zero] * two,
        *[graph.join(zero, zero, axis=0)] * len(rest),
        *given,
        body=body.body(),
        num_scan_inputs=two,
        scan_input_directions=[int(backwards), int(not backwards)],
    )
    finals, joined_finals, outputs = found[:two], found[two:-1], found[-1]
    by_cell = [graph.ops("Split", two, part, axis=0, num_outputs=two) for part in joined_finals]
    in_order = graph.ops("Split", two, outputs, axis=1, num_outputs=two)  # of their steps
    first, last = (graph.constant(np.array([place])) for place in (np.iinfo(np.int64).min, -1))
    backward = int(not backwards)
    in_order[backward] = graph.op("Slice", in_order[backward], last, first, graph.constant(np.array([0])), last)
    return in_order, [list(parts) for parts in zip(finals, *by_cell, strict=True)]


def zeros(graph: Graph, like: str, size: int) -> str:
    """(B, size) zeros, B that of a tensor (S, B, ...)."""
    shape = graph.join(graph.op("Shape", like, start=1, end=2), graph.constant(np.array([size])), axis=0)
    return graph.op("Expand", graph.constant(np.float32(0)), shape)


def connection_nodes(graph: Graph, between: LayerConnection, outputs: TensorRef, inputs: TensorRef) -> TensorRef:
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
    """The decoder's first state, (B, H) by layer and part, from the encoder's last; ``ids`` (S, B) gives B."""
    if bridge.kind == "copy":
        return [part.name for layer in final for part in layer]
    if bridge.kind == "zero":
        return [zeros(graph, ids, bridge.hidden) for _ in range(bridge.layers * bridge.state_tensors)]
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
