"""Every error and warning has a code, by which programs and tests know it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import seq2seq

ROOT = Path(seq2seq.__file__).parent
ROOMS = ("data", "formats", "text", "storage", "hub.py", "process.py", "extras.py")
CALLS = {"DataError", "ModelError", "CheckpointError", "TrainingError", "MissingExtra", "ConfigError", "warn"}
FORM = re.compile(r"[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*")


def files(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py")) if (ROOT / room).is_dir() else [ROOT / room]


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in CALLS:
            yield node


@pytest.mark.parametrize("room", ROOMS)
def test_every_error_and_warning_has_a_code(room: str) -> None:
    lacking = []
    for path in files(room):
        for call in calls(path):
            code = next((keyword.value for keyword in call.keywords if keyword.arg == "code"), None)
            if code is None or (isinstance(code, ast.Constant) and not FORM.fullmatch(str(code.value))):
                lacking.append(f"{path.relative_to(ROOT)}:{call.lineno}")
    assert lacking == []
