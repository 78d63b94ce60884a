"""Graphs may use numbers of one file beside them, said in one way."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from support.refused import refused
from support.strange_graphs import (
    external,
    graph,
    identity,
    in_a_list_of_attributes,
    in_a_sparse_tensor,
    in_a_subgraph,
    in_an_attribute,
    model,
)

from seq2seq.inference.engines.onnx.safety import require_safe


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
