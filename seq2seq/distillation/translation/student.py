"""The recipe of a student that translates, by its size."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from seq2seq.config.data import ColumnsConfig, DataConfig
from seq2seq.config.default_recipe import default_recipe
from seq2seq.config.overrides import Overrides, as_texts
from seq2seq.config.recipe import Recipe
from seq2seq.data.reading.survey import survey
from seq2seq.distillation.options import Size

_NETWORKS: Final[Mapping[Size, tuple[int, int, int, int]]] = {
    "tiny": (2_000, 128, 128, 256),
    "small": (4_000, 256, 256, 384),
    "base": (8_000, 384, 384, 768),
}
"""Vocabulary, and units of embedding, encoder (each direction) and decoder."""

_TRAINING: Final = (
    # Alignments teach the attention what it would take three quarters of the epochs to find (benchmarks/LOG.md).
    "training.guided_alignment=0.3",
    "training.optimizer={name: adam, learning_rate: 1.2e-2}",
    "training.ema_decay=0.99",
    "training.precision=auto",
)
_OF_TEACHER: Final = (
    "training.schedule={name: cosine, warmup_steps: 50, min_share: 0.15}",
    # A teacher's translations vary less than people's.
    "training.label_smoothing=0.0",
    "model.dropout={embedding: 0.1, layer: 0.1, output: 0.1}",
)
_OF_BOTH: Final = (
    "training.schedule={name: cosine, warmup_steps: 50, min_share: 0.02}",
    "training.label_smoothing=0.1",
)
"""Settings that depend on what is learnt: a teacher's translations, or people's beside them (benchmarks/LOG.md)."""
_DROPOUT_OF_BOTH: Final[Mapping[Size, float]] = {"tiny": 0.05, "small": 0.2, "base": 0.2}
"""Of people's translations beside a teacher's; measured for `tiny` and `small`."""


def student_recipe(data: DataConfig, size: Size, overrides: Overrides = (), *, references: bool = False) -> Recipe:
    """The recipe of a student.

    Args:
        data: what it learns, as a table.
        size: of its network.
        overrides: settings to change.
        references: whether it learns people's translations beside a teacher's.

    Raises:
        ConfigError: a setting is wrong.
        DataError: the data cannot be read.
    """
    assert isinstance(data.train, str)
    found = survey([data.train], "translation", {"source": "source", "target": "target"})
    facts = found.facts
    assert facts is not None
    usual = default_recipe("translation", data, facts)
    vocabulary, embedding, encoder, decoder = _NETWORKS[size]
    network = () if facts.single_words else (f"tokenizer.vocabulary={min(vocabulary, usual.tokenizer.vocabulary)}",)
    widths = (f"model.embedding={embedding}", f"model.encoder.hidden={encoder}", f"model.decoder.hidden={decoder}")
    rate = _DROPOUT_OF_BOTH[size]
    both = (*_OF_BOTH, f"model.dropout={{embedding: {rate}, layer: {rate}, output: {rate}}}")
    settings = (*network, *widths, *_TRAINING, *(both if references else _OF_TEACHER), *as_texts(overrides))
    return default_recipe("translation", data, facts, settings)


def data_of(folder: Path, train: str, *, test: bool, languages: tuple[str, str] | None) -> DataConfig:
    """The data of a student, in the folder that :mod:`seq2seq.distillation.distill` writes."""
    return DataConfig(
        train=str(folder / train),
        dev=str(folder / "dev.tsv"),
        test=str(folder / "test.tsv") if test else None,
        columns=ColumnsConfig(source="source", target="target"),
        languages=languages,
    )
