"""The bundled corpora, read once, and their generators, imported as the programs import themselves."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

from seq2seq import resources


class Row(NamedTuple):
    source: str
    target: str
    group: str = ""


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return [Row(*fields) for fields in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)][1:]


@pytest.fixture(scope="session")
def phrasebook_folder() -> Path:
    return resources.data_folder() / "phrasebook"


@pytest.fixture(scope="session")
def splits(phrasebook_folder: Path) -> dict[str, list[Row]]:
    return {name: rows(phrasebook_folder / f"{name}.tsv") for name in ("train", "dev", "test")}


@pytest.fixture(scope="session")
def generator(phrasebook_folder: Path) -> Iterator[ModuleType]:
    """The module `generate` of the phrasebook, with its packages grammar, lexicon and sentences."""
    before = set(sys.modules)
    sys.path.insert(0, str(phrasebook_folder))
    try:
        import generate

        yield generate
    finally:
        sys.path.remove(str(phrasebook_folder))
        for name in set(sys.modules) - before:
            if name.partition(".")[0] in ("generate", "grammar", "lexicon", "sentences"):
                del sys.modules[name]
