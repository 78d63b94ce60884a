"""Models on the splits of their own recipes, those that were held out of train included."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import tiny

from seq2seq.config.data import ColumnsConfig, DataConfig
from seq2seq.config.recipe import ClassificationRecipe
from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.inference.load import open_pipeline
from seq2seq.scoring.splits import read_own, save_test_score, score_split, training_texts

WORDS = ("dog", "cat", "bird", "house", "train")
TOKENIZERS = tiny.label_tokenizers()
ROWS = [
    (f"the {one} sees the {other}", tiny.LABELS[(i + j) % 3])
    for i, one in enumerate(WORDS)
    for j, other in enumerate(WORDS)
]


def write(path: Path, rows: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> str:
    path.write_text("".join(f"{source}\t{target}\n" for source, target in rows), encoding="utf-8")
    return str(path)


@pytest.fixture
def data(tmp_path: Path) -> Callable[..., DataConfig]:
    train = write(tmp_path / "train.tsv", ROWS)
    return lambda **more: DataConfig(train=train, cache=str(tmp_path / "cache"), workers=1, **more)


def recipe(data: DataConfig) -> ClassificationRecipe:
    return tiny.classification_recipe(data)


def test_splits_that_were_given_are_read(data: Callable[..., DataConfig], tmp_path: Path) -> None:
    dev, test = write(tmp_path / "dev.tsv", ROWS[:2]), write(tmp_path / "test.tsv", ROWS[3:4])
    of = recipe(data(dev=dev, test=test))
    found = read_own(of, "test", TOKENIZERS)
    assert found is not None
    assert (found.name, list(zip(found.sources, found.targets, strict=True))) == (test, ROWS[3:4])
    other = read_own(of, "dev", TOKENIZERS)
    assert other is not None
    assert list(other.sources) == [source for source, _ in ROWS[:2]]


def test_splits_that_were_held_out_are_found_again(
    data: Callable[..., DataConfig], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    of = recipe(data(dev_size=2, test_size=2))
    dev, test = read_own(of, "dev", TOKENIZERS), read_own(of, "test", TOKENIZERS)
    assert dev is not None
    assert test is not None
    assert (dev.name, test.name) == tuple(f"{tmp_path / 'train.tsv'}, {split} held out" for split in ("dev", "test"))
    held_out = [*zip(dev.sources, dev.targets, strict=True), *zip(test.sources, test.targets, strict=True)]
    assert (len(dev.sources), len(set(held_out)), len(held_out)) == (2, 4, 4)
    assert set(held_out) < set(ROWS)
    rest = sorted(target for row in ROWS if row not in held_out for target in row[1:])
    assert sorted(training_texts(of, TOKENIZERS)) == rest
    assert read_own(of, "test", TOKENIZERS) == test
    assert capsys.readouterr().err.count("examples from") == 0  # it was all said before the model was trained


def test_there_is_no_test_split(data: Callable[..., DataConfig], tmp_path: Path) -> None:
    path = tiny.save_classifier(tmp_path / "model", data(dev_size=2))
    assert read_own(recipe(data(dev_size=2)), "test", TOKENIZERS) is None
    assert save_test_score(path) is None
    assert load_folder(path).description.scores == {}


def scores(path: Path) -> Any:
    return load_folder(path).description.scores["test"]


def test_a_classifier_on_its_test_split(data: Callable[..., DataConfig], tmp_path: Path) -> None:
    path = tiny.save_classifier(tmp_path / "model", data(dev_size=2, test_size=2))
    found = save_test_score(path)
    assert found is not None
    assert found.to_dict() == scores(path)
    assert scores(path)["examples"] == 2
    assert "| test | Accuracy |" in (path / "README.md").read_text(encoding="utf-8")
    loaded, pipeline = open_pipeline(path)
    dev = score_split(loaded, pipeline, "dev")
    assert dev is not None
    assert dev.name.endswith("dev held out")


def test_a_translator_on_its_test_split(tmp_path: Path) -> None:
    write(tmp_path / "test.tsv", tuple(zip(tiny.SOURCES, tiny.TARGETS, strict=True)))
    from seq2seq.model_folder.writing.save import save_folder

    of = tiny.recipe().model_copy(update={"data": DataConfig(path=str(tmp_path))})
    path = tmp_path / "model"
    save_folder(path, model=tiny.model(of), tokenizers=tiny.tokenizers(), recipe=of)
    save_test_score(path)
    assert scores(path)["sentences"] == 8
    assert "signature" in scores(path)["bleu"]
    assert scores(path)["decoding"]["nbest"] == 1


def test_generators_on_their_test_split(tmp_path: Path) -> None:
    test = write(tmp_path / "test.tsv", tiny.TUNES)
    path = tiny.save_generator(tmp_path / "tagged", DataConfig(train=test, test=test))
    save_test_score(path)
    assert scores(path)["sequences"] == 4
    text = tmp_path / "text.txt"
    text.write_text("\n\n".join(tune for _, tune in tiny.TUNES), encoding="utf-8")
    alone = DataConfig(train=str(text), test=str(text), columns=ColumnsConfig(source=None))
    save_test_score(tiny.save_generator(tmp_path / "bare", alone, tags=False))
    found = scores(tmp_path / "bare")
    assert (found["sequences"], found["bytes"]) == (4, sum(len(tune) + 1 for _, tune in tiny.TUNES))
    card = (tmp_path / "bare" / "README.md").read_text(encoding="utf-8")
    assert f"| test | Bits per byte | {found['bits_per_byte']:.3f} |" in card
