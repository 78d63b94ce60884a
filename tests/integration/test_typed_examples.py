"""Every Python example of the README, the documents and `examples/` passes a user's `mypy --strict`."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mypy")

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_examples_type_check(tmp_path: Path) -> None:
    files: list[Path] = []
    for document in DOCUMENTS:
        # The blocks of a document are one session: later ones use names of earlier ones.
        blocks = BLOCK.findall(document.read_text(encoding="utf-8"))
        if blocks:
            files.append(tmp_path / f"{document.stem.replace('-', '_').lower()}.py")
            files[-1].write_text("\n".join(blocks), encoding="utf-8")
    assert [file.stem for file in files][:1] == ["readme"]
    files += sorted((ROOT / "examples").glob("*.py"))
    environment = {"MYPY_CACHE_DIR": str(tmp_path / "cache")} | os.environ  # `make check` lends its own
    mypy = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary"]
    done = subprocess.run([*mypy, *files], capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert (done.returncode, done.stdout) == (0, "")
