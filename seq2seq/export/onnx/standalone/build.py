"""A model as one graph from strings, or token ids, to its answers; what Python does around a network is inside.

Letters: N texts, S source length, C labels, T steps.
"""

from collections.abc import Sequence

import numpy as np
from onnx import TensorProto

from seq2seq.config.decoding import DecodingConfig
from seq2seq.export.onnx.networks import classifier_graph
from seq2seq.export.onnx.search.beam import beam_graph
from seq2seq.export.onnx.search.greedy import greedy_graph
from seq2seq.export.onnx.search.sampling import sampling_graph
from seq2seq.export.onnx.standalone.graph import StandaloneGraph
from seq2seq.export.onnx.standalone.outputs import beam_output, greedy_output
from seq2seq.export.onnx.standalone.sources import give_settings, give_source
from seq2seq.export.onnx.standalone.strings import detokenise, read_tags, tokenise
from seq2seq.models.classifier import Classifier
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import PAD

Sentencepiece = tuple[bytes, bytes]
"""The sentencepiece models of source and target."""


def translation(
    model: Seq2Seq, config: DecodingConfig, pieces: Sentencepiece | None, *, tags: Sequence[str] = (), int8: bool
) -> StandaloneGraph:
    """Translate sentences: the best output of each; with ``tags`` at the head of each text.

    Inputs: ``text`` (N,) strings; or, without ``pieces``, ``ids`` (N, S), token ids without EOS, padded with 0.
    Outputs: ``translation`` (N,) strings, or ``translation_ids`` (N, T), padded with 0; ``score`` (N,) in float32, the
    log-probability under the length penalty. A blank text has an empty translation, and the score 0.
    If ``config`` samples, there is one more input: ``random`` (N, T) in float64, random numbers of [0, 1), the first
    for the first token of each output. None has more than T - 1 tokens.
    """
    graph = StandaloneGraph("translation", int8=int8)
    ids = _source_ids(graph, None if pieces is None else pieces[0], tags)
    tokens, score = _search(graph, model, config, ids, from_nothing=False)
    _give_texts(graph, "translation", tokens, None if pieces is None else pieces[1])
    graph.output("score", score, ("N",))
    return graph


def generation(
    model: Seq2Seq, config: DecodingConfig, names: Sequence[str], pieces: bytes | None, *, int8: bool
) -> StandaloneGraph:
    """Write texts from tags, or from nothing.

    Inputs: ``tags`` (N,) strings, of ``names`` separated by white space; or, without ``pieces``, ``ids`` (N, S), their
    ids, padded with 0. ``random`` as in :func:`translation`.
    Outputs: ``text`` (N,) strings, or ``text_ids`` (N, T), padded with 0; ``score`` (N,) in float32, the
    log-probability under the length penalty.
    """
    graph = StandaloneGraph("generation", int8=int8)
    if pieces is None:
        ids = _source_ids(graph, None)
    else:
        ids = read_tags(graph, graph.input("tags", ("N",), TensorProto.STRING), names)
    tokens, score = _search(graph, model, config, ids, from_nothing=True)
    _give_texts(graph, "text", tokens, pieces)
    graph.output("score", score, ("N",))
    return graph


def classification(
    model: Classifier, labels: Sequence[str], temperature: float, pieces: bytes | None, *, int8: bool
) -> StandaloneGraph:
    """Label texts.

    Inputs: ``text`` (N,) strings; or, without ``pieces``, ``ids`` (N, S), token ids without EOS, padded with 0.
    Outputs: ``label`` (N,) strings, the most probable one; ``probabilities`` (N, C), calibrated, in the order of
    ``labels``. A blank text has the empty label, and probabilities of 0.
    """
    graph = StandaloneGraph("classification", int8=int8)
    lengths = give_source(graph, _source_ids(graph, pieces))
    graph.include(classifier_graph(model, int8=int8))
    probabilities = graph.op("Softmax", graph.op("Div", "logits", graph.constant(np.float32(temperature))), axis=-1)
    best = graph.op("ArgMax", "logits", axis=1, keepdims=0)
    empty = graph.op("Equal", lengths, graph.constant(np.array(0)))  # (N, 1)
    place = graph.op("Where", graph.squeeze(empty, 1), graph.constant(np.array(len(labels))), best)
    graph.output("label", graph.op("Gather", graph.strings(*labels, ""), place, axis=0), ("N",), TensorProto.STRING)
    nothing = graph.constant(np.float32(0))
    graph.output("probabilities", graph.op("Where", empty, nothing, probabilities), ("N", len(labels)))
    return graph


def _search(
    graph: StandaloneGraph, model: Seq2Seq, config: DecodingConfig, ids: str, *, from_nothing: bool
) -> tuple[str, str]:
    """(T, N) tokens of the outputs, padded, without EOS, and (N,) their scores."""
    lengths = give_source(graph, ids)
    divisors = give_settings(graph, lengths, config, from_nothing=from_nothing)
    if config.method == "beam" and config.beam > 1:
        graph.include(beam_graph(model, int8=graph.int8))
        tokens, score = beam_output(graph, divisors, beam=config.beam)
    else:
        make = sampling_graph if config.method == "sample" else greedy_graph
        graph.include(make(model, int8=graph.int8))
        tokens, score = greedy_output(graph, divisors)
    if not from_nothing:
        empty = graph.op("Equal", lengths, graph.constant(np.array(0)))  # (N, 1)
        tokens = graph.op("Where", graph.squeeze(empty, 1), graph.constant(np.array(PAD)), tokens)
        score = graph.op("Where", empty, graph.doubles(0.0), score)
    return tokens, graph.op("Cast", graph.squeeze(score, 1), to=TensorProto.FLOAT)


def _give_texts(graph: StandaloneGraph, name: str, tokens: str, model: bytes | None) -> None:
    """Make tokens (T, N) the output ``name`` (N,), or without a tokenizer ``name_ids`` (N, T)."""
    if model is None:
        graph.output(f"{name}_ids", graph.transpose(tokens, 1, 0), ("N", "T"), TensorProto.INT64)
    else:
        graph.output(name, detokenise(graph, tokens, model), ("N",), TensorProto.STRING)


def _source_ids(graph: StandaloneGraph, model: bytes | None, tags: Sequence[str] = ()) -> str:
    """(N, S) token ids, from the input ``text``, or as the input ``ids``."""
    if model is None:
        return graph.input("ids", ("N", "S"), TensorProto.INT64)
    return tokenise(graph, graph.input("text", ("N",), TensorProto.STRING), model, tags)
