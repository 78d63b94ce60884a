"""A corpus that needs no download: sentences of made-up words, and their translation word by word.

Frequencies follow Zipf's law and lengths are near those of Multi30k (13 words, 4 to 40), so that batches have the
padding and the vocabulary of real text. Neighbours change places in the target: attention must find them, and a model
learns within minutes where an output ends.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from seq2seq.config.load import load_recipe
from seq2seq.config.recipe import Recipe

_MEAN, _SPREAD, _SHORTEST, _LONGEST = 13, 4.0, 4, 40


@dataclass(frozen=True, slots=True)
class Size:
    """How much is generated and measured."""

    rows: int
    """Training pairs."""
    words: int
    """Different words per side."""
    tested: int
    """Sentences that are decoded."""
    seconds: float
    """Of timed steps, per setting."""
    steps: int
    """Steps of which losses are compared; half of a run that is resumed."""
    training: int
    """Steps of the model that decodes."""
    batches: tuple[int, ...]
    """Tokens of a batch, both sides."""
    singles: int
    """Sentences that are decoded alone."""
    settings: tuple[str, ...] = ()
    """Changed settings of the recipe."""


FULL = Size(
    rows=29_000, words=4_000, tested=1_000, seconds=8.0, steps=50, training=2_000, batches=(2_048, 16_384), singles=100
)
_SMALL = ("model.embedding=16", "model.encoder.hidden=16", "model.decoder.hidden=32")
QUICK = Size(rows=120, words=20, tested=8, seconds=0.0, steps=3, training=6, batches=(256,), singles=3, settings=_SMALL)


def write(folder: Path, size: Size, *, seed: int = 1) -> Path:
    """Write train, val and test as aligned files; the same seed gives the same text."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    for split, rows in (("train", size.rows), ("val", max(size.tested, 8)), ("test_2016_flickr", size.tested)):
        sources = [_sentence(rng, size.words) for _ in range(rows)]
        sides = {"en": [joined("s", one) for one in sources], "de": [translated(one) for one in sources]}
        for side, lines in sides.items():
            (folder / f"{split}.{side}").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


def translated(words: list[int]) -> str:
    """The target of a source: neighbours change places."""
    swapped = [word for at in range(0, len(words), 2) for word in reversed(words[at : at + 2])]
    return joined("t", swapped)


def recipe(folder: Path, size: Size, *changes: str) -> Recipe:
    """The network and the training of `translation/multi30k` on this corpus."""
    settings = (
        f"data.path={folder}",
        f"data.cache={folder / 'cache'}",
        "tokenizer.kind=word",
        f"tokenizer.vocabulary={2 * size.words + 4}",
        "training.max_epochs=null",
        "training.max_steps=1000000",
        "training.validation={metric: loss, every_steps: 1000000}",
        *size.settings,
        *changes,
    )
    return load_recipe("translation/multi30k", settings)


def _sentence(rng: np.random.Generator, words: int) -> list[int]:
    length = int(np.clip(round(rng.normal(_MEAN, _SPREAD)), _SHORTEST, _LONGEST))
    shares = 1 / np.arange(1, words + 1)
    return rng.choice(words, size=length, p=shares / shares.sum()).tolist()


def joined(side: str, words: list[int]) -> str:
    """Words of a side, as text."""
    return " ".join(f"{side}{word}" for word in words)
