"""Memory is measured while work runs."""

from pathlib import Path

import numpy as np
import pytest

from seq2seq.scoring.memory import MemoryRise


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux tells resident memory")
def test_the_most_at_any_time_counts() -> None:
    with MemoryRise() as memory:
        block = np.ones(8_000_000)  # 64 MB
        block += 1.0
        del block
        small = np.ones(1000)
    assert small.sum() == 1000
    assert memory.bytes is not None
    assert 50e6 < memory.bytes < 200e6
    with MemoryRise() as nothing:
        pass
    assert nothing.bytes is not None
    assert nothing.bytes < 20e6


def test_unknown_systems_have_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seq2seq.scoring.memory._STATM", Path("/nowhere/statm"))
    with MemoryRise() as memory:
        pass
    assert memory.bytes is None
