"""Graphs from a stranger: nothing but what `seq2seq export` writes gets to ONNX Runtime."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import helper
from support import tiny
from support.exported import built, many_to_many
from support.refused import refused
from support.strange_graphs import (
    graph,
    identity,
    in_a_list_of_attributes,
    in_a_sparse_tensor,
    in_a_subgraph,
    in_an_attribute,
    in_an_initialiser,
    model,
    tensor,
)

from seq2seq.config.model import ManyToOneConfig
from seq2seq.export.export import export
from seq2seq.export.onnx.networks import graphs
from seq2seq.export.onnx.storage import in_half
from seq2seq.inference.engines.onnx.safety import OPERATORS, require_safe
from seq2seq.inference.engines.onnx.sessions import open_session
from seq2seq.inference.translator import Translator
from seq2seq.models.classifier import Classifier
from seq2seq.models.seq2seq import Seq2Seq


@pytest.mark.parametrize(
    "place", [in_an_initialiser, in_a_subgraph, in_an_attribute, in_a_list_of_attributes, in_a_sparse_tensor]
)
@pytest.mark.parametrize("how", ["absolute", "upwards", "link", "beside"])
def test_external_data_are_refused_before_a_session_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Callable[[str], onnx.ModelProto], how: str
) -> None:
    """Wherever a tensor can stand; ONNX Runtime up to 1.22 reads any path."""
    secret = tmp_path / "secret.bin"
    secret.write_bytes(np.array([1.5, 2.5], dtype=np.float32).tobytes())
    folder = tmp_path / "model"
    (folder / "onnx").mkdir(parents=True)
    (folder / "onnx" / "link").symlink_to(secret)
    (folder / "onnx" / "beside").write_bytes(secret.read_bytes())
    location = {"absolute": str(secret), "upwards": "../../secret.bin", "link": "link", "beside": "beside"}[how]
    (folder / "onnx" / "step.onnx").write_bytes(place(location).SerializeToString())

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a session was made")

    monkeypatch.setattr(onnxruntime, "InferenceSession", never)
    with refused("model.unusable-network", "step.onnx", "external data"):
        open_session(folder, "onnx/step.onnx", threads=1)


def loop(trips: str) -> onnx.NodeProto:
    return helper.make_node("Loop", [trips, "c"], ["y"], body=helper.make_graph([], "body", [], []))


def endless() -> onnx.ModelProto:
    return model(graph([loop("")], tensor([1.0], "c")))


def bounded_by_itself() -> onnx.ModelProto:
    return model(graph([loop("many")], tensor([1.0], "c"), tensor([1e9], "many")))


def with_loop(*initialisers: onnx.TensorProto) -> onnx.ModelProto:
    """Its trips are an input."""
    made = model(graph([loop("trips")], tensor([1.0], "c"), *initialisers))
    made.graph.input.append(helper.make_tensor_value_info("trips", onnx.TensorProto.INT64, [1]))
    return made


def bounded_by_a_constant_of_that_name() -> onnx.ModelProto:
    return model(graph([loop("trips")], tensor([1.0], "c"), tensor([1e9], "trips")))


def bounded_by_an_input_with_a_value() -> onnx.ModelProto:
    return with_loop(tensor([1e9], "trips"))


def bounded_by_a_node() -> onnx.ModelProto:
    node = helper.make_node("Identity", ["many"], ["trips"])
    return model(graph([node, loop("trips")], tensor([1.0], "c"), tensor([1e9], "many")))


def loop_in_a_loop() -> onnx.ModelProto:
    body = helper.make_graph([loop("trips")], "body", [], [])
    return model(graph([helper.make_node("Loop", ["trips", "c"], ["y"], body=body)], tensor([1.0], "c")))


def loop_in_a_scan() -> onnx.ModelProto:
    body = helper.make_graph([loop("trips")], "body", [], [])
    return model(graph([helper.make_node("Scan", ["v"], ["y"], body=body, num_scan_inputs=1)]))


def hidden_in_a_scan() -> onnx.ModelProto:
    inside = helper.make_graph([helper.make_node("If", ["c"], ["z"])], "body", [], [])
    return model(graph([helper.make_node("Scan", ["v"], ["y"], body=inside, num_scan_inputs=1)]))


def of_another_domain() -> onnx.ModelProto:
    return model(graph([helper.make_node("Identity", ["w"], ["y"], domain="evil")], tensor([1.0])))


def with_a_function() -> onnx.ModelProto:
    made = model(graph(identity(), tensor([1.0])))
    made.functions.add(name="Identity", domain="ai.onnx")
    return made


REFUSED = [
    *(endless, bounded_by_itself, loop_in_a_loop, loop_in_a_scan),
    *(bounded_by_a_constant_of_that_name, bounded_by_an_input_with_a_value, bounded_by_a_node),
    *(hidden_in_a_scan, of_another_domain, with_a_function),
]


@pytest.mark.parametrize("make", REFUSED)
def test_what_export_does_not_write_is_refused(tmp_path: Path, make: Callable[[], onnx.ModelProto]) -> None:
    file = tmp_path / "step.onnx"
    file.write_bytes(make().SerializeToString())
    with refused("model.unusable-network"):
        require_safe(file)


def test_a_loop_that_an_input_bounds_is_allowed(tmp_path: Path) -> None:
    file = tmp_path / "greedy.onnx"
    file.write_bytes(with_loop().SerializeToString())
    require_safe(file)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00",
        b"nothing of the kind",
        b"\x0b\x0c",  # a group
        b"\x3a\xff\xff\xff\xff\x7f",  # a graph of more bytes than there are
        b"\xff\xff\xff\xff\xff\xff\x01",  # a number without end
        b"\x38\x01",  # a graph that is a number
        b"\x08\x01" * 600_000,
    ],
)
def test_what_is_no_graph(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "step.onnx"
    file.write_bytes(content)
    with refused("model.unusable-network"):
        require_safe(file)


def test_messages_within_messages_without_end(tmp_path: Path) -> None:
    content = b""
    for number in [6, 5, 1] * 12:  # a graph in an attribute of a node of a graph ...
        size = len(content)
        content = bytes([number << 3 | 2, size & 0x7F | 0x80, size >> 7]) + content
    file = tmp_path / "step.onnx"
    file.write_bytes(bytes([7 << 3 | 2, len(content) & 0x7F | 0x80, len(content) >> 7]) + content)
    with refused("model.unusable-network"):
        require_safe(file)


def test_what_export_writes_is_what_is_allowed(tmp_path: Path) -> None:
    """Every operator of every kind of network; and each operator that is allowed is one of theirs."""
    shapes = [
        {"encoder": {"cell": cell, "hidden": 4, "layers": 2}, "decoder": {"cell": cell, "hidden": 8, "layers": 2}}
        for cell in ("lstm", "gru", "rnn_tanh", "rnn_relu", "ssru", "minlstm")
    ]
    scores = ("dot", "general", "additive")
    changes = [
        *({"attention": {"score": score, "heads": 2, "input_feeding": True}} for score in scores),
        {"attention": None, "feed_context": True},
        {"layer_norm": True, "residual": True, "reverse_source": True},
    ]
    models = [built(many_to_many(**{**shape, **change})) for shape in shapes for change in changes]
    models += [
        built(
            ManyToOneConfig.model_validate(
                {"embedding": 6, "encoder": {"hidden": 4}, "pooling": pooling, "naive_bayes": 1}
            )
        )
        for pooling in ("last", "mean", "max", "attention")
    ]
    written: set[str] = set()
    for number, one in enumerate(models):
        assert isinstance(one, Seq2Seq | Classifier)
        for int8 in (False, True):
            for shortlist in (False, True) if isinstance(one, Seq2Seq) else (False,):
                for name, made in graphs(one, int8=int8, shortlist=shortlist).items():
                    file = tmp_path / f"{number}.{name}"
                    for stored in (made, in_half(made, "float16")):
                        file.write_bytes(stored.SerializeToString())
                        require_safe(file)
                        written |= operators(stored.graph)
    assert written == OPERATORS


def operators(of: onnx.GraphProto) -> set[str]:
    found = {node.op_type for node in of.node}
    for node in of.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                found |= operators(attribute.g)
    return found


def test_an_export_is_opened(tmp_path: Path) -> None:
    folder = tiny.save(tmp_path / "model")
    export(folder, int8=False)
    assert Translator.open(folder, engine="onnx")[1].translate(["the dog"])
