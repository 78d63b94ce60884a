"""Greedy search as a loop around the decoder's step; :mod:`seq2seq.search.beam` with a beam of 1 is its reference.

Letters: N sentences, S source length, C candidates per sentence, T steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from onnx import TensorProto

from seq2seq.export.onnx.decoder import EncoderCache, state_sizes, step_nodes
from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.proposal import project
from seq2seq.export.onnx.search.loop import begin, filled, given_state, more_than, next_state, writable
from seq2seq.export.onnx.start import start_nodes
from seq2seq.inference.engines.onnx.safety import TRIPS
from seq2seq.models.nodes import EncoderNodes
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
    memory = [cached.name for cached in start.cache]
    nothing = graph.constant(np.array(0))
    _write(graph, model, _Start(start.encoded, start.cache, memory, start.states, None, nothing))
    return graph


def greedy_stage(model: Seq2Seq, encoded: EncoderNodes, cache: EncoderCache, *, int8: bool) -> Graph:
    """Continue outputs, each with its likeliest token, until few have not ended; the caller drops those that have.

    Inputs beside those of :func:`greedy_graph`, in place of its source: ``memory.N`` (N, ...) and ``state.N`` (N, ...),
    at first from the encoder's graph; ``last`` (N,), the tokens before; ``enough`` (1,), outputs that need not end.
    Limits count from here. Outputs: also ``after.N`` (N, ...), the next states.
    """
    graph = Graph("greedy", int8=int8)
    sizes = state_sizes(model)
    memory, states = given_state(graph, cache, sizes, rows="N")
    last = graph.unsqueeze(graph.input("last", ("N",), TensorProto.INT64), 1)
    enough = graph.squeeze(graph.input("enough", (1,), TensorProto.INT64), 0)
    after = _write(graph, model, _Start(encoded, cache, memory, states, last, enough))
    next_state(graph, after, sizes, rows="N")
    return graph


@dataclass(frozen=True)
class _Start:
    """Where the loop begins."""

    encoded: EncoderNodes
    cache: EncoderCache
    memory: Sequence[str]
    states: Sequence[str]
    last: str | None
    """(N, 1) the tokens before; None: BOS."""
    enough: str
    """() outputs that need not end."""


def _write(graph: Graph, model: Seq2Seq, start: _Start) -> list[str]:
    """The loop and its outputs; the states in the end."""
    limits = graph.unsqueeze(graph.input("limits", ("N",), TensorProto.INT64), 1)
    shortest = graph.op("Min", graph.input("min_length", (1,), TensorProto.INT64), limits)
    trips = graph.input(TRIPS, (1,), TensorProto.INT64)
    shape = graph.op("Shape", limits)
    impossible = graph.constant(np.float32(-np.inf))

    body = Graph("greedy.step", int8=graph.int8, outer=graph)
    trip = begin(body)
    tokens = body.input("step.tokens", ("N", 1), TensorProto.INT64)
    total = body.input("step.log_probs", ("N", 1), TensorProto.DOUBLE)
    finished = body.input("step.finished", ("N", 1), TensorProto.BOOL)
    sizes = state_sizes(model)
    states = [body.input(f"step.state.{number}", ("N", size)) for number, size in enumerate(sizes)]
    step = step_nodes(body, model, start.encoded, start.cache, tokens, shape, start.memory, states)

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
    open_ = body.op("Greater", written, body.constant(np.array(EOS)))  # the largest of the tokens that are not text

    body.result(more_than(body, open_, start.enough), (), TensorProto.BOOL)
    body.result(written, ("N", 1), TensorProto.INT64)
    body.result(body.op("Where", silent, total, added), ("N", 1), TensorProto.DOUBLE)
    body.result(body.op("Not", open_), ("N", 1), TensorProto.BOOL)
    for state, size in zip(step.states, sizes, strict=True):
        body.result(state, ("N", size))
    body.result(body.squeeze(written, 1), ("N",), TensorProto.INT64)
    if step.attention is not None:
        body.result(body.squeeze(step.attention, 1), ("N", "S"))

    carried = [
        filled(graph, np.array(BOS), shape) if start.last is None else start.last,
        graph.op("Cast", filled(graph, np.float32(0), shape), to=TensorProto.DOUBLE),
        filled(graph, np.array(False), shape),
        *start.states,
    ]
    (_, total, _, *after), (texts, *attention) = graph.loop(
        body, trips, graph.constant(np.array(True)), carried, 1 + (step.attention is not None)
    )
    graph.output("tokens", texts, ("T", "N"), TensorProto.INT64)
    graph.output("log_probs", graph.squeeze(total, 1), ("N",), TensorProto.DOUBLE)
    for weights in attention:
        graph.output("attention", weights, ("T", "N", "S"))
    return after
