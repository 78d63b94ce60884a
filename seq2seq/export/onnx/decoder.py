"""The decoder as ONNX nodes: the cache of a source, and one step from tokens to features.

The rows of a step form a rectangle: K hypotheses for each of B sentences. The cache holds a sentence once, whatever K:
attention is a product of each sentence's queries with its keys. If there is one sentence, the axis of sentences may be
left out, and that of a single head with it: a step of few rows costs little more than its nodes.

Letters: B sentences, K hypotheses per sentence, R = B x K rows, S source length, N heads, A attention size, M memory
size, H hidden, G gate units, E embedding.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from torch import nn

from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.layers import connection_nodes
from seq2seq.models.attention import AdditiveAttention, Attention, DotAttention, GeneralAttention
from seq2seq.models.cells.base import Cell
from seq2seq.models.decoder import Attentive, FixedContext, InputFeeding, Readout
from seq2seq.models.nodes import EncoderNodes, Shape, TensorRef, affine, array
from seq2seq.models.recurrent import LayerConnection
from seq2seq.models.seq2seq import Seq2Seq

Decoder = FixedContext | Attentive | InputFeeding
_ANY_AXES: Final = (GeneralAttention, DotAttention, AdditiveAttention)
"""Scores whose nodes work without the axes of sentences and heads, too."""


@dataclass(frozen=True)
class Cached:
    """A tensor that is computed once per sentence and read by every step."""

    name: str
    shape: Shape


EncoderCache = Sequence[Cached]
"""Keys and values of an attention, and the mask of padded sources; or the shares of a fixed context in the gates and
the readout; or nothing."""


# ------------------------------------------------------------------------------------------------------ the cache


def build_cache(
    graph: Graph, decoder: Decoder, encoded: EncoderNodes, real: str | None, *, feeds: bool
) -> EncoderCache:
    """Everything of a source that no step changes.

    ``real`` (S, B, 1) is False on padding, None without; ``feeds``: a fixed context is fed to every step.
    """
    if isinstance(decoder, FixedContext):
        return _cache_context(graph, decoder, encoded) if feeds else []
    return _attention_cache(graph, decoder.attention, encoded, real)


def _attention_cache(graph: Graph, attention: Attention, encoded: EncoderNodes, real: str | None) -> EncoderCache:
    """What an attention reads at every step; ``real`` as of :func:`build_cache`."""
    parts = memory_parts(encoded, attention)
    # memory = torch.cat([encoded.outputs, embedded]); keys = self.key(memory)
    memory = graph.join(*(graph.floats(part) for part in parts))
    projection = attention.key
    keys, shape = attention.key_nodes(
        graph, affine(graph, parts, projection) if isinstance(projection, nn.Linear) else memory
    )
    # values = self._by_head(memory)
    values = graph.transpose(graph.reshape(memory, 0, 0, attention.heads, -1), 1, 2, 0, 3)
    cache = [
        Cached(keys, shape),
        Cached(values, ("B", attention.heads, "S", attention.memory // attention.heads)),
    ]
    if real is None:
        return cache
    # mask, to be added to the scores: 0 on real tokens, -inf on padding
    nothing, never = graph.constant(np.float32(0)), graph.constant(np.float32(-np.inf))
    mask = graph.unsqueeze(graph.transpose(graph.op("Where", real, nothing, never), 1, 2, 0), 1)
    return [*cache, Cached(mask, ("B", 1, 1, "S"))]


def memory_parts(encoded: EncoderNodes, attention: Attention) -> list[TensorRef]:
    """What is attended to, side by side: the encoder's outputs, and what it has read."""
    if not attention.embeddings:
        return [encoded.outputs]
    assert encoded.embedded is not None
    return [encoded.outputs, encoded.embedded]


def _cache_context(graph: Graph, decoder: FixedContext, encoded: EncoderNodes) -> EncoderCache:
    """The fixed context's share of the first layer's gates and of the readout, the same at every step."""
    context = encoded.final[-1][0]
    gates = _cells(decoder)[0].input_map()[0][:, _embedding(decoder) :]
    readout = array(decoder.readout.linear.weight)[:, -context.size :]
    return [Cached(graph.linear([context], weight), ("B", len(weight))) for weight in (gates, readout)]


# --------------------------------------------------------------------------------------------------------- one step


