"""Greedy search as one graph; :mod:`seq2seq.search.beam` with a beam of 1 is its reference.

Letters: N sentences, S source length, V vocabulary, C candidates per sentence, T steps.
"""

from typing import Final

import numpy as np
from onnx import TensorProto

from seq2seq.export.onnx.decoder import state_sizes, step_nodes
from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.proposal import project
from seq2seq.export.onnx.search.loop import begin, filled, writable
from seq2seq.export.onnx.start import start_nodes
from seq2seq.inference.engines.onnx.safety import TRIPS
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import BOS, EOS, PAD

GROUPS: Final = 2
"""Groups of the vocabulary that are searched: that of the best token, and one whose best token must not be written."""


def greedy_graph(model: Seq2Seq, *, int8: bool) -> Graph:
    """Encode sources and write the likeliest token until EOS.

    Inputs: ``source`` (N, S), token ids with EOS, padded; ``limits`` (N,), the most tokens of each output, EOS
    excluded, at least 1; ``trips`` (1,), one more than the largest of them; ``min_length`` (1,), tokens before EOS, as
    far as the limit allows. Outputs: ``tokens`` (T, N), EOS where an output ends by itself, PAD behind; ``log_probs``
    (N,) in float64, of all tokens and EOS; ``attention`` (T, N, S) if the model attends.
    """
    graph = Graph("greedy", int8=int8)
    start = start_nodes(graph, model)
    limits = graph.unsqueeze(graph.input("limits", ("N",), TensorProto.INT64), 1)
    shortest = graph.op("Min", graph.input("min_length", (1,), TensorProto.INT64), limits)
    trips = graph.input(TRIPS, (1,), TensorProto.INT64)
    shape = graph.op("Shape", limits)
    impossible = graph.constant(np.float32(-np.inf))

    body = Graph("greedy.step", int8=int8, outer=graph)
    trip = begin(body)
    tokens = body.input("step.tokens", ("N", 1), TensorProto.INT64)
    total = body.input("step.log_probs", ("N", 1), TensorProto.DOUBLE)
    finished = body.input("step.finished", ("N", 1), TensorProto.BOOL)
    sizes = state_sizes(model)
    states = [body.input(f"step.state.{number}", ("N", size)) for number, size in enumerate(sizes)]
    memory = [cached.name for cached in start.cache]
    step = step_nodes(body, model, start.encoded, start.cache, tokens, shape, memory, states)

    # the likeliest token that may be written
    logits = project(body, model.projection, step.features)
    found = writable(body, logits, body.constant(np.array([GROUPS])), trip, shortest=shortest, impossible=impossible)
    best, place = body.ops("TopK", 2, found.log_probs, body.constant(np.array([1])), axis=-1)
    token = body.op("GatherElements", found.ids, place, axis=1)

    # an output ends with EOS, or is cut: at its limit, or if nothing may follow
    ended = body.op("Equal", token, body.constant(np.array(EOS)))
    cut = body.op("And", body.op("Equal", limits, trip), body.op("Not", ended))
    silent = body.op("Or", body.op("Or", finished, cut), body.op("Equal", best, impossible))
    written = body.op("Where", silent, body.constant(np.array(PAD)), token)
    added = body.op("Add", total, body.op("Cast", best, to=TensorProto.DOUBLE))
    last = body.constant(np.array(EOS))  # the largest of the tokens that are not text
    largest = body.op("ReduceMax", written, keepdims=0)

    body.result(body.op("Greater", largest, last), (), TensorProto.BOOL)
    body.result(written, ("N", 1), TensorProto.INT64)
    body.result(body.op("Where", silent, total, added), ("N", 1), TensorProto.DOUBLE)
    body.result(body.op("LessOrEqual", written, last), ("N", 1), TensorProto.BOOL)
    for state, size in zip(step.states, sizes, strict=True):
        body.result(state, ("N", size))
    body.result(body.squeeze(written, 1), ("N",), TensorProto.INT64)
    if step.attention is not None:
        body.result(body.squeeze(step.attention, 1), ("N", "S"))

    carried = [
        filled(graph, np.array(BOS), shape),
        graph.op("Cast", filled(graph, np.float32(0), shape), to=TensorProto.DOUBLE),
        filled(graph, np.array(False), shape),
        *start.states,
    ]
    (_, final, *_), (texts, *attention) = graph.loop(
        body, trips, graph.constant(np.array(True)), carried, 1 + (step.attention is not None)
    )
    graph.output("tokens", texts, ("T", "N"), TensorProto.INT64)
    graph.output("log_probs", graph.squeeze(final, 1), ("N",), TensorProto.DOUBLE)
    for weights in attention:
        graph.output("attention", weights, ("T", "N", "S"))
    return graph
