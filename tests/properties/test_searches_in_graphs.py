"""A search inside a graph finds what NumPy's finds over the same networks, for random models, settings and limits."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from support.exported import TARGET_VOCABULARY
from support.random_models import (
    CHANGES,
    SEVERAL_GROUPS,
    SHAPES,
    assert_as_good,
    assert_same,
    assert_same_over_lists,
    assert_same_samples,
    networks,
    networks_over_lists,
)

from seq2seq.config.decoding import DecodingConfig


@settings(max_examples=150, deadline=None)
@given(
    shape=st.sampled_from(SHAPES),
    change=st.sampled_from(CHANGES),
    seed=st.integers(0, 3),
    vocabulary=st.sampled_from([TARGET_VOCABULARY, SEVERAL_GROUPS]),
    int8=st.booleans(),
    sources=st.lists(st.lists(st.integers(4, 22), min_size=1, max_size=7), min_size=1, max_size=5),
    data=st.data(),
)
def test_a_graph_finds_what_numpy_finds(
    shape: str, change: str, seed: int, vocabulary: int, int8: bool, sources: list[list[int]], data: st.DataObject
) -> None:
    made = networks(shape, change, seed, vocabulary, int8=int8)
    width = data.draw(st.integers(1, 25))
    config = DecodingConfig(
        beam=width,
        nbest=data.draw(st.integers(1, width)),
        length_penalty=data.draw(st.sampled_from(["average", "wu", "none"])),
        alpha=data.draw(st.sampled_from([0.0, 0.6, 1.0])),
        min_length=data.draw(st.integers(0, 4)),
    )
    limits = np.array(data.draw(st.lists(st.integers(1, 9), min_size=len(sources), max_size=len(sources))))
    attention = data.draw(st.booleans())
    expected = made.in_numpy(sources, limits, config, attention=attention)
    for beam in (True, False) if width == 1 else (True,):
        found = made.search(sources, limits, config, attention=attention, beam=beam)
        assert_as_good(found, expected, change, vocabulary=vocabulary, beam=width)
    if width == 1 and not attention:
        assert_same(made.one_by_one(sources, limits, config), expected)


@settings(max_examples=80, deadline=None)
@given(
    shape=st.sampled_from(["lstm", "input feeding", "tags"]),
    change=st.sampled_from(CHANGES),
    vocabulary=st.sampled_from([TARGET_VOCABULARY, SEVERAL_GROUPS]),
    sources=st.lists(st.lists(st.integers(4, 22), min_size=1, max_size=7), min_size=1, max_size=5),
    config=st.builds(
        DecodingConfig,
        method=st.just("sample"),
        nbest=st.integers(1, 3),
        temperature=st.sampled_from([1e-320, 1e-3, 0.7, 1.0, 3.0, 1e300]),
        top_k=st.sampled_from([0, 1, 2, 5, 40, 1000]),
        top_p=st.sampled_from([1e-9, 0.3, 0.95, 1.0]),
        min_length=st.integers(0, 4),
        seed=st.integers(0, 9),
        length_penalty=st.sampled_from(["average", "wu", "none"]),
    ),
    data=st.data(),
)
def test_a_graph_samples_what_numpy_samples(
    shape: str, change: str, vocabulary: int, sources: list[list[int]], config: DecodingConfig, data: st.DataObject
) -> None:
    made = networks(shape, change, 0, vocabulary)
    limits = np.array(data.draw(st.lists(st.integers(1, 9), min_size=len(sources), max_size=len(sources))))
    expected = made.in_numpy(sources, limits, config, attention=True)
    assert_same_samples(made.sample(sources, limits, config, attention=True), expected)


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
def test_a_graph_finds_what_numpy_finds_over_a_shortlist(
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
    made = networks_over_lists("lstm", change, vocabulary, *lengths)
    settings_ = {"method": method, "beam": beam, "nbest": data.draw(st.integers(1, beam)), "min_length": min_length}
    config = DecodingConfig.model_validate({**settings_, "top_k": top_k})
    limits = np.array(data.draw(st.lists(st.integers(1, 9), min_size=len(sources), max_size=len(sources))))
    assert_same_over_lists(made, sources, limits, config, change)
