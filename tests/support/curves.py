"""Sequences of vectors with labels: two channels, unequal lengths, some numbers missing; and models that read them."""

import json
import random
from pathlib import Path

from seq2seq.config.load import parse_recipe
from seq2seq.config.recipe import ClassificationRecipe
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.text.vocabulary.channels import Channels
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import VocabularyPair

LABELS = ("fall", "flat", "rise")
Steps = list[list[float | None]]


def sequences(count: int, *, seed: int = 0) -> list[tuple[Steps, str]]:
    """So many sequences; the label is the course of the first channel, whose numbers are large."""
    draw = random.Random(seed)
    found = []
    for number in range(count):
        label = LABELS[number % len(LABELS)]
        slope = {"fall": -1.0, "flat": 0.0, "rise": 1.0}[label]
        steps: Steps = []
        for step in range(draw.randint(3, 9)):
            other = None if draw.random() < 0.1 else round(draw.gauss(0, 0.1), 4)
            steps.append([round(1000 + slope * step + draw.gauss(0, 0.1), 4), other])
        found.append((steps, label))
    return found


def write(file: Path, rows: list[tuple[Steps, str]]) -> Path:
    """Write sequences as JSON Lines."""
    file.write_text("".join(f"{json.dumps({'source': steps, 'label': label})}\n" for steps, label in rows))
    return file


def recipe(folder: Path, **training: object) -> ClassificationRecipe:
    """A recipe that learns the labels in a second or two, and its data; ``training`` changes that section."""
    write(folder / "train.jsonl", sequences(120))
    write(folder / "dev.jsonl", sequences(30, seed=1))
    write(folder / "test.jsonl", sequences(30, seed=2))
    content = {
        "task": "classification",
        "data": {
            "path": str(folder),
            "vectors": {},
            "columns": {"source": "source", "target": "label"},
            "cache": str(folder / "cache"),
            "workers": 1,
        },
        "model": {"embedding": 8, "encoder": {"cell": "gru", "hidden": 8}},
        "training": {
            "max_epochs": 6,
            "batch": {"max_tokens": 100},
            "optimizer": {"learning_rate": 2e-2},
            "schedule": {"name": "constant", "warmup_steps": 2},
            **training,
        },
    }
    found = parse_recipe(content, "a test")
    assert isinstance(found, ClassificationRecipe)
    return found


def vocabularies() -> VocabularyPair:
    """The scaling of such sequences, and their labels."""
    channels = Channels.collect([json.dumps(steps) for steps, _ in sequences(60)], scaling="standard")
    return VocabularyPair(channels, LabelVocabulary.collect(LABELS, separated=False))


def save(folder: Path) -> Path:
    """Write a model folder of random weights, and the data of its recipe beside it."""
    from support import tiny  # needs torch

    of = recipe(folder)
    save_folder(
        folder / "model", model=tiny.random_model(of, vocabularies()), tokenizers=vocabularies(), recipe=of, name="tiny"
    )
    return folder / "model"
