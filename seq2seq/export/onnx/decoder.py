"""The decoder as ONNX nodes: what is kept of a source, and one step from tokens to the best next ones.

The rows of a step stand in a rectangle: K hypotheses for each of B sentences. What is kept of a sentence is there once,
whatever K: attention is a product of each sentence's queries with its keys.

Letters: B sentences, K hypotheses a sentence, R = B x K rows, S source length, N heads, A attention size, M memory
size, H hidden, E embedding, V vocabulary, W width of a proposal.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from onnx import TensorProto
from torch import nn

from seq2seq.export.onnx.graph import Graph, TensorRef
from seq2seq.export.onnx.layers import Cell, EncoderNodes, affine, array, between_layers
from seq2seq.models.attention import Attention
from seq2seq.models.decoder import Attentive, FixedContext, InputFeeding, Readout
from seq2seq.models.recurrent import Layer, LayerConnection
from seq2seq.models.seq2seq import Seq2Seq

_GROUP: Final = 32
"""Tokens of a group, when the best of a vocabulary are looked for."""

Shape = tuple[int | str, ...]


@dataclass(frozen=True)
class EncoderCache:
    """A tensor that is kept of every sentence."""

    name: str
    shape: Shape


# ------------------------------------------------------------------------------------------ what is kept of a source


def build_cache(graph: Graph, model: Seq2Seq, read: EncoderNodes, real: str) -> list[EncoderCache]:
    """What the decoder will look at, made ready for it; ``real`` (S, B, 1) is False on padding."""
    decoder = model.decoder
    if isinstance(decoder, FixedContext):
        return _cache_context(graph, model, decoder, read) if model.feed_context else []
    attention = decoder.attention
    heads = attention.heads
    keys, size = read.outputs.name, read.outputs.size
    if isinstance(attention.key, nn.Linear):
        keys, size = affine(graph, [read.outputs], attention.key, by_row=True), attention.key.out_features
    width = size // heads
    if attention.score != "additive" and heads > 1:
        keys = graph.op("Mul", keys, graph.constant(np.float32(width**-0.5)))
    multiplied = attention.energy is None  # else they are added to the queries
    axes = (1, 2, 3, 0) if multiplied else (1, 2, 0, 3)
    keys = graph.transpose(graph.reshape(keys, 0, 0, heads, width), *axes)
    outputs = graph.transpose(graph.reshape(read.outputs.name, 0, 0, heads, -1), 1, 2, 0, 3)
    nothing, never = graph.constant(np.float32(0)), graph.constant(np.float32(-np.inf))
    mask = graph.unsqueeze(graph.transpose(graph.op("Where", real, nothing, never), 1, 2, 0), 1)
    return [
        EncoderCache(keys, ("B", heads, width, "S") if multiplied else ("B", heads, "S", width)),
        EncoderCache(outputs, ("B", heads, "S", read.outputs.size // heads)),
        EncoderCache(mask, ("B", 1, 1, "S")),
    ]


def _cache_context(graph: Graph, model: Seq2Seq, decoder: FixedContext, read: EncoderNodes) -> list[EncoderCache]:
    """What the fixed context adds to the first layer's gates and to the readout, at every step the same."""
    context = read.final[-1][0]
    gates = Cell.of(_layers(decoder)[0]).inputs[:, model.target_embedding.embedding_dim :]
    readout = array(decoder.readout.linear.weight)[:, -context.size :]
    return [EncoderCache(graph.linear([context], weight), ("B", len(weight))) for weight in (gates, readout)]


# --------------------------------------------------------------------------------------------------------- one step


@dataclass(frozen=True)
class Rows:
    """How the rows of a step stand."""

    graph: Graph
    tokens: str
    """(B, K) the tokens read."""

    def spread(self, x: str, size: int) -> str:
        """(B, size) → (R, size): what is the same for all hypotheses of a sentence."""
        graph = self.graph
        shape = graph.join(graph.op("Shape", self.tokens), graph.constant(np.array([size])), axis=0)
        return graph.reshape(graph.op("Expand", graph.unsqueeze(x, 1), shape), -1, size)

    def by_head(self, x: str, heads: int, width: int) -> str:
        """(R, N x width) → (B, N, K, width)."""
        graph = self.graph
        if heads == 1:
            sentences = graph.op("Shape", self.tokens, start=0, end=1)
            return graph.op("Reshape", x, graph.join(sentences, graph.constant(np.array([1, -1, width])), axis=0))
        shape = graph.join(graph.op("Shape", self.tokens), graph.constant(np.array([heads, width])), axis=0)
        return graph.transpose(graph.op("Reshape", x, shape), 0, 2, 1, 3)


