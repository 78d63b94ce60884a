"""Lower bounds: what is imported has one, and it is a release with what we rely on (`make oldest` runs this)."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnxruntime import InferenceSession, SessionOptions
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from support.bounds import NEED_TORCH, ROOT, bounds, requirements

PARTS = {"pydantic_core"}
"""Packages that another pins to the very release, and passes on as its own."""
TOOLS = {"dev", "docs", "browser", "serve-test", "teachers", "forecast", "ray"}
"""Extras that the tests with the oldest releases do without."""


def test_every_requirement_has_a_lower_bound_that_is_installed_exactly_as_the_oldest() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    texts = [*project["dependencies"], *(text for name in extras.keys() - TOOLS for text in extras[name])]
    declared = {Requirement(text).name for text in texts} - {"seq2seq"}
    assert declared <= set(bounds())
    for text in requirements("oldest"):
        (specifier,) = Requirement(text).specifier
        assert specifier.operator == "=="
    assert {Requirement(text).name for text in requirements("newest", without_torch=True)} == set(bounds()) - {
        *NEED_TORCH
    }


def test_what_is_installed_is_allowed() -> None:
    installed = {canonicalize_name(name) for names in packages_distributions().values() for name in names}
    below = [
        name
        for name, bound in bounds().items()
        if canonicalize_name(name) in installed and Version(version(name)) < Version(bound)
    ]
    assert below == []


def test_what_is_imported_is_declared() -> None:
    """A package that another brings today may be gone tomorrow."""
    brought = packages_distributions()
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    declared = {
        canonicalize_name(name)
        for name in (*bounds(), *(Requirement(text).name for text in extras["teachers"] + extras["forecast"]))
    }
    found = {}
    for path in (ROOT / "seq2seq").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            found.update({name.partition(".")[0]: path for name in names})
    others = {name for name in found if name and name not in sys.stdlib_module_names} - {"seq2seq", *PARTS}
    assert "torch" in others
    undeclared = {
        name: str(found[name])
        for name in others
        if not declared & {canonicalize_name(one) for one in [name, *brought.get(name, [])]}
    }
    assert undeclared == {}


@pytest.mark.parametrize("minor", [11, 12, 13])
def test_every_python_that_is_tested_is_named(minor: int) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"Programming Language :: Python :: 3.{minor}" in project["classifiers"]


@pytest.fixture
def outside(tmp_path: Path) -> dict[str, str]:
    """Ways from a model's folder to a file outside of it."""
    secret = tmp_path / "secret.bin"
    np.arange(7, 11, dtype=np.float32).tofile(secret)
    model = tmp_path / "run" / "onnx"
    model.mkdir(parents=True)
    (model / "link.bin").symlink_to(secret)
    (model / "inside.bin").write_bytes(secret.read_bytes())
    return {"parent": "../../secret.bin", "absolute": str(secret), "link": "link.bin", "inside": "inside.bin"}


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("way", ["parent", "absolute", "link"])
def test_onnx_runtime_reads_nothing_outside_of_the_folder(
    way: str, nested: bool, outside: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run" / "onnx"
    path = folder / "graph.onnx"
    path.write_bytes(graph(outside["inside"], nested=nested))
    assert output(str(path))[0] == 7, "external data are read at all"
    path.write_bytes(graph(outside[way], nested=nested))
    monkeypatch.chdir(folder)
    for model in (str(path), path.read_bytes()):
        with pytest.raises(Exception, match=r"(?i)external|Data of TensorProto"):
            output(model)


def output(model: str | bytes) -> Any:
    options = SessionOptions()
    options.log_severity_level = 4
    return InferenceSession(model, options, providers=["CPUExecutionProvider"]).run(None, {"yes": np.array(True)})[0]


def graph(location: str, *, nested: bool) -> bytes:
    """A graph that gives out four numbers of a file, which it names itself or in a graph within it."""
    onnx = pytest.importorskip("onnx")
    helper, float32 = onnx.helper, onnx.TensorProto.FLOAT
    held = onnx.TensorProto(name="held", data_type=float32, dims=[4], data_location=onnx.TensorProto.EXTERNAL)
    for key, value in (("location", location), ("offset", "0"), ("length", "16")):
        held.external_data.add(key=key, value=value)

    def made(name: str, node: Any, inputs: list[Any], stored: list[Any]) -> Any:
        return helper.make_graph([node], name, inputs, [helper.make_tensor_value_info("y", float32, [4])], stored)

    yes = helper.make_tensor_value_info("yes", onnx.TensorProto.BOOL, [])
    own = helper.make_node("Identity", ["held"], ["y"])
    other = helper.make_node("Constant", [], ["y"], value=helper.make_tensor("zeros", float32, [4], [0.0] * 4))
    if nested:
        branches = {"then_branch": made("then", own, [], [held]), "else_branch": made("else", other, [], [])}
        whole = made("whole", helper.make_node("If", ["yes"], ["y"], **branches), [yes], [])
    else:
        whole = made("whole", own, [yes], [held])
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())
