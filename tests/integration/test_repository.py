"""The files for people who find the repository: what they name exists, and what they repeat agrees."""

import ast
import re
import tomllib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from seq2seq.version import VERSION

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def test_citation_names_the_version_and_the_licence_of_the_package() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "type"} <= set(citation)
    assert citation["version"] == PROJECT["version"] == VERSION
    assert citation["license"] == PROJECT["license"]
    assert citation["authors"] == PROJECT["authors"]


def test_ci_runs_on_every_python_that_is_promised() -> None:
    pythons = {entry["python"] for entry in WORKFLOW["jobs"]["pinned"]["strategy"]["matrix"]["include"]}
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    assert pythons == set(named)
    assert PROJECT["requires-python"] == f">={min(named)}"


def test_ci_runs_steps_that_exist() -> None:
    matrix = WORKFLOW["jobs"]["pinned"]["strategy"]["matrix"]["include"]
    steps = {step for entry in matrix for step in entry["steps"].split()}
    steps |= {entry["releases"] for entry in WORKFLOW["jobs"]["bounds"]["strategy"]["matrix"]["include"]}
    default = re.search(r"set -- ([a-z ]+)", (ROOT / ".ci/run").read_text("utf-8"))
    assert default is not None
    assert steps | set(default[1].split()) <= TARGETS
    assert set(default[1].split()) <= steps, "the workflow leaves out a step of .ci/run"


@pytest.mark.parametrize("name", ["bug", "feature"])
def test_issue_forms_ask_for_what_a_bug_needs(name: str) -> None:
    form = yaml.safe_load((ROOT / f".github/ISSUE_TEMPLATE/{name}.yml").read_text("utf-8"))
    asked = {part["id"] for part in form["body"]}
    assert len(asked) == len(form["body"])
    assert asked >= ({"version", "recipe", "log"} if name == "bug" else {"version", "task"})


@pytest.mark.parametrize("path", sorted((ROOT / "benchmarks").glob("**/*.py")), ids=lambda path: path.stem)
def test_benchmarks_import_names_that_exist(path: Path) -> None:
    """They are not part of the suite, and would be found broken when a figure is needed."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
    ours = [(node.module, alias.name) for node in nodes for alias in node.names if (node.module or "")[:7] == "seq2seq"]
    assert [(module, name) for module, name in ours if not _has(str(module), name)] == []


def _has(module: str, name: str) -> bool:
    """Whether a module has a name, or is a package with a module of that name."""
    return hasattr(import_module(module), name) or find_spec(f"{module}.{name}") is not None
