"""Weights in 16 bits: half the file, nearly the same numbers, and the sums still in float32."""

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from support.exported import built, many_to_many

from seq2seq.errors import ModelError
from seq2seq.export.onnx.networks import graphs
from seq2seq.export.onnx.storage import Half, in_half, in_integers
from seq2seq.inference.engines.onnx.encoder import rectangle
from seq2seq.inference.engines.onnx.sessions import make_session

WIDE = {"embedding": 64, "encoder": {"hidden": 32, "bidirectional": True}, "decoder": {"hidden": 64}, "attention": {}}


@pytest.mark.parametrize(("kind", "error"), [("float16", 2e-3), ("bfloat16", 2e-2)])
def test_half_the_size_and_nearly_the_same_numbers(kind: Half, error: float) -> None:
    graph = graphs(built(many_to_many(**WIDE)), int8=False)["encoder"]
    halved = in_half(graph, kind)
    assert halved.ByteSize() < 0.6 * graph.ByteSize()
    feed = {"source": rectangle([[5, 6, 7], [8]])}
    exact, near = (
        make_session(one.SerializeToString(), threads=1, where=kind).run(None, feed) for one in (graph, halved)
    )
    differences = [float(np.abs(a[np.isfinite(a)] - b[np.isfinite(b)]).max()) for a, b in zip(exact, near, strict=True)]
    assert 0 < max(differences) < error
    assert all(one.dtype == np.float32 for one in near)


def test_the_graph_that_was_given_is_left_as_it_is() -> None:
    graph = graphs(built(many_to_many(**WIDE)), int8=False)["step"]
    before = graph.SerializeToString()
    in_half(graph, "float16")
    assert graph.SerializeToString() == before


def test_vectors_and_integers_keep_their_numbers() -> None:
    graph = in_half(graphs(built(many_to_many(**WIDE)), int8=True)["step"], "float16")
    kinds = {tensor.data_type for tensor in graph.graph.initializer}
    assert TensorProto.INT8 in kinds
    halves = [one for one in graph.graph.initializer if one.data_type == TensorProto.FLOAT16]
    assert all(numpy_helper.to_array(one).ndim > 1 for one in halves)


def test_a_weight_that_is_too_large_for_float16() -> None:
    graph = graphs(built(many_to_many(**WIDE), scale=1e6), int8=False)["encoder"]
    with pytest.raises(ModelError) as caught:
        in_half(graph, "float16")
    assert caught.value.code == "export.too-large-weight"
    in_half(graph, "bfloat16")


def test_a_quarter_of_the_size_and_nearly_the_same_numbers() -> None:
    wide = {**WIDE, "encoder": {"hidden": 128}, "decoder": {"hidden": 256}}
    graph = graphs(built(many_to_many(**wide)), int8=False)["encoder"]
    stored = in_integers(graph)
    assert stored.ByteSize() < 0.3 * graph.ByteSize()
    feed = {"source": rectangle([[5, 6, 7], [8]])}
    exact, near = (
        make_session(one.SerializeToString(), threads=1, where="int8").run(None, feed) for one in (graph, stored)
    )
    differences = [float(np.abs(a[np.isfinite(a)] - b[np.isfinite(b)]).max()) for a, b in zip(exact, near, strict=True)]
    assert 0 < max(differences) < 1e-2


@pytest.mark.parametrize("across", [False, True])
def test_rows_or_columns_have_a_scale_each(across: bool) -> None:
    sizes = np.geomspace(1e-3, 1e3, 32, dtype=np.float32)[:, None]
    weight = (np.random.default_rng(0).uniform(-1, 1, (32, 40)).astype(np.float32) * sizes).T
    weight = np.ascontiguousarray(weight if across else weight.T)
    weight[0] = 0
    model = helper.make_model(
        helper.make_graph(
            [helper.make_node("Add", ["x", "w"], ["y"])],
            "add",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, weight.shape)],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, weight.shape)],
            initializer=[numpy_helper.from_array(weight, "w")],
        ),
        opset_imports=[helper.make_opsetid("", 21)],
        ir_version=10,
    )
    session = make_session(in_integers(model).SerializeToString(), threads=1, where="add")
    (found,) = session.run(None, {"x": np.zeros_like(weight)})
    step = np.abs(weight).max(axis=0 if across else 1, keepdims=True) / 127
    assert (np.abs(found - weight) <= 0.501 * step).all()
