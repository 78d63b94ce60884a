"""Recipes of synthesizers, networks with random weights, and sequences that are learnt in seconds: up, or down."""

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from support import tiny
from torch import Tensor, tensor

from seq2seq.config.load import parse_recipe
from seq2seq.config.recipe import SynthesisRecipe
from seq2seq.data.batching.batch import Batch, collate
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.models.synthesizer import Synthesizer
from seq2seq.text.vocabulary.channels import Channels
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import VocabularyPair

F = 2
"""Numbers of a step."""
UP, DOWN = 4, 6
"""Steps of both kinds of sequences."""


def recipe(data: dict[str, Any] | None = None, **sections: dict[str, Any]) -> SynthesisRecipe:
    """A small network; ``data`` says what it is trained on."""
    content: dict[str, Any] = {
        "task": "synthesis",
        "data": data or {"train": "nowhere.tsv"},
        "model": {"embedding": 8, "decoder": {"hidden": 24}},
        "training": {"max_steps": 1},
    }
    for name, section in sections.items():
        content[name] = {**content.get(name, {}), **section}
    built = parse_recipe(content, "a test")
    assert isinstance(built, SynthesisRecipe)
    return built


def tokenizers(numbers: int = F) -> VocabularyPair:
    """Two tags, and channels with a scale."""
    channels = Channels([10, *[0] * (numbers - 1)], [2, *[1] * (numbers - 1)], [], scaling="standard")
    return VocabularyPair(LabelVocabulary(("down", "up"), separated=True), channels)


def synthesizer(numbers: int = F, **model: Any) -> Synthesizer:
    """Random weights."""
    built = tiny.random_model(recipe(model=model), tokenizers(numbers), scale=1.5)
    assert isinstance(built, Synthesizer)
    return built


def batch(*targets: Sequence[Sequence[float]]) -> Batch:
    """Scaled targets with the tags up, down, up ..."""
    sources = [[5 - row % 2] for row in range(len(targets))]
    return collate(sources, [tensor(steps).numpy() for steps in targets])


def inputs(of: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """What an objective and a network are given."""
    return of.source, of.source_lengths, of.target


def rows(count: int, *, seed: int) -> list[tuple[str, list[list[float]]]]:
    """Tags and sequences: the first number climbs or falls, the second is noise around the other side of 100."""
    draw, found = random.Random(seed), []
    for place in range(count):
        tag, steps, sign = ("up", UP, 1) if place % 2 else ("down", DOWN, -1)
        start = draw.gauss(0, 0.1)
        sequence = [
            [round(start + sign * step + draw.gauss(0, 0.1), 3), round(100 * sign + draw.gauss(0, 5), 2)]
            for step in range(steps)
        ]
        found.append((tag, sequence))
    return found


def write(path: Path, some: Sequence[tuple[str, list[list[float]]]]) -> Path:
    """A table with a header."""
    lines = ["tag\tvectors\n", *(f"{tag}\t{json.dumps(steps)}\n" for tag, steps in some)]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def trained_recipe(folder: Path) -> SynthesisRecipe:
    """A recipe that learns :func:`rows` in a few seconds, and its data."""
    for split, count, seed in (("train", 120, 1), ("dev", 20, 2), ("test", 20, 3)):
        write(folder / f"{split}.tsv", rows(count, seed=seed))
    columns = {"source": "tag", "target": "vectors"}
    return recipe(
        {"path": str(folder), "columns": columns, "cache": str(folder / "cache"), "workers": 1},
        model={"dropout": {"layer": 0.1, "output": 0.0}},
        training={
            "max_steps": 500,
            "batch": {"max_tokens": 200},
            "optimizer": {"name": "adam", "learning_rate": 0.02},
            "schedule": {"name": "constant", "warmup_steps": 10},
            "ema_decay": 0.95,
            "validation": {"every_steps": 100},
        },
        decoding={"max_steps": 20},
    )


def save(path: Path, numbers: int = F) -> Path:
    """Write a model folder of random weights."""
    save_folder(path, model=synthesizer(numbers), tokenizers=tokenizers(numbers), recipe=recipe(), name="tiny")
    return path
