"""What the loops of all searches have in common.

Letters: N sentences, R rows, C candidates per row, V vocabulary.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from onnx import TensorProto

from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.proposal import Logits, candidates, normaliser
from seq2seq.special import EOS


def begin(body: Graph) -> str:
    """The number of the trip, from 0: of tokens that are written; the first of the inputs that ONNX's Loop gives."""
    trip = body.input(f"{body.name}.trip", (), TensorProto.INT64)
    body.input(f"{body.name}.going", (), TensorProto.BOOL)
    return trip


def filled(graph: Graph, value: ArrayLike, shape: str) -> str:
    """A tensor of one value."""
    return graph.op("Expand", graph.constant(value), shape)


def any_left(body: Graph, done: str) -> str:
    """Whether any element is False, () bool."""
    left = body.op("Cast", body.op("Not", done), to=TensorProto.INT32)
    return body.op("Cast", body.op("ReduceMax", left, keepdims=0), to=TensorProto.BOOL)


@dataclass(frozen=True)
class Writable:
    """Tokens that may be written."""

    log_probs: str
    """(R, C), normalised over the whole vocabulary; -inf for the others."""
    ids: str
    """(R, C) in ascending order."""


def writable(body: Graph, logits: Logits, groups: str, trip: str, *, shortest: str, impossible: str) -> Writable:
    """The likeliest tokens that may be written: never PAD, BOS and the unknown token; no EOS before the minimum length.

    Args:
        body: gets the nodes.
        logits: of the step.
        groups: (1,) one more than there are tokens that matter, of each row: all tokens that must not be written are
            in one group.
        trip: () tokens written so far.
        shortest: (R, 1) minimum lengths, none above the maximum.
        impossible: () -inf.
    """
    found = candidates(body, logits, groups, by_id=True)
    log_probs = body.op("Sub", found.logits, normaliser(body, logits, found.highest))
    early = body.op("Less", trip, shortest)
    lowest = body.op("Where", early, body.constant(np.array(EOS + 1)), body.constant(np.array(EOS)))
    return Writable(body.op("Where", body.op("Less", found.ids, lowest), impossible, log_probs), found.ids)
