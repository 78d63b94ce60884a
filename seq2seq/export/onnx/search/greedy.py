"""Greedy search as one graph; :mod:`seq2seq.search.beam` with a beam of 1 is its reference.

Letters: N sentences, S source length, V vocabulary, C candidates per sentence, T steps.
"""

from typing import Final

import numpy as np
from onnx import TensorProto

from seq2seq.export.onnx.decoder import state_sizes, step_nodes
from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.proposal import project
from seq2seq.export.onnx.search.loop import any_left, begin, filled, writable
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
    shortest = graph.input("min_length", (1,), TensorProto.INT64)
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
    step = step_nodes(body, model, start.encoded, start.cache, tokens, memory, states)

    # the likeliest token that may be written
    logits = project(body, model.projection, step.features)
    log_probs, ids = writable(
        body, logits, body.constant(np.array([GROUPS])), trip, limits=limits, shortest=shortest, impossible=impossible
    )
    best, place = body.ops("TopK", 2, log_probs, body.constant(np.array([1])), axis=-1)
    token = body.op("GatherElements", ids, place, axis=1)

    # an output ends with EOS, or is cut: at its limit, or if nothing may follow
    stuck = body.op("Equal", best, impossible)
    ended = body.op("And", body.op("Equal", token, body.constant(np.array(EOS))), body.op("Not", stuck))
    cut = body.op("And", body.op("Or", body.op("Equal", limits, trip), stuck), body.op("Not", ended))
    silent = body.op("Or", finished, cut)
    added = body.op("Add", total, body.op("Cast", best, to=TensorProto.DOUBLE))
    done = body.op("Or", silent, ended)
    written = body.op("Where", silent, body.constant(np.array(PAD)), token)

    body.output("step.going", any_left(body, done), (), TensorProto.BOOL)
    body.output("step.next.tokens", written, ("N", 1), TensorProto.INT64)
    body.output("step.next.log_probs", body.op("Where", silent, total, added), ("N", 1), TensorProto.DOUBLE)
    body.output("step.next.finished", done, ("N", 1), TensorProto.BOOL)
    for number, (state, size) in enumerate(zip(step.states, sizes, strict=True)):
        body.output(f"step.next.state.{number}", state, ("N", size))
    body.output("step.written", body.squeeze(written, 1), ("N",), TensorProto.INT64)
    if step.attention is not None:
        body.output("step.attention", body.squeeze(step.attention, 1), ("N", "S"))

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
