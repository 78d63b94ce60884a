"""Searches over a shortlist inside a graph give what NumPy's give over the same lists."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.exported import SOURCE_VOCABULARY, TARGET_VOCABULARY
from support.random_models import CHANGES, SEVERAL_GROUPS, SHAPES, Networks, assert_same, random_model, without_twins

from seq2seq.config.decoding import DecodingConfig
from seq2seq.inference.engines.onnx.shortlist import Lists
from seq2seq.search.stepper import IntArray
from seq2seq.special import EOS, UNK


def lists_of(vocabulary: int, always: int, each: int) -> Lists:
    """``always`` tokens in every list, and ``each`` more per source token."""
    rng = np.random.default_rng((vocabulary, always, each))
    starts = np.arange(SOURCE_VOCABULARY + 1) * each
    targets = rng.integers(EOS + 1, vocabulary, size=starts[-1])
    frequent = rng.choice(np.arange(EOS + 1, vocabulary), always, replace=False)
    return Lists(np.array([UNK, EOS, *sorted(frequent)]), starts, targets, vocabulary)


@cache
def networks(shape: str, change: str, vocabulary: int, always: int, each: int, *, int8: bool = False) -> Networks:
    """Of one model, over lists."""
    return Networks(random_model(shape, change, 0, vocabulary), int8=int8, lists=lists_of(vocabulary, always, each))


def check(made: Networks, sources: list[list[int]], limits: IntArray, config: DecodingConfig, change: str) -> None:
    """Every search finds what NumPy's finds, in the lists."""
    expected = made.in_numpy(sources, limits, config, attention=True)
    assert made.shortlist is not None
    for source, outputs in zip(sources, expected, strict=True):
        listed = set(np.flatnonzero(made.shortlist.lists.allowed([source])[0]))
        assert all(set(output.tokens) <= listed for output in outputs)
    if config.method == "sample":
        assert_same(made.sample(sources, limits, config, attention=True), expected)
        return
    for beam in (True, False) if config.beam == 1 else (True,):
        found = made.search(sources, limits, config, attention=True, beam=beam)
        if change == "twins" and config.beam > 1:
            vocabulary = made.stepper.vocabulary
            found, expected = (without_twins(outputs, vocabulary) for outputs in (found, expected))
        assert_same(found, expected)


@settings(max_examples=60, deadline=None)
@given(
    change=st.sampled_from(CHANGES),
    vocabulary=st.sampled_from([TARGET_VOCABULARY, SEVERAL_GROUPS]),
    lengths=st.sampled_from([(0, 0), (3, 2), (12, 9)]),
    sources=st.lists(st.lists(st.integers(4, 22), min_size=1, max_size=7), min_size=1, max_size=5),
    method=st.sampled_from(["beam", "sample"]),
    beam=st.integers(1, 12),
    top_k=st.sampled_from([0, 3, 50]),
    min_length=st.integers(0, 4),
    data=st.data(),
)
def test_a_graph_finds_what_numpy_finds(
    change: str,
    vocabulary: int,
    lengths: tuple[int, int],
    sources: list[list[int]],
    method: str,
    beam: int,
    top_k: int,
    min_length: int,
    data: st.DataObject,
) -> None:
    made = networks("lstm", change, vocabulary, *lengths)
    settings_ = {"method": method, "beam": beam, "nbest": data.draw(st.integers(1, beam)), "min_length": min_length}
    config = DecodingConfig.model_validate({**settings_, "top_k": top_k})
    limits = np.array(data.draw(st.lists(st.integers(1, 9), min_size=len(sources), max_size=len(sources))))
    check(made, sources, limits, config, change)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("int8", [False, True], ids=["float32", "int8"])
def test_of_every_shape(shape: str, int8: bool) -> None:
    sources, limits = [[5, 6, 7, 8, 22], [9], [4] * 7, [10, 11]], np.array([9, 1, 12, 2])
    for change in ("as it is", "final"):
        made = networks(shape, change, SEVERAL_GROUPS, 3, 2, int8=int8)
        for config in (
            DecodingConfig(beam=1),
            DecodingConfig(beam=1, min_length=3),
            DecodingConfig(beam=4, nbest=3),
            DecodingConfig(method="sample", nbest=2, temperature=0.7, top_p=0.9),
        ):
            check(made, sources, limits, config, change)
