"""What the tasks share knows none of them by name: a task adds files, and never a second pipeline."""

import ast
import re
from pathlib import Path

import pytest

import seq2seq

PACKAGE = Path(seq2seq.__file__).parent
TASK = re.compile(r"translat(e|ion)|classification|generation|sentiment|\btunes?\b", re.IGNORECASE)
PAIRING = {
    "config/recipe.py",
    "training/tasks/__init__.py",
    "inference/base.py",
    "scoring/splits.py",
}
"""Where tasks are paired with what is theirs, as CONTRIBUTING.md says."""
SHARED = [
    "config/base.py",
    "config/data.py",
    "config/document.py",
    "config/load.py",
    "config/sides.py",
    "config/tokenizer.py",
    "config/training.py",
    "text/vocabulary/labels.py",
    "text/vocabulary/pair.py",
    "text/tokenizer.py",
    "text/vocabulary/training.py",
    "models/cells",
    *(f"models/{name}.py" for name in ("dropout", "encoder", "initialise", "recurrent")),
    "search",
    "data/batching",
    "data/preparing",
    *(f"data/reading/{name}.py" for name in ("aligned", "columnar", "examples", "hub_data", "raw_split", "sources")),
    *(f"data/tables/{name}.py" for name in ("lines", "rows")),
    "files",
    *(f"formats/{name}.py" for name in ("csv_dialect", "pieces", "segment", "splice", "xml", "xml_tree")),
    "storage",
    "training/distributed.py",
    "training/interrupt.py",
    "training/loop.py",
    "training/trainer.py",
    "training/reporting",
    "training/run_folder",
    "training/step",
    "training/validation",
    "model_folder/description.py",
    "model_folder/writing/save.py",
    "inference/engines/torch/stepper.py",
]
"""Files, and folders of which all files are shared."""


def code_words(path: Path) -> set[str]:
    """Identifiers, and strings that are no docstring."""
    words: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in documented:
                words.add(text)
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                words.add(name)
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                words.add(name)
            case ast.alias(name=name):
                words.add(name)
            case ast.ImportFrom(module=str(name)):
                words.add(name)
    return words


@pytest.mark.parametrize("name", SHARED)
def test_what_is_shared_names_no_task(name: str) -> None:
    place = PACKAGE / name
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    assert files
    assert not [(file.name, word) for file in files for word in code_words(file) if TASK.search(word)]


@pytest.mark.parametrize("name", sorted(PAIRING))
def test_what_pairs_tasks_is_found_out_by_the_same_rule(name: str) -> None:
    """The rule above is not blind."""
    assert [word for word in code_words(PACKAGE / name) if TASK.search(word)]


def test_contributing_names_the_modules_that_exist() -> None:
    text = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for name in (*PAIRING, "models/build.py"):  # which goes by the shapes
        assert f"`{name}`" in text
    for task in ("translation", "classification", "generation"):
        assert (PACKAGE / "training" / "tasks" / f"{task}.py").exists()
