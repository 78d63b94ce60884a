"""From a network to ONNX: one graph that reads a source and one that takes a decoder's step, or one that classifies.

The graphs are written node by node from the weights, not traced: they know nothing of torch's versions, hold for every
batch and length, and compute the same as the modules, to rounding.

``encoder.onnx``      source (B, S) → ``state.N`` (B, ...), the decoder's first; ``memory.N`` (B, ...), the cache; of
                      vectors, source (B, S, N) and lengths (B,)
``step.onnx``         see :func:`seq2seq.export.onnx.step.step_graph`; ``step.shortlist.onnx``: over a shortlist
``greedy_one.onnx``, ``beam_one.onnx``   whole searches of one sentence, from its source (1, S) or (1, S, N) on
``greedy.onnx``, ``beam.onnx``, ``sampling.onnx``   whole searches; see :mod:`seq2seq.export.onnx.search`; of these,
                      too, there are some over a shortlist
``encoder.onnx``, ``step.onnx``   of a network that continues series, or writes vectors: see
                      :mod:`seq2seq.export.onnx.numeric`
``classifier.onnx``   source (B, S) → logits (B, C); of vectors, source (B, S, N) and lengths (B,)

Letters: B batch, S source length, C labels, M memory size, N numbers of a vector.
"""

from collections.abc import Callable, Collection
from functools import partial
from typing import Final

import numpy as np
import onnx

from seq2seq.errors import ModelError
from seq2seq.export.onnx.decoder import state_sizes
from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.numeric import numeric_graphs
from seq2seq.export.onnx.search.beam import beam_graph_of_one, beam_stage
from seq2seq.export.onnx.search.greedy import greedy_stage
from seq2seq.export.onnx.search.greedy_one import greedy_graph_of_one
from seq2seq.export.onnx.search.sampling import sampling_stage
from seq2seq.export.onnx.start import read_source, start_nodes
from seq2seq.export.onnx.step import step_graph
from seq2seq.models.attention import Attention
from seq2seq.models.build import Model
from seq2seq.models.cells.base import Cell
from seq2seq.models.classifier import Classifier
from seq2seq.models.forecaster import Forecaster
from seq2seq.models.nodes import Array, affine, array
from seq2seq.models.pooling import Pooling
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.models.synthesizer import Synthesizer

_AFTER_ENCODER: Final = {"step": step_graph, "greedy": greedy_stage, "beam": beam_stage, "sampling": sampling_stage}
"""What reads the encoder's outputs, by the names of the files."""
OVER_SHORTLISTS: Final = tuple(f"{name}.shortlist" for name in _AFTER_ENCODER)
"""The graphs that give tokens of a shortlist."""
NO_NODES: Final = "export.no-nodes"
"""Code of the error for a component that cannot be exported."""


def graphs(
    model: Model, *, int8: bool, shortlist: bool = False, names: Collection[str] | None = None
) -> dict[str, onnx.ModelProto]:
    """The graphs of a network, by name, with copies of its weights.

    Args:
        model: the network.
        int8: whether products with weights are computed in 8-bit integers.
        shortlist: whether there are some over a shortlist, too.
        names: the graphs that are wanted; None: all. The others are not made.

    Raises:
        ModelError: a component that an installed package adds has no ONNX nodes.
    """
    require_nodes(model)
    if isinstance(model, Classifier):
        made: dict[str, Callable[[], Graph]] = {"classifier": partial(classifier_graph, model, int8=int8)}
    elif isinstance(model, Forecaster | Synthesizer):
        made = numeric_graphs(model, int8=int8)
    else:
        made = _searching(model, int8=int8, shortlist=shortlist)
    return {name: make().model() for name, make in made.items() if names is None or name in names}


def require_nodes(model: Model) -> None:
    """Refuse a network that cannot be exported; see :func:`graphs`."""
    for module in model.modules():
        if isinstance(module, Cell | Attention | Pooling) and not module.exports():
            message = f"{type(module).__name__} has no ONNX nodes; the model runs with torch alone."
            raise ModelError(message, code=NO_NODES)


def _searching(model: Seq2Seq, *, int8: bool, shortlist: bool) -> dict[str, Callable[[], Graph]]:
    """What makes each graph of a network that searches."""
    encoder = Graph("encoder", int8=int8)
    first = start_nodes(encoder, model)
    for number, (name, size) in enumerate(zip(first.states, state_sizes(model.decoder), strict=True)):
        encoder.output(f"state.{number}", name, ("B", size))
    for number, cached in enumerate(first.cache):
        encoder.output(f"memory.{number}", cached.name, cached.shape)
    made: dict[str, Callable[[], Graph]] = {"encoder": lambda: encoder}
    for listed in (False, True)[: 1 + shortlist]:
        for name, make in _AFTER_ENCODER.items():
            of_list = f"{name}.shortlist" if listed else name
            made[of_list] = partial(make, model, first.encoded, first.cache, int8=int8, shortlist=listed)
    made["greedy_one"] = partial(greedy_graph_of_one, model, int8=int8)
    made["beam_one"] = partial(beam_graph_of_one, model, int8=int8)
    return made


def classifier_graph(model: Classifier, *, int8: bool) -> Graph:
    """Read the inputs of :func:`~seq2seq.export.onnx.start.read_source`; give the ``logits`` (B, C) of the labels."""
    graph = Graph("classifier", int8=int8)
    ids, real, encoded = read_source(graph, model.embedding, model.encoder)
    assert real is not None
    logits = affine(graph, [model.pooling.nodes(graph, encoded, real)], model.head)
    if model.nb_log_ratios is not None:
        log_ratios = array(model.nb_log_ratios) * np.float32(model.nb_weight)
        logits = graph.op("Add", logits, _naive_bayes(graph, log_ratios, ids, once=model.naive_bayes_per == "text"))
    graph.output("logits", logits, ("B", model.head.out_features))
    return graph


def _naive_bayes(graph: Graph, log_ratios: Array, ids: str, *, once: bool) -> str:
    """(S, B) tokens → (B, C) sums of their log-count ratios; ``once``: each distinct token of a column counts once."""
    if not once:
        every = graph.op("Gather", graph.constant(log_ratios), ids)
        return graph.op("ReduceSum", every, graph.constant(np.array([0])), keepdims=0)
    ordered, _ = graph.ops("TopK", 2, ids, graph.op("Shape", ids, start=0, end=1), axis=0)
    first, last, one = (graph.constant(np.array([number])) for number in (0, -1, 1))
    earlier = graph.op("Slice", ordered, first, last, first)
    other = graph.op("Sub", graph.op("Slice", ordered, first, one, first), one)  # before the first: another token
    fresh = graph.op("Not", graph.op("Equal", ordered, graph.join(other, earlier, axis=0)))
    every = graph.op("Gather", graph.constant(log_ratios), ordered)
    nothing = graph.constant(np.float32(0))
    counted = graph.op("Where", graph.unsqueeze(fresh, 2), every, nothing)
    return graph.op("ReduceSum", counted, first, keepdims=0)
