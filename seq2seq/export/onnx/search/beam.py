"""Beam search as one graph; :mod:`seq2seq.search.beam` is its reference.

Every sentence has K hypotheses from the beginning, all but one of which are impossible (-inf) at first. Sentences that
are done are computed to the end of the batch, and what they write then does not count.

Letters: N sentences, K hypotheses per sentence (J = K, or 1 at first), R = N x J rows, S source length, H hidden, W
proposals per row, C = 2 K candidates per sentence (K + 1 of one hypothesis), Q outputs that are wanted, T steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from onnx import TensorProto

from seq2seq.export.onnx.decoder import EncoderCache, state_sizes, step_nodes
from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.proposal import Logits
from seq2seq.export.onnx.search.loop import begin, filled, given_state, logits_of_step, more_than, next_state, writable
from seq2seq.export.onnx.start import start_nodes
from seq2seq.inference.engines.onnx.safety import TRIPS
from seq2seq.models.nodes import EncoderNodes
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import BOS, EOS


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
    given = _given(graph, None)
    memory = [cached.name for cached in start.cache]
    states = [_repeated(graph, given, *each) for each in zip(start.states, state_sizes(model), strict=True)]
    progress = _none_yet(graph, given)
    nothing = graph.constant(np.array(0))
    _search(
        graph,
        model,
        given,
        _Start(start.encoded, start.cache, memory, states, *_first(graph, given), progress, nothing),
    )
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
    need not be done; over a shortlist, those of :func:`~seq2seq.export.onnx.search.loop.logits_of_step`. Limits and
    divisors count from here.

    Outputs: also ``after.N`` (R, ...), ``next.last``, ``next.live``, ``next.best``, ``next.count``, and ``done`` (N,).
    """
    graph = Graph("beam", int8=int8)
    sizes = state_sizes(model)
    memory, states = given_state(graph, cache, sizes, rows="R")
    last = graph.input("last", ("N", "J"), TensorProto.INT64)
    given = _given(graph, last)
    live = graph.input("live", ("N", "J"), TensorProto.DOUBLE)
    enough = graph.squeeze(graph.input("enough", (1,), TensorProto.INT64), 0)
    none_yet = _none_yet(graph, given)
    progress = _Progress(
        graph.input("best", ("N", "Q"), TensorProto.DOUBLE),
        graph.unsqueeze(graph.input("count", ("N",), TensorProto.INT64), 1),
        none_yet.steps,
        none_yet.done,
    )
    start = _Start(encoded, cache, memory, states, last, live, progress, enough)
    last, live, after, states = _search(graph, model, given, start, shortlist=shortlist)
    next_state(graph, states, sizes, rows="R")
    graph.output("next.last", last, ("N", "K"), TensorProto.INT64)
    graph.output("next.live", live, ("N", "K"), TensorProto.DOUBLE)
    graph.output("next.best", after.best, ("N", "Q"), TensorProto.DOUBLE)
    graph.output("next.count", graph.squeeze(after.count, 1), ("N",), TensorProto.INT64)
    graph.output("done", graph.squeeze(after.done, 1), ("N",), TensorProto.BOOL)
    return graph


