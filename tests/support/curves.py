"""Sequences of vectors with labels or texts: two channels, unequal lengths, some numbers missing; and their models."""

import json
import random
from pathlib import Path

from seq2seq.config.load import parse_recipe
from seq2seq.config.recipe import ClassificationRecipe, TranslationRecipe
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.text.vocabulary.channels import Channels
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.text.vocabulary.training import train_tokenizer

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


def described(count: int, *, seed: int = 0) -> list[tuple[Steps, str]]:
    """So many sequences of one to three courses, no two alike in a row, and these in words."""
    draw = random.Random(seed)
    found = []
    for _ in range(count):
        parts = draw.sample(sequences(3, seed=draw.randrange(10**6)), draw.randint(1, 3))
        found.append(([step for steps, _ in parts for step in steps], " ".join(label for _, label in parts)))
    return found


def write(file: Path, rows: list[tuple[Steps, str]], target: str = "label") -> Path:
    """Write sequences as JSON Lines."""
    file.write_text("".join(f"{json.dumps({'source': steps, target: text})}\n" for steps, text in rows))
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


def text_recipe(folder: Path, **changes: object) -> TranslationRecipe:
    """A recipe that learns to write :func:`described` texts in some seconds, and its data; ``changes`` of sections."""
    write(folder / "train.jsonl", described(240), "text")
    write(folder / "dev.jsonl", described(30, seed=1), "text")
    write(folder / "test.jsonl", described(30, seed=2), "text")
    content = {
        "task": "translation",
        "data": {
            "path": str(folder),
            "vectors": {},
            "columns": {"source": "source", "target": "text"},
            "cache": str(folder / "cache"),
            "workers": 1,
        },
        "tokenizer": {"kind": "word", "vocabulary": 20, "joint": False},
        "model": {
            "embedding": 8,
            "encoder": {"cell": "gru", "hidden": 16},
            "decoder": {"cell": "gru", "hidden": 24},
            "dropout": {"embedding": 0.0, "layer": 0.0, "output": 0.0},
        },
        "training": {
            "max_epochs": 12,
            "batch": {"max_tokens": 300},
            "optimizer": {"learning_rate": 2e-2},
            "schedule": {"name": "constant", "warmup_steps": 5},
            "validation": {"metric": "exact_match"},
        },
        "decoding": {"max_length_ratio": 0.5, "max_length_extra": 5},
        **changes,
    }
    found = parse_recipe(content, "a test")
    assert isinstance(found, TranslationRecipe)
    return found


def save_text(folder: Path, **changes: object) -> Path:
    """Write the folder of a model of random weights that writes text, and the data of its recipe beside it."""
    from support import tiny  # needs torch

    of = text_recipe(folder, **changes)
    texts = train_tokenizer([text for _, text in described(60)], of.tokenizer)
    both = VocabularyPair(vocabularies().source, texts)
    save_folder(folder / "model", model=tiny.random_model(of, both), tokenizers=both, recipe=of, name="tiny")
    return folder / "model"


def save(folder: Path) -> Path:
    """Write a model folder of random weights, and the data of its recipe beside it."""
    from support import tiny  # needs torch

    of = recipe(folder)
    save_folder(
        folder / "model", model=tiny.random_model(of, vocabularies()), tokenizers=vocabularies(), recipe=of, name="tiny"
    )
    return folder / "model"
