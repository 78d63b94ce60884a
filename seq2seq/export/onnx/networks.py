"""From a network to ONNX: one graph that reads a source and one that takes a decoder's step, or one that classifies.

The graphs are written node by node from the weights, not traced: they know nothing of torch's versions, hold for every
batch and length, and compute the same as the modules, to rounding.

``encoder.onnx``      source (B, S) → ``state.N`` (B, ...), the decoder's first; ``memory.N`` (B, ...), the cache
``step.onnx``         see :func:`seq2seq.export.onnx.decoder.step_graph`; ``step.shortlist.onnx``: over a shortlist
``classifier.onnx``   source (B, S) → logits (B, C)

Letters: B batch, S source length, C labels, M memory size.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import onnx
from onnx import TensorProto

from seq2seq.errors import ModelError
from seq2seq.export.onnx.decoder import build_cache, step_graph
from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.layers import bridge_states, encode, zeros
from seq2seq.models.attention import Attention
from seq2seq.models.build import Model
from seq2seq.models.cells.base import Cell
from seq2seq.models.classifier import Classifier
from seq2seq.models.decoder import InputFeeding
from seq2seq.models.nodes import Array, affine, array
from seq2seq.models.pooling import Pooling
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import PAD

NO_NODES: Final = "export.no-nodes"
"""Code of the error for a component that cannot be exported."""


def graphs(model: Model, *, int8: bool, shortlist: bool = False) -> dict[str, onnx.ModelProto]:
    """The graphs of a network, by name, with copies of its weights; with a step over a shortlist on request.

    Raises:
        ModelError: a component that an installed package adds has no ONNX nodes.
    """
    for module in model.modules():
        if isinstance(module, Cell | Attention | Pooling) and not module.exports():
            message = f"{type(module).__name__} has no ONNX nodes; the model runs with torch alone."
            raise ModelError(message, code=NO_NODES)
    if isinstance(model, Classifier):
        return {"classifier": _classifier(model, int8=int8).model()}
    return {name: graph.model() for name, graph in _encoder_and_steps(model, int8=int8, shortlist=shortlist)}


def _source(graph: Graph) -> tuple[str, str]:
    """The input (B, S), turned to (S, B), and (S, B, 1) bool, False on padding."""
    ids = graph.transpose(graph.input("source", ("B", "S"), TensorProto.INT64), 1, 0)
    padding = graph.op("Equal", ids, graph.constant(np.array(PAD)))
    return ids, graph.unsqueeze(graph.op("Not", padding), 2)


def _encoder_and_steps(model: Seq2Seq, *, int8: bool, shortlist: bool) -> Iterator[tuple[str, Graph]]:
    graph = Graph("encoder", int8=int8)
    ids, real = _source(graph)
    encoded = encode(graph, model.encoder, array(model.source_embedding.weight), ids, real)
    states = [(name, model.bridge.hidden) for name in bridge_states(graph, model.bridge, encoded.final, ids)]
    if isinstance(model.decoder, InputFeeding):
        embedding = model.target_embedding.embedding_dim
        states.append((zeros(graph, ids, embedding), embedding))
    cache = build_cache(graph, model, encoded, real)
    for number, (name, size) in enumerate(states):
        graph.output(f"state.{number}", name, ("B", size))
    for number, cached in enumerate(cache):
        graph.output(f"memory.{number}", cached.name, cached.shape)
    yield "encoder", graph
    yield "step", step_graph(model, encoded, cache, int8=int8)
    if shortlist:
        yield "step.shortlist", step_graph(model, encoded, cache, int8=int8, shortlist=True)


def _classifier(model: Classifier, *, int8: bool) -> Graph:
    graph = Graph("classifier", int8=int8)
    ids, real = _source(graph)
    encoded = encode(graph, model.encoder, array(model.embedding.weight), ids, real)
    pooled = model.pooling.nodes(graph, encoded, real)
    logits = affine(graph, [pooled], model.head)
    if model.nb_log_ratios is not None:
        log_ratios = array(model.nb_log_ratios) * np.float32(model.nb_weight)
        logits = graph.op("Add", logits, _naive_bayes(graph, log_ratios, ids, once=model.naive_bayes_per == "text"))
    graph.output("logits", logits, ("B", model.head.out_features))
    return graph


def _naive_bayes(graph: Graph, log_ratios: Array, ids: str, *, once: bool) -> str:
    """(S, B) tokens → (B, C) sums of their log-count ratios; ``once``: each distinct token of a column counts once."""
    if not once:
        every = graph.op("Gather", graph.constant(log_ratios), ids)
        return graph.op("ReduceSum", every, graph.constant(np.array([0])), keepdims=0)
    ordered, _ = graph.ops("TopK", 2, ids, graph.op("Shape", ids, start=0, end=1), axis=0)
    first, last, one = (graph.constant(np.array([number])) for number in (0, -1, 1))
    earlier = graph.op("Slice", ordered, first, last, first)
    other = graph.op("Sub", graph.op("Slice", ordered, first, one, first), one)  # before the first: another token
    fresh = graph.op("Not", graph.op("Equal", ordered, graph.join(other, earlier, axis=0)))
    every = graph.op("Gather", graph.constant(log_ratios), ordered)
    nothing = graph.constant(np.float32(0))
    counted = graph.op("Where", graph.unsqueeze(fresh, 2), every, nothing)
    return graph.op("ReduceSum", counted, first, keepdims=0)
