"""Searches over a shortlist inside a graph give what NumPy's give over the same lists."""

import numpy as np
import pytest
from support.random_models import SEVERAL_GROUPS, SHAPES, assert_same_over_lists, networks_over_lists

from seq2seq.config.decoding import DecodingConfig


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("int8", [False, True], ids=["float32", "int8"])
def test_of_every_shape(shape: str, int8: bool) -> None:
    sources, limits = [[5, 6, 7, 8, 22], [9], [4] * 7, [10, 11]], np.array([9, 1, 12, 2])
    for change in ("as it is", "final"):
        made = networks_over_lists(shape, change, SEVERAL_GROUPS, 3, 2, int8=int8)
        for config in (
            DecodingConfig(beam=1),
            DecodingConfig(beam=1, min_length=3),
            DecodingConfig(beam=4, nbest=3),
            DecodingConfig(method="sample", nbest=2, temperature=0.7, top_p=0.9),
        ):
            assert_same_over_lists(made, sources, limits, config, change)
