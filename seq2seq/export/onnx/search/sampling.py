"""Sampling as a loop around the decoder's step; :mod:`seq2seq.search.sampling` is its reference.

Random numbers are an input: they determine the outputs, here as there.

Letters: N sentences, W tokens to sample from, C candidates per sentence, T steps.
"""

import numpy as np
from onnx import TensorProto

from seq2seq.export.onnx.decoder import EncoderCache
from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.search.loop import Writable
from seq2seq.export.onnx.search.tokens import Choice, stage, whole
from seq2seq.models.nodes import EncoderNodes
from seq2seq.models.seq2seq import Seq2Seq


def sampling_graph(model: Seq2Seq, *, int8: bool) -> Graph:
    """Encode sources and sample tokens until EOS.

    Inputs beside those of :func:`~seq2seq.export.onnx.search.greedy.greedy_graph`, whose outputs it has: ``chances``,
    ``temperature``, ``top_k`` and ``top_p`` of :func:`sampling_stage`.
    """
    graph = Graph("sampling", int8=int8)
    return whole(graph, model, _choice(graph, vocabulary=model.projection.out_features))


def sampling_stage(
    model: Seq2Seq, encoded: EncoderNodes, cache: EncoderCache, *, int8: bool, shortlist: bool = False
) -> Graph:
    """Continue outputs, each with a token that is sampled, until few have not ended; the caller drops those that have.

    Inputs beside those of :func:`~seq2seq.export.onnx.search.greedy.greedy_stage`: ``chances`` (T, N) in float64,
    uniform numbers in [0, 1), for as many steps as trips; ``temperature`` (1,) in float64, above 0; ``top_k`` (1,), the
    number of likeliest tokens to sample from (0: all); ``top_p`` (1,) in float64, the share of the probability that the
    tokens to sample from reach together (1: all). Outputs are the same; log-probabilities are those at temperature 1.
    """
    graph = Graph("sampling", int8=int8)
    choice = _choice(graph, vocabulary=model.projection.out_features)
    return stage(graph, model, choice, encoded, cache, shortlist=shortlist)


def _choice(graph: Graph, *, vocabulary: int) -> Choice:
    chances = graph.input("chances", ("T", "N"), TensorProto.DOUBLE)
    temperature = graph.input("temperature", (1,), TensorProto.DOUBLE)
    top_k = graph.input("top_k", (1,), TensorProto.INT64)
    top_p = graph.input("top_p", (1,), TensorProto.DOUBLE)
    every = graph.op("Equal", top_k, graph.constant(np.array(0)))
    most = graph.op("Where", every, graph.constant(np.array(vocabulary)), top_k)

    def choose(body: Graph, trip: str, found: Writable) -> tuple[str, str]:
        width = body.once.op("Min", most, found.count)
        log_probs, order = body.ops("TopK", 2, found.log_probs, width, axis=-1)
        chance = body.unsqueeze(body.op("Gather", chances, trip, axis=0), 1)
        place = _sample(body, log_probs, chance, temperature=temperature, top_p=top_p)
        token = body.op("GatherElements", found.ids, body.op("GatherElements", order, place, axis=1), axis=1)
        return token, body.op("GatherElements", log_probs, place, axis=1)

    return Choice(graph.op("Add", most, graph.constant(np.array([1]))), choose)


def _sample(body: Graph, log_probs: str, chance: str, *, temperature: str, top_p: str) -> str:
    """One column of every row (N, 1), by the inverse of the cumulative distribution.

    Those to sample from are the first: (N, W) log-probabilities descend. ``chance`` (N, 1) is below 1, so that its
    product with a sum is below the sum, and no column beyond them is chosen.
    """
    axis, first, last = (body.constant(np.array([number])) for number in (1, 0, -1))
    exact = body.op("Cast", log_probs, to=TensorProto.DOUBLE)
    below = body.op("Sub", exact, body.op("Gather", exact, first, axis=1))
    weights = body.op("Exp", body.op("Div", below, temperature))
    cumulative = body.op("CumSum", weights, axis)
    share = body.op("Mul", body.op("Gather", cumulative, last, axis=1), top_p)
    nucleus = body.op("Less", body.op("Sub", cumulative, weights), share)
    total = body.op("ReduceMax", body.op("Where", nucleus, cumulative, body.once.doubles(0.0)), axis)
    passed = body.op("LessOrEqual", cumulative, body.op("Mul", total, chance))
    return body.op("ReduceSum", body.op("Cast", passed, to=TensorProto.INT64), axis)
