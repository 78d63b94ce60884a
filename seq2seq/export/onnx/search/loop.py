"""What the loops of all searches have in common.

Letters: B sentences, R rows, C candidates per row, V vocabulary.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from onnx import TensorProto

from seq2seq.export.onnx.decoder import EncoderCache
from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.proposal import TokenScores, candidates, score_shortlist, score_tokens
from seq2seq.models.nodes import TensorRef
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import EOS


def begin(body: Graph) -> str:
    """The number of the trip, from 0: of tokens that are written; the first of the inputs that ONNX's Loop gives."""
    trip = body.input(f"{body.name}.trip", (), TensorProto.INT64)
    body.input(f"{body.name}.going", (), TensorProto.BOOL)
    return trip


def filled(graph: Graph, value: ArrayLike, shape: str) -> str:
    """A tensor of one value."""
    return graph.op("Expand", graph.constant(value), shape)


def more_than(body: Graph, open_: str, enough: str) -> str:
    """Whether more than ``enough`` () of the elements are True, () bool."""
    count = body.op("ReduceSum", body.op("Cast", open_, to=TensorProto.INT64), keepdims=0)
    return body.op("Greater", count, enough)


def given_state(graph: Graph, cache: EncoderCache, sizes: Sequence[int], *, rows: str) -> tuple[list[str], list[str]]:
    """Inputs ``memory.N`` (B, ...) and ``state.N`` (``rows``, ...) of a graph that continues outputs."""
    memory = [graph.input(f"memory.{number}", cached.shape) for number, cached in enumerate(cache)]
    return memory, [graph.input(f"state.{number}", (rows, size)) for number, size in enumerate(sizes)]


def next_state(graph: Graph, states: Sequence[str], sizes: Sequence[int], *, rows: str) -> None:
    """Outputs ``after.N`` (``rows``, ...)."""
    for number, (state, size) in enumerate(zip(states, sizes, strict=True)):
        graph.output(f"after.{number}", state, (rows, size))


def scores_of_step(
    body: Graph, model: Seq2Seq, features: TensorRef, by_sentence: str, *, shortlist: bool
) -> TokenScores:
    """The log-probabilities of tokens, for ``by_sentence`` (2,) sentences and hypotheses of each.

    Over a shortlist, the graph around the body has its tokens, ascending, as the input ``shortlist.ids``, beside the
    inputs of :func:`~seq2seq.export.onnx.proposal.score_shortlist`.
    """
    if not shortlist:
        return score_tokens(body, model.projection, features)
    ids = body.once.input("shortlist.ids", ("listed",), TensorProto.INT64)
    return replace(score_shortlist(body, features, by_sentence), ids=ids)


@dataclass(frozen=True)
class Writable:
    """Tokens that may be written."""

    log_probs: str
    """(R, C), normalised over the whole vocabulary; -inf for the others."""
    ids: str
    """(R, C)."""
    count: str
    """(1,) C, in the graph around the loop."""


def writable(
    body: Graph, scores: TokenScores, groups: str, trip: str, *, shortest: str, impossible: str, by_id: bool = True
) -> Writable:
    """The likeliest tokens that may be written: never PAD, BOS and the unknown token; no EOS before the minimum length.

    Args:
        body: gets the nodes.
        scores: of the step.
        groups: (1,) one more than there are tokens that matter, of each row: all tokens that must not be written are
            in one group, the first.
        trip: () tokens written so far.
        shortest: (R, 1) minimum lengths, none above the maximum.
        impossible: () -inf.
        by_id: whether tokens are in ascending order; else, the likeliest is the first of those that are equally likely.
    """
    found = candidates(body, scores, groups, by_id=by_id)
    ids = found.ids if scores.ids is None else body.op("Gather", scores.ids, found.ids)
    early = body.op("Less", trip, shortest)
    lowest = body.op("Where", early, body.constant(np.array(EOS + 1)), body.constant(np.array(EOS)))
    allowed = body.op("Where", body.op("Less", ids, lowest), impossible, found.log_probs)
    return Writable(allowed, ids, found.count)
