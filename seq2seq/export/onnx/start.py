"""What a graph computes once per source: the encoder, the decoder's first state, and the cache of its steps.

Letters: B batch, S source length, N numbers of a vector.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from onnx import TensorProto
from torch import nn

from seq2seq.export.onnx.decoder import EncoderCache, build_cache
from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.layers import bridge_states, encode, encode_embedded, project, zeros
from seq2seq.models.decoder import InputFeeding
from seq2seq.models.encoder import Encoder, TagReader
from seq2seq.models.nodes import EncoderNodes, array
from seq2seq.models.projection import Projection
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import PAD


@dataclass(frozen=True)
class StartNodes:
    """All that a step needs of a source."""

    encoded: EncoderNodes
    states: list[str]
    """(B, ...) the first states, in the order of :func:`~seq2seq.export.onnx.decoder.state_sizes`."""
    cache: EncoderCache


class Source(NamedTuple):
    """What a graph is given, and has read."""

    given: str
    """(S, B) token ids, or (S, B, N) vectors."""
    real: str | None
    """(S, B, 1) bool, False on padding; None without."""
    encoded: EncoderNodes


def read_source(
    graph: Graph, embedding: nn.Embedding | Projection, encoder: Encoder | TagReader, *, padded: bool = True
) -> Source:
    """Encode the input ``source``: (B, S) token ids with EOS, padded unless all sources have one length.

    Where a network reads vectors: (B, S, N), and their ``lengths`` (B,) if they are padded.
    """
    if isinstance(embedding, Projection):
        assert isinstance(encoder, Encoder)
        steps = graph.input("source", ("B", "S", embedding.linear.in_features))
        real = _first_steps(graph, steps) if padded else None
        vectors = graph.transpose(steps, 1, 0, 2)
        return Source(vectors, real, encode_embedded(graph, encoder, project(graph, embedding, vectors), real))
    ids = graph.transpose(graph.input("source", ("B", "S"), TensorProto.INT64), 1, 0)
    real = _tokens(graph, ids) if padded else None
    return Source(ids, real, encode(graph, encoder, array(embedding.weight), ids, real))


def _tokens(graph: Graph, ids: str) -> str:
    """(S, B, 1) bool of ids (S, B): False on padding."""
    padding = graph.op("Equal", ids, graph.constant(np.array(PAD)))
    return graph.unsqueeze(graph.op("Not", padding), 2)


def _first_steps(graph: Graph, given: str) -> str:
    """(S, B, 1) bool of vectors (B, S, N): False after the input ``lengths`` (B,)."""
    lengths = graph.input("lengths", ("B",), TensorProto.INT64)
    steps = graph.op("Shape", given, start=1, end=2)
    one = graph.constant(np.array([1]))
    places = graph.op("CumSum", graph.op("Expand", one, steps), graph.constant(np.array(0)))  # (S,) from 1
    real = graph.op("LessOrEqual", graph.unsqueeze(places, 1), graph.unsqueeze(lengths, 0))
    return graph.unsqueeze(real, 2)


def start_nodes(graph: Graph, model: Seq2Seq, *, padded: bool = True) -> StartNodes:
    """Read the inputs of :func:`read_source`."""
    given, real, encoded = read_source(graph, model.source_embedding, model.encoder, padded=padded)
    states = bridge_states(graph, model.bridge, encoded.final, given)
    if isinstance(model.decoder, InputFeeding):
        states = [*states, zeros(graph, given, model.target_embedding.embedding_dim)]
    return StartNodes(encoded, states, build_cache(graph, model.decoder, encoded, real, feeds=model.feed_context))
