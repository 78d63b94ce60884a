"""Strings become token ids, and token ids strings, inside a graph as in :class:`seq2seq.text.tokenizer.Tokenizer`."""

import re
import sys

import numpy as np
import pytest
from onnx import TensorProto
from support import tiny
from support.extensions import opened
from support.hostile_text import hostile_texts

from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.export.onnx.standalone.graph import StandaloneGraph
from seq2seq.export.onnx.standalone.strings import WHITE, detokenise, read_tags, tokenise
from seq2seq.special import EOS, PAD, UNK
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.training import train_tokenizer

HOSTILE = [
    re.sub("[\ud800-\udfff]", "\ufffd", text)
    for text in hostile_texts(400, " ".join(tiny.SOURCES + tiny.TARGETS).split(), seed=7)
]
"""Without lone surrogates, which are no text that a program can pass."""
CONFIGS = {
    "unigram": TokenizerConfig(kind="unigram", vocabulary=700, normalisation="nmt_nfkc"),
    "bpe": TokenizerConfig(kind="bpe", vocabulary=900, byte_fallback=True),
    "word": TokenizerConfig(kind="word", vocabulary=400, byte_fallback=True),
    "identity": TokenizerConfig(kind="char", vocabulary=500, normalisation="identity"),
    "char": TokenizerConfig(kind="char", vocabulary=500, normalisation="nmt_nfkc_cf"),
}


@pytest.fixture(scope="module", params=CONFIGS)
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    return train_tokenizer([*tiny.SOURCES, *tiny.TARGETS, *HOSTILE[:40]], CONFIGS[request.param])


def encoded(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    graph = StandaloneGraph("strings")
    ids = tokenise(graph, graph.input("text", ("N",), TensorProto.STRING), tokenizer.to_bytes())
    graph.output("ids", ids, ("N", "S"), TensorProto.INT64)
    (found,) = opened(graph.model()).run(None, {"text": np.array(texts, dtype=object)})
    return [row[row != PAD].tolist() for row in found]


def decoded(tokenizer: Tokenizer, rows: list[list[int]]) -> list[str]:
    graph = StandaloneGraph("strings")
    tokens = graph.input("tokens", ("T", "N"), TensorProto.INT64)
    graph.output("text", detokenise(graph, tokens, tokenizer.to_bytes()), ("N",), TensorProto.STRING)
    padded = np.full((max(map(len, rows)), len(rows)), PAD)
    for place, row in enumerate(rows):
        padded[: len(row), place] = row
    (found,) = opened(graph.model()).run(None, {"tokens": padded})
    return list(found.tolist())


def test_hostile_texts_are_read_alike(tokenizer: Tokenizer) -> None:
    texts = [text for text in HOSTILE if "\0" not in text]
    expected = [ids if text.strip() else [] for text, ids in zip(texts, tokenizer.encode_batch(texts), strict=True)]
    assert encoded(tokenizer, texts) == expected


def test_hostile_texts_are_written_alike(tokenizer: Tokenizer) -> None:
    of_texts = tokenizer.encode_batch([text for text in HOSTILE if "\0" not in text])
    rows = [[token for token in ids if token not in (UNK, EOS)] for ids in of_texts]
    random = np.random.default_rng(3)
    rows += [random.integers(EOS + 1, tokenizer.size, random.integers(0, 9)).tolist() for _ in range(200)]
    expected = [tokenizer.decode(row) for row in rows]
    found = decoded(tokenizer, rows)
    assert [pair for pair in zip(found, expected, strict=True) if pair[0] != pair[1] and "\0" not in pair[1]] == []


def test_a_text_ends_at_the_character_zero(tokenizer: Tokenizer) -> None:
    """As the documentation says."""
    assert encoded(tokenizer, ["the dog\0 sleeps"]) == [tokenizer.encode("the dog")]


def test_tags_are_read_alike() -> None:
    vocabulary = LabelVocabulary.collect(tiny.TAGS, separated=True)
    texts = ["K:D M:3/4", "", "  \u3000K:G\tM:6/8\nK:D ", "K:D unknown K:G", "\u2028"]
    graph = StandaloneGraph("tags")
    ids = read_tags(graph, graph.input("tags", ("N",), TensorProto.STRING), vocabulary.names)
    graph.output("ids", ids, ("N", "S"), TensorProto.INT64)
    session = opened(graph.model())
    (found,) = session.run(None, {"tags": np.array(texts, dtype=object)})
    assert [row[row != PAD].tolist() for row in found] == vocabulary.encode_batch(texts)
    assert session.run(None, {"tags": np.array(["", " "], dtype=object)})[0].size == 0


def test_white_space_is_that_of_python() -> None:
    pattern = re.compile(re.sub(r"\\x\{(\w+)\}", lambda match: f"\\u{match[1].zfill(4)}", WHITE))
    spaces = {code for code in range(sys.maxunicode + 1) if chr(code).isspace()}
    assert {code for code in range(sys.maxunicode + 1) if pattern.fullmatch(chr(code))} == spaces
