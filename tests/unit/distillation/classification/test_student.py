"""The recipe of a student that labels, by its size."""

from pathlib import Path

import pytest

pytest.importorskip("torch")

from seq2seq.config.recipe import ClassificationRecipe
from seq2seq.distillation.classification.student import student_recipe
from seq2seq.distillation.options import SIZES, Size
from seq2seq.models.build import build_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    words = ["the", "a", "dog", "cat", "bird", "house", "sees", "sleeps", "sings", "in", "under", "old", "small", "red"]
    texts = [" ".join(words[(number + step) % 14] for step in range(7)) + f" {number}" for number in range(3_000)]
    soft = ['{"dog": 0.9, "cat": 0.1}' if number % 5 else '{"cat": 0.6, "dog": 0.4}' for number in range(3_000)]
    hard = ["dog" if number % 5 else "cat" for number in range(3_000)]
    for name, labels in (("train", soft), ("references", hard), ("dev", hard[:50])):
        rows = ["text\tlabel", *(f"{text}\t{label}" for text, label in zip(texts, labels, strict=False))]
        (tmp_path / f"{name}.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return tmp_path


def recipe(folder: Path, size: Size, *, taught: bool = True) -> ClassificationRecipe:
    found = student_recipe(folder, size, ("training.max_epochs=6",), test=False, taught=taught)
    assert isinstance(found, ClassificationRecipe)
    return found


def test_sizes_are_numbers_of_parameters(folder: Path) -> None:
    found = []
    for size, vocabulary in zip(SIZES, (1_000, 4_000, 8_000), strict=True):
        of = recipe(folder, size)
        assert of.tokenizer.vocabulary <= vocabulary
        found.append(round(sum(one.numel() for one in build_model(of.model, vocabulary, 6).parameters()) / 1e6, 2))
    assert found == [0.15, 0.84, 3.36]


def test_without_a_teacher_it_differs_by_its_data_alone(folder: Path) -> None:
    taught, alone = recipe(folder, "small"), recipe(folder, "small", taught=False)
    assert taught.training.class_weights == "balanced"
    assert (taught.data.soft_labels, alone.data.soft_labels) == (True, False)
    assert (taught.data.train, alone.data.train) == (str(folder / "train.tsv"), str(folder / "references.tsv"))
    assert taught.model_copy(update={"data": alone.data}) == alone