def step_graph(
    model: Seq2Seq, read: EncoderNodes, kept: Sequence[EncoderCache], *, int8: bool, shortlist: bool = False
) -> Graph:
    """One decoder step.

    Inputs: ``tokens`` (B, K), ``width`` (1,), ``state.N`` (R, ...) and ``memory.N`` (B, ...). Outputs: ``log_probs``
    and ``ids`` (R, W), the best first, normalised over the whole vocabulary, PAD and BOS among them; ``after.N``
    (R, ...), the next states; ``attention`` (B, K, S) if the model attends.

    Over a shortlist of N tokens (see :mod:`~seq2seq.inference.engines.onnx.shortlist`) there are more inputs:
    ``shortlist.weight`` (E, N), ``shortlist.bias`` (B, N) and, in 8 bits, ``shortlist.scale`` (N,). Log-probabilities
    are normalised
    over what the bias of a sentence leaves possible, and ids count the shortlist's tokens.

    Args:
        model: the module.
        read: what is known of the encoder's outputs; the graph is another.
        kept: of a sentence.
        int8: whether products with weights are computed in 8-bit integers.
        shortlist: whether the output projection is given when the graph runs.
    """
    graph = Graph("step", int8=int8)
    tokens = graph.input("tokens", ("B", "K"), TensorProto.INT64)
    width = graph.input("width", (1,), TensorProto.INT64)
    rows = Rows(graph, tokens)
    memory = [graph.input(f"memory.{number}", one.shape) for number, one in enumerate(kept)]
    decoder = model.decoder.inner if isinstance(model.decoder, InputFeeding) else model.decoder
    embedding = model.target_embedding.embedding_dim
    layers = _layers(decoder)
    states = []
    for number, cell in enumerate(map(Cell.of, layers)):
        names = [f"state.{number * cell.parts + part}" for part in range(cell.parts)]
        states.append([graph.input(name, ("R", cell.hidden)) for name in names])

    read_first = [graph.embed(graph.reshape(tokens, -1), array(model.target_embedding.weight))]
    feed = sum(map(len, states))
    if isinstance(model.decoder, InputFeeding):
        read_first.append(TensorRef(graph.input(f"state.{feed}", ("R", embedding)), embedding, 1.0))
    extra = rows.spread(memory[0], int(kept[0].shape[1])) if isinstance(decoder, FixedContext) and memory else None
    cell = Cell.of(layers[0])
    cell = replace(cell, inputs=cell.inputs[:, : sum(part.size for part in read_first)])
    after = [cell.step(graph, read_first, states[0], extra)]
    x = between_layers(graph, _between(decoder)[0], cell.output(after[0][0]), read_first[0])
    seen: list[TensorRef] = []
    weights = None
    if isinstance(decoder, Attentive):
        context, weights = _attend(rows, decoder.attention, x, memory, read.outputs)
        seen = [context]
    for layer, between, state in zip(layers[1:], _between(decoder)[1:], states[1:], strict=True):
        cell = Cell.of(layer)
        after.append(cell.step(graph, [x, *seen], state))
        x = between_layers(graph, between, cell.output(after[-1][0]), x)
    features = _read_out(rows, decoder.readout, [x, *seen], memory[1] if extra else None)
    log_probs = _shortlisted(rows, features) if shortlist else _log_probs(graph, model.projection, features)
    best, ids = _best(graph, log_probs, width)

    graph.output("log_probs", best, ("R", "W"))
    graph.output("ids", ids, ("R", "W"), TensorProto.INT64)
    parts = [(part, cell.hidden) for state in after for part in state]
    parts += [(features.name, embedding)] if isinstance(model.decoder, InputFeeding) else []
    for number, (part, size) in enumerate(parts):
        graph.output(f"after.{number}", part, ("R", size))
    if weights is not None:
        graph.output("attention", weights, ("B", "K", "S"))
    return graph


