"""The recipe of a student that labels, by its size."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from seq2seq.config.data import ColumnsConfig, DataConfig
from seq2seq.config.default_recipe import default_recipe
from seq2seq.config.overrides import Overrides, as_texts
from seq2seq.config.recipe import RECIPES, Recipe
from seq2seq.data.reading.survey import corpus_facts
from seq2seq.distillation.lesson import LEARNT, OWN
from seq2seq.distillation.options import Size

_NETWORKS: Final[Mapping[Size, tuple[int, int]]] = {"tiny": (1_000, 64), "small": (4_000, 128), "base": (8_000, 256)}
"""Vocabulary, and units of the embedding and of the encoder (each direction)."""


def student_recipe(folder: Path, size: Size, overrides: Overrides = (), *, test: bool, taught: bool) -> Recipe:
    """The recipe of a student.

    Args:
        folder: with the tables that :mod:`seq2seq.distillation.distill` writes.
        size: of its network.
        overrides: settings to change.
        test: whether there is a test set.
        taught: whether it learns a teacher's probabilities; else the labels of the data.

    Raises:
        ConfigError: a setting is wrong.
        DataError: the data cannot be read.
    """
    data = DataConfig(
        train=str(folder / LEARNT),
        dev=str(folder / "dev.tsv"),
        test=str(folder / "test.tsv") if test else None,
        columns=ColumnsConfig(source="text", target="label"),
        soft_labels=True,
    )
    facts = corpus_facts(data, RECIPES["classification"].usual_sides)
    vocabulary, width = _NETWORKS[size]
    usual = default_recipe("classification", data, facts)
    network = () if facts.single_words else (f"tokenizer.vocabulary={min(vocabulary, usual.tokenizer.vocabulary)}",)
    widths = (f"model.embedding={width}", f"model.encoder.hidden={width}")
    if not taught:  # the same network, trained alike
        data = data.model_copy(update={"train": str(folder / OWN), "soft_labels": False})
    return default_recipe("classification", data, facts, (*network, *widths, *as_texts(overrides)))
