"""Random numbers in JavaScript are those of NumPy, for every seed."""

from pathlib import Path

import numpy as np
from support import node

SCRIPT = Path(node.__file__).with_name("random.mjs")


def test_they_are_those_of_numpy() -> None:
    numbers = np.random.default_rng(3).integers(0, 2**63, size=40).tolist()
    seeds = [
        [0],
        [0, 0],
        [1, 0],
        [0, 1],
        [2**32 - 1, 2**32],
        [2**64, 5],
        [2**100 + 7, 1, 2, 3, 4],
        *([number, 7] for number in numbers),
    ]
    found = node.run_module(SCRIPT, [[str(seed) for seed in each] for each in seeds])
    assert found == [np.random.default_rng(list(each)).random(7).tolist() for each in seeds]
