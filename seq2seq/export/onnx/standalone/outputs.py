"""The best output of each sentence, from what a search inside a graph gives.

Letters: N sentences, K hypotheses per sentence, C = 2 K candidates per sentence, T steps.
"""

import numpy as np
from onnx import TensorProto

from seq2seq.export.onnx.standalone.graph import StandaloneGraph
from seq2seq.special import EOS, PAD


def greedy_output(graph: StandaloneGraph, divisors: str) -> tuple[str, str]:
    """Of :func:`seq2seq.export.onnx.search.greedy.greedy_graph`.

    Returns:
        (T, N) tokens without EOS, padded, and (N, 1) scores in float64.
    """
    count = _count(graph, "tokens", above=PAD)
    score = graph.op("Div", "log_probs", graph.op("Gather", divisors, count, axis=0))
    written = graph.op("Greater", "tokens", graph.constant(np.array(EOS)))
    return graph.op("Where", written, "tokens", graph.constant(np.array(PAD))), graph.unsqueeze(score, 1)


def beam_output(graph: StandaloneGraph, divisors: str, *, beam: int) -> tuple[str, str]:
    """Of :func:`seq2seq.export.onnx.search.beam.beam_graph`, traced back from its last token.

    Of outputs with equal scores, the shortest. If none ended, the best hypothesis as it is.

    Returns:
        (T, N) tokens without EOS, padded, and (N, 1) scores in float64.
    """
    steps, never = graph.unsqueeze("steps", 1), graph.doubles(-np.inf)
    zero, one = graph.constant(np.array(0)), graph.constant(np.array(1))
    step = graph.places(graph.squeeze(graph.op("Shape", "tokens", start=0, end=1), 0))  # (T,)
    of_step = graph.reshape(step, -1, 1, 1)

    # outputs: among the first K, with EOS, before the sentence was done
    ends = graph.op("Equal", "tokens", graph.constant(np.array(EOS)))
    leading = graph.op("And", ends, graph.constant(np.arange(2 * beam) < beam))
    going = graph.op("Less", of_step, steps)
    possible = graph.op("Greater", "log_probs", never)
    ended = graph.op("And", graph.op("And", leading, going), possible)
    divisor = graph.op("Gather", divisors, graph.op("Add", of_step, one), axis=0)
    scores = graph.op("Where", ended, graph.op("Div", "log_probs", divisor), never)
    best, place = graph.ops("TopK", 2, _by_sentence(graph, scores), graph.constant(np.array([1])), axis=-1)
    finished = graph.op("Greater", best, never)  # (N, 1)
    parent = graph.op("GatherElements", _by_sentence(graph, "parents"), place, axis=1)

    # the hypotheses of each step: the first K candidates without EOS
    order = graph.op("Mul", graph.op("Cast", ends, to=TensorProto.INT64), graph.constant(np.array(2 * beam)))
    order = graph.op("Add", order, graph.constant(np.arange(2 * beam)))
    _, chosen = graph.ops("TopK", 2, order, graph.constant(np.array([beam])), axis=-1, largest=0)
    tokens, parents, log_probs = (
        graph.op("GatherElements", name, chosen, axis=2) for name in ("tokens", "parents", "log_probs")
    )

    # one that was cut has the tokens of all steps but the last, at which nothing was written
    written = graph.op("Sub", steps, one)
    first = graph.transpose(graph.op("Gather", log_probs, zero, axis=2), 1, 0)  # (N, T)
    log_prob = graph.op("GatherElements", first, graph.op("Max", graph.op("Sub", written, one), zero), axis=1)
    log_prob = graph.op("Where", graph.op("Greater", written, zero), log_prob, graph.doubles(0.0))
    cut = graph.op("Div", log_prob, graph.op("Gather", divisors, written, axis=0))

    length = graph.op("Where", finished, graph.op("Div", place, graph.constant(np.array(2 * beam))), written)
    hypothesis = graph.op("Where", finished, parent, zero)
    traced = _trace(graph, step, tokens, parents, length=length, hypothesis=hypothesis)
    return traced, graph.op("Where", finished, best, cut)


def _by_sentence(graph: StandaloneGraph, x: str) -> str:
    """(T, N, C) → (N, T x C)."""
    return graph.reshape(graph.transpose(x, 1, 0, 2), 0, -1)


def _trace(graph: StandaloneGraph, step: str, tokens: str, parents: str, *, length: str, hypothesis: str) -> str:
    """The first ``length`` (N, 1) tokens of a ``hypothesis`` (N, 1), from the last to the first; (T, N).

    Hypotheses (T, N, K) are ``tokens``, and ``parents`` at the step before.
    """
    body = StandaloneGraph("trace", outer=graph)
    at = body.input("trace.hypothesis", ("N", 1), TensorProto.INT64)
    now = body.input("trace.step", (), TensorProto.INT64)
    of_step = body.input("trace.tokens", ("N", "K"), TensorProto.INT64)
    before = body.input("trace.parents", ("N", "K"), TensorProto.INT64)
    inside = body.op("Less", now, length)
    token, parent = (body.op("GatherElements", each, at, axis=1) for each in (of_step, before))
    body.result(body.op("Where", inside, parent, at), ("N", 1), TensorProto.INT64)
    written = body.op("Where", inside, token, body.constant(np.array(PAD)))
    body.result(body.squeeze(written, 1), ("N",), TensorProto.INT64)
    _, found = graph.ops(
        "Scan",
        2,
        hypothesis,
        step,
        tokens,
        parents,
        body=body.body(),
        num_scan_inputs=3,
        scan_input_directions=[1, 1, 1],
        scan_output_directions=[1],
    )
    return found


def _count(graph: StandaloneGraph, tokens: str, *, above: int) -> str:
    """(T, N) → (N,) how many tokens are above an id."""
    counted = graph.op("Cast", graph.op("Greater", tokens, graph.constant(np.array(above))), to=TensorProto.INT64)
    return graph.op("ReduceSum", counted, graph.constant(np.array([0])), keepdims=0)