def _search(
    graph: Graph, model: Seq2Seq, given: "_Given", start: "_Start", *, shortlist: bool = False
) -> tuple[str, str, "_Progress", list[str]]:
    """The loop and its outputs; the tokens, log-probabilities, progress and states in the end."""
    trips = graph.input(TRIPS, (1,), TensorProto.INT64)
    body = Graph("beam.step", int8=graph.int8, outer=graph)
    trip = begin(body)
    tokens = body.input("step.tokens", ("N", "J"), TensorProto.INT64)
    live = body.input("step.log_probs", ("N", "J"), TensorProto.DOUBLE)
    before = _Progress(
        body.input("step.best", ("N", "Q"), TensorProto.DOUBLE),
        body.input("step.count", ("N", 1), TensorProto.INT64),
        body.input("step.steps", ("N", 1), TensorProto.INT64),
        body.input("step.done", ("N", 1), TensorProto.BOOL),
    )
    sizes = state_sizes(model)
    states = [body.input(f"step.state.{number}", ("R", size)) for number, size in enumerate(sizes)]
    step = step_nodes(body, model, start.encoded, start.cache, tokens, given.by_sentence, start.memory, states)

    logits = logits_of_step(body, model, step.features, given.by_sentence, shortlist=shortlist)
    candidates = _propose(body, given, trip, live, logits)
    ends = body.op("Equal", candidates.tokens, body.constant(np.array(EOS)))
    survivors = _survive(body, given, candidates, ends, vocabulary=model.projection.out_features)
    after = _stop(body, given, trip, before, candidates, ends, survivors)
    rows = body.reshape(body.op("Add", survivors.parents, given.first_rows), -1)

    body.result(more_than(body, body.op("Not", after.done), start.enough), (), TensorProto.BOOL)
    body.result(survivors.tokens, ("N", "K"), TensorProto.INT64)
    body.result(survivors.log_probs, ("N", "K"), TensorProto.DOUBLE)
    body.result(after.best, ("N", "Q"), TensorProto.DOUBLE)
    body.result(after.count, ("N", 1), TensorProto.INT64)
    body.result(after.steps, ("N", 1), TensorProto.INT64)
    body.result(after.done, ("N", 1), TensorProto.BOOL)
    for state, size in zip(step.states, sizes, strict=True):
        body.result(body.op("Gather", state, rows, axis=0), ("R", size))
    body.result(candidates.log_probs, ("N", "C"), TensorProto.DOUBLE)
    body.result(candidates.tokens, ("N", "C"), TensorProto.INT64)
    body.result(candidates.parents, ("N", "C"), TensorProto.INT64)
    if step.attention is not None:
        body.result(step.attention, ("N", "J", "S"))

    progress = start.progress
    carried = [start.last, start.live, progress.best, progress.count, progress.steps, progress.done, *start.states]
    (last, live, best, count, steps, done, *states), (log_probs, texts, parents, *attention) = graph.loop(
        body, trips, graph.constant(np.array(True)), carried, 3 + (step.attention is not None)
    )
    graph.output("log_probs", log_probs, ("T", "N", "C"), TensorProto.DOUBLE)
    graph.output("tokens", texts, ("T", "N", "C"), TensorProto.INT64)
    graph.output("parents", parents, ("T", "N", "C"), TensorProto.INT64)
    graph.output("steps", graph.squeeze(steps, 1), ("N",), TensorProto.INT64)
    for weights in attention:
        graph.output("attention", weights, ("T", "N", "J", "S"))
    return last, live, _Progress(best, count, steps, done), states


# ------------------------------------------------------------------------------------------------------ before the loop


@dataclass(frozen=True)
class _Start:
    """Where the loop begins."""

    encoded: EncoderNodes
    cache: EncoderCache
    memory: Sequence[str]
    states: Sequence[str]
    last: str
    """(N, K) the tokens before."""
    live: str
    """(N, K) in float64, the log-probabilities of the hypotheses."""
    progress: "_Progress"
    enough: str
    """() sentences that need not be done."""


@dataclass(frozen=True)
class _Given:
    """What is the same at every step."""

    beam: str
    """(1,) K."""
    twice: str
    """(1,) C."""
    wanted: str
    """(1,) Q."""
    limits: str
    """(N, 1) maximum lengths."""
    shortest: str
    """(R, 1) minimum lengths, none above the maximum."""
    divisors: str
    """(longest + 2,) in float64, of the length penalty by length."""
    ceilings: str
    """(N, 1) in float64, the divisors of the longest outputs."""
    by_sentence: str
    """(2,) N, J."""
    first_rows: str
    """(N, 1) the first row of each sentence."""
    leading: str
    """(1, C) bool, the first K of the candidates."""
    impossible: str
    """() -inf in float32."""
    never: str
    """() -inf in float64."""


