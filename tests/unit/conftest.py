"""Fixtures of several packages' unit tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file below the test's folder."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def bad() -> BadRows:
    return BadRows()


@pytest.fixture
def together() -> Callable[[object], list[tuple[int, str, str, str | None]]]:
    """All rows of a reader, as (line, source, target, group)."""

    def together(chunks: object) -> list[tuple[int, str, str, str | None]]:
        found: list[tuple[int, str, str, str | None]] = []
        for rows in chunks:  # type: ignore[attr-defined]
            assert isinstance(rows, Rows)
            found.extend(zip(rows.lines, rows.sources, rows.targets, rows.groups, strict=True))
        return found

    return together
