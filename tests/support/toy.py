"""Small training runs, for tests of the loop: a recipe over generated text, trained in a second or two."""

import random
from pathlib import Path

from seq2seq.config.load import parse_recipe
from seq2seq.config.recipe import TranslationRecipe


def reversal_pairs(count: int, *, seed: int = 0, longest: int = 6) -> list[tuple[str, str]]:
    """Sequences of letters and the same backwards, all distinct."""
    draw = random.Random(seed)
    found: dict[str, str] = {}
    while len(found) < count:
        letters = draw.choices("abcdefgh", k=draw.randint(2, longest))
        found[" ".join(letters)] = " ".join(reversed(letters))
    return list(found.items())


def write_pairs(path: Path, pairs: list[tuple[str, str]]) -> Path:
    """A TSV without header."""
    path.write_text("".join(f"{source}\t{target}\n" for source, target in pairs), encoding="utf-8")
    return path


def recipe(folder: Path, **training: object) -> TranslationRecipe:
    """A recipe that learns to reverse letters; ``training`` changes that section."""
    pairs = reversal_pairs(300)
    train = write_pairs(folder / "train.tsv", pairs[:260])
    dev = write_pairs(folder / "dev.tsv", pairs[260:])
    return parse_recipe(
        {
            "data": {"train": str(train), "dev": str(dev), "cache": str(folder / "cache"), "workers": 1},
            "tokenizer": {"kind": "word", "vocabulary": 12},
            "model": {
                "embedding": 16,
                "encoder": {"hidden": 12},
                "decoder": {"hidden": 24},
                "dropout": {"embedding": 0.1, "layer": 0.1, "output": 0.1},
            },
            "training": {
                "max_steps": 12,
                "batch": {"max_tokens": 400},
                "schedule": {"name": "constant", "warmup_steps": 2},
                "validation": {"every_steps": 6, "metric": "loss"},
                "log_every": 3,
                **training,
            },
        },
        "a test",
    )
