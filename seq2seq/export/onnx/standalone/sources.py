"""The inputs of a search inside a graph, computed there from token ids and the settings of a recipe.

Letters: N sentences, S source length.
"""

import numpy as np
from onnx import TensorProto

from seq2seq.config.decoding import DecodingConfig
from seq2seq.export.onnx.search.loop import filled
from seq2seq.export.onnx.standalone.graph import StandaloneGraph
from seq2seq.inference.engines.onnx.safety import TRIPS
from seq2seq.inference.request.sources import MAX_TOKENS
from seq2seq.search.decode import max_lengths
from seq2seq.search.penalties import LengthPenalty
from seq2seq.special import EOS, PAD


def give_source(graph: StandaloneGraph, ids: str) -> str:
    """Make ``source`` of token ids (N, S), padded, without EOS: with EOS, and no longer than those that Python reads.

    Returns:
        (N, 1) lengths, EOS excluded.
    """
    ids = graph.cut(ids, (0, MAX_TOKENS), axis=1)
    real = graph.op("Not", graph.op("Equal", ids, graph.constant(np.array(PAD))))
    lengths = graph.op("ReduceSum", graph.op("Cast", real, to=TensorProto.INT64), graph.constant(np.array([1])))
    wider = graph.join(ids, filled(graph, np.array(PAD), graph.op("Shape", lengths)), axis=1)
    places = graph.places(graph.squeeze(graph.op("Shape", wider, start=1, end=2), 0))
    last = graph.op("Equal", places, lengths)
    graph.alias(graph.op("Where", last, graph.constant(np.array(EOS)), wider), "source")
    return lengths


def give_settings(graph: StandaloneGraph, lengths: str, config: DecodingConfig, *, from_nothing: bool) -> str:
    """Make the other inputs of a search: ``limits`` by the lengths (N, 1) of sources, and constants.

    Random numbers to sample with are the input ``random`` (N, T); no output has more than T - 1 tokens.

    Args:
        graph: gets the nodes.
        lengths: (N, 1) of the sources.
        config: how to search.
        from_nothing: whether empty sources have outputs.

    Returns:
        (longest output + 2,) in float64, the divisors of log-probabilities by length: 1 for no token.
    """
    limits = max_lengths([range(length) for length in range(MAX_TOKENS + 1)], config)
    if not from_nothing:
        limits[0] = 1  # the rest of the batch does not wait for it
    divisors = LengthPenalty(config.length_penalty, config.alpha).divisor(np.arange(int(limits.max()) + 2))
    divisors[0] = 1.0
    one = graph.constant(np.array([1]))
    of_each = graph.op("Gather", graph.constant(limits), graph.squeeze(lengths, 1), axis=0)
    longest = graph.op("ReduceMax", graph.join(of_each, one, axis=0), keepdims=1)
    trips = graph.op("Add", longest, one)
    graph.alias(graph.constant(np.array([config.min_length])), "min_length")
    if config.method == "sample":
        random = graph.input("random", ("N", "T"), TensorProto.DOUBLE)
        steps = graph.op("Shape", random, start=1, end=2)
        trips, of_each = graph.op("Min", trips, steps), graph.op("Min", of_each, graph.op("Sub", steps, one))
        graph.alias(graph.transpose(random, 1, 0), "chances")
        graph.alias(graph.doubles([config.temperature]), "temperature")
        graph.alias(graph.constant(np.array([config.top_k])), "top_k")
        graph.alias(graph.doubles([config.top_p]), "top_p")
    graph.alias(of_each, "limits")
    graph.alias(trips, TRIPS)
    if config.method == "beam" and config.beam > 1:
        graph.alias(graph.constant(np.array([config.beam])), "beam")
        graph.alias(one, "nbest")
        return graph.alias(graph.doubles(divisors), "divisors")
    return graph.doubles(divisors)
