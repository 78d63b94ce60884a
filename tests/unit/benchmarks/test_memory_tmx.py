"""A large translation memory is read in bounded memory."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
import memory_tmx

pytest.importorskip("pyarrow")


def test_twenty_megabytes_are_read_in_bounded_memory(tmp_path: Path) -> None:
    units, rows, _, before, peak = memory_tmx.measure(20, tmp_path)
    assert rows == units > 50_000
    assert before < peak <= memory_tmx.LIMIT
