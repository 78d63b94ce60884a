"""Node, for the tests of what runs in a browser. A machine without it skips these tests by name; where SEQ2SEQ_NODE is
`required`, as in CI, they fail instead.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest


def path() -> str:
    """Node's program; where there is none, the test is skipped, or fails if it has to run."""
    node = shutil.which("node")
    if node is None:
        if os.environ.get("SEQ2SEQ_NODE") == "required":
            pytest.fail("needs Node, not installed")
        pytest.skip("needs Node, not installed")
    return node


def run_module(script: Path, given: Any) -> Any:
    """What a module writes to standard output, given something on standard input, both as JSON.

    Args:
        script: an ES module.
        given: what `json` can write. A lone surrogate in a text arrives as one.
    """
    done = subprocess.run(
        [path(), str(script)], input=json.dumps(given), capture_output=True, check=False, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
