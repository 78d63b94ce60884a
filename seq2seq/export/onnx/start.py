"""What a graph computes once per source: the encoder, the decoder's first state, and the cache of its steps.

Letters: B batch, S source length.
"""

from dataclasses import dataclass

import numpy as np
from onnx import TensorProto

from seq2seq.export.onnx.decoder import EncoderCache, build_cache
from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.layers import bridge_states, encode, zeros
from seq2seq.models.decoder import InputFeeding
from seq2seq.models.nodes import EncoderNodes, array
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import PAD


@dataclass(frozen=True)
class StartNodes:
    """All that a step needs of a source."""

    encoded: EncoderNodes
    states: list[str]
    """(B, ...) the first states, in the order of :func:`~seq2seq.export.onnx.decoder.state_sizes`."""
    cache: EncoderCache


def source_ids(graph: Graph) -> str:
    """The input ``source`` (B, S), turned to (S, B)."""
    return graph.transpose(graph.input("source", ("B", "S"), TensorProto.INT64), 1, 0)


def real_tokens(graph: Graph, ids: str) -> str:
    """(S, B, 1) bool of ids (S, B): False on padding."""
    padding = graph.op("Equal", ids, graph.constant(np.array(PAD)))
    return graph.unsqueeze(graph.op("Not", padding), 2)


def source_vectors(graph: Graph, size: int) -> tuple[str, str]:
    """The input ``source`` (B, S, N) of vectors, turned to (S, B, N); and (S, B, 1) bool, False after ``lengths``."""
    given = graph.input("source", ("B", "S", size))
    lengths = graph.input("lengths", ("B",), TensorProto.INT64)
    steps = graph.op("Shape", given, start=1, end=2)
    one = graph.constant(np.array([1]))
    places = graph.op("CumSum", graph.op("Expand", one, steps), graph.constant(np.array(0)))  # (S,) from 1
    real = graph.op("LessOrEqual", graph.unsqueeze(places, 1), graph.unsqueeze(lengths, 0))
    return graph.transpose(given, 1, 0, 2), graph.unsqueeze(real, 2)


def start_nodes(graph: Graph, model: Seq2Seq, *, padded: bool = True) -> StartNodes:
    """Read the input ``source`` (B, S), token ids with EOS, padded, unless all sources have one length."""
    ids = source_ids(graph)
    real = real_tokens(graph, ids) if padded else None
    encoded = encode(graph, model.encoder, array(model.source_embedding.weight), ids, real)
    states = bridge_states(graph, model.bridge, encoded.final, ids)
    if isinstance(model.decoder, InputFeeding):
        states = [*states, zeros(graph, ids, model.target_embedding.embedding_dim)]
    return StartNodes(encoded, states, build_cache(graph, model, encoded, real))
