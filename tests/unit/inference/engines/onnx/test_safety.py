"""Graphs from a stranger: nothing but what `seq2seq export` writes gets to ONNX Runtime."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper
from support import tiny
from support.exported import built, many_to_many
from support.refused import refused

from seq2seq.config.model import ManyToOneConfig
from seq2seq.export.export import export
from seq2seq.export.onnx.networks import graphs
from seq2seq.export.onnx.storage import in_half
from seq2seq.inference.engines.onnx.networks import open_session
from seq2seq.inference.engines.onnx.safety import OPERATORS, require_safe
from seq2seq.inference.translator import Translator
from seq2seq.models.classifier import Classifier
from seq2seq.models.seq2seq import Seq2Seq


def tensor(values: list[float], name: str = "w") -> TensorProto:
    return numpy_helper.from_array(np.array(values, dtype=np.float32), name)


def external(location: str) -> TensorProto:
    """Two numbers that are said to lie in another file."""
    made = tensor([0.0, 0.0])
    made.ClearField("raw_data")
    made.data_location = TensorProto.EXTERNAL
    made.external_data.add(key="location", value=location)
    made.external_data.add(key="length", value="8")
    return made


def graph(nodes: list[onnx.NodeProto], *initialisers: TensorProto) -> onnx.GraphProto:
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, [2])
    return helper.make_graph(nodes, "g", [], [output], initializer=list(initialisers))


def model(of: onnx.GraphProto) -> onnx.ModelProto:
    return helper.make_model(of, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def identity() -> list[onnx.NodeProto]:
    return [helper.make_node("Identity", ["w"], ["y"])]


def in_an_initialiser(secret: str) -> onnx.ModelProto:
    return model(graph(identity(), external(secret)))


def in_a_subgraph(secret: str) -> onnx.ModelProto:
    inside = helper.make_graph(
        [helper.make_node("Identity", ["w"], ["z"])],
        "body",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [2])],
        [helper.make_tensor_value_info("z", TensorProto.FLOAT, [2])],
        initializer=[external(secret)],
    )
    return model(graph([helper.make_node("Scan", ["v"], ["y"], body=inside, num_scan_inputs=1)], tensor([1.0], "v")))


def in_an_attribute(secret: str) -> onnx.ModelProto:
    return model(graph([helper.make_node("Cast", ["v"], ["y"], to=1, value=external(secret))], tensor([1.0], "v")))


def in_a_list_of_attributes(secret: str) -> onnx.ModelProto:
    node = helper.make_node("Identity", ["v"], ["y"])
    node.attribute.add(name="values", type=onnx.AttributeProto.TENSORS).tensors.append(external(secret))
    return model(graph([node], tensor([1.0], "v")))


def in_a_sparse_tensor(secret: str) -> onnx.ModelProto:
    made = model(graph(identity()))
    sparse = made.graph.sparse_initializer.add(dims=[2])
    sparse.values.CopyFrom(external(secret))
    sparse.indices.CopyFrom(numpy_helper.from_array(np.array([0, 1]), "i"))
    return made


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
    file.write_bytes(model(graph([loop("trips")], tensor([1.0], "c"))).SerializeToString())
    require_safe(file)


# ---------------------------------------------------------------------------------------------- the file of the weights


def beside(**place: str) -> onnx.ModelProto:
    """A graph with two numbers in the file of the weights, which has 16 bytes."""
    made = external("")
    del made.external_data[:]
    for key, value in ({"location": "weights.bin", "offset": "8", "length": "8"} | place).items():
        if value:
            made.external_data.add(key=key, value=value)
    return model(graph(identity(), made))


def twice() -> onnx.ModelProto:
    made = beside()
    made.graph.initializer[0].external_data.add(key="location", value="weights.bin")
    return made


def without_a_mark() -> onnx.ModelProto:
    made = beside()
    made.graph.initializer[0].ClearField("data_location")
    return made


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    file = tmp_path / "weights.bin"
    file.write_bytes(np.array([0.5, 1.0, 1.5, 2.5], dtype=np.float32).tobytes())
    return file


def test_numbers_of_the_weights_beside_a_graph_are_read(weights: Path) -> None:
    file = weights.with_name("step.onnx")
    file.write_bytes(beside().SerializeToString())
    require_safe(file, weights)
    (found,) = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"]).run(["y"], {})
    np.testing.assert_array_equal(found, [1.5, 2.5])
    without_a_file = file.with_name("other.onnx")
    without_a_file.write_bytes(file.read_bytes())
    with refused("model.unusable-network", "external data"):
        require_safe(without_a_file)


@pytest.mark.parametrize(
    "made",
    [
        *(
            beside(location=name)
            for name in ("", "other.bin", "./weights.bin", "../weights.bin", "/weights.bin", "WEIGHTS.BIN")
        ),
        *(beside(offset=number) for number in ("", "9", "-8", "0x8", "8.0", "99999999999999999999")),
        *(beside(length=number) for number in ("", "9", "-1", "١")),
        beside(checksum="0"),
        twice(),
        without_a_mark(),
        *(
            place("weights.bin")
            for place in (in_a_subgraph, in_an_attribute, in_a_list_of_attributes, in_a_sparse_tensor)
        ),
    ],
)
def test_other_numbers_are_refused(weights: Path, made: onnx.ModelProto) -> None:
    """Of other files, beyond the end, or said in another way than `seq2seq export` does."""
    file = weights.with_name("step.onnx")
    file.write_bytes(made.SerializeToString())
    with refused("model.unusable-network"):
        require_safe(file, weights)


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
        for cell in ("lstm", "gru", "rnn_tanh", "rnn_relu")
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