@dataclass(frozen=True)
class Rows:
    """The order of the rows of a step."""

    graph: Graph
    shape: str | None
    """(2,) B, K, known before the step; None: all rows are of one sentence, whose memory has no axis of sentences."""

    def spread(self, x: str, size: int) -> str:
        """(B, size) → (R, size), the same for all hypotheses of a sentence, of what no step changes."""
        if self.shape is None:
            return x  # one row, which is added to all
        once = self.graph.once
        shape = once.join(self.shape, once.constant(np.array([size])), axis=0)
        return once.reshape(once.op("Expand", once.unsqueeze(x, 1), shape), -1, size)

    def by_head(self, x: str, heads: int, width: int) -> str:
        """(R, N x width) → (B, N, K, width); of one sentence (N, K, width), or (K, width) of one head."""
        graph, once = self.graph, self.graph.once
        if self.shape is None:
            return x if heads == 1 else graph.transpose(graph.reshape(x, -1, heads, width), 1, 0, 2)
        if heads == 1:
            sentences = once.op("Gather", self.shape, once.constant(np.array([0])))
            return graph.op("Reshape", x, once.join(sentences, once.constant(np.array([1, -1, width])), axis=0))
        shape = once.join(self.shape, once.constant(np.array([heads, width])), axis=0)
        return graph.transpose(graph.op("Reshape", x, shape), 0, 2, 1, 3)

    def joined(self, x: str, heads: int, width: int) -> str:
        """The rows that :meth:`by_head` has taken apart."""
        graph = self.graph
        if self.shape is None:
            return x if heads == 1 else graph.reshape(graph.transpose(x, 1, 0, 2), -1, heads * width)
        return graph.reshape(graph.transpose(x, 0, 2, 1, 3) if heads > 1 else x, -1, heads * width)


def memory_of_one(graph: Graph, decoder: Decoder, cache: EncoderCache, shape: str) -> tuple[str | None, list[str]]:
    """The shape of :class:`Rows` and the memory of a step whose rows, of that ``shape``, are all of one sentence.

    An attention score of another package keeps the axis of sentences, which its nodes may count on.
    """
    memory = [cached.name for cached in cache]
    inner = _inner(decoder)
    if isinstance(inner, FixedContext):
        return None, memory
    if type(inner.attention) not in _ANY_AXES:
        return shape, memory
    left_out = graph.constant(np.array([0] if inner.attention.heads > 1 else [0, 1]))
    return None, [graph.op("Squeeze", name, left_out) for name in memory]


@dataclass(frozen=True)
class StepNodes:
    """What one step computes."""

    features: TensorRef
    """(R, E), from which the projection makes logits."""
    states: list[str]
    """(R, ...) the next states, in the order of :func:`state_sizes`."""
    weights: str | None
    """(B, N, K, S) attention weights, or as :meth:`Rows.by_head` has them; None for a fixed context."""
    heads: int
    """N."""

    def attention(self, graph: Graph) -> str | None:
        """(B, K, S) attention weights with an axis of sentences, the mean over heads; None for a fixed context."""
        if self.weights is None:
            return None
        if self.heads == 1:
            return graph.squeeze(self.weights, 1)
        return graph.op("ReduceMean", self.weights, graph.constant(np.array([1])), keepdims=0)


def state_sizes(decoder: Decoder) -> list[int]:
    """The units of each tensor (R, ...) of a decoder's state: those of its cells, and the readout that is fed back."""
    inner = _inner(decoder)
    fed = [_embedding(inner)] * isinstance(decoder, InputFeeding)
    return [cell.hidden for cell in _cells(inner) for _ in range(cell.state_tensors)] + fed


def step_nodes(
    graph: Graph,
    model: Seq2Seq,
    encoded: EncoderNodes,
    cache: EncoderCache,
    tokens: str,
    shape: str | None,
    memory: Sequence[str],
    states: Sequence[str],
) -> StepNodes:
    """One decoder step that reads tokens (R,); other arguments as those of :func:`embedded_step_nodes`."""
    # embedded = self.target_embedding(tokens)
    embedded = graph.embed(tokens, array(model.target_embedding.weight))
    return embedded_step_nodes(graph, model.decoder, encoded, cache, embedded, shape, memory, states)


