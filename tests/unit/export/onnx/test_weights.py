"""Weights in one file: each once, and the networks compute what they did."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnxruntime import InferenceSession
from support.exported import built, many_to_many, opened

from seq2seq.config.decoding import DecodingConfig
from seq2seq.export.onnx.graph import LARGE
from seq2seq.export.onnx.networks import graphs
from seq2seq.export.onnx.storage import in_half
from seq2seq.export.onnx.weights import WeightFile
from seq2seq.inference.engines.onnx import searches
from seq2seq.inference.engines.onnx.encoder import OnnxEncoder
from seq2seq.inference.engines.onnx.safety import require_safe
from seq2seq.inference.engines.onnx.search_network import SearchNetwork
from seq2seq.inference.engines.onnx.sessions import make_session
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.search.hypothesis import Hypothesis


def made() -> dict[str, onnx.ModelProto]:
    model = built(many_to_many(embedding=64, encoder={"hidden": 32}, decoder={"hidden": 64}), scale=2.0)
    assert isinstance(model, Seq2Seq)
    return graphs(model, int8=False)


def searched(sessions: dict[str, InferenceSession]) -> list[list[Hypothesis]]:
    sources, limits = [[5, 6, 7], [9]], np.array([9, 4])
    config = DecodingConfig(beam=1, min_length=1)
    network = SearchNetwork(OnnxEncoder(sessions["encoder"]), sessions["greedy"], attention=False)
    return searches.greedy(network, sources, limits, config)


@pytest.mark.parametrize("half", [False, True])
def test_networks_compute_the_same_with_their_weights_in_a_file(tmp_path: Path, half: bool) -> None:
    whole = {name: in_half(graph, "bfloat16") if half else graph for name, graph in made().items()}
    weights = WeightFile("weights.bin")
    for name, graph in whole.items():
        (tmp_path / f"{name}.onnx").write_bytes(weights.move(graph).SerializeToString())
    (tmp_path / "weights.bin").write_bytes(weights.to_bytes())
    for name in whole:
        require_safe(tmp_path / f"{name}.onnx", tmp_path / "weights.bin")
    expected = searched({name: opened(graph) for name, graph in whole.items()})
    found = searched({name: make_session(str(tmp_path / f"{name}.onnx"), threads=1, where="") for name in whole})
    assert found == expected


def test_each_is_stored_once_at_the_beginning_of_a_page() -> None:
    networks = made()
    large = {
        tensor.raw_data: tensor.name
        for graph in networks.values()
        for tensor in graph.graph.initializer
        if len(tensor.raw_data) >= LARGE
    }
    weights = WeightFile("weights.bin")
    moved = [weights.move(graph) for graph in networks.values()]
    content = weights.to_bytes()
    assert len(large) > 5
    assert sum(map(len, large)) <= len(content) < sum(len(one) + 4096 for one in large)
    for graph, before in zip(moved, networks.values(), strict=True):
        assert graph.ByteSize() < before.ByteSize() / 2
        for tensor, original in zip(graph.graph.initializer, before.graph.initializer, strict=True):
            if tensor.external_data:
                place = {entry.key: entry.value for entry in tensor.external_data}
                start, size = int(place["offset"]), int(place["length"])
                assert start % 4096 == 0
                assert content[start : start + size] == original.raw_data
            else:
                assert len(tensor.raw_data) < LARGE


def test_no_body_of_a_loop_has_weights() -> None:
    """ONNX Runtime checks those of bodies by another rule, which refuses the links of the hub's cache."""

    def bodies(graph: onnx.GraphProto) -> list[onnx.GraphProto]:
        inner = [attribute.g for node in graph.node for attribute in node.attribute if attribute.HasField("g")]
        return [*inner, *(deeper for one in inner for deeper in bodies(one))]

    for network in made().values():
        for body in bodies(network.graph):
            assert max((len(tensor.raw_data) for tensor in body.initializer), default=0) < LARGE
