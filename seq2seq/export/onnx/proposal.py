"""From the features of a decoder's step to the likeliest next tokens: projection, log-probabilities, and the best.

Letters: B sentences, K hypotheses per sentence, R = B x K rows, E embedding, V vocabulary (filled up to whole groups),
N tokens of a shortlist, W width of a proposal, C candidates per row.
"""

from dataclasses import dataclass

import numpy as np
from onnx import TensorProto
from torch import nn

from seq2seq.export.onnx.graph import Graph
from seq2seq.inference.engines.onnx.search_network import GROUP
from seq2seq.models.nodes import TensorRef, array


@dataclass(frozen=True)
class TokenScores:
    """(R, V) log-probabilities of tokens, normalised over all of them; all NaN where one is."""

    name: str
    columns: str
    """(1,) V; of a loop's, in the graph around it."""
    ids: str | None = None
    """(V,) the tokens of the columns; None: their numbers."""


def whole_groups(vocabulary: int) -> int:
    """The columns of the scores of a vocabulary: V."""
    return vocabulary + -vocabulary % GROUP


def logits_nodes(graph: Graph, projection: nn.Linear, features: TensorRef) -> str:
    """(R, E) features → (R, V) logits; tokens that fill the last group are impossible."""
    missing = whole_groups(projection.out_features) - projection.out_features
    weight = np.pad(array(projection.weight), ((0, missing), (0, 0)))
    bias = np.pad(array(projection.bias), (0, missing), constant_values=-np.inf)
    return graph.linear([features], weight, bias)


def score_tokens(graph: Graph, projection: nn.Linear, features: TensorRef) -> TokenScores:
    """(R, E) features → the log-probabilities of the vocabulary."""
    columns = graph.once.constant(np.array([whole_groups(projection.out_features)]))
    return TokenScores(graph.op("LogSoftmax", logits_nodes(graph, projection, features), axis=-1), columns)


def score_shortlist(graph: Graph, features: TensorRef, by_sentence: str) -> TokenScores:
    """(R, E) features → the log-probabilities of a shortlist, whose N weights are inputs.

    Tokens outside a sentence's own list have a bias of -inf. ``by_sentence`` (2,) is B, K.
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
    logits = graph.op("Reshape", graph.op("Add", logits, once.unsqueeze(bias, 1)), by_row)
    return TokenScores(graph.op("LogSoftmax", logits, axis=-1), columns)


@dataclass(frozen=True)
class Candidates:
    """Some tokens of every row, the likeliest among them."""

    log_probs: str
    """(R, C)."""
    ids: str
    """(R, C) their columns."""
    count: str
    """(1,) C; of a loop's, in the graph around it."""


def candidates(graph: Graph, scores: TokenScores, groups: str, *, by_id: bool = False) -> Candidates:
    """The tokens of those ``groups`` (1,) that have the largest maxima.

    The likeliest ``groups`` tokens of every row are among them. Taking maxima is fast, sorting a vocabulary is not.
    ``by_id``: ids ascend, so that the first of some equal ones is that of the smallest id; groups with equal maxima are
    taken in the order of their ids in any case. ``groups`` of a loop is in the graph around it.
    """
    once, size = graph.once, graph.once.constant(np.array([GROUP]))
    groups = once.op("Min", groups, once.op("Div", scores.columns, size))
    grouped = graph.reshape(scores.name, 0, -1, GROUP)
    maxima = graph.op("ReduceMax", grouped, graph.constant(np.array([2])), keepdims=0)
    _, chosen = graph.ops("TopK", 2, maxima, groups, axis=-1)
    if by_id:
        chosen, _ = graph.ops("TopK", 2, chosen, groups, axis=-1, largest=0)
    chosen = graph.unsqueeze(chosen, 2)
    found = graph.reshape(graph.op("GatherND", grouped, chosen, batch_dims=1), 0, -1)
    first = graph.op("Mul", chosen, graph.constant(np.array(GROUP)))
    ids = graph.reshape(graph.op("Add", first, graph.constant(np.arange(GROUP))), 0, -1)
    return Candidates(found, ids, once.op("Mul", groups, size))
