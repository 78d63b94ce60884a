"""The decoder as ONNX nodes: the cache of a source, and one step from tokens to the best next ones.

The rows of a step form a rectangle: K hypotheses for each of B sentences. The cache holds a sentence once, whatever K:
attention is a product of each sentence's queries with its keys.

Letters: B sentences, K hypotheses per sentence, R = B x K rows, S source length, N heads, A attention size, M memory
size, H hidden, G gate units, E embedding, V vocabulary, W width of a proposal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from onnx import TensorProto
from torch import nn

from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.layers import connection_nodes
from seq2seq.models.attention import Attention
from seq2seq.models.cells.base import Cell
from seq2seq.models.decoder import Attentive, FixedContext, InputFeeding, Readout
from seq2seq.models.nodes import EncoderNodes, Shape, TensorRef, affine, array
from seq2seq.models.recurrent import LayerConnection
from seq2seq.models.seq2seq import Seq2Seq

_GROUP: Final = 32
"""Tokens per group in the search for the best of a vocabulary."""


@dataclass(frozen=True)
class Cached:
    """A tensor that is computed once per sentence and read by every step."""

    name: str
    shape: Shape


EncoderCache = Sequence[Cached]
"""Keys, values and mask of an attention; or the shares of a fixed context in the gates and the readout; or nothing."""


# ------------------------------------------------------------------------------------------------------ the cache


def build_cache(graph: Graph, model: Seq2Seq, encoded: EncoderNodes, real: str) -> EncoderCache:
    """Everything of a source that no step changes; ``real`` (S, B, 1) is False on padding."""
    decoder = model.decoder
    if isinstance(decoder, FixedContext):
        return _cache_context(graph, model, decoder, encoded) if model.feed_context else []
    attention, outputs = decoder.attention, encoded.outputs
    # keys = self.key(memory)
    projection = attention.key
    plain = affine(graph, [outputs], projection, by_row=True) if isinstance(projection, nn.Linear) else outputs.name
    keys, shape = attention.key_nodes(graph, plain)
    # values = self._by_head(memory)
    values = graph.transpose(graph.reshape(outputs.name, 0, 0, attention.heads, -1), 1, 2, 0, 3)
    # mask, to be added to the scores: 0 on real tokens, -inf on padding
    nothing, never = graph.constant(np.float32(0)), graph.constant(np.float32(-np.inf))
    mask = graph.unsqueeze(graph.transpose(graph.op("Where", real, nothing, never), 1, 2, 0), 1)
    return [
        Cached(keys, shape),
        Cached(values, ("B", attention.heads, "S", outputs.size // attention.heads)),
        Cached(mask, ("B", 1, 1, "S")),
    ]


def _cache_context(graph: Graph, model: Seq2Seq, decoder: FixedContext, encoded: EncoderNodes) -> EncoderCache:
    """The fixed context's share of the first layer's gates and of the readout, the same at every step."""
    context = encoded.final[-1][0]
    gates = _cells(decoder)[0].input_map()[0][:, model.target_embedding.embedding_dim :]
    readout = array(decoder.readout.linear.weight)[:, -context.size :]
    return [Cached(graph.linear([context], weight), ("B", len(weight))) for weight in (gates, readout)]


# --------------------------------------------------------------------------------------------------------- one step


@dataclass(frozen=True)
class Rows:
    """The order of the rows of a step."""

    graph: Graph
    tokens: str
    """(B, K) the tokens read."""

    def spread(self, x: str, size: int) -> str:
        """(B, size) → (R, size): the same for all hypotheses of a sentence."""
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
    model: Seq2Seq, encoded: EncoderNodes, cache: EncoderCache, *, int8: bool, shortlist: bool = False
) -> Graph:
    """One decoder step.

    Inputs: ``tokens`` (B, K), ``width`` (1,), ``state.N`` (R, ...) and ``memory.N`` (B, ...). Outputs: ``log_probs``
    and ``ids`` (R, W), the best first, normalised over the whole vocabulary, PAD and BOS among them; ``after.N``
    (R, ...), the next states; ``attention`` (B, K, S) if the model attends; ``distribution`` (R, V), all
    log-probabilities by id, with those of ids beyond the vocabulary, which are impossible.

    Over a shortlist of N tokens (see :mod:`~seq2seq.inference.engines.onnx.shortlist`) there are more inputs:
    ``shortlist.weight`` (E, N), ``shortlist.bias`` (B, N) and, in 8 bits, ``shortlist.scale`` (N,). Log-probabilities
    are normalised over the tokens that the bias of a sentence leaves possible, and ids count the shortlist's tokens.

    The encoder's outputs and the cache, whose sizes and bounds are given, are computed by the encoder's graph.
    """
    graph = Graph("step", int8=int8)
    feeds = isinstance(model.decoder, InputFeeding)
    decoder = model.decoder.inner if isinstance(model.decoder, InputFeeding) else model.decoder
    cells, connections = _cells(decoder), [one for one in decoder.stack.between if isinstance(one, LayerConnection)]
    embedding = model.target_embedding.embedding_dim

    tokens = graph.input("tokens", ("B", "K"), TensorProto.INT64)
    width = graph.input("width", (1,), TensorProto.INT64)
    memory = [graph.input(f"memory.{number}", cached.shape) for number, cached in enumerate(cache)]
    sizes = [cell.hidden for cell in cells for _ in range(cell.state_tensors)] + [embedding] * feeds
    flat = iter([graph.input(f"state.{number}", ("R", size)) for number, size in enumerate(sizes)])
    states = [[next(flat) for _ in range(cell.state_tensors)] for cell in cells]
    rows = Rows(graph, tokens)

    # embedded = self.target_embedding(tokens); with input feeding, torch.cat([embedded, feed])
    embedded = graph.embed(graph.reshape(tokens, -1), array(model.target_embedding.weight))
    inputs = [embedded, *(TensorRef(feed, embedding, 1.0) for feed in flat)]

    # x, first = self.stack.first(embedded, state.layers); of a fixed context, torch.cat([embedded, context])
    extra = rows.spread(memory[0], int(cache[0].shape[1])) if isinstance(decoder, FixedContext) and memory else None
    after = [cells[0].nodes(graph, inputs, states[0], extra)]
    x = connection_nodes(graph, connections[0], cells[0].output_ref(after[0][0]), embedded)

    # context, weights = self.attention(x, memory.keys, memory.outputs, memory.mask)
    context: list[TensorRef] = []
    weights = None
    if isinstance(decoder, Attentive):
        attended, weights = _attend(rows, decoder.attention, x, memory, encoded.outputs)
        context = [attended]

    # x, layers = self.stack.above(x, context, state.layers, first)
    for cell, connection, state in zip(cells[1:], connections[1:], states[1:], strict=True):
        after.append(cell.nodes(graph, [x, *context], state))
        x = connection_nodes(graph, connection, cell.output_ref(after[-1][0]), x)

    # features = self.readout(x, context)
    features = _read_out(rows, decoder.readout, [x, *context], memory[1] if extra else None)

    # log_probs, ids = self.projection(features).log_softmax(-1).topk(width)
    log_probs = _shortlisted(rows, features) if shortlist else _log_probs(graph, model.projection, features)
    best, ids = _best(graph, graph.expose("distribution", log_probs, ("R", "V")), width)

    graph.output("log_probs", best, ("R", "W"))
    graph.output("ids", ids, ("R", "W"), TensorProto.INT64)
    next_states = [*(tensor for state in after for tensor in state), *([features.name] if feeds else [])]
    for number, (tensor, size) in enumerate(zip(next_states, sizes, strict=True)):
        graph.output(f"after.{number}", tensor, ("R", size))
    if weights is not None:
        graph.output("attention", weights, ("B", "K", "S"))
    return graph


def _attend(
    rows: Rows, attention: Attention, x: TensorRef, memory: Sequence[str], outputs: TensorRef
) -> tuple[TensorRef, str]:
    """(R, H) → the context (R, M), and weights (B, K, S), the mean over heads."""
    graph, heads = rows.graph, attention.heads
    keys, values, mask = memory

    # scores = self.scores(self._by_head(self.query(queries)), keys)
    query = affine(graph, [x], attention.query) if isinstance(attention.query, nn.Linear) else x.name
    query = rows.by_head(query, heads, attention.size // heads)
    scores = attention.score_nodes(graph, query, keys)

    # weights = torch.softmax(scores.masked_fill(~mask, -inf), dim=3)
    weights = graph.op("Softmax", graph.op("Add", scores, mask), axis=-1)

    # context = (weights @ values).transpose(1, 2).flatten(2), weights.mean(dim=1)
    context = graph.op("MatMul", weights, values)
    if heads == 1:
        shown = graph.squeeze(weights, 1)
    else:
        context = graph.transpose(context, 0, 2, 1, 3)
        shown = graph.op("ReduceMean", weights, graph.constant(np.array([1])), keepdims=0)
    return TensorRef(graph.reshape(context, -1, outputs.size), outputs.size, outputs.bound), shown


def _read_out(rows: Rows, readout: Readout, parts: Sequence[TensorRef], fixed: str | None) -> TensorRef:
    """tanh(W [x; ...] + b), where ``fixed`` (B, E) is the share of the fixed context."""
    graph = rows.graph
    weight, bias = array(readout.linear.weight), array(readout.linear.bias)
    total = graph.linear(parts, weight[:, : sum(part.size for part in parts)], bias, by_row=True)
    if fixed is not None:
        total = graph.op("Add", total, rows.spread(fixed, len(weight)))
    return TensorRef(graph.op("Tanh", total), len(weight), 1.0)


def _log_probs(graph: Graph, projection: nn.Linear, features: TensorRef) -> str:
    """(R, E) → (R, V) log-probabilities, V filled up to whole groups with tokens that are impossible."""
    missing = -projection.out_features % _GROUP
    weight = np.pad(array(projection.weight), ((0, missing), (0, 0)))
    bias = np.pad(array(projection.bias), (0, missing), constant_values=-np.inf)
    return graph.op("LogSoftmax", graph.linear([features], weight, bias), axis=-1)


def _shortlisted(rows: Rows, features: TensorRef) -> str:
    """(R, E) → (R, N) log-probabilities over a shortlist; tokens outside a sentence's own list have a bias of -inf."""
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
    """The ``width`` largest of every row (R, V), in order, and their columns.

    They are all in the ``width`` groups with the largest maxima. Taking maxima is fast, sorting a vocabulary is not.
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


def _cells(decoder: FixedContext | Attentive) -> list[Cell]:
    return [cell for cell in decoder.stack.layers if isinstance(cell, Cell)]
