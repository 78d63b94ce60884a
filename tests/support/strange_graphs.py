"""ONNX graphs that somebody else might have written."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


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
