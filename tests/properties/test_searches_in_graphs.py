"""A search inside a graph finds what NumPy's finds over the same networks, for random models, settings and limits."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from support.exported import TARGET_VOCABULARY
from support.random_models import (
    CHANGES,
    SEVERAL_GROUPS,
    SHAPES,
    assert_same,
    networks,
    without_twins,
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
        if change == "twins" and width > 1:
            found, expected = (without_twins(outputs, vocabulary) for outputs in (found, expected))
        assert_same(found, expected)
