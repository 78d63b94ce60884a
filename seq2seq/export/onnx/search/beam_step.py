"""One step of beam search, and what it is given.

Letters: N sentences, K hypotheses per sentence (J = K, or 1 at first), R = N x J rows, W proposals per row, C = 2 K
candidates per sentence (K + 1 of one hypothesis), Q outputs that are wanted.
"""

from dataclasses import dataclass

import numpy as np
from onnx import TensorProto

from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.proposal import TokenScores
from seq2seq.export.onnx.search.loop import filled, writable
from seq2seq.special import BOS


@dataclass(frozen=True)
class Candidates:
    """Continuations of hypotheses, the best first."""

    log_probs: str
    """(N, C) or (N, K), in float64."""
    tokens: str
    parents: str
    """The hypotheses that they continue, 0 to K - 1."""


@dataclass(frozen=True)
class Progress:
    """How far the sentences are."""

    best: str
    """(N, Q) scores of the best outputs, in order; -inf while there are fewer."""
    count: str
    """(N, 1) outputs."""
    done: str
    """(N, 1) bool."""


# ------------------------------------------------------------------------------------------------------ before the loop


@dataclass(frozen=True)
class Given:
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


def given_beam(graph: Graph, last: str | None) -> Given:
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
    return Given(
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


def first_hypotheses(graph: Graph, given: Given) -> tuple[str, str]:
    """Tokens and log-probabilities (N, K) before the first step."""
    one = graph.constant(np.array([1]))
    sentences = graph.op("Shape", given.limits, start=0, end=1)
    zero = graph.op("Cast", filled(graph, np.float32(0), graph.join(sentences, one, axis=0)), to=TensorProto.DOUBLE)
    others = graph.join(sentences, graph.op("Sub", given.beam, one), axis=0)
    log_probs = graph.join(zero, graph.op("Expand", given.never, others), axis=1)
    return filled(graph, np.array(BOS), given.by_sentence), log_probs


def no_outputs(graph: Graph, given: Given) -> Progress:
    """No outputs."""
    sentences = graph.op("Shape", given.limits, start=0, end=1)
    of_each = graph.op("Shape", given.limits)
    return Progress(
        graph.op("Expand", given.never, graph.join(sentences, given.wanted, axis=0)),
        filled(graph, np.array(0), of_each),
        filled(graph, np.array(False), of_each),
    )


def repeated(graph: Graph, given: Given, state: str, size: int) -> str:
    """(N, size) → (R, size)."""
    shape = graph.join(given.by_sentence, graph.constant(np.array([size])), axis=0)
    return graph.reshape(graph.op("Expand", graph.unsqueeze(state, 1), shape), -1, size)


# ------------------------------------------------------------------------------------------------------------- one step


def propose(body: Graph, given: Given, trip: str, live: str, scores: TokenScores) -> Candidates:
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
        body, scores, once.op("Add", wanted, one), trip, shortest=given.shortest, impossible=given.impossible
    )
    width = once.op("Min", wanted, found.count)
    best, place = body.ops("TopK", 2, found.log_probs, width, axis=-1)
    steps = body.op("Cast", body.op("Reshape", best, by_row), to=TensorProto.DOUBLE)
    totals = body.op("Reshape", body.op("Add", steps, body.unsqueeze(live, 2)), by_sentence)
    tokens = body.op("Reshape", body.op("GatherElements", found.ids, place, axis=1), by_sentence)
    log_probs, order = body.ops("TopK", 2, totals, given.twice, axis=-1)
    return Candidates(log_probs, body.op("GatherElements", tokens, order, axis=1), body.op("Div", order, width))


def survive(body: Graph, given: Given, candidates: Candidates, ends: str, *, vocabulary: int) -> Candidates:
    """The K best candidates that do not end."""
    alive = body.op("Where", ends, given.never, candidates.log_probs)
    log_probs, order = body.ops("TopK", 2, alive, given.beam, axis=-1)
    tokens, parents = (
        body.op("GatherElements", part, order, axis=1) for part in (candidates.tokens, candidates.parents)
    )
    # An impossible hypothesis may have a token that fills the last group of the vocabulary.
    return Candidates(log_probs, body.op("Min", tokens, body.constant(np.array(vocabulary - 1))), parents)


def stop(
    body: Graph, given: Given, trip: str, before: Progress, candidates: Candidates, ends: str, survivors: Candidates
) -> Progress:
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
    ahead = body.op("GreaterOrEqual", body.op("Gather", best, first, axis=1), body.op("Div", top, divisor))
    full = body.op("And", body.op("GreaterOrEqual", count, given.beam), ahead)
    at_limit = body.op("Equal", given.limits, trip)
    stuck = body.op("Equal", top, given.never)
    done = before.done
    for reason in (hopeless, full, at_limit, stuck):
        done = body.op("Or", done, reason)
    return Progress(best, count, done)


def steps_taken(graph: Graph, going: str) -> str:
    """(N,) steps, that after which a sentence was done among them; ``going`` (T, N, 1): whether it was not, by step."""
    axes, one = graph.constant(np.array([0, 2])), graph.constant(np.array([1]))
    before = graph.op("ReduceSum", graph.op("Cast", going, to=TensorProto.INT64), axes, keepdims=0)
    return graph.op("Min", graph.op("Add", before, one), graph.op("Shape", going, start=0, end=1))
