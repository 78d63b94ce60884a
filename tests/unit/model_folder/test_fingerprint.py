"""The fingerprint of a model says whether two folders write the same."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import tiny

from seq2seq.model_folder.config_file import ConfigFile
from seq2seq.model_folder.read import ModelFolder, read_folder
from seq2seq.model_folder.writing.update import write_measured


def fingerprint(path: Path) -> str:
    return read_folder(path, lambda folder: folder).fingerprint


def edit_card(path: Path) -> None:
    (path / "README.md").write_text("other words", encoding="utf-8")


def measure(path: Path) -> None:
    write_measured(path, {"bench": {"seconds": 3.0}})


def calibrate(path: Path) -> None:
    write_measured(path, {"calibration": {"temperature": 2.0}})


@pytest.mark.parametrize(("change", "same"), [(edit_card, True), (measure, True), (calibrate, False)])
def test_what_changes_it(change: Callable[[Path], None], same: bool, tmp_path: Path) -> None:
    path = tiny.save(tmp_path / "model")
    before = fingerprint(path)
    shutil.copytree(path, tmp_path / "copy")
    assert fingerprint(tmp_path / "copy") == before
    change(path)
    assert (fingerprint(path) == before) == same


def test_other_weights_or_another_recipe_have_another(tmp_path: Path) -> None:
    paths = [
        tiny.save(tmp_path / "a"),
        tiny.save(tmp_path / "b", tied=True),
        tiny.save(tmp_path / "c", max_length=100),
    ]
    assert len({*map(fingerprint, paths)}) == 3


def test_an_exported_network_counts(tmp_path: Path) -> None:
    fixtures = Path(__file__).parents[2] / "fixtures"
    path = tmp_path / "model"
    shutil.copytree(fixtures / "models" / "translation-1", path)
    before = fingerprint(path)
    shutil.copytree(fixtures / "exported" / "translation-1", path, dirs_exist_ok=True)
    exported = fingerprint(path)
    assert exported != before
    folder = read_folder(path, lambda folder: folder)
    unlisted = folder.description.model_copy(update={"files": {}})  # as older versions wrote it
    config = ConfigFile(path / "config.json", unlisted.to_dict(), trusted=False)
    old = ModelFolder(path=path, tokenizers=folder.tokenizers, config=config)
    assert old.fingerprint == exported
