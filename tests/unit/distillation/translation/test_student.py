"""The recipe of a student, by its size."""

from pathlib import Path

import pytest

from seq2seq.config.recipe import TranslationRecipe
from seq2seq.distillation.options import SIZES
from seq2seq.distillation.translation.student import data_of, student_recipe
from seq2seq.models.build import build_model

WORDS = ["the", "a", "dog", "cat", "bird", "house", "sees", "sleeps", "sings", "in", "under", "old", "small", "red"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [f"{' '.join(WORDS[(number + step) % 14] for step in range(7))} {number}" for number in range(3_000)]
    for name in ("train", "dev"):
        lines = ["source\ttarget", *(f"{row}\t{row.upper()}" for row in rows[: None if name == "train" else 50])]
        (tmp_path / f"{name}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def parameters(recipe: TranslationRecipe, vocabulary: int) -> int:
    return sum(one.numel() for one in build_model(recipe.model, vocabulary, vocabulary).parameters())


def test_sizes_are_millions_of_parameters(folder: Path) -> None:
    data = data_of(folder, "train.tsv", test=False, languages=None)
    found = []
    for size, vocabulary in zip(SIZES, (2_000, 4_000, 8_000), strict=True):
        recipe = student_recipe(data, size)
        assert isinstance(recipe, TranslationRecipe)
        assert recipe.tokenizer.vocabulary <= vocabulary
        found.append(round(parameters(recipe, vocabulary) / 1e6, 1))
    assert found == [1.2, 3.9, 11.4]


def test_references_are_learnt_with_smoothing_and_more_dropout(folder: Path) -> None:
    data = data_of(folder, "train.tsv", test=False, languages=None)
    found = []
    for references in (False, True):
        recipe = student_recipe(data, "small", ("training.max_epochs=6",), references=references)
        assert isinstance(recipe, TranslationRecipe)
        assert recipe.training.guided_alignment == 0.3
        found.append((recipe.training.label_smoothing, recipe.model.dropout.layer, recipe.training.schedule.min_share))
    assert found == [(0.0, 0.1, 0.15), (0.1, 0.2, 0.02)]


def test_settings_are_changed_last(folder: Path) -> None:
    data = data_of(folder, "train.tsv", test=False, languages=("en", "de"))
    for overrides in (("model.embedding=64", "training.max_steps=5"), {"model.embedding": 64, "training.max_steps": 5}):
        recipe = student_recipe(data, "tiny", overrides)
        assert isinstance(recipe, TranslationRecipe)
        assert recipe.model.embedding == 64
        assert (recipe.training.max_steps, recipe.training.max_time) == (5, None)
        assert recipe.training.label_smoothing == 0.0
        assert recipe.data.languages == ("en", "de")
