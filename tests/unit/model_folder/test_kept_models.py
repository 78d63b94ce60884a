"""Model folders of earlier days load, and give what they gave then; wherever they are copied to.

``tests/fixtures/models/TASK-1`` was written by the version whose format was 1: bundled corpora, a few hundred steps,
sizes so small that the models are good for nothing but to be compared. They are never made again. A version that cannot
read them breaks the promise of `docs/models.md`; one that writes a newer format gets folders of its own beside them.
"""

import json
import shutil
from pathlib import Path

import pytest
from support.commands import run
from support.kept import CLOSE, KEPT, MODELS, outputs

import seq2seq
from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.model_folder.config_file import FORMAT
from seq2seq.model_folder.description import Description


def test_there_is_one_of_every_task() -> None:
    assert KEPT == ["classification-1", "generation-1", "translation-1"]
    for name in KEPT:
        assert sum(file.stat().st_size for file in (MODELS / name).iterdir()) < 150_000


@pytest.mark.parametrize("name", KEPT)
def test_it_gives_what_it_gave(name: str) -> None:
    kept = json.loads((MODELS / f"{name}.json").read_text("utf-8"))
    for found, expected in zip(outputs(seq2seq.load(MODELS / name), kept["inputs"]), kept["outputs"], strict=True):
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            assert found[key] == (value if isinstance(value, str) else pytest.approx(value, abs=CLOSE)), key


@pytest.mark.parametrize("name", KEPT)
def test_it_says_what_it_said(name: str) -> None:
    description = load_folder(MODELS / name).description
    assert (description.format, description.name) == (FORMAT, name)  # it is read as one of today's
    assert description.training is not None
    assert description.data["fingerprint"]
    assert description.scores["test"]
    # Written anew, it says the same: nothing was lost on the way.
    old = json.loads((MODELS / name / "config.json").read_text("utf-8"))
    new = json.loads(description.to_json())
    for key in old.keys() - {"format", "recipe", "checksum"}:
        assert new[key] == old[key], key


@pytest.mark.parametrize("name", KEPT)
def test_a_copy_gives_the_same_byte_for_byte(name: str, tmp_path: Path) -> None:
    shutil.copytree(MODELS / name, tmp_path / "run" / "model")
    (tmp_path / "run" / "recipe.yaml").write_text("", encoding="utf-8")
    inputs = json.loads((MODELS / f"{name}.json").read_text("utf-8"))["inputs"]
    task = name.removesuffix("-1")
    command = {"translation": "translate", "classification": "classify", "generation": "generate"}[task]
    options = ["--count", "3", "--tag", inputs[0]] if task == "generation" else []

    def used(folder: Path) -> bytes:
        text = None if task == "generation" else "".join(f"{line}\n" for line in inputs)
        return run(command, folder, *options, "--json", text=text).stdout_bytes

    expected = used(tmp_path / "run")
    shutil.copytree(tmp_path / "run" / "model", tmp_path / "elsewhere" / "another name")
    shutil.rmtree(tmp_path / "run")
    assert used(tmp_path / "elsewhere" / "another name") == expected == used(MODELS / name)


def test_a_folder_from_before_checksums(tmp_path: Path) -> None:
    folder = shutil.copytree(MODELS / "translation-1", tmp_path / "model")
    config = json.loads((folder / "config.json").read_text("utf-8"))
    for later in ("license", "languages", "labels", "tags", "files", "checksum"):
        del config[later]
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    inputs = json.loads((MODELS / "translation-1.json").read_text("utf-8"))["inputs"]
    assert outputs(seq2seq.load(folder), inputs) == outputs(seq2seq.load(MODELS / "translation-1"), inputs)
    assert Description.read(folder / "config.json").files == {}
