"""Beam search as a loop around the decoder's step; :mod:`seq2seq.search.beam` is its reference.

Hypotheses that there are not are impossible (-inf). Sentences that are done are computed to the end of the loop, and
what they write then does not count.

Letters: N sentences, K hypotheses per sentence (J = K, or 1 at first), R = N x J rows, S source length, C = 2 K
candidates per sentence (K + 1 of one hypothesis), Q outputs that are wanted, T steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from onnx import TensorProto

from seq2seq.export.onnx.decoder import EncoderCache, memory_of_one, state_sizes, step_nodes
from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.search.beam_step import (
    Given,
    Progress,
    first_hypotheses,
    given_beam,
    no_outputs,
    propose,
    repeated,
    steps_taken,
    stop,
    survive,
)
from seq2seq.export.onnx.search.loop import begin, given_state, more_than, next_state, scores_of_step
from seq2seq.export.onnx.start import start_nodes
from seq2seq.inference.engines.onnx.safety import TRIPS
from seq2seq.models.nodes import EncoderNodes
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import EOS


def beam_graph(model: Seq2Seq, *, int8: bool) -> Graph:
    """Encode sources and search for the likeliest outputs.

    Inputs: ``source`` (N, S), token ids with EOS, padded; ``limits`` (N,), the most tokens of each output, EOS
    excluded, at least 1; ``trips`` (1,), one more than the largest of them; ``min_length`` (1,), tokens before EOS, as
    far as the limit allows; ``beam`` (1,); ``nbest`` (1,), the outputs that are wanted, at most as many; ``divisors``
    (largest limit + 2,) in float64, by which the log-probability of an output of each length is divided.

    Outputs: the candidates of each sentence at every step, the best first: ``log_probs`` (T, N, C) in float64,
    ``tokens`` and ``parents`` (T, N, C), the hypotheses that they continue; ``steps`` (N,), those after which a
    sentence was done; ``attention`` (T, N, K, S) of the hypotheses, if the model attends. The candidates that end with
    EOS are outputs if they are among the first K. The first K that do not are the hypotheses of the next step.
    """
    graph = Graph("beam", int8=int8)
    start = start_nodes(graph, model)
    given = given_beam(graph, None)
    memory = [cached.name for cached in start.cache]
    states = [repeated(graph, given, *each) for each in zip(start.states, state_sizes(model.decoder), strict=True)]
    first, progress = first_hypotheses(graph, given), no_outputs(graph, given)
    nothing = graph.constant(np.array(0))
    _search(
        graph,
        model,
        given,
        _Start(start.encoded, start.cache, memory, given.by_sentence, states, *first, progress, nothing),
    )
    return graph


def beam_graph_of_one(model: Seq2Seq, *, int8: bool) -> Graph:
    """:func:`beam_graph` of one source, ``source`` (1, S), with fewer nodes: no padding, and no ``attention``."""
    graph = Graph("beam_one", int8=int8)
    start = start_nodes(graph, model, padded=False)
    given = given_beam(graph, None)
    shape, memory = memory_of_one(graph, model.decoder, start.cache, given.by_sentence)
    states = [repeated(graph, given, *each) for each in zip(start.states, state_sizes(model.decoder), strict=True)]
    first, progress = first_hypotheses(graph, given), no_outputs(graph, given)
    _search(graph, model, given, _Start(start.encoded, start.cache, memory, shape, states, *first, progress, None))
    return graph


def beam_stage(
    model: Seq2Seq, encoded: EncoderNodes, cache: EncoderCache, *, int8: bool, shortlist: bool = False
) -> Graph:
    """Continue a search until few sentences are not done; the caller drops those that are.

    Inputs beside those of :func:`beam_graph`, in place of its source: ``memory.N`` (N, ...), from the encoder's graph,
    and ``state.N`` (R, ...), at first from it; ``last`` (N, K), the tokens before; ``live`` (N, K) in float64, the
    log-probabilities of the hypotheses, -inf if there is none (at first, in a call of one trip, there may be one
    hypothesis per sentence instead of K, and a beam of less than a group); ``best`` (N, Q) in float64, the scores of
    the best outputs, in order, -inf while there are fewer; ``count`` (N,), outputs; ``enough`` (1,), sentences that
    need not be done; over a shortlist, those of :func:`~seq2seq.export.onnx.search.loop.scores_of_step`. Limits and
    divisors count from here.

    Outputs: also ``after.N`` (R, ...), ``next.last``, ``next.live``, ``next.best``, ``next.count``, and ``done`` (N,).
    """
    graph = Graph("beam", int8=int8)
    sizes = state_sizes(model.decoder)
    memory, states = given_state(graph, cache, sizes, rows="R")
    last = graph.input("last", ("N", "J"), TensorProto.INT64)
    given = given_beam(graph, last)
    live = graph.input("live", ("N", "J"), TensorProto.DOUBLE)
    enough = graph.squeeze(graph.input("enough", (1,), TensorProto.INT64), 0)
    none_yet = no_outputs(graph, given)
    progress = Progress(
        graph.input("best", ("N", "Q"), TensorProto.DOUBLE),
        graph.unsqueeze(graph.input("count", ("N",), TensorProto.INT64), 1),
        none_yet.done,
    )
    start = _Start(encoded, cache, memory, given.by_sentence, states, last, live, progress, enough)
    last, live, after, states = _search(graph, model, given, start, shortlist=shortlist)
    next_state(graph, states, sizes, rows="R")
    graph.output("next.last", last, ("N", "K"), TensorProto.INT64)
    graph.output("next.live", live, ("N", "K"), TensorProto.DOUBLE)
    graph.output("next.best", after.best, ("N", "Q"), TensorProto.DOUBLE)
    graph.output("next.count", graph.squeeze(after.count, 1), ("N",), TensorProto.INT64)
    graph.output("done", graph.squeeze(after.done, 1), ("N",), TensorProto.BOOL)
    return graph


@dataclass(frozen=True)
class _Start:
    """Where the loop begins."""

    encoded: EncoderNodes
    cache: EncoderCache
    memory: Sequence[str]
    shape: str | None
    """Of the rows, as the memory has axes (:class:`~seq2seq.export.onnx.decoder.Rows`)."""
    states: Sequence[str]
    last: str
    """(N, K) the tokens before."""
    live: str
    """(N, K) in float64, the log-probabilities of the hypotheses."""
    progress: Progress
    enough: str | None
    """() sentences that need not be done; None: there is one sentence, and no attention is wanted."""


def _search(
    graph: Graph, model: Seq2Seq, given: Given, start: _Start, *, shortlist: bool = False
) -> tuple[str, str, Progress, list[str]]:
    """The loop and its outputs; the tokens, log-probabilities, progress and states in the end."""
    trips = graph.input(TRIPS, (1,), TensorProto.INT64)
    body = Graph("beam.step", int8=graph.int8, outer=graph)
    trip = begin(body)
    tokens = body.input("step.tokens", ("N", "J"), TensorProto.INT64)
    live = body.input("step.log_probs", ("N", "J"), TensorProto.DOUBLE)
    before = Progress(
        body.input("step.best", ("N", "Q"), TensorProto.DOUBLE),
        body.input("step.count", ("N", 1), TensorProto.INT64),
        body.input("step.done", ("N", 1), TensorProto.BOOL),
    )
    sizes = state_sizes(model.decoder)
    states = [body.input(f"step.state.{number}", ("R", size)) for number, size in enumerate(sizes)]
    of_rows = body.reshape(tokens, -1)
    step = step_nodes(body, model, start.encoded, start.cache, of_rows, start.shape, start.memory, states)

    scores = scores_of_step(body, model, step.features, given.by_sentence, shortlist=shortlist)
    candidates = propose(body, given, trip, live, scores)
    ends = body.op("Equal", candidates.tokens, body.constant(np.array(EOS)))
    survivors = survive(body, given, candidates, ends, vocabulary=model.projection.out_features)
    after = stop(body, given, trip, before, candidates, ends, survivors)
    going = body.op("Not", after.done)
    if start.enough is None:
        rows, any_going = survivors.parents, body.op("Squeeze", going)
    else:
        rows = body.op("Add", survivors.parents, given.first_rows)
        any_going = more_than(body, going, start.enough)
    rows = body.reshape(rows, -1)

    body.result(any_going, (), TensorProto.BOOL)
    body.result(survivors.tokens, ("N", "K"), TensorProto.INT64)
    body.result(survivors.log_probs, ("N", "K"), TensorProto.DOUBLE)
    body.result(after.best, ("N", "Q"), TensorProto.DOUBLE)
    body.result(after.count, ("N", 1), TensorProto.INT64)
    body.result(after.done, ("N", 1), TensorProto.BOOL)
    for state, size in zip(step.states, sizes, strict=True):
        body.result(body.op("Gather", state, rows, axis=0), ("R", size))
    body.result(candidates.log_probs, ("N", "C"), TensorProto.DOUBLE)
    body.result(candidates.tokens, ("N", "C"), TensorProto.INT64)
    body.result(candidates.parents, ("N", "C"), TensorProto.INT64)
    body.result(going, ("N", 1), TensorProto.BOOL)
    shown = None if start.enough is None else step.attention(body)
    if shown is not None:
        body.result(shown, ("N", "J", "S"))

    progress = start.progress
    carried = [start.last, start.live, progress.best, progress.count, progress.done, *start.states]
    (last, live, best, count, done, *states), (log_probs, texts, parents, going_on, *attention) = graph.loop(
        body, trips, graph.constant(np.array(True)), carried, 4 + (shown is not None)
    )
    graph.output("log_probs", log_probs, ("T", "N", "C"), TensorProto.DOUBLE)
    graph.output("tokens", texts, ("T", "N", "C"), TensorProto.INT64)
    graph.output("parents", parents, ("T", "N", "C"), TensorProto.INT64)
    graph.output("steps", steps_taken(graph, going_on), ("N",), TensorProto.INT64)
    for weights in attention:
        graph.output("attention", weights, ("T", "N", "J", "S"))
    return last, live, Progress(best, count, done), states