def _attend(
    rows: Rows, attention: Attention, x: TensorRef, memory: Sequence[str], outputs: TensorRef
) -> tuple[TensorRef, str]:
    """(R, H) → the context (R, M), and weights (B, K, S), the mean over heads."""
    graph = rows.graph
    keys, values, mask = memory
    heads = attention.heads
    query, size = x.name, x.size
    if isinstance(attention.query, nn.Linear):
        query, size = affine(graph, [x], attention.query), attention.query.out_features
    width = size // heads
    query = rows.by_head(query, heads, width)
    if attention.energy is None:
        scores = graph.op("MatMul", query, keys)
    else:
        # (B, N, K, S, A / N)
        mixed = graph.op("Tanh", graph.op("Add", graph.unsqueeze(query, 3), graph.unsqueeze(keys, 2)))
        energy = array(attention.energy)
        if heads == 1:
            scores = graph.squeeze(graph.op("MatMul", mixed, graph.constant(energy.T)), 4)
        else:
            weighted = graph.op("Mul", mixed, graph.constant(energy[:, None, None]))
            scores = graph.op("ReduceSum", weighted, graph.constant(np.array([4])), keepdims=0)
    weights = graph.op("Softmax", graph.op("Add", scores, mask), axis=-1)
    context = graph.op("MatMul", weights, values)
    if heads == 1:
        shown = graph.squeeze(weights, 1)
    else:
        context = graph.transpose(context, 0, 2, 1, 3)
        shown = graph.op("ReduceMean", weights, graph.constant(np.array([1])), keepdims=0)
    return TensorRef(graph.reshape(context, -1, outputs.size), outputs.size, outputs.bound), shown


def _read_out(rows: Rows, readout: Readout, parts: Sequence[TensorRef], fixed: str | None) -> TensorRef:
    """tanh(W [x; ...] + b), where ``fixed`` (B, E) is what the fixed context adds."""
    graph = rows.graph
    weight, bias = array(readout.linear.weight), array(readout.linear.bias)
    size = len(weight)
    total = graph.linear(parts, weight[:, : sum(part.size for part in parts)], bias, by_row=True)
    if fixed is not None:
        total = graph.op("Add", total, rows.spread(fixed, size))
    return TensorRef(graph.op("Tanh", total), size, 1.0)


def _log_probs(graph: Graph, projection: nn.Linear, features: TensorRef) -> str:
    """(R, E) → (R, V) log-probabilities, V filled up to whole groups with tokens that are impossible."""
    missing = -projection.out_features % _GROUP
    weight = np.pad(array(projection.weight), ((0, missing), (0, 0)))
    bias = np.pad(array(projection.bias), (0, missing), constant_values=-np.inf)
    return graph.op("LogSoftmax", graph.linear([features], weight, bias), axis=-1)


def _shortlisted(rows: Rows, features: TensorRef) -> str:
    """(R, E) → (R, N) log-probabilities over a shortlist; the bias of what is not in a sentence's own is -inf."""
    graph = rows.graph
    kind = TensorProto.INT8 if graph.int8 else TensorProto.FLOAT
    weight = graph.input("shortlist.weight", (features.size, "N"), kind)
    bias = graph.input("shortlist.bias", ("B", "N"))
    scale = graph.input("shortlist.scale", ("N",)) if graph.int8 else ""
    rest = graph.constant(np.array([-1]))
    by_sentence = graph.join(graph.op("Shape", rows.tokens), rest, axis=0)
    by_row = graph.join(rest, graph.op("Shape", bias, start=1, end=2), axis=0)
    logits = graph.op("Reshape", graph.product(features, weight, scale), by_sentence)
    logits = graph.op("Add", logits, graph.unsqueeze(bias, 1))
    return graph.op("LogSoftmax", graph.op("Reshape", logits, by_row), axis=-1)


def _best(graph: Graph, log_probs: str, width: str) -> list[str]:
    """The ``width`` largest of every row (R, V), in order, and where they stand.

    They stand in as many of the groups with the largest maxima. To take maxima is quick, to keep order among a whole
    vocabulary is not.
    """
    groups = graph.reshape(log_probs, 0, -1, _GROUP)
    maxima = graph.op("ReduceMax", groups, graph.constant(np.array([2])), keepdims=0)
    there = graph.op("Shape", maxima, start=1, end=2)
    _, chosen = graph.ops("TopK", 2, maxima, graph.op("Min", width, there), axis=-1)
    chosen = graph.unsqueeze(chosen, 2)
    candidates = graph.reshape(graph.op("GatherND", groups, chosen, batch_dims=1), 0, -1)
    first = graph.op("Mul", chosen, graph.constant(np.array(_GROUP)))
    ids = graph.reshape(graph.op("Add", first, graph.constant(np.arange(_GROUP))), 0, -1)
    best, place = graph.ops("TopK", 2, candidates, width, axis=-1)
    return [best, graph.op("GatherElements", ids, place, axis=1)]


def _layers(decoder: FixedContext | Attentive) -> list[Layer]:
    return [layer for layer in decoder.stack.layers if isinstance(layer, Layer)]


def _between(decoder: FixedContext | Attentive) -> list[LayerConnection]:
    return [between for between in decoder.stack.between if isinstance(between, LayerConnection)]
