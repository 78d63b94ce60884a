"""Fixtures that tests of several commands share."""

from pathlib import Path

import pytest


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    from support import tiny  # needs torch, which not every test does

    groups = ["plain", "question"] * 4
    rows = zip(tiny.SOURCES, tiny.TARGETS, groups, strict=True)
    file = tmp_path / "pairs.tsv"
    file.write_text("en\tde\tkind\n" + "".join(f"{s}\t{t}\t{g}\n" for s, t, g in rows), encoding="utf-8")
    return file


@pytest.fixture
def aligned(tmp_path: Path) -> tuple[Path, Path]:
    from support import tiny

    source, target = tmp_path / "source.en", tmp_path / "target.de"
    source.write_text("".join(f"{line}\n" for line in tiny.SOURCES), encoding="utf-8")
    target.write_text("".join(f"{line}\n" for line in tiny.TARGETS), encoding="utf-8")
    return source, target
