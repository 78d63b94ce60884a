"""From the features of a decoder's step to the likeliest next tokens: projection, normaliser, and the best logits.

Letters: B sentences, K hypotheses per sentence, R = B x K rows, E embedding, V vocabulary (filled up to whole groups),
N tokens of a shortlist, W width of a proposal, C candidates per row.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from onnx import TensorProto
from torch import nn

from seq2seq.export.onnx.graph import Graph
from seq2seq.inference.engines.onnx.search_network import GROUP
from seq2seq.models.nodes import TensorRef, array

LARGEST: Final = 60.0
"""Bound of logits whose exponentials need no care: those of float32 reach from exp(-87) to exp(88), so that even the
sum of those of a trillion tokens is finite."""


@dataclass(frozen=True)
class Logits:
    """(R, V) scores of tokens."""

    name: str
    columns: str
    """(1,) V; of a loop's logits, in the graph around it."""
    bounded: bool
    """Whether their exponentials are finite and not all 0 in float32, whatever the features."""
    ids: str | None = None
    """(V,) the tokens of the columns; None: their numbers."""


def whole_groups(vocabulary: int) -> int:
    """The columns of the logits of a vocabulary: V."""
    return vocabulary + -vocabulary % GROUP


def project(graph: Graph, projection: nn.Linear, features: TensorRef) -> Logits:
    """Of (R, E) features; tokens that fill the last group are impossible."""
    missing = whole_groups(projection.out_features) - projection.out_features
    weight = np.pad(array(projection.weight), ((0, missing), (0, 0)))
    bias = np.pad(array(projection.bias), (0, missing), constant_values=-np.inf)
    columns = graph.once.constant(np.array([len(weight)]))
    return Logits(graph.linear([features], weight, bias), columns, _bounded(projection, features))


def project_to_shortlist(graph: Graph, projection: nn.Linear, features: TensorRef, by_sentence: str) -> Logits:
    """Of (R, E) features and a shortlist, whose N weights are inputs; ``by_sentence`` (2,) is B, K.

    Tokens outside a sentence's own list have a bias of -inf.
    """
    once = graph.once
    kind = TensorProto.INT8 if graph.int8 else TensorProto.FLOAT
    weight = once.input("shortlist.weight", (features.size, "listed"), kind)
    bias = once.input("shortlist.bias", ("B", "listed"))
    scale = once.input("shortlist.scale", ("listed",)) if graph.int8 else ""
    rest = once.constant(np.array([-1]))
    spread = once.join(by_sentence, rest, axis=0)
    columns = once.op("Shape", bias, start=1, end=2)
    by_row = once.join(rest, columns, axis=0)
    logits = graph.op("Reshape", graph.product(features, weight, scale), spread)
    logits = graph.op("Add", logits, once.unsqueeze(bias, 1))
    return Logits(graph.op("Reshape", logits, by_row), columns, _bounded(projection, features))


def _bounded(projection: nn.Linear, features: TensorRef) -> bool:
    if features.bound is None:
        return False
    largest = np.abs(array(projection.weight)).sum(axis=1) * features.bound + np.abs(array(projection.bias))
    return bool(largest.max() < LARGEST)


def normaliser(graph: Graph, logits: Logits, highest: str | None = None) -> str:
    """The logarithm (R, 1) of the sum of exp(logits), of which ``highest`` (R, 1) is the largest of each row.

    It is subtracted from the logits that matter: all of them, as LogSoftmax gives them, would be another large tensor.
    Bounded logits need no ``highest``: their exponentials are not shifted, but computed in place, if ONNX Runtime reads
    the logits for the last time there. Among the inputs of a node, it runs those first that were added last: so
    add this one before what else reads the logits.
    """
    axis = graph.constant(np.array([1]))
    if highest is None:
        shape = ("R", "V")
        shares = graph.with_shape(graph.op("Exp", graph.with_shape(logits.name, shape)), shape)
        return graph.op("Log", graph.op("ReduceSum", shares, axis))
    total = graph.op("ReduceSum", graph.op("Exp", graph.op("Sub", logits.name, highest)), axis)
    return graph.op("Add", graph.op("Log", total), highest)


@dataclass(frozen=True)
class Candidates:
    """Some logits of every row, the largest among them."""

    logits: str
    """(R, C)."""
    ids: str
    """(R, C) their columns."""
    count: str
    """(1,) C; of a loop's, in the graph around it."""
    maxima: str
    """(R, ...) the largest of each group, that of the row first."""

    def highest(self, graph: Graph) -> str:
        """(R, 1) the largest of each row."""
        return graph.op("Gather", self.maxima, graph.constant(np.array([0])), axis=1)


def candidates(graph: Graph, logits: Logits, groups: str, *, by_id: bool = False) -> Candidates:
    """The logits of the ``groups`` (1,) groups with the largest maxima, which have the largest ``groups`` of every row.

    Taking maxima is fast, sorting a vocabulary is not. ``by_id``: ids ascend, so that the first of some equal logits is
    that of the smallest id; groups with equal maxima are taken in the order of their ids in any case. ``groups`` of a
    loop is in the graph around it.
    """
    once, size = graph.once, graph.once.constant(np.array([GROUP]))
    groups = once.op("Min", groups, once.op("Div", logits.columns, size))
    grouped = graph.reshape(logits.name, 0, -1, GROUP)
    maxima = graph.op("ReduceMax", grouped, graph.constant(np.array([2])), keepdims=0)
    highest, chosen = graph.ops("TopK", 2, maxima, groups, axis=-1)
    if by_id:
        chosen, _ = graph.ops("TopK", 2, chosen, groups, axis=-1, largest=0)
    chosen = graph.unsqueeze(chosen, 2)
    found = graph.reshape(graph.op("GatherND", grouped, chosen, batch_dims=1), 0, -1)
    first = graph.op("Mul", chosen, graph.constant(np.array(GROUP)))
    ids = graph.reshape(graph.op("Add", first, graph.constant(np.arange(GROUP))), 0, -1)
    return Candidates(found, ids, once.op("Mul", groups, size), highest)
