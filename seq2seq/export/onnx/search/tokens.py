"""Outputs that grow by one token per step: the loop around the decoder's step of greedy search and of sampling.

Letters: N sentences, S source length, T steps.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from onnx import TensorProto

from seq2seq.export.onnx.decoder import EncoderCache, state_sizes, step_nodes
from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.proposal import TokenScores
from seq2seq.export.onnx.search.loop import (
    Writable,
    begin,
    filled,
    given_state,
    more_than,
    next_state,
    scores_of_step,
    writable,
)
from seq2seq.export.onnx.start import start_nodes
from seq2seq.inference.engines.onnx.safety import TRIPS
from seq2seq.models.nodes import EncoderNodes
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import BOS, EOS, PAD


@dataclass(frozen=True)
class Choice:
    """How the next token is chosen."""

    groups: str
    """(1,) groups of the vocabulary that are searched (:func:`~seq2seq.export.onnx.search.loop.writable`)."""
    choose: Callable[[Graph, str, Writable], tuple[str, str]]
    """Given the body of the loop, the trip and the tokens that may be written: one token per sentence (N, 1), and its
    log-probability (N, 1)."""
    by_id: bool = True
    """Whether tokens that may be written are in ascending order."""

    def token(self, body: Graph, scores: TokenScores, trip: str, *, shortest: str, impossible: str) -> tuple[str, str]:
        """The token (N, 1), and its log-probability (N, 1)."""
        found = writable(body, scores, self.groups, trip, shortest=shortest, impossible=impossible, by_id=self.by_id)
        return self.choose(body, trip, found)


def whole(graph: Graph, model: Seq2Seq, choice: Choice) -> Graph:
    """Encode sources, and write to the end of the longest output."""
    start = start_nodes(graph, model)
    memory = [cached.name for cached in start.cache]
    nothing = graph.constant(np.array(0))
    _write(graph, model, choice, _Start(start.encoded, start.cache, memory, start.states, None, nothing))
    return graph


def stage(
    graph: Graph, model: Seq2Seq, choice: Choice, encoded: EncoderNodes, cache: EncoderCache, *, shortlist: bool
) -> Graph:
    """Continue outputs until few have not ended."""
    sizes = state_sizes(model.decoder)
    memory, states = given_state(graph, cache, sizes, rows="N")
    last = graph.unsqueeze(graph.input("last", ("N",), TensorProto.INT64), 1)
    enough = graph.squeeze(graph.input("enough", (1,), TensorProto.INT64), 0)
    after = _write(graph, model, choice, _Start(encoded, cache, memory, states, last, enough), shortlist=shortlist)
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


def _write(graph: Graph, model: Seq2Seq, choice: Choice, start: _Start, *, shortlist: bool = False) -> list[str]:
    """The loop and its outputs; the states in the end."""
    limits = graph.unsqueeze(graph.input("limits", ("N",), TensorProto.INT64), 1)
    shortest = graph.op("Min", graph.input("min_length", (1,), TensorProto.INT64), limits)
    trips = graph.input(TRIPS, (1,), TensorProto.INT64)
    shape = graph.op("Shape", limits)
    impossible = graph.constant(np.float32(-np.inf))

    body = Graph(f"{graph.name}.step", int8=graph.int8, outer=graph)
    trip = begin(body)
    tokens = body.input("step.tokens", ("N", 1), TensorProto.INT64)
    total = body.input("step.log_probs", ("N", 1), TensorProto.DOUBLE)
    finished = body.input("step.finished", ("N", 1), TensorProto.BOOL)
    sizes = state_sizes(model.decoder)
    states = [body.input(f"step.state.{number}", ("N", size)) for number, size in enumerate(sizes)]
    rows = body.squeeze(tokens, 1)
    step = step_nodes(body, model, start.encoded, start.cache, rows, shape, start.memory, states)
    scores = scores_of_step(body, model, step.features, shape, shortlist=shortlist)
    token, value = choice.token(body, scores, trip, shortest=shortest, impossible=impossible)

    # an output ends with EOS, or is cut: at its limit, or if nothing may follow
    ended = body.op("Equal", token, body.constant(np.array(EOS)))
    cut = body.op("And", body.op("Equal", limits, trip), body.op("Not", ended))
    silent = body.op("Or", body.op("Or", finished, cut), body.op("Equal", value, impossible))
    written = body.op("Where", silent, body.constant(np.array(PAD)), token)
    open_ = body.op("Greater", written, body.constant(np.array(EOS)))  # the largest of the tokens that are not text

    body.result(more_than(body, open_, start.enough), (), TensorProto.BOOL)
    body.result(written, ("N", 1), TensorProto.INT64)
    added = body.op("Add", total, body.op("Cast", value, to=TensorProto.DOUBLE))
    body.result(body.op("Where", silent, total, added), ("N", 1), TensorProto.DOUBLE)
    body.result(body.op("Not", open_), ("N", 1), TensorProto.BOOL)
    for state, size in zip(step.states, sizes, strict=True):
        body.result(state, ("N", size))
    body.result(body.squeeze(written, 1), ("N",), TensorProto.INT64)
    attended = step.attention(body)
    if attended is not None:
        body.result(body.squeeze(attended, 1), ("N", "S"))

    carried = [
        filled(graph, np.array(BOS), shape) if start.last is None else start.last,
        graph.op("Cast", filled(graph, np.float32(0), shape), to=TensorProto.DOUBLE),
        filled(graph, np.array(False), shape),
        *start.states,
    ]
    always, kept = graph.constant(np.array(True)), 1 + (attended is not None)
    (_, log_probs, _, *after), (texts, *attention) = graph.loop(body, trips, always, carried, kept)
    graph.output("tokens", texts, ("T", "N"), TensorProto.INT64)
    graph.output("log_probs", graph.squeeze(log_probs, 1), ("N",), TensorProto.DOUBLE)
    for weights in attention:
        graph.output("attention", weights, ("T", "N", "S"))
    return after
