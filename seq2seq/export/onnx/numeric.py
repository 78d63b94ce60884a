"""A network that continues series, or writes vectors, as two graphs, between which numbers are drawn.

``encoder.onnx``   source (B, S, N), what is read of contexts, and lengths (B,); or source (B, S), the ids of tags →
                   ``state.N`` and ``memory.N`` (B, ...)
``step.onnx``      read (B, K, N), ``state.N`` (B x K, ...), ``memory.N`` → ``parameters`` (B x K, P), ``after.N``

What is read of a series at a step is that of :mod:`seq2seq.series.steps`. The parameters of a network that writes
vectors end with the log-odds that the sequence ends.

Letters: B sources, K paths of each, S steps or tags, N numbers read per step, P numbers that the network gives.
"""

from collections.abc import Callable
from functools import partial

from torch import nn

from seq2seq.export.onnx.decoder import Decoder, EncoderCache, build_cache, embedded_step_nodes, state_sizes
from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.layers import bridge_states, project
from seq2seq.export.onnx.start import Source, read_source
from seq2seq.models.forecaster import Forecaster
from seq2seq.models.nodes import EncoderNodes, TensorRef, affine
from seq2seq.models.projection import Projection
from seq2seq.models.synthesizer import Synthesizer


def numeric_graphs(model: Forecaster | Synthesizer, *, int8: bool) -> dict[str, Callable[[], Graph]]:
    """What makes each graph of a network whose output is distributions of numbers."""
    graph = Graph("encoder", int8=int8)
    source, steps, feeds = _read(graph, model)
    states = bridge_states(graph, model.bridge, source.encoded.final, source.given)
    for number, (state, size) in enumerate(zip(states, state_sizes(model.decoder), strict=True)):
        graph.output(f"state.{number}", state, ("B", size))
    cache = build_cache(graph, model.decoder, source.encoded, source.real, feeds=feeds)
    for number, cached in enumerate(cache):
        graph.output(f"memory.{number}", cached.name, cached.shape)
    past = isinstance(model, Forecaster) and model.autoregression
    make_step = partial(_step_graph, steps, model.decoder, model.head, source.encoded, cache, past=past, int8=int8)
    return {"encoder": lambda: graph, "step": make_step}


def _read(graph: Graph, model: Forecaster | Synthesizer) -> tuple[Source, Projection, bool]:
    """What the encoder reads; what reads a step; and whether a fixed context is fed to it."""
    if isinstance(model, Synthesizer):
        return read_source(graph, model.tags, model.reader), model.steps, model.feed_context
    return read_source(graph, model.source, model.encoder), model.target, False


def _step_graph(
    steps: Projection,
    decoder: Decoder,
    head: nn.Linear,
    encoded: EncoderNodes,
    cache: EncoderCache,
    *,
    past: bool,
    int8: bool,
) -> Graph:
    """One step of every path; the encoder's outputs and the cache give sizes and bounds.

    With ``past``, what is read also goes to the head, past the decoder.
    """
    graph = Graph("step", int8=int8)
    size = steps.linear.in_features
    read = graph.input("read", ("B", "K", size))
    memory = [graph.input(f"memory.{number}", cached.shape) for number, cached in enumerate(cache)]
    sizes = state_sizes(decoder)
    states = [graph.input(f"state.{number}", ("R", units)) for number, units in enumerate(sizes)]
    shape = graph.op("Shape", read, start=0, end=2)
    rows = graph.reshape(read, -1, size)
    embedded = project(graph, steps, rows)
    step = embedded_step_nodes(graph, decoder, encoded, cache, embedded, shape, memory, states)
    graph.output(
        "parameters",
        affine(graph, [step.features, *([TensorRef(rows, size)] if past else [])], head),
        ("R", head.out_features),
    )
    for number, (state, units) in enumerate(zip(step.states, sizes, strict=True)):
        graph.output(f"after.{number}", state, ("R", units))
    return graph
