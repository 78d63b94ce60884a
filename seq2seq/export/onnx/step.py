"""One decoder step as a graph of its own, for the search in :mod:`seq2seq.search`.

Letters: B sentences, K hypotheses per sentence, R = B x K rows, S source length, E embedding, V vocabulary, W width of
a proposal, N tokens of a shortlist.
"""

import numpy as np
from onnx import TensorProto

from seq2seq.export.onnx.decoder import EncoderCache, state_sizes, step_nodes
from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.proposal import candidates, score_shortlist, score_tokens
from seq2seq.models.nodes import EncoderNodes
from seq2seq.models.seq2seq import Seq2Seq


def step_graph(
    model: Seq2Seq, encoded: EncoderNodes, cache: EncoderCache, *, int8: bool, shortlist: bool = False
) -> Graph:
    """One decoder step.

    Inputs: ``tokens`` (B, K), ``width`` (1,), ``columns`` (1,), ``state.N`` (R, ...) and ``memory.N`` (B, ...).
    Outputs: ``log_probs`` and ``ids`` (R, W), the best first, normalised over the whole vocabulary, PAD and BOS among
    them; ``after.N`` (R, ...), the next states; ``attention`` (B, K, S) if the model attends; ``distribution``
    (R, ``columns``), the log-probabilities of the first ids, of which 0 cost nothing.

    Over a shortlist of N tokens (see :mod:`~seq2seq.inference.engines.onnx.shortlist`) there are more inputs:
    ``shortlist.weight`` (E, N), ``shortlist.bias`` (B, N) and, in 8 bits, ``shortlist.scale`` (N,). Log-probabilities
    are normalised over the tokens that the bias of a sentence leaves possible, and ids count the shortlist's tokens.

    The encoder's outputs and the cache, whose sizes and bounds are given, are computed by the encoder's graph.
    """
    graph = Graph("step", int8=int8)
    tokens = graph.input("tokens", ("B", "K"), TensorProto.INT64)
    width = graph.input("width", (1,), TensorProto.INT64)
    columns = graph.input("columns", (1,), TensorProto.INT64)
    memory = [graph.input(f"memory.{number}", cached.shape) for number, cached in enumerate(cache)]
    sizes = state_sizes(model.decoder)
    states = [graph.input(f"state.{number}", ("R", size)) for number, size in enumerate(sizes)]
    by_sentence = graph.op("Shape", tokens)
    step = step_nodes(graph, model, encoded, cache, graph.reshape(tokens, -1), by_sentence, memory, states)

    # log_probs, ids = self.projection(features).log_softmax(-1).topk(width)
    if shortlist:
        scores = score_shortlist(graph, step.features, by_sentence)
    else:
        scores = score_tokens(graph, model.projection, step.features)
    found = candidates(graph, scores, width)
    best, place = graph.ops("TopK", 2, found.log_probs, width, axis=-1)
    some = graph.op("Slice", scores.name, graph.constant(np.array([0])), columns, graph.constant(np.array([1])))

    graph.output("distribution", some, ("R", "columns"))
    graph.output("log_probs", best, ("R", "W"))
    graph.output("ids", graph.op("GatherElements", found.ids, place, axis=1), ("R", "W"), TensorProto.INT64)
    for number, (tensor, size) in enumerate(zip(step.states, sizes, strict=True)):
        graph.output(f"after.{number}", tensor, ("R", size))
    attention = step.attention(graph)
    if attention is not None:
        graph.output("attention", attention, ("B", "K", "S"))
    return graph
