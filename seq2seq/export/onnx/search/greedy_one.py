"""Greedy search of one sentence: with few nodes, since a step of one row costs less than what surrounds its nodes.

There is no padding, and nothing to carry on once the sentence has ended; :mod:`seq2seq.search.beam` with a beam of 1 is
the reference here, too.

Letters: S source length, T steps.
"""

import numpy as np
from onnx import TensorProto

from seq2seq.export.onnx.decoder import memory_of_one, state_sizes, step_nodes
from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.proposal import logits_nodes, whole_groups
from seq2seq.export.onnx.search.loop import begin
from seq2seq.export.onnx.start import start_nodes
from seq2seq.inference.engines.onnx.safety import TRIPS
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import BOS, EOS


def greedy_graph_of_one(model: Seq2Seq, *, int8: bool, scored: bool = True) -> Graph:
    """Encode one source, and write the likeliest token until EOS, of smaller ids if some are equal.

    Inputs: ``source`` (1, S), token ids with EOS; ``trips`` (1,), one more than the most tokens; ``min_length`` (1,),
    tokens before EOS, as far as the limit allows. Outputs: ``tokens`` (T, 1), the last of them EOS, or one too many;
    ``log_probs`` (T, 1), of each token, unless the search is not ``scored``: -inf from where none can be written.
    """
    graph = Graph("greedy_one", int8=int8)
    start = start_nodes(graph, model, padded=False)
    trips = graph.input(TRIPS, (1,), TensorProto.INT64)
    vocabulary = model.projection.out_features
    end = graph.constant(np.array([whole_groups(vocabulary)]))
    one = graph.constant(np.array([1]))
    shortest = graph.op("Min", graph.input("min_length", (1,), TensorProto.INT64), graph.op("Sub", trips, one))
    # Ids below the first that may be written are cut off at every step: cheaper than making them impossible. A
    # vocabulary of special tokens alone has none above EOS.
    places = graph.op("CumSum", graph.op("Expand", one, trips), graph.constant(np.array(0)), exclusive=1)
    early = graph.op("Cast", graph.op("Less", places, shortest), to=TensorProto.INT64)
    lowest_ids = graph.op("Add", early, graph.constant(np.array(EOS)))
    lowest_ids = graph.unsqueeze(graph.op("Min", lowest_ids, graph.constant(np.array(vocabulary - 1))), 1)

    body = Graph("greedy_one.step", int8=int8, outer=graph)
    trip = begin(body)
    before = body.input("step.tokens", (1,), TensorProto.INT64)
    sizes = state_sizes(model.decoder)
    states = [body.input(f"step.state.{number}", (1, size)) for number, size in enumerate(sizes)]
    shape, memory = memory_of_one(graph, model.decoder, start.cache, graph.constant(np.array([1, 1])))
    step = step_nodes(body, model, start.encoded, start.cache, before, shape, memory, states)
    logits = logits_nodes(body, model.projection, step.features)
    scores = body.op("LogSoftmax", logits, axis=-1) if scored else logits
    lowest = body.op("Gather", lowest_ids, trip, axis=0)
    allowed = body.op("Slice", scores, lowest, end, one)
    value, place = body.ops("TopK", 2, allowed, one, axis=-1)
    token = body.op("Add", place, lowest)

    # Tokens of text have larger ids than EOS.
    going = body.op("Greater", token, body.constant(np.array(EOS)))
    body.result(body.op("Squeeze", going), (), TensorProto.BOOL)
    body.result(body.squeeze(token, 1), (1,), TensorProto.INT64)
    for state, size in zip(step.states, sizes, strict=True):
        body.result(state, (1, size))
    body.result(token, (1, 1), TensorProto.INT64)
    if scored:
        body.result(value, (1, 1))

    first = graph.constant(np.array([BOS]))
    always = graph.constant(np.array(True))
    _, (tokens, *log_probs) = graph.loop(body, trips, always, [first, *start.states], 2 if scored else 1)
    graph.output("tokens", graph.squeeze(tokens, 2), ("T", 1), TensorProto.INT64)
    for kept in log_probs:
        graph.output("log_probs", graph.squeeze(kept, 2), ("T", 1))
    return graph