def _given(graph: Graph, last: str | None) -> _Given:
    """``last`` (N, J) tells how many hypotheses a sentence has; None: K."""
    limits = graph.unsqueeze(graph.input("limits", ("N",), TensorProto.INT64), 1)
    shortest = graph.input("min_length", (1,), TensorProto.INT64)
    beam = graph.input("beam", (1,), TensorProto.INT64)
    wanted = graph.input("nbest", (1,), TensorProto.INT64)
    divisors = graph.input("divisors", ("L",), TensorProto.DOUBLE)
    sentences = graph.op("Shape", limits, start=0, end=1)
    one = graph.constant(np.array([1]))
    hypotheses = beam if last is None else graph.op("Shape", last, start=1, end=2)
    proposed = graph.op("Mul", hypotheses, graph.op("Add", beam, one))
    twice = graph.op("Min", graph.op("Add", beam, beam), proposed)
    impossible = graph.constant(np.float32(-np.inf))
    counted = filled(graph, np.array(1), graph.join(sentences, one, axis=0))
    sentence = graph.op("CumSum", counted, graph.constant(np.array(0)), exclusive=1)
    places = filled(graph, np.array(1), graph.join(one, twice, axis=0))
    by_sentence = graph.join(sentences, hypotheses, axis=0)
    place = graph.op("CumSum", places, one, exclusive=1)
    return _Given(
        beam=beam,
        twice=twice,
        wanted=wanted,
        limits=limits,
        shortest=graph.reshape(graph.op("Expand", graph.op("Min", shortest, limits), by_sentence), -1, 1),
        divisors=divisors,
        ceilings=graph.op("Gather", divisors, graph.op("Add", limits, one), axis=0),
        by_sentence=by_sentence,
        first_rows=graph.op("Mul", sentence, hypotheses),
        leading=graph.op("Less", place, beam),
        impossible=impossible,
        never=graph.doubles(-np.inf),
    )


def _first(graph: Graph, given: _Given) -> tuple[str, str]:
    """Tokens and log-probabilities (N, K) before the first step."""
    one = graph.constant(np.array([1]))
    sentences = graph.op("Shape", given.limits, start=0, end=1)
    zero = graph.op("Cast", filled(graph, np.float32(0), graph.join(sentences, one, axis=0)), to=TensorProto.DOUBLE)
    others = graph.join(sentences, graph.op("Sub", given.beam, one), axis=0)
    log_probs = graph.join(zero, graph.op("Expand", given.never, others), axis=1)
    return filled(graph, np.array(BOS), given.by_sentence), log_probs


def _none_yet(graph: Graph, given: _Given) -> "_Progress":
    """No outputs."""
    sentences = graph.op("Shape", given.limits, start=0, end=1)
    of_each = graph.op("Shape", given.limits)
    return _Progress(
        graph.op("Expand", given.never, graph.join(sentences, given.wanted, axis=0)),
        filled(graph, np.array(0), of_each),
        filled(graph, np.array(0), of_each),
        filled(graph, np.array(False), of_each),
    )


def _repeated(graph: Graph, given: _Given, state: str, size: int) -> str:
    """(N, size) → (R, size)."""
    shape = graph.join(given.by_sentence, graph.constant(np.array([size])), axis=0)
    return graph.reshape(graph.op("Expand", graph.unsqueeze(state, 1), shape), -1, size)


# ------------------------------------------------------------------------------------------------------------- one step


@dataclass(frozen=True)
class _Candidates:
    """Continuations of hypotheses, the best first."""

    log_probs: str
    """(N, C) or (N, K), in float64."""
    tokens: str
    parents: str
    """The hypotheses that they continue, 0 to K - 1."""


