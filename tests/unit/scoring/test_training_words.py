"""Words of the training data that a recipe names."""

from pathlib import Path

from support import tiny

from seq2seq.config.data import DataConfig
from seq2seq.model_folder.read import ModelFolder, read_folder
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.scoring.training_words import training_word_counts


def folder_of(data: DataConfig, path: Path) -> ModelFolder:
    recipe = tiny.recipe().model_copy(update={"data": data})
    save_folder(path, model=tiny.model(recipe), tokenizers=tiny.tokenizers(), recipe=recipe)
    return read_folder(path, lambda folder: folder)


def test_the_sources_are_counted_also_of_a_recipe_that_swaps(tmp_path: Path) -> None:
    (tmp_path / "train.tsv").write_text("The dog\tder Hund\nthe cat\tdie Katze\n", encoding="utf-8")
    for swap, words in ((False, {"the": 2, "dog": 1, "cat": 1}), (True, {"der": 1, "hund": 1, "die": 1, "katze": 1})):
        found = training_word_counts(
            folder_of(DataConfig(path=str(tmp_path), swap=swap), tmp_path / f"{swap}"), spaced=True
        )
        assert found is not None
        assert found.counts == words
        assert "2 training sentences" in found.note


def test_data_that_are_not_here_are_not_counted(tmp_path: Path) -> None:
    assert training_word_counts(folder_of(DataConfig(path="nowhere"), tmp_path / "model"), spaced=True) is None
