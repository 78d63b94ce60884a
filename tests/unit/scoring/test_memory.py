"""Memory is measured while work runs."""

from pathlib import Path
from queue import Queue

import numpy as np
import pytest

from seq2seq.scoring import memory as module
from seq2seq.scoring.memory import MemoryRise


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux tells resident memory")
def test_the_most_at_any_time_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    measurements: Queue[int] = Queue()
    resident = module._resident_pages

    def counted() -> int:
        measurements.put(pages := resident())
        return pages

    monkeypatch.setattr(module, "_resident_pages", counted)
    with MemoryRise() as memory:
        block = np.ones(20_000_000)  # 160 MB
        for _ in range(measurements.qsize() + 2):  # on a busy machine, its thread comes late
            measurements.get(timeout=60)
        del block
        small = np.ones(1000)
    assert small.sum() == 1000
    assert memory.bytes is not None
    assert 100e6 < memory.bytes < 300e6
    with MemoryRise() as nothing:
        pass
    assert nothing.bytes is not None
    assert nothing.bytes < 20e6


def test_unknown_systems_have_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seq2seq.scoring.memory._STATM", Path("/nowhere/statm"))
    with MemoryRise() as memory:
        pass
    assert memory.bytes is None
