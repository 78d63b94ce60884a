"""The network that continues series as two graphs, between which a number is drawn for every path.

``encoder.onnx``   source (B, S, N), what is read of contexts, and lengths (B,) → ``state.N`` and ``memory.N`` (B, ...)
``step.onnx``      read (B, K, N), ``state.N`` (B x K, ...), ``memory.N`` → ``parameters`` (B x K, P), ``after.N``

What is read at a step is that of :mod:`seq2seq.series.steps`.

Letters: B series, K paths of each, S steps, N numbers read per step, P parameters of a distribution.
"""

from collections.abc import Callable
from functools import partial

from seq2seq.export.onnx.decoder import EncoderCache, attention_cache, embedded_step_nodes, state_sizes
from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.layers import bridge_states, project
from seq2seq.export.onnx.start import read_source
from seq2seq.models.decoder import Attentive
from seq2seq.models.forecaster import Forecaster
from seq2seq.models.nodes import EncoderNodes, affine


def forecasting_graphs(model: Forecaster, *, int8: bool) -> dict[str, Callable[[], Graph]]:
    """What makes each graph of a network that continues series."""
    graph = Graph("encoder", int8=int8)
    vectors, real, encoded = read_source(graph, model.source, model.encoder)
    states = bridge_states(graph, model.bridge, encoded.final, vectors)
    for number, (state, size) in enumerate(zip(states, state_sizes(model.decoder), strict=True)):
        graph.output(f"state.{number}", state, ("B", size))
    cache: EncoderCache = []
    if isinstance(model.decoder, Attentive):
        cache = attention_cache(graph, model.decoder.attention, encoded, real)
    for number, cached in enumerate(cache):
        graph.output(f"memory.{number}", cached.name, cached.shape)
    return {"encoder": lambda: graph, "step": partial(_step_graph, model, encoded, cache, int8=int8)}


def _step_graph(model: Forecaster, encoded: EncoderNodes, cache: EncoderCache, *, int8: bool) -> Graph:
    """One step of every path; the encoder's outputs and the cache give sizes and bounds."""
    graph = Graph("step", int8=int8)
    size = model.target.linear.in_features
    read = graph.input("read", ("B", "K", size))
    memory = [graph.input(f"memory.{number}", cached.shape) for number, cached in enumerate(cache)]
    sizes = state_sizes(model.decoder)
    states = [graph.input(f"state.{number}", ("R", units)) for number, units in enumerate(sizes)]
    shape = graph.op("Shape", read, start=0, end=2)
    embedded = project(graph, model.target, graph.reshape(read, -1, size))
    step = embedded_step_nodes(graph, model.decoder, encoded, cache, embedded, shape, memory, states)
    graph.output("parameters", affine(graph, [step.features], model.head), ("R", model.head.out_features))
    for number, (state, units) in enumerate(zip(step.states, sizes, strict=True)):
        graph.output(f"after.{number}", state, ("R", units))
    return graph