@dataclass(frozen=True)
class _Progress:
    """How far the sentences are."""

    best: str
    """(N, Q) scores of the best outputs, in order; -inf while there are fewer."""
    count: str
    """(N, 1) outputs."""
    steps: str
    """(N, 1) steps, the one after which the sentence was done among them."""
    done: str
    """(N, 1) bool."""


def _propose(body: Graph, given: _Given, trip: str, live: str, logits: Logits) -> _Candidates:
    """The likeliest 2 K continuations of each sentence.

    Of one row, K can live on and one can end: no more matter.
    """
    once = body.once
    one = once.constant(np.array([1]))
    wanted = once.op("Add", given.beam, one)
    rest = once.constant(np.array([-1]))
    by_row = once.join(given.by_sentence, rest, axis=0)
    by_sentence = once.join(once.op("Gather", given.by_sentence, once.constant(np.array([0]))), rest, axis=0)

    found = writable(
        body, logits, once.op("Add", wanted, one), trip, shortest=given.shortest, impossible=given.impossible
    )
    width = body.op("Min", wanted, body.op("Shape", found.ids, start=1, end=2))
    best, place = body.ops("TopK", 2, found.log_probs, width, axis=-1)
    steps = body.op("Cast", body.op("Reshape", best, by_row), to=TensorProto.DOUBLE)
    totals = body.op("Reshape", body.op("Add", steps, body.unsqueeze(live, 2)), by_sentence)
    tokens = body.op("Reshape", body.op("GatherElements", found.ids, place, axis=1), by_sentence)
    log_probs, order = body.ops("TopK", 2, totals, given.twice, axis=-1)
    return _Candidates(log_probs, body.op("GatherElements", tokens, order, axis=1), body.op("Div", order, width))


def _survive(body: Graph, given: _Given, candidates: _Candidates, ends: str, *, vocabulary: int) -> _Candidates:
    """The K best candidates that do not end."""
    alive = body.op("Where", ends, given.never, candidates.log_probs)
    log_probs, order = body.ops("TopK", 2, alive, given.beam, axis=-1)
    tokens, parents = (
        body.op("GatherElements", part, order, axis=1) for part in (candidates.tokens, candidates.parents)
    )
    # An impossible hypothesis may have a token that fills the last group of the vocabulary.
    return _Candidates(log_probs, body.op("Min", tokens, body.constant(np.array(vocabulary - 1))), parents)


def _stop(
    body: Graph, given: _Given, trip: str, before: _Progress, candidates: _Candidates, ends: str, survivors: _Candidates
) -> _Progress:
    """Count the outputs, and end the sentences whose other hypotheses can add nothing."""
    possible = body.op("Greater", candidates.log_probs, given.never)
    ended = body.op("And", body.op("And", ends, given.leading), possible)
    divisor = body.op("Gather", given.divisors, body.op("Add", trip, body.constant(np.array(1))), axis=0)
    scores = body.op("Div", body.op("Where", ended, candidates.log_probs, given.never), divisor)
    best, _ = body.ops("TopK", 2, body.join(before.best, scores, axis=1), given.wanted, axis=-1)
    new = body.op("ReduceSum", body.op("Cast", ended, to=TensorProto.INT64), body.constant(np.array([1])))
    count = body.op("Add", before.count, new)

    last, first = body.constant(np.array([-1])), body.constant(np.array([0]))
    worst = body.op("Gather", best, last, axis=1)
    top = body.op("Gather", survivors.log_probs, first, axis=1)
    hopeless = body.op("Greater", worst, body.op("Div", top, given.ceilings))
    full = body.op("GreaterOrEqual", count, given.beam)
    at_limit = body.op("Equal", given.limits, trip)
    stuck = body.op("Equal", top, given.never)
    done = before.done
    for reason in (hopeless, full, at_limit, stuck):
        done = body.op("Or", done, reason)
    going = body.op("Cast", body.op("Not", before.done), to=TensorProto.INT64)
    return _Progress(best, count, body.op("Add", before.steps, going), done)
