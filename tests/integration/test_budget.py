"""Processor time of tests: a unit test that takes too much fails, one that only waits does not, and both are listed."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = """
import subprocess, sys, time

BUSY = "import time; end = time.process_time() + 0.5\\nwhile time.process_time() < end: pass"

def test_busy():
    exec(BUSY, {})

def test_busy_in_a_process():
    subprocess.run([sys.executable, "-c", BUSY], check=True)

def test_waiting():
    time.sleep(0.5)
"""


def test_processor_time_is_limited_and_listed(tmp_path: Path) -> None:
    for folder in ("unit", "integration"):
        (tmp_path / "tests" / folder).mkdir(parents=True)
        (tmp_path / "tests" / folder / f"test_{folder}.py").write_text(TESTS, "utf-8")
    limits = "from support import budget\nbudget.LIMIT, budget._WORTH_A_LINE = 0.3, 0.4\n"
    (tmp_path / "conftest.py").write_text(f'{limits}pytest_plugins = ["support.budget"]\n', "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "1", "--slowest", "9", "-p", "no:cacheprovider", "tests"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1]), "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    failed = {line.split()[1] for line in lines if line.startswith("FAILED")}
    assert failed == {f"tests/unit/test_unit.py::test_{name}" for name in ("busy", "busy_in_a_process")}, done.stdout
    listed = {line.split()[1] for line in lines if line[:7].strip().replace(".", "").isdigit() and "::" in line}
    busy = ("busy", "busy_in_a_process")
    assert listed == {f"tests/{at}/test_{at}.py::test_{name}" for at in ("unit", "integration") for name in busy}
