"""What every command says, in full: help, results, and errors; see tests/golden and CONTRIBUTING.md."""

import os
import shutil
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub.utils._http import default_client_factory
from support import golden, golden_folder
from support.hub import Hub, install

from seq2seq.bench import decoding, operations
from seq2seq.bench.decoding_worker import measure
from seq2seq.cli import bench
from seq2seq.cli.main import COMMANDS

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("golden") / "prepared"
    folder.mkdir()
    golden_folder.build(folder)
    return folder


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    yield install(monkeypatch, str(tmp_path / "hub"))
    huggingface_hub.set_client_factory(default_client_factory)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Benchmarks measure next to nothing, in this process; what training would cost is not measured."""
    monkeypatch.setattr(operations, "_PEAK_SIZE", 64)
    monkeypatch.setattr(decoding, "_SINGLES", 2)
    monkeypatch.setattr(decoding, "run_worker", measure)
    monkeypatch.setattr(bench, "_RECIPE", "tiny.yaml")
    monkeypatch.setattr("seq2seq.cli.inspect._estimate", lambda _: None)


def test_every_command_has_a_file() -> None:
    assert {file.stem for file in GOLDEN.glob("*.txt")} == {"seq2seq", *COMMANDS}


@pytest.mark.parametrize("name", ["seq2seq", *COMMANDS])
def test_what_a_command_says(
    prepared: Path, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(shutil.copytree(prepared, tmp_path / "here"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("SEQ2SEQ_CACHE", "cache")
    file = GOLDEN / f"{name}.txt"
    said = golden.transcript(file, hub)
    if os.environ.get("GOLDEN") == "write":
        file.write_text(said, encoding="utf-8")
    wanted = file.read_text(encoding="utf-8")
    changes = "\n".join(unified_diff(wanted.splitlines(), said.splitlines(), str(file), "today", lineterm=""))
    assert said == wanted, f"If this is meant, write it down with GOLDEN=write (see CONTRIBUTING.md):\n{changes}"
