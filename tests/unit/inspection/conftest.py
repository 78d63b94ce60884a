"""Inspecting a few rows, or files."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from support.faults import Pair, write_tsv

from seq2seq.config.data import ColumnsConfig, DataConfig
from seq2seq.config.sides import TEXTS, Sides
from seq2seq.inspection.engine.inspect import inspect
from seq2seq.inspection.engine.result import Inspection

ALL = 10**9
Run = Callable[..., Inspection]


@pytest.fixture
def inspected(tmp_path: Path) -> Run:
    """Inspect pairs, by the name of the split, or a configuration; keeps every example."""

    def run(
        data: DataConfig | Sequence[Pair] | dict[str, Sequence[Pair]], sides: Sides = TEXTS, *, shown: int = ALL
    ) -> Inspection:
        if not isinstance(data, DataConfig):
            splits = data if isinstance(data, dict) else {"train": data}
            for name, pairs in splits.items():
                write_tsv(tmp_path / "data" / f"{name}.tsv", list(pairs))
            data = DataConfig(path=str(tmp_path / "data"), columns=ColumnsConfig(source=0, target=1))
        (tmp_path / "rows").mkdir(exist_ok=True)
        return inspect(data, sides, tmp_path / "rows", shown=shown)

    return run
