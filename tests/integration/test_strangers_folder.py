"""A model folder from somebody else: what using it can do, and what it cannot."""

import os
from pathlib import Path

import pytest
from support import tiny
from support.commands import run

from seq2seq.config.data import AlignedFiles, ColumnsConfig, DataConfig
from seq2seq.model_folder.writing.save import save_folder

TRAIN = "".join(f"the {one} sees the {other}\tanimal\n" for one in "abcdefg" for other in "hijklmn")


@pytest.fixture
def strange(tmp_path: Path) -> DataConfig:
    """A recipe that would have prepared data written where no other program's files are safe."""
    (tmp_path / "train.tsv").write_text(TRAIN, encoding="utf-8")
    return DataConfig(
        train=str(tmp_path / "train.tsv"), test_size=3, dev_size=3, cache=str(tmp_path / "autostart"), workers=1
    )


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQ2SEQ_CACHE", str(tmp_path / "mine"))


def test_its_recipe_does_not_say_where_data_are_prepared(tmp_path: Path, strange: DataConfig) -> None:
    folder = tiny.save_classifier(tmp_path / "model", strange)
    run("classify", folder, text="the a sees the b\n")
    run("info", folder)
    assert not (tmp_path / "mine").exists()
    assert "train.tsv, test held out" in run("evaluate", folder).stdout  # which reads the recipe's data, prepared anew
    assert (tmp_path / "mine").exists()
    assert not (tmp_path / "autostart").exists()


def test_nor_where_the_training_texts_are(tmp_path: Path, strange: DataConfig) -> None:
    (tmp_path / "train.tsv").write_text("".join(f"{tags}\t{tune}\n" for tags, tune in tiny.TUNES * 3), encoding="utf-8")
    data = strange.model_copy(update={"columns": ColumnsConfig(source=0, target=1)})
    folder = tiny.save_generator(tmp_path / "model", data)
    run("generate", folder, "--statistics")
    assert (tmp_path / "mine").exists()
    assert not (tmp_path / "autostart").exists()


def test_what_it_writes_does_not_steer_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tokenizer may hold whatever it likes, and so may its translations."""
    model = tiny.tokenizers().source.to_bytes()
    assert model.count(b"\n\x01e") == 1
    hostile = type(tiny.tokenizers().source)(model.replace(b"\n\x01e", b"\n\x01\x1b"))
    monkeypatch.setattr(tiny, "tokenizers", lambda joint=True: type(both)(hostile, hostile))  # noqa: ARG005
    both = tiny.label_tokenizers()
    folder = tiny.save(tmp_path / "model")
    lines = "".join(f"{line}\n" for line in tiny.SOURCES)
    assert "\x1b" in run("translate", folder, text=lines).stdout
    monkeypatch.setattr("seq2seq.cli.streams.on_screen", lambda: True)
    for options in ([], ["--json"], ["--scores"]):
        shown = run("translate", folder, *options, text=lines).stdout
        assert "\x1b" not in shown
        assert "\\u001b" in shown


@pytest.mark.parametrize("device", ["/dev/zero", "pipe"])
def test_its_recipe_names_what_has_no_end(tmp_path: Path, device: str) -> None:
    """Read, the first would fill the memory, and the second be waited for."""
    os.mkfifo(tmp_path / "pipe")
    place = device if device != "pipe" else str(tmp_path / "pipe")
    test = AlignedFiles(source=place, target=place)
    translator = tiny.recipe().model_copy(update={"data": DataConfig(path="nowhere", test=test)})
    folder = tmp_path / "translator"
    save_folder(folder, model=tiny.model(translator), tokenizers=tiny.tokenizers(), recipe=translator)
    for model in (folder, tiny.save_classifier(tmp_path / "labels", DataConfig(path="nowhere", test=test))):
        assert "not a file or a folder" in run("evaluate", model, code=1).stderr
    data = tmp_path / "test.tsv"
    data.write_text("the dog\tder Hund\n", encoding="utf-8")
    run("evaluate", folder, data)
