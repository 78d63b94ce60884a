"""The likeliest tokens of a row, and its normaliser, as NumPy computes them."""

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
from seq2seq.export.onnx.proposal import Logits, candidates, normaliser, project
from seq2seq.inference.engines.onnx.search_network import GROUP
from seq2seq.models.nodes import TensorRef


@cache
def network(*, bounded: bool) -> InferenceSession:
    """From logits (R, V) to the best of the candidates, in order, and the normaliser."""
    graph = Graph("test")
    given = graph.op("Identity", graph.input("logits", ("R", "V")))
    logits = Logits(given, graph.op("Shape", given, start=1, end=2), bounded)
    groups = graph.input("groups", (1,), TensorProto.INT64)
    found = candidates(graph, logits, groups, by_id=True)
    best, place = graph.ops("TopK", 2, found.logits, groups, axis=-1)
    graph.output("best", best, ("R", "W"))
    graph.output("ids", graph.op("GatherElements", found.ids, place, axis=1), ("R", "W"), TensorProto.INT64)
    graph.output("normaliser", normaliser(graph, logits, found.highest(graph)), ("R", 1))
    return opened(graph.model())


def run(session: InferenceSession, logits: NDArray[np.float32], groups: int) -> list[NDArray[np.float64]]:
    return list(session.run(None, {"logits": logits, "groups": np.array([groups])}))


@settings(max_examples=100, deadline=None)
@given(
    seed=st.integers(0, 2**16), groups=st.integers(1, 6), count=st.integers(1, 6), values=st.sampled_from([2, 5, 500])
)
def test_the_best_come_in_the_order_of_their_ids_where_they_tie(
    seed: int, groups: int, count: int, values: int
) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.integers(0, values, (3, groups * GROUP)).astype(np.float32)
    wanted = min(count, groups)
    best, ids, _ = run(network(bounded=False), logits, wanted)
    expected = np.argsort(-logits, axis=1, kind="stable")[:, :wanted]
    np.testing.assert_array_equal(ids, expected)
    np.testing.assert_array_equal(best, np.take_along_axis(logits, expected, axis=1))


@pytest.mark.parametrize(
    ("shift", "bounded"), [(0.0, False), (90.0, False), (-90.0, False), (1000.0, False), (0.0, True), (60.0, True)]
)
def test_the_normaliser_is_the_logarithm_of_the_sum_of_exponentials(shift: float, bounded: bool) -> None:
    """Of large logits, too, and where some tokens are impossible; what is read elsewhere is left as it is."""
    logits = np.random.default_rng(1).normal(shift, 3.0, (4, 5 * GROUP)).astype(np.float32)
    logits[:, 7:11] = -np.inf
    exact = logits.astype(np.float64)
    expected = np.log(np.exp(exact - exact.max(axis=1, keepdims=True)).sum(axis=1)) + exact.max(axis=1)
    best, _, total = run(network(bounded=bounded), logits, 2)
    np.testing.assert_allclose(total[:, 0], expected, rtol=1e-6)
    np.testing.assert_array_equal(best[:, 0], logits.max(axis=1))


@pytest.mark.parametrize(("scale", "bounded"), [(0.1, True), (10.0, False), (float("nan"), False)])
def test_logits_are_bounded_by_their_weights(scale: float, bounded: bool) -> None:
    projection = torch.nn.Linear(8, 40)
    torch.nn.init.constant_(projection.weight, scale)
    torch.nn.init.zeros_(projection.bias)
    features = TensorRef("features", 8, 1.0)
    assert project(Graph("test"), projection, features).bounded is bounded
    assert not project(Graph("test"), projection, TensorRef("features", 8, None)).bounded
