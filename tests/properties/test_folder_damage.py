"""Whatever befalls one file of a model folder, it is said by name, or it makes no difference."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import tiny

from seq2seq.errors import ModelError
from seq2seq.inference.load import open_pipeline

TEXTS = ["the dog sleeps", "a bird"]


@cache
def folder_of(task: str) -> Path:
    """One folder a task; removed with the interpreter's temporary files."""
    save = {"translation": tiny.save, "classification": tiny.save_classifier, "generation": tiny.save_generator}[task]
    return save(Path(_KEPT.name) / task)


_KEPT = tempfile.TemporaryDirectory(prefix="seq2seq-damage-")


def behaviour(folder: Path) -> Any:
    """All that the model does, scores and probabilities included."""
    _, model = open_pipeline(folder, device="cpu")
    if hasattr(model, "classify"):
        return model.classify(TEXTS)
    if hasattr(model, "generate"):
        return model.generate(["K:D M:6/8"], prompt="d")
    return model.translate_nbest(TEXTS)


@cache
def expected(task: str) -> Any:
    return behaviour(folder_of(task))


@pytest.fixture(scope="module", autouse=True)
def _tidy() -> Iterator[None]:
    yield
    _KEPT.cleanup()


def refusal(folder: Path) -> ModelError | None:
    """Why the folder is not loaded; whatever else is raised is a failure."""
    try:
        open_pipeline(folder, device="cpu")
    except ModelError as error:
        return error
    return None


def check(task: str, name: str, damaged: bytes) -> bool:
    """Whether the damage was found, by the name of the file; if not, nothing must have come of it."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = shutil.copytree(folder_of(task), Path(scratch) / "model")
        (folder / name).write_bytes(damaged)
        error = refusal(folder)
        assert str(folder / name) in str(error) if error else behaviour(folder) == expected(task)
        return error is not None


TASKS = st.sampled_from(["translation", "classification", "generation"])


@given(TASKS, st.data())
@settings(max_examples=60)
def test_a_byte_that_has_changed(task: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(file.name for file in folder_of(task).iterdir())))
    content = bytearray((folder_of(task) / name).read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    found = check(task, name, bytes(content))
    assert found or name in ("config.json", "README.md")  # where white space, say, makes no difference


@given(TASKS, st.data())
@settings(max_examples=40)
def test_a_file_that_was_cut_short(task: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(file.name for file in folder_of(task).iterdir())))
    content = (folder_of(task) / name).read_bytes()
    found = check(task, name, content[: data.draw(st.integers(0, len(content) - 1))])
    assert found or name in ("config.json", "README.md")


@given(TASKS, st.data())
@settings(max_examples=80)
def test_a_byte_of_the_description(task: str, data: st.DataObject) -> None:
    """It is the file in which a byte can say something else and be well-formed still."""
    content = bytearray((folder_of(task) / "config.json").read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] = data.draw(st.sampled_from(b' 0123456789.-eE"{}[],:abtrue\\\n\x00\x1b\xff'))
    check(task, "config.json", bytes(content))


@given(TASKS, st.data())
@settings(max_examples=60)
def test_a_folder_without_checksums_raises_nothing_else(task: str, data: st.DataObject) -> None:
    """A stranger need not write any: what is damaged then may load, and do something else, or be refused by name."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = shutil.copytree(folder_of(task), Path(scratch) / "model")
        config = json.loads((folder / "config.json").read_text("utf-8"))
        del config["checksum"]
        (folder / "config.json").write_text(json.dumps({**config, "files": {}}), encoding="utf-8")
        name = data.draw(st.sampled_from(sorted(file.name for file in folder.iterdir() if file.suffix != ".md")))
        content = bytearray((folder / name).read_bytes())
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] ^= data.draw(st.integers(1, 255))
        (folder / name).write_bytes(content)
        error = refusal(folder)
        assert error is None or str(folder) in str(error)
