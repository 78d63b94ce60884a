"""Strings to token ids and back inside a graph, as :class:`seq2seq.text.tokenizer.Tokenizer` does it.

Of a text with U+0000, the operators read only what is before it.

Letters: N texts, S tokens of the longest, T steps.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from onnx import TensorProto

from seq2seq.export.onnx.search.loop import begin
from seq2seq.export.onnx.standalone.graph import EXTENSIONS, LABELS, StandaloneGraph
from seq2seq.special import EOS, NAMES, PAD, UNK
from seq2seq.text.tokenizer import SPACE

WHITE: Final = r"[\t-\r\x{1c}-\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
"""Pattern of a character that is white space to Python."""


def tokenise(graph: StandaloneGraph, texts: str, model: bytes, tags: Sequence[str] = ()) -> str:
    """Token ids (N, S), padded, of texts by a sentencepiece model, without BOS and EOS; none of blank ones.

    Args:
        graph: gets the nodes.
        texts: (N,) strings.
        model: of sentencepiece, serialised.
        tags: that stand at the head of each text.
    """
    readable = graph.replace(texts, SPACE, " ")
    if tags:
        readable = graph.op("StringConcat", graph.strings(f"{' '.join(tags)} "), readable)
    whole, alpha, no = (
        graph.constant(np.array([0])),
        graph.constant(np.zeros(1, dtype=np.float32)),
        graph.constant(np.array([False])),
    )
    flat, starts = graph.ops(
        "SentencepieceTokenizer", 2, readable, whole, alpha, no, no, no, domain=EXTENSIONS, model=model
    )
    flat = graph.join(graph.op("Cast", flat, to=TensorProto.INT64), graph.constant(np.array([PAD])), axis=0)
    total = graph.cut(starts, (-1, None), axis=0)
    first, after = graph.cut(starts, (0, -1), axis=0), graph.cut(starts, (1, None), axis=0)
    blank = graph.op("RegexFullMatch", texts, pattern=f"{WHITE}*")
    lengths = graph.op("Where", blank, graph.constant(np.array(0)), graph.op("Sub", after, first))
    longest = graph.op("ReduceMax", graph.join(lengths, graph.constant(np.array([0])), axis=0), keepdims=0)
    places = graph.places(longest)
    real = graph.op("Less", places, graph.unsqueeze(lengths, 1))
    places = graph.op("Add", places, graph.unsqueeze(first, 1))
    return graph.op("Gather", flat, graph.op("Where", real, places, total), axis=0)


def read_tags(graph: StandaloneGraph, tags: str, names: Sequence[str]) -> str:
    """Ids (N, S), padded, of tags in strings (N,), separated by white space; UNK for other than these ``names``."""
    parts, _ = graph.ops("StringSplit", 2, graph.replace(tags, WHITE, " "))
    known = {"": PAD, **{name: number for number, name in enumerate(names, len(NAMES))}}
    return graph.op(
        "LabelEncoder",
        parts,
        domain=LABELS,
        keys_strings=list(known),
        values_int64s=list(known.values()),
        default_int64=UNK,
    )


def detokenise(graph: StandaloneGraph, tokens: str, model: bytes) -> str:
    """Texts (N,) of ``tokens`` (T, N), padded, without EOS; the operator takes one sentence at a time."""
    by_sentence = graph.transpose(tokens, 1, 0)
    written = graph.op("Cast", graph.op("Greater", tokens, graph.constant(np.array(EOS))), to=TensorProto.INT64)
    lengths = graph.op("ReduceSum", written, graph.constant(np.array([0])), keepdims=0)

    body = StandaloneGraph("detokenise", outer=graph)
    sentence = begin(body)
    before = body.input("detokenise.texts", ("M",), TensorProto.STRING)
    row = body.op("Gather", by_sentence, sentence, axis=0)
    length = body.op("Gather", lengths, body.unsqueeze(sentence, 0), axis=0)
    zero = body.constant(np.array([0]))
    ids = body.op("Slice", row, zero, length, zero)
    text = body.op("SentencepieceDecoder", ids, domain=EXTENSIONS, model=model)
    body.result(body.op("Identity", body.constant(np.array(True))), (), TensorProto.BOOL)
    body.result(body.join(before, text, axis=0), ("L",), TensorProto.STRING)

    sentences = graph.op("Shape", lengths)
    (texts,), _ = graph.loop(body, sentences, graph.constant(np.array(True)), [graph.strings()], 0)
    return graph.replace(graph.replace(texts, SPACE, " "), "^ +| +$", "")
