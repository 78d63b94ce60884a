"""What this machine is, and how measurements are summed up."""

import subprocess
import sys
from pathlib import Path

import pytest

from seq2seq import machine
from seq2seq.extras import installed
from seq2seq.machine import Machine, Spread

X86 = """processor\t: 0
model name\t: Some Processor 9
flags\t\t: fpu avx2 avx512f avx512_vnni avx_vnni

processor\t: 1
model name\t: Another
flags\t\t: fpu
"""
ARM = "processor\t: 0\nFeatures\t: fp asimd asimddp sve\n"


def described(text: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    file = tmp_path / "cpuinfo"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(machine, "_CPUINFO", file)
    return Machine.here()


def test_instructions_go_by_the_names_that_people_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = described(X86, tmp_path, monkeypatch)
    assert found.processor == "Some Processor 9"  # the first, not the last
    assert found.instructions == ("AVX2", "AVX-512", "VNNI")
    assert found.lines()[0] == f"Some Processor 9, cores: {found.cores}, AVX2, AVX-512, VNNI"
    assert described(ARM, tmp_path, monkeypatch).instructions == ("NEON", "dot products", "SVE")


def test_a_system_that_lists_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = described(None, tmp_path, monkeypatch)
    assert found.processor
    assert found.cores >= 1
    assert found.lines()[0].endswith("vector instructions unknown")
    assert {"python", "numpy", *(["torch"] if installed("torch") else [])} <= set(found.versions)
    assert f"numpy {found.versions['numpy']}" in found.lines()[1]


def test_a_package_that_is_not_there_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_PACKAGES", ("numpy", "no-such-package"))
    assert set(Machine.here().versions) == {"python", "numpy"}


def test_a_spread_is_a_median_with_its_ends() -> None:
    found = Spread.of([3.0, 1.0, 1234.5])
    assert found == Spread(3.0, 1.0, 1234.5)
    assert found.shown() == "3.0 (1.0 .. 1,234.5)"
    assert found.shown(0, scale=100) == "300 (100 .. 123,450)"


def test_memory_at_the_peak_stays_when_it_is_given_back() -> None:
    """In a process of its own: in that of the tests, the peak may lie far above what is held now."""
    program = (
        "import numpy as np; from seq2seq.machine import resident_peak; before = resident_peak();"
        "held = np.ones(1 << 24); size = held.nbytes; del held; print(before, size, resident_peak())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    before, size, after = map(int, done.stdout.split())
    assert before + size / 2 < after < before + 2 * size
