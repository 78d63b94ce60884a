"""The likeliest tokens of a row, and their log-probabilities, as NumPy computes them."""

from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from onnx import TensorProto
from onnxruntime import InferenceSession
from support.exported import opened

from seq2seq.export.onnx.graph import Graph
from seq2seq.export.onnx.proposal import TokenScores, candidates, score_tokens, whole_groups
from seq2seq.inference.engines.onnx.search_network import GROUP
from seq2seq.models.nodes import TensorRef


@cache
def network() -> InferenceSession:
    """From scores (R, V) to the best of the candidates, in order."""
    graph = Graph("test")
    scores = graph.op("Identity", graph.input("scores", ("R", "V")))
    groups = graph.input("groups", (1,), TensorProto.INT64)
    found = candidates(graph, TokenScores(scores, graph.op("Shape", scores, start=1, end=2)), groups, by_id=True)
    best, place = graph.ops("TopK", 2, found.log_probs, groups, axis=-1)
    graph.output("best", best, ("R", "W"))
    graph.output("ids", graph.op("GatherElements", found.ids, place, axis=1), ("R", "W"), TensorProto.INT64)
    return opened(graph.model())


@settings(max_examples=100, deadline=None)
@given(
    seed=st.integers(0, 2**16), groups=st.integers(1, 6), count=st.integers(1, 6), values=st.sampled_from([2, 5, 500])
)
def test_the_best_come_in_the_order_of_their_ids_where_they_tie(
    seed: int, groups: int, count: int, values: int
) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, values, (3, groups * GROUP)).astype(np.float32)
    wanted = min(count, groups)
    best, ids = network().run(None, {"scores": scores, "groups": np.array([wanted])})
    expected = np.argsort(-scores, axis=1, kind="stable")[:, :wanted]
    np.testing.assert_array_equal(ids, expected)
    np.testing.assert_array_equal(best, np.take_along_axis(scores, expected, axis=1))


@cache
def scored(shift: float, wrong: float = 0.0, place: int = 5) -> tuple[torch.nn.Linear, InferenceSession]:
    """A projection to 40 tokens, and its scores of features."""
    torch.manual_seed(0)
    projection = torch.nn.Linear(8, 40)
    with torch.no_grad():
        projection.weight.mul_(10)
        projection.bias.add_(shift)
        projection.bias[7:11] = -torch.inf
        projection.bias[place] += wrong
    graph = Graph("test")
    features = TensorRef(graph.input("features", ("R", 8)), 8, 1.0)
    graph.output("scores", score_tokens(graph, projection, features).name, ("R", "V"))
    return projection, opened(graph.model())


FEATURES: NDArray[np.float32] = np.random.default_rng(1).uniform(-1, 1, (4, 8)).astype(np.float32)


@pytest.mark.parametrize("shift", [0.0, 90.0, -90.0, 1000.0])
def test_scores_are_log_probabilities(shift: float) -> None:
    """Of large logits, too, and where some tokens are impossible, those that fill the last group among them."""
    projection, session = scored(shift)
    (found,) = session.run(None, {"features": FEATURES})
    with torch.no_grad():
        expected = projection.double()(torch.from_numpy(FEATURES).double()).log_softmax(dim=1)
    projection.float()
    assert found.shape == (4, whole_groups(40))
    np.testing.assert_allclose(found[:, :40], expected, rtol=1e-5, atol=2e-4)
    assert (found[:, 40:] == -np.inf).all()


@pytest.mark.parametrize("place", [0, 3, 5, 31, 32, 39])
@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_one_score_that_is_not_finite_makes_all_of_its_row_so(wrong: float, place: int) -> None:
    """So that a damaged model is noticed by whichever tokens are chosen."""
    _, session = scored(0.0, wrong, place)
    (found,) = session.run(None, {"features": FEATURES})
    possible = np.r_[0:7, 11:40]
    assert not np.isfinite(found[:, possible]).any()
    assert np.isnan(found[:, possible]).any(axis=1).all()
