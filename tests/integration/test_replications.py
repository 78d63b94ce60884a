"""Every replication in its quick form: one seed and a few steps, through training and scoring."""

import math
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import replicate
from replications.protocol import Verdict
from replications.results import Result


@pytest.mark.parametrize("name", replicate.REPLICATIONS)
def test_quick_form(name: str) -> None:
    replication = replicate.REPLICATIONS[name]
    result = Result(replication, {1: replicate.measure(replication, 1, quick=True)}, quick=True)
    assert len(result.arms) >= 2
    for arm in result.arms:
        assert {*replication.places} <= {*result.scores[1][arm]}
        assert [*result.scores[1][arm]] == result.conditions
        assert all(0 <= score <= 100 for score in result.scores[1][arm].values())
    assert all(math.isfinite(effect.mean) for effect in result.effects)
    assert {effect.verdict for effect in result.effects} == {Verdict.UNJUDGED}
