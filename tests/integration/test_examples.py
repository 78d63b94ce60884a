"""The examples run, come out as they say, and use documented places of the package only."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = sorted((ROOT / "examples").glob("*.py"))
NOTEBOOK = ROOT / "examples" / "notebook.ipynb"
ELSEWHERE = {"ray_lines"}
"""Run by another test: ``system/test_ray.py``."""
EXACT = {"own_loop": 80.0, "own_tokenizer": 80.0}
"""The exact match, in percent, that an example has to reach."""


def imports(program: str) -> set[tuple[str, str]]:
    """Module and name of everything that a program takes from the package."""
    nodes = [node for node in ast.walk(ast.parse(program)) if isinstance(node, ast.ImportFrom)]
    ours = [node for node in nodes if (node.module or "").split(".")[0] == "seq2seq"]
    return {(str(node.module), alias.name) for node in ours for alias in node.names}


def run_program(path: Path, folder: Path) -> str:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(
        [sys.executable, str(path)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_examples_are_found() -> None:
    assert {"own_loop", "own_tokenizer", "own_model"} <= {path.stem for path in PROGRAMS}


@pytest.mark.system
@pytest.mark.parametrize("path", [path for path in PROGRAMS if path.stem not in ELSEWHERE], ids=lambda path: path.stem)
def test_example_runs(path: Path, tmp_path: Path) -> None:
    output = run_program(path, tmp_path)
    assert output.strip()
    if path.stem in EXACT:
        match = re.search(r"exact match: ([0-9.]+)%", output)
        assert match is not None
        assert float(match[1]) >= EXACT[path.stem], output
    if path.stem == "own_model":  # it prefers the order of words that it has seen
        right, wrong = (float(number) for number in re.findall(r"scored +(-[0-9.]+) nats", output))
        assert right > wrong


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_header_says_what_it_shows_and_how_long_it_takes(path: Path) -> None:
    header = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    assert [word for word in ("Shows:", "Time:", f"python examples/{path.name}") if word not in header] == []


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_examples_use_documented_places(path: Path) -> None:
    assert imports(path.read_text("utf-8")) - imports(library_programs()) == set()


@pytest.mark.system
def test_programs_of_the_library_page_run(tmp_path: Path) -> None:
    """One after the other, in one process, as the page says."""
    program = tmp_path / "library.py"
    program.write_text(library_programs(), "utf-8")
    output = run_program(program, tmp_path)
    assert "did you mean 'max_epochs'?" in output
    assert "phrasebook" in output


def library_programs() -> str:
    page = (ROOT / "docs/library.md").read_text("utf-8")
    return "\n".join(re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL))


def test_notebook_has_no_outputs() -> None:
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert cells
    assert [cell for cell in cells if cell["outputs"] or cell["execution_count"]] == []
    assert "Time:" in "".join(notebook["cells"][0]["source"])


@pytest.mark.system
def test_notebook_shows_attention_on_the_other_diagonal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nbclient
    import nbformat

    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    looked = "print([int(row.argmax()) for row in attention])"
    notebook.cells.append(nbformat.v4.new_code_cell(looked))
    nbclient.NotebookClient(notebook, timeout=280, resources={"metadata": {"path": str(tmp_path)}}).execute()
    (shown,) = [output for output in notebook.cells[-1].outputs if output.output_type == "stream"]
    assert json.loads(shown.text) == [7, 6, 5, 4, 3, 2, 1, 0]
    assert any("image/png" in output.get("data", {}) for output in notebook.cells[-2].outputs)