def embedded_step_nodes(
    graph: Graph,
    decoder: Decoder,
    encoded: EncoderNodes,
    cache: EncoderCache,
    embedded: TensorRef,
    shape: str | None,
    memory: Sequence[str],
    states: Sequence[str],
) -> StepNodes:
    """One decoder step, in a graph of its own or in the body of a loop.

    Args:
        graph: gets the nodes.
        decoder: gives the weights.
        encoded: the encoder's outputs, of which only size and bounds are read.
        cache: the sizes of ``memory``.
        embedded: (R, E) what is read.
        shape: of :class:`Rows`; of a loop, in the graph around it.
        memory: (B, ...) the cache; of a loop, in the graph around it.
        states: (R, ...) in the order of :func:`state_sizes`.
    """
    feeds = isinstance(decoder, InputFeeding)
    decoder = _inner(decoder)
    cells, connections = _cells(decoder), [one for one in decoder.stack.between if isinstance(one, LayerConnection)]
    flat = iter(states)
    of_cells = [[next(flat) for _ in range(cell.state_tensors)] for cell in cells]
    rows = Rows(graph, shape)

    # with input feeding, torch.cat([embedded, feed])
    inputs = [embedded, *(TensorRef(feed, _embedding(decoder), 1.0) for feed in flat)]

    # x, first = self.stack.first(embedded, state.layers); of a fixed context, torch.cat([embedded, context])
    extra = rows.spread(memory[0], int(cache[0].shape[1])) if isinstance(decoder, FixedContext) and memory else None
    after = [cells[0].nodes(graph, inputs, of_cells[0], extra)]
    x = connection_nodes(graph, connections[0], cells[0].output_ref(after[0][0]), embedded)

    # context, weights = self.attention(x, memory.keys, memory.outputs, memory.mask)
    context: list[TensorRef] = []
    weights, heads = None, 0
    if isinstance(decoder, Attentive):
        heads = decoder.attention.heads
        context, weights = _attend(rows, decoder.attention, x, memory, memory_parts(encoded, decoder.attention))

    # x, layers = self.stack.above(x, context, state.layers, first)
    for cell, connection, state in zip(cells[1:], connections[1:], of_cells[1:], strict=True):
        after.append(cell.nodes(graph, [x, *context], state))
        x = connection_nodes(graph, connection, cell.output_ref(after[-1][0]), x)

    # features = self.readout(x, context)
    features = _read_out(rows, decoder.readout, [x, *context], memory[1] if extra else None)

    next_states = [tensor for state in after for tensor in state]
    return StepNodes(features, next_states + [features.name] * feeds, weights, heads)


def _attend(
    rows: Rows, attention: Attention, x: TensorRef, memory: Sequence[str], parts: Sequence[TensorRef]
) -> tuple[list[TensorRef], str]:
    """(R, H) → the context (R, M), in parts as that of the memory, and weights (B, N, K, S), as the memory has axes."""
    graph, heads = rows.graph, attention.heads
    keys, values, *masks = memory

    # scores = self.scores(self._by_head(self.query(queries)), keys)
    query = affine(graph, [x], attention.query) if isinstance(attention.query, nn.Linear) else x.name
    query = rows.by_head(query, heads, attention.size // heads)
    scores = attention.score_nodes(graph, query, keys)

    # weights = torch.softmax(scores.masked_fill(~mask, -inf), dim=3)
    for mask in masks:
        scores = graph.op("Add", scores, mask)
    weights = graph.op("Softmax", scores, axis=-1)

    # context = (weights @ values).transpose(1, 2).flatten(2), weights.mean(dim=1)
    context = rows.joined(graph.op("MatMul", weights, values), heads, attention.memory // heads)
    names = graph.split(context, *(part.size for part in parts)) if len(parts) > 1 else [context]
    return [TensorRef(name, part.size, part.bound) for name, part in zip(names, parts, strict=True)], weights


def _read_out(rows: Rows, readout: Readout, parts: Sequence[TensorRef], fixed: str | None) -> TensorRef:
    """tanh(W [x; ...] + b), where ``fixed`` (B, E) is the share of the fixed context."""
    graph = rows.graph
    weight, bias = array(readout.linear.weight), array(readout.linear.bias)
    total = graph.linear(parts, weight[:, : sum(part.size for part in parts)], bias)
    if fixed is not None:
        total = graph.op("Add", total, rows.spread(fixed, len(weight)))
    return TensorRef(graph.op("Tanh", total), len(weight), 1.0)


def _inner(decoder: Decoder) -> FixedContext | Attentive:
    """A decoder without its input feeding."""
    return decoder.inner if isinstance(decoder, InputFeeding) else decoder


def _cells(decoder: FixedContext | Attentive) -> list[Cell]:
    return [cell for cell in decoder.stack.layers if isinstance(cell, Cell)]


def _embedding(decoder: FixedContext | Attentive) -> int:
    """E, the size of what a decoder reads and of its features."""
    return decoder.readout.linear.out_features
