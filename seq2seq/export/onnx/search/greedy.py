"""Greedy search as a loop around the decoder's step; :mod:`seq2seq.search.beam` with a beam of 1 is its reference.

Letters: N sentences, S source length, T steps.
"""

from typing import Final

import numpy as np

from seq2seq.export.onnx.decoder import EncoderCache
from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.search.loop import Writable
from seq2seq.export.onnx.search.tokens import Choice, stage, whole
from seq2seq.models.nodes import EncoderNodes
from seq2seq.models.seq2seq import Seq2Seq

GROUPS: Final = 2
"""Groups of the vocabulary that are searched: that of the best token, and one whose best token must not be written."""


def greedy_graph(model: Seq2Seq, *, int8: bool) -> Graph:
    """Encode sources and write the likeliest token until EOS.

    Inputs: ``source`` (N, S), token ids with EOS, padded; ``limits`` (N,), the most tokens of each output, EOS
    excluded, at least 1; ``trips`` (1,), one more than the largest of them; ``min_length`` (1,), tokens before EOS, as
    far as the limit allows. Outputs: ``tokens`` (T, N), EOS where an output ends by itself, PAD behind; ``log_probs``
    (N,) in float64, of all tokens and EOS; ``attention`` (T, N, S) if the model attends.
    """
    graph = Graph("greedy", int8=int8)
    return whole(graph, model, _choice(graph))


def greedy_stage(
    model: Seq2Seq, encoded: EncoderNodes, cache: EncoderCache, *, int8: bool, shortlist: bool = False
) -> Graph:
    """Continue outputs, each with its likeliest token, until few have not ended; the caller drops those that have.

    Inputs beside those of :func:`greedy_graph`, in place of its source: ``memory.N`` (N, ...) and ``state.N`` (N, ...),
    at first from the encoder's graph; ``last`` (N,), the tokens before; ``enough`` (1,), outputs that need not end;
    over a shortlist, those of :func:`~seq2seq.export.onnx.search.loop.scores_of_step`. Limits count from here. Outputs:
    also ``after.N`` (N, ...), the next states.
    """
    graph = Graph("greedy", int8=int8)
    return stage(graph, model, _choice(graph), encoded, cache, shortlist=shortlist)


def _choice(graph: Graph) -> Choice:
    return Choice(graph.constant(np.array([GROUPS])), _likeliest, by_id=False)


def _likeliest(body: Graph, _: str, found: Writable) -> tuple[str, str]:
    best, place = body.ops("TopK", 2, found.log_probs, body.constant(np.array([1])), axis=-1)
    return body.op("GatherElements", found.ids, place, axis=1), best
